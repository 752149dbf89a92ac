/** The box where a query is written: completion of names, what is wrong and where, matches counted, next and previous. */
import { el } from '../../dom.js';
import complete from '../../query/complete.js';
import searchOf from '../../query/search.js';

const REST = 180; // ms without a key before the query runs

/** @param {{store: any, t: (key: string, values?: any) => string, go: (by: 1|-1) => void, toggleBreak: () => void, filter: (on: boolean) => void}} context */
export default function queryBox({ store, t, go, toggleBreak, filter }) {
  const search = searchOf(store);
  const options = el('ul', { class: 'options', role: 'listbox', id: 'query-options', 'aria-label': t('events.names'), hidden: true });
  const input = el('input', {
    type: 'text', class: 'query', spellcheck: 'false', autocomplete: 'off', autocapitalize: 'off', maxlength: '1000', role: 'combobox',
    'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': 'query-options', 'aria-describedby': 'query-state',
    'aria-label': t('events.query'), placeholder: t('events.example', { query: 'memo.miss && type == "list"' }),
  });
  const button = (text, key, action, props = {}) => {
    const node = el('button', { type: 'button', class: 'tool', title: t(key), 'aria-label': t(key), ...props }, text);
    node.addEventListener('click', action);
    return node;
  };
  const previous = button('‹', 'events.previous', () => go(-1));
  const next = button('›', 'events.next', () => go(1));
  const stop = button('×', 'events.cancel', () => search.cancel());
  const point = button('●', 'events.break', toggleBreak, { class: 'tool break' });
  const only = el('button', { type: 'button', class: 'only', 'aria-pressed': 'false', title: t('events.only.title') }, t('events.only'));
  only.addEventListener('click', toggleOnly);
  const state = el('output', { class: 'state', id: 'query-state' });
  const bar = el('progress', { max: '1', hidden: true, 'aria-label': t('events.searching') });
  const node = el('div', { class: 'query-box' }, el('div', { class: 'field' }, input, options), state, bar, stop, previous, next, only, point);

  let offered = { from: 0, to: 0, options: [] };
  let chosen = -1;
  let resting = 0;

  /** All events, or only those that match. */
  function toggleOnly() {
    const on = only.getAttribute('aria-pressed') !== 'true';
    only.setAttribute('aria-pressed', String(on));
    filter(on);
  }

  function offer() {
    offered = input.value.trim() ? complete(input.value, input.selectionStart, store.trace ?? { objects: [], types: [] }) : { from: 0, to: 0, options: [] };
    chosen = -1;
    showOptions(offered.options.length > 0 && !(offered.options.length === 1 && offered.options[0] === input.value.slice(offered.from, offered.to)));
  }

  function showOptions(open) {
    options.hidden = !open;
    node.classList.toggle('wrong', search.error !== null && !open);
    input.setAttribute('aria-expanded', String(open));
    input.removeAttribute('aria-activedescendant');
    if (!open) return;
    options.replaceChildren(...offered.options.map((text, i) => {
      const item = el('li', { role: 'option', id: `query-option-${i}`, 'aria-selected': 'false' }, text);
      item.addEventListener('pointerdown', (event) => {
        event.preventDefault();
        take(i);
      });
      return item;
    }));
  }

  function choose(i) {
    chosen = (i + offered.options.length) % offered.options.length;
    [...options.children].forEach((item, at) => item.setAttribute('aria-selected', String(at === chosen)));
    input.setAttribute('aria-activedescendant', `query-option-${chosen}`);
    options.children[chosen].scrollIntoView({ block: 'nearest' });
  }

  function take(i) {
    const text = `${offered.options[i]} `;
    input.setRangeText(text, offered.from, offered.to, 'end');
    written();
  }

  function written() {
    clearTimeout(resting);
    resting = window.setTimeout(settle, REST);
    offer();
  }

  function settle() {
    clearTimeout(resting);
    search.set(input.value);
  }

  input.addEventListener('input', written);
  input.addEventListener('blur', () => {
    showOptions(false);
    settle();
    update();
  });
  input.addEventListener('keydown', (event) => {
    const open = !options.hidden;
    const key = event.key;
    if (open && (key === 'ArrowDown' || key === 'ArrowUp')) choose(chosen + (key === 'ArrowDown' ? 1 : chosen < 0 ? 0 : -1));
    else if (open && (key === 'Tab' || key === 'Enter') && (chosen >= 0 || key === 'Tab')) take(Math.max(0, chosen));
    else if (key === 'ArrowDown') offer();
    else if (key === 'Enter') {
      settle();
      showOptions(false);
      go(event.shiftKey ? -1 : 1);
    } else if (key === 'Escape' && open) showOptions(false);
    else if (key === 'Escape') input.blur();
    else return;
    event.preventDefault();
  });

  /** Says what came of the query, beside it. */
  function update() {
    const { error, scan } = search;
    if (document.activeElement !== input && input.value !== search.text) input.value = search.text;
    node.classList.toggle('wrong', error !== null && options.hidden);
    input.setAttribute('aria-invalid', String(error !== null));
    const busy = scan !== null && !scan.done && !scan.stopped;
    state.textContent = error ? (options.hidden ? wrong(error) : '') : scan ? found(scan) : '';
    bar.hidden = stop.hidden = !busy;
    if (busy) bar.value = scan.looked / Math.max(1, store.trace.eventCount);
    for (const part of [previous, next, only]) part.disabled = !search.active;
  }

  const wrong = ({ column, expects, values }) => t('events.wrong', { column, what: t(`query.${expects}`, { ...values, nearest: values.nearest ? t('query.nearest', { name: values.nearest }) : '' }) });

  function found(scan) {
    const n = scan.matches.length;
    if (!scan.done) return t(scan.stopped ? 'events.stopped' : 'events.sofar', { n, looked: scan.looked });
    const at = scan.matches.upTo(store.cursor);
    return n && scan.matches.has(store.cursor) ? t('events.nth', { i: at, n }) : t('events.count', { n });
  }

  return {
    node, update, toggleOnly,
    focus() {
      input.focus();
      input.select();
    },
    /** The query as it stands in the box, run at once. */
    settle,
    get wrong() { return search.error ? wrong(search.error) : ''; },
    say(text) { state.textContent = text; },
  };
}
