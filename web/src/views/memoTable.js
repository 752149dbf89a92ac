/* The memo as the dict it is: the key's bits, the slots they pick, what each probe found.  At a dispatch event the
 * dispatch table, in the same form. */
import { el } from '../dom.js';
import { identity, shortAddress } from '../identity.js';
import { lookupAt } from '../graph/lookup.js';
import { object, text } from '../graph/marks.js';
import { stateAt } from '../store.js';
import { FLAGS } from '../vocabulary.js';
import dispatchModel from '../table/dispatch.js';
import { actsOf, movesOf } from '../table/moves.js';
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
    const grown = grownHere(lookup, state, trace);
    return {
      name: 'memo', lookup, lg: memo?.lg ?? 0, head: memo?.used ? t('table.entries', { n: memo.used }) : '', aside: t('table.nothing'),
      none: t(memo ? 'memo.empty' : 'memo.none'), columns: [[t('table.key'), KEY.x], [t('table.value'), VALUE.x]],
      entry: (slot) => slots?.at(slot), fill: (slot, row, base, cls) => fill(slots.at(slot), row, base, cls, visited(lookup, slot)),
      others: lookup?.path.length ? [] : (slots?.recent(RECENT) ?? []), used: slots?.used ?? [], whole: true, status: grown ? t('memo.grew', { n: grown.from }) : '', grown,
    };
  }

  function fill(entry, row, base, cls, isVisited) {
    const { trace } = current;
    if (entry.gone) {
      row.append(text(`† ${t('memo.gone')}`, KEY.x, base, `sans ${cls || 'i3'}`));
      return;
    }
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
      return { title, source: !state.memo ? '' : current.table?.grown ? 'reconstructed' : 'recorded' };
    },

    /** @param {any} state @param {any} trace */
    update(state, trace) {
      const same = current.trace === trace && current.state?.n === state?.n && current.table;
      current = { state, trace, table: state?.event && trace ? modelOf(state, trace) : null };
      if (!same) walk.start(actsIn(current.table), duration(node, '--m-probe'));
      draw();
    },

    twin(state, trace) {
      const lookup = lookupAt(state, trace);
      const grown = current.table?.grown;
      if (grown) {
        return {
          caption: picture.node.getAttribute('aria-label'), columns: [t('table.key'), t('table.address'), t('memo.slot.old', { n: grown.from }), t('memo.slot.new', { n: grown.to })],
          rows: grown.moves.slice(-TWIN_ROWS).map(({ from, to, entry }) => [entry.obj ? identity(trace, entry.obj).name : '?', shortAddress(entry.key), from < 0 ? '—' : from, to]),
        };
      }
      if (lookup?.path.length) return { caption: picture.node.getAttribute('aria-label'), columns: walkColumns(t), rows: walkRows(lookup, t, TWIN_ROWS) };
      const entries = state.memo?.latest(TWIN_ROWS) ?? [];
      const rows = entries.map((entry) => [entry.obj ? identity(trace, entry.obj).name : '?', shortAddress(entry.key),
        entry.value ? identity(trace, entry.value).name : t('memo.alive'), entry.event + 1]);
      return { caption: t('memo.caption', { n: state.memo?.used ?? 0, shown: rows.length }), columns: [t('table.key'), t('table.address'), t('table.value'), t('table.event')], rows };
    },
  };
}

/** When this event's insertion made the table grow: both sizes, and where each key went; else null. */
function grownHere(lookup, state, trace) {
  if (lookup?.op !== 'set' || !(state.event.flags & FLAGS.RESIZED) || state.n < 1) return null;
  const before = stateAt(trace, state.n - 1).memo;
  if (!before?.lg || before.lg === state.memo.lg || lookup.warning) return null;
  return { moves: movesOf(before.slots, state.memo.slots), from: 2 ** before.lg, to: 2 ** state.memo.lg, keys: before.slots.used.length, used: { old: before.slots.used, new: state.memo.slots.used } };
}

/** @param {import('../table/picture.js').Table|null} table */
const actsIn = (table) => (table?.grown ? actsOf(table.grown.moves) : (table?.lookup?.path.length ?? 0));

/** @param {(key: string) => string} t */
const walkColumns = (t) => [t('table.probe'), t('table.arithmetic'), t('table.slot'), t('table.found')];

const visited = (lookup, slot) => Boolean(lookup?.path.some((p) => p.slot === slot));
