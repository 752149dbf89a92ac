/** The breakpoints as a row of chips: switch, remove, run to the next one. */
import { el } from '../../dom.js';
import breakpointsOf from '../../query/breakpoints.js';

/** @param {{store: any, t: (key: string, values?: any) => string, run: (by: 1|-1) => void}} context */
export default function breakList({ store, t, run }) {
  const points = breakpointsOf(store);
  const chips = el('ul', { class: 'chips', 'aria-label': t('events.breakpoints') });
  const back = el('button', { type: 'button', class: 'tool', title: t('events.run.back'), 'aria-label': t('events.run.back') }, '◂●');
  const on = el('button', { type: 'button', class: 'tool', title: t('events.run.on'), 'aria-label': t('events.run.on') }, '●▸');
  const news = el('span', { class: 'news' });
  const node = el('div', { class: 'breakpoints', hidden: true }, back, on, chips, news);
  back.addEventListener('click', () => run(-1));
  on.addEventListener('click', () => run(1));

  function chip(one) {
    const count = one.scan?.matches.length ?? 0;
    const toggle = el('button', { type: 'button', role: 'switch', class: 'switch', 'aria-checked': String(one.on), title: t(one.on ? 'events.off' : 'events.on') },
      el('span', { class: 'dot', 'aria-hidden': 'true' }, one.on ? '●' : '○'), el('code', {}, one.text),
      el('span', { class: 'hits' }, one.on ? `${count.toLocaleString(document.documentElement.lang)}${one.scan?.done ? '' : '…'}` : ''));
    const remove = el('button', { type: 'button', class: 'remove', title: t('events.remove'), 'aria-label': t('events.remove.one', { query: one.text }) }, '×');
    toggle.addEventListener('click', () => points.switch(one));
    remove.addEventListener('click', () => points.remove(one));
    return el('li', { class: one.on ? 'on' : '' }, toggle, remove);
  }

  let shown = '';

  return {
    node,
    update() {
      node.hidden = points.list.length === 0;
      const key = points.list.map((one) => `${one.text}\n${one.on}\n${one.scan?.matches.length}\n${one.scan?.done}`).join('\n');
      news.textContent = points.searching ? t('events.searching') : '';
      if (key === shown) return;
      const focus = [...chips.querySelectorAll('button')].indexOf(/** @type {any} */ (document.activeElement));
      shown = key;
      chips.replaceChildren(...points.list.map(chip));
      if (focus >= 0) chips.querySelectorAll('button')[Math.min(focus, points.list.length * 2 - 1)]?.focus();
    },
  };
}
