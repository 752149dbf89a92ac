/* The memo as the dict it is: the key's bits, the slots they pick, what each probe found.  At a dispatch event the
 * dispatch table, in the same form. */
import { el } from '../dom.js';
import { identity, shortAddress } from '../identity.js';
import { lookupAt } from '../graph/lookup.js';
import { object, text } from '../graph/marks.js';
import { stateAt } from '../store.js';
import { FLAGS } from '../vocabulary.js';
import dispatchModel from '../table/dispatch.js';
import tablePicture, { walkRows } from '../table/picture.js';
import play, { duration } from '../table/play.js';

const KEY = { x: 120, name: 9, address: 250 };
const VALUE = { x: 342, name: 8, alone: 14 };
const RECENT = 12;
const TWIN_ROWS = 50;

export default function memoTable({ t, ui }) {
  const picture = tablePicture({ t });
  const node = el('div', { class: 'cs-view memo-table' }, picture.node);
  /** @type {{state: any, trace: any, table: import('../table/picture.js').Table|null}} */
  let current = { state: null, trace: null, table: null };
  const walk = play((act) => paint(act));
  if (typeof ResizeObserver !== 'undefined') new ResizeObserver(() => draw()).observe(node);

  function paint(act) {
    const { trace, table } = current;
    if (table) picture.draw(table, trace, node, act);
  }

  function draw() {
    if (current.table) paint(walk.playing ? walk.act : Math.max(walk.act, 0));
    else picture.node.replaceChildren();
  }

  /** @returns {import('../table/picture.js').Table} */
  function modelOf(state, trace) {
    const lookup = lookupAt(state, trace);
    if (lookup?.table === 'dispatch') return dispatchModel(lookup, trace, t);
    const { memo } = state;
    const slots = memo?.slots;
    return {
      name: 'memo', lookup, lg: memo?.lg ?? 0, head: memo?.used ? t('table.entries', { n: memo.used }) : '', aside: t('table.nothing'),
      none: t(memo ? 'memo.empty' : 'memo.none'), columns: [[t('table.key'), KEY.x], ...grownAside(lookup, state, trace)],
      entry: (slot) => slots?.at(slot), fill: (slot, row, base, cls) => fill(slots.at(slot), row, base, cls, visited(lookup, slot)),
      others: lookup?.path.length ? [] : (slots?.recent(RECENT) ?? []), used: slots?.used ?? [], whole: true, status: grew(lookup, state, trace),
    };
  }

  /** @returns {[string, number][]} what its growth takes the place of */
  const grownAside = (lookup, state, trace) => (grew(lookup, state, trace) ? [] : [[t('table.value'), VALUE.x]]);

  /** "grew from 8 slots" when this event's insertion resized the table, else "". */
  function grew(lookup, state, trace) {
    if (lookup?.op !== 'set' || !(state.event.flags & FLAGS.RESIZED)) return '';
    const before = state.n > 0 ? (stateAt(trace, state.n - 1).memo?.lg ?? 0) : 0;
    return before && before !== state.memo.lg ? t('memo.grew', { n: 2 ** before }) : '';
  }

  function fill(entry, row, base, cls, isVisited) {
    const { trace } = current;
    row.classList.add('go');
    row.append(
      entry.obj ? object(trace, entry.obj, KEY.x, base, KEY.name, cls) : text('?', KEY.x, base, cls),
      text(shortAddress(entry.key), KEY.address, base, cls || 'i2'),
      entry.value ? object(trace, entry.value, VALUE.x, base, isVisited ? VALUE.name : VALUE.alone, cls) : text(t('memo.alive'), VALUE.x, base, cls || 'i2'));
    row.addEventListener('click', () => ui.go(entry.event));
  }

  return {
    node,
    mount(parent) { parent.append(node); },
    resize: draw,
    commands: [
      { keys: ['w'], shown: ['W', 'Shift W'], text: 'memo.key.walk', run: () => walk.start(walk.acts, duration(node, '--m-probe')) },
      { keys: ['Shift+w'], shown: [], text: '', run: () => walk.step() },
    ],

    heading(state, trace) {
      if (!state?.event || !trace) return { title: t('view.memo') };
      const lookup = lookupAt(state, trace);
      if (lookup?.table === 'dispatch') return { title: t('dispatch.title', { n: lookup.lg ? 2 ** lookup.lg : 0 }), source: lookup.lg ? 'recorded' : '' };
      const lg = state.memo?.lg ?? 0;
      const title = lg ? t('memo.title', { n: 2 ** lg }) : t(state.memo ? 'memo.title.empty' : 'view.memo');
      return { title, source: state.memo ? 'recorded' : '' };
    },

    /** @param {any} state @param {any} trace */
    update(state, trace) {
      const same = current.trace === trace && current.state?.n === state?.n && current.table;
      current = { state, trace, table: state?.event && trace ? modelOf(state, trace) : null };
      if (!same) walk.start(current.table?.lookup?.path.length ?? 0, duration(node, '--m-probe'));
      draw();
    },

    twin(state, trace) {
      const lookup = lookupAt(state, trace);
      if (lookup?.path.length) return { caption: picture.node.getAttribute('aria-label'), columns: walkColumns(t), rows: walkRows(lookup, t, TWIN_ROWS) };
      const entries = state.memo?.latest(TWIN_ROWS) ?? [];
      const rows = entries.map((entry) => [entry.obj ? identity(trace, entry.obj).name : '?', shortAddress(entry.key),
        entry.value ? identity(trace, entry.value).name : t('memo.alive'), entry.event + 1]);
      return { caption: t('memo.caption', { n: state.memo?.used ?? 0, shown: rows.length }), columns: [t('table.key'), t('table.address'), t('table.value'), t('table.event')], rows };
    },
  };
}

/** @param {(key: string) => string} t */
const walkColumns = (t) => [t('table.probe'), t('table.arithmetic'), t('table.slot'), t('table.found')];

const visited = (lookup, slot) => Boolean(lookup?.path.some((p) => p.slot === slot));
