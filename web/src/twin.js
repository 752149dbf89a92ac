/**
 * A view's twin: the same facts as a table, for a screen reader, and on the page for anybody who asks.  It is made when
 * the cursor rests, since nobody can hear thirty events a second.
 */
import { el } from './dom.js';

const REST = 250; // ms

/** @param {HTMLElement} section the view's @param {(key: string, values?: any) => string} t */
export default function twin(section, t) {
  const table = el('table', {});
  const frame = el('div', { class: 'twin visually-hidden', role: 'region', 'aria-label': `${section.getAttribute('aria-label')}, ${t('pane.table')}` }, table);
  section.append(frame);
  let timer = 0;
  let shown = '';

  function draw(data) {
    const key = JSON.stringify(data);
    if (key === shown) return;
    shown = key;
    if (!data) {
      table.replaceChildren();
      return;
    }
    table.replaceChildren(
      el('caption', {}, data.caption),
      el('thead', {}, el('tr', {}, ...data.columns.map((name) => el('th', { scope: 'col' }, name)))),
      el('tbody', {}, ...data.rows.map((row, i) => el('tr', { 'aria-current': i === data.current ? 'true' : null },
        ...row.map((cell) => el('td', {}, String(cell)))))));
  }

  return {
    /** @param {() => any} make asked for the table when the cursor rests */
    update(make) {
      clearTimeout(timer);
      frame.dataset.stale = ''; // of another event, perhaps a later one
      timer = window.setTimeout(() => {
        draw(make());
        delete frame.dataset.stale;
      }, REST);
    },
    visible(on) {
      frame.classList.toggle('visually-hidden', !on);
      frame.tabIndex = on ? 0 : -1;
      section.classList.toggle('as-table', on);
    },
  };
}
