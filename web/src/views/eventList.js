/**
 * Every event as a row: those in sight are drawn, however many there are.  The query box finds some of them; the row
 * of the current event follows the cursor.
 */
import { el, familyMark, objectGlyph } from '../dom.js';
import nameOf from '../names.js';
import breakpointsOf from '../query/breakpoints.js';
import searchOf from '../query/search.js';
import breakList from './eventList/breakList.js';
import queryBox from './eventList/queryBox.js';
import rowWindow from './eventList/window.js';

const COLUMNS = ['n', 'event', 'object', 'outcome', 'depth', 'line', 'ns'];
const TWIN_ROWS = 200;
const ANSWERS = { memo_get: 'memo', memo_again: 'memo', keep_get: 'memo' };
const ENTRY = /[A-Za-z_]\w*/;

export default function eventList({ store, t, ui }) {
  const search = searchOf(store);
  const points = breakpointsOf(store);
  const box = queryBox({ store, t, go: goMatch, toggleBreak, filter });
  const breaks = breakList({ store, t, run });
  // The table's twin names the columns for a screen reader.
  const head = el('div', { class: 'row head', 'aria-hidden': 'true' }, ...COLUMNS.map((name) => el('span', { class: name }, t(`events.col.${name}`))));
  const layer = el('div', { class: 'layer', role: 'rowgroup' });
  const spacer = el('div', { class: 'spacer', 'aria-hidden': 'true' });
  const grid = el('div', { class: 'scroller', role: 'grid', tabindex: '0', 'aria-label': t('view.events'), 'aria-readonly': 'true' }, spacer, layer);
  const node = el('div', { class: 'event-list' }, box.node, breaks.node, head, grid);

  let state = null;
  let trace = null;
  let only = false;
  let follow = true;
  /** @type {1|-1|0} the way that the search is waited for */
  let wanted = 0;
  let waiting = 0;
  let rowHeight = 24;
  let setTop = -1; // where this view itself put the scroll bar
  const view = rowWindow({ rowHeight: () => rowHeight });

  const filtering = () => only && search.active && search.scan !== null;
  const count = () => (filtering() ? search.scan.matches.length : (trace?.eventCount ?? 0));
  const eventOf = (row) => (filtering() ? search.scan.matches.list[row] : row);
  /** The cursor's row, or among matches that of the last one before it. */
  const rowOf = (n) => (filtering() ? Math.max(0, search.scan.matches.upTo(n) - 1) : n);

  const answer = (event) => (event.outcome === null ? '' : t(`events.${ANSWERS[event.event] ?? 'yesno'}.${event.outcome ? 'yes' : 'no'}`));

  function cells(event) {
    return [event.n + 1, event.event, event.obj ? nameOf(trace, event.obj) : '', answer(event), event.depth + 1, event.line ?? '', `${event.tAfter ? '≥' : ''}${event.t.toLocaleString(document.documentElement.lang)}`];
  }

  function row(at) {
    const n = eventOf(at);
    const event = trace.event(n);
    const [number, name, object, outcome, depth, line, ns] = cells(event);
    const current = n === state?.n;
    const cell = (column, ...content) => el('span', { role: 'gridcell', class: column }, ...content);
    const hit = search.scan?.matches.has(n);
    const stop = points.list.some((one) => one.on && one.scan?.matches.has(n));
    const node = el('div', { role: 'row', class: `row ${current ? 'current' : ''} ${hit && !filtering() ? 'hit' : ''} ${n > (state?.n ?? 0) ? 'ahead' : ''}`,
      id: `event-row-${n}`, 'aria-rowindex': at + 1, 'aria-selected': String(current), 'data-n': n },
    cell('n', el('i', { class: stop ? 'stop' : '', title: stop ? t('events.breakpoint') : null }, stop ? '●' : ''), number.toLocaleString(document.documentElement.lang)),
    cell('event', familyMark(event.family), el('code', {}, name)),
    cell('object', event.obj ? objectGlyph(trace, event.obj) : null, el('code', {}, object)),
    cell(`outcome ${event.outcome === null ? '' : event.outcome ? 'yes' : 'no'} f-${event.family}`, outcome),
    cell('depth', String(depth)), cell('line', String(line)), cell('ns', ns));
    return node;
  }

  function draw() {
    waiting = 0;
    if (!trace || !node.isConnected) return;
    view.measure(count(), grid.clientHeight);
    if (follow && state) view.reveal(rowOf(state.n));
    spacer.style.height = `${view.height}px`;
    const to = view.scrollTop;
    if (grid.scrollTop !== to && !(setTop < 0 && !view.scaled && Math.abs(grid.scrollTop - to) < 1)) {
      setTop = to;
      grid.scrollTop = to;
    }
    const rows = Array.from({ length: view.count }, (_, i) => row(view.first + i));
    layer.replaceChildren(...rows);
    layer.style.transform = `translateY(${grid.scrollTop - (view.top - view.first) * rowHeight}px)`;
    grid.setAttribute('aria-rowcount', String(count()));
    const current = state && layer.querySelector('.current');
    if (current) grid.setAttribute('aria-activedescendant', current.id);
    else grid.removeAttribute('aria-activedescendant');
    box.update();
    breaks.update();
  }

  function soon() { if (!waiting) waiting = requestAnimationFrame(draw); }

  function measure() {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    rowHeight = Math.max(24, Math.round(1.75 * rem));
    node.style.setProperty('--row', `${rowHeight}px`);
  }

  function filter(on) {
    only = on;
    follow = true;
    soon();
  }

  /** The query or the breakpoints did; the address tells them. */
  function changed() {
    soon();
    ui.remember();
  }

  /** The query box, in another layout if this one has none. */
  function find() {
    if (!node.isConnected || !node.offsetParent) ui.show('events');
    box.focus();
  }

  /** Goes to a match, as soon as it is known to be the nearest. @param {1|-1} by */
  function goMatch(by) {
    box.settle();
    const n = search.near(store.cursor, by);
    const { scan } = search;
    const unknown = scan && !scan.done && !scan.stopped && (by > 0 ? n < 0 : scan.looked <= store.cursor);
    wanted = unknown ? by : 0;
    if (unknown) return;
    if (n >= 0) ui.go(n);
    else ui.announce(search.error ? box.wrong : t(by > 0 ? 'events.nonext' : 'events.noprevious'));
  }

  /** On the query in hand, else on what happens here. */
  function toggleBreak() {
    box.settle();
    const query = search.active ? search.text.trim() : state?.event && ENTRY.test(state.event.event) ? `event == "${state.event.event}"` : '';
    if (!query || search.error) return;
    if (points.full && !points.has(query)) ui.announce(t('events.full', { n: points.list.length }));
    else ui.announce(t(points.toggle(query) ? 'events.set' : 'events.unset', { query }));
  }

  function run(by) {
    if (!points.list.some(({ on }) => on)) {
      ui.announce(t('events.nobreak'));
      return;
    }
    points.run(by, (n) => {
      if (n >= 0) ui.go(n);
      else ui.announce(t(by > 0 ? 'events.noneahead' : 'events.nonebehind'));
    });
  }

  grid.addEventListener('scroll', () => {
    if (Math.abs(grid.scrollTop - setTop) < 1) return;
    setTop = -1;
    view.scrolledTo(grid.scrollTop);
    follow = false;
    soon();
  });
  grid.addEventListener('wheel', (wheel) => {
    if (!view.scaled || wheel.ctrlKey) return;
    wheel.preventDefault();
    view.scrollBy(wheel.deltaMode === 1 ? wheel.deltaY * rowHeight : wheel.deltaY);
    follow = false;
    soon();
  }, { passive: false });
  layer.addEventListener('click', (event) => {
    const n = /** @type {Element} */ (event.target).closest('.row')?.getAttribute('data-n');
    if (n != null) ui.go(Number(n));
  });
  grid.addEventListener('keydown', (event) => {
    if (event.target !== grid || !state || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: view.inSight, PageUp: -view.inSight, Home: -Infinity, End: Infinity }[event.key];
    if (by === undefined || !count()) return;
    event.preventDefault();
    const at = rowOf(state.n) + by;
    ui.go(eventOf(Math.max(0, Math.min(count() - 1, at))));
  });
  search.subscribe(() => {
    if (wanted) goMatch(wanted);
    changed();
  });
  points.subscribe(changed);

  return {
    node,
    heading: () => ({ title: t('view.events'), source: 'recorded', note: trace ? t(filtering() ? 'events.ofall' : 'events.all', { n: count(), all: trace.eventCount }) : '' }),

    update(next, nextTrace) {
      state = next;
      trace = nextTrace;
      follow = true;
      draw();
    },

    resize() {
      measure();
      soon();
    },

    twin(now, from) {
      const half = TWIN_ROWS / 2;
      const at = rowOf(now.n);
      const first = Math.max(0, Math.min(at - half, count() - TWIN_ROWS));
      const length = Math.min(TWIN_ROWS, count() - first);
      const rows = Array.from({ length }, (_, i) => cells(from.event(eventOf(first + i))));
      const key = filtering() ? 'events.twin.matches' : 'events.twin';
      return { caption: t(key, { from: length ? first + 1 : 0, to: first + length, n: count(), query: search.text }), columns: COLUMNS.map((name) => t(`events.col.${name}`)), rows, current: at - first };
    },

    link: [
      { name: 'query', get: () => (search.active ? search.text : ''), set: (text) => search.set(text) },
      { name: 'break', get: () => points.text, set: (text) => { points.text = text; } },
    ],

    commands: [
      { keys: ['/'], shown: ['/'], text: 'events.key.search', run: find },
      { keys: ['g'], shown: ['G'], text: 'events.key.next', run: () => goMatch(1) },
      { keys: ['Shift+g'], shown: [], text: '', run: () => goMatch(-1) },
      { keys: ['q'], shown: ['Q'], text: 'events.key.only', run: () => search.active && box.toggleOnly() },
      { keys: ['b'], shown: ['B'], text: 'events.key.break', run: toggleBreak },
      { keys: ['c'], shown: ['C'], text: 'events.key.run', run: () => run(1) },
      { keys: ['Shift+c'], shown: [], text: '', run: () => run(-1) },
    ],
  };
}
