/* The memo as the dict it is: the key's bits, the slots they pick, what each probe found.  For a dispatch
 * event the dispatch table, in the same form. */
import { el, svg } from '../dom.js';
import { identity, shortAddress } from '../identity.js';
import { dispatchSlots, lookupAt, rowsFor } from '../graph/lookup.js';
import { CHAR, arrowHead, glyph, object, tail, text } from '../graph/marks.js';
import { stateAt } from '../store.js';
import { COPIERS, FLAGS } from '../vocabulary.js';

const W = 536;
const TABLE_X = 108;
const KEY = { x: 120, name: 9, address: 250 };
const VALUE = { x: 342, name: 8, alone: 14 };
const BITS = { y: 42, h: 34, right: W, room: 372, min: 12, max: 24 };
const HEAD_Y = 142;
const ROWS_Y = 152;
const ROW_MAX = 33;
const ROW_MIN = 23;
const ROW = { slot: 27, gap: 22 }; /* when not all slots are shown */
const MAP_H = 30;
const SLOT_END = 102;
const RAIL_STEP = 5;
const NUMBERS_W = 38;
const SMALL = 8;         /* a table of so many slots is always drawn whole */
const PERTURB_SHIFT = 5;
const ALL_ROWS_MAX = 16;
const RECENT = 12;
const FORMULAS_BOTH = 6; /* log2 size up to which both formulas fit on the line */

const last = (list) => list[list.length - 1];

/** The bits drawn: as many as the marked windows need. @param {number} lg @param {number} probes */
export function bitCount(lg, probes) {
  const need = (probes - 1) * PERTURB_SHIFT + lg;
  return Math.max(BITS.min, Math.min(BITS.max, probes ? need : lg));
}

/** How a probe's slot follows from the one before, in words. @param {import('../graph/lookup.js').Visit[]} path @param {number} k @param {number} lg */
export function formula(path, k, lg) {
  const mask = 2 ** lg - 1;
  if (k === 0) return `h & ${mask} = ${path[0].slot}`;
  return `(5·${path[k - 1].slot} + ${path[k].perturb & BigInt(mask)} + 1) & ${mask} = ${path[k].slot}`;
}

export default function memoTable({ store }) {
  const picture = svg('svg', { role: 'img' });
  const node = el('div', { class: 'cs-view memo-table' }, picture);
  let current = { state: null, trace: null };
  if (typeof ResizeObserver !== 'undefined') new ResizeObserver(() => draw()).observe(node);

  function draw() {
    const { state, trace } = current;
    picture.replaceChildren();
    if (!state?.event || !trace) return;
    const lookup = lookupAt(state, trace);
    const memo = state.memo;
    const table = lookup?.table === 'dispatch' ? 'dispatch' : 'memo';
    const lg = table === 'dispatch' ? lookup.lg : (memo?.lg ?? 0);
    const height = Math.max(roomFor(), 2 ** lg <= SMALL ? ROWS_Y + SMALL * ROW_MIN + 8 : 0);
    picture.setAttribute('viewBox', `0 0 ${W} ${height}`);
    if (lookup) drawKey(lookup, trace);
    else picture.append(text(memo && memo.used ? `${memo.used} ${memo.used === 1 ? 'entry' : 'entries'}` : '', 0, 29, 'sans i2'),
      text('no lookup at this event', W, 29, 'sans end i3'));
    const y = drawRows(lookup, table, lg, memo, trace, height);
    drawStatus(lookup, y, height);
    picture.setAttribute('aria-label', summary(lookup, lg, trace));
  }

  /** Units from top to bottom when the picture is as wide as its pane. */
  function roomFor() {
    const box = node.getBoundingClientRect();
    return box.width && box.height ? Math.max(300, Math.round((W * box.height) / box.width)) : 440;
  }

  function drawKey(lookup, trace) {
    const { ref, key, path, lg } = lookup;
    if (ref) {
      const name = `id(${tail(identity(trace, ref).name, 20)})`;
      picture.append(glyph(trace, ref, 10, 20, 1.05), text(name, 30, 27, 'lg b'));
    } else picture.append(text(`type ${tail(lookup.label, 20)}`, 0, 27, 'lg b'));
    picture.append(text(`0x${key.toString(16)}`, W, 27, 'end i2'));
    if (!path.length) return;
    const count = bitCount(lg, path.length);
    const w = Math.min(30, BITS.room / count);
    const marked = new Set();
    path.forEach((_, k) => { for (let b = 0; b < lg; b++) marked.add(b + PERTURB_SHIFT * k); });
    picture.append(text(ref ? `low ${count} bits` : `hash, low ${count}`, 0, BITS.y + 24, 'sans i2'));
    for (let b = 0; b < count; b++) {
      const on = marked.has(b);
      const x = BITS.right - (b + 1) * w;
      const bit = (lookup.hash >> BigInt(b)) & 1n;
      picture.append(svg('g', { class: on ? 'f-memo' : '' },
        svg('rect', { class: on ? 'tint' : 'none', x, y: BITS.y, width: w, height: BITS.h }),
        svg('rect', { class: on ? 'thin' : 'hair', x, y: BITS.y, width: w, height: BITS.h }),
        text(String(bit), x + w / 2, BITS.y + 23.5, `mid ${on ? 'b' : 'i3'}`)));
    }
    const shown = path.length > 1 && lg > FORMULAS_BOTH ? [path.length - 1] : [0, path.length - 1];
    let right = W;
    for (const k of new Set(shown)) {
      const words = formula(path, k, lg);
      const level = k === 0 || lg <= PERTURB_SHIFT ? 0 : 4;
      const from = BITS.right - Math.min(count, PERTURB_SHIFT * k + lg) * w + 2;
      const to = BITS.right - PERTURB_SHIFT * k * w - 2;
      if (to - from > w / 2) picture.append(svg('path', { class: 'thin f-memo', d: `M${from},${BITS.y + BITS.h + 5 + level} v6 H${to} v-6` }));
      picture.append(text(words, right, BITS.y + BITS.h + 33, 'end b'));
      right -= (words.length + 2) * CHAR;
    }
    picture.append(text(right > 100 ? 'picks slot' : '', 0, BITS.y + BITS.h + 33, 'sans i2'));
  }

  function drawRows(lookup, table, lg, memo, trace, height) {
    const size = lg ? 2 ** lg : 0;
    const grown = grownHere(lookup);
    const path = lookup?.path ?? [];
    const slots = table === 'memo' ? (memo?.slots ?? []) : [];
    const types = table === 'dispatch' ? dispatchSlots(trace, lg) : new Map();
    if (!size) {
      picture.append(text(lookup?.missing ?? (memo ? 'the memo is empty' : 'no memo yet'), 0, HEAD_Y, 'sans i2'));
      return HEAD_Y;
    }
    const room = height - ROWS_Y - 10;
    const all = Math.min(ALL_ROWS_MAX, Math.floor(room / ROW_MIN));
    const windowed = size > all;
    const visited = path.map((p) => p.slot);
    const others = table === 'dispatch' ? [...types.keys()] : windowed && !path.length ? recent(slots) : [];
    const even = Math.min(ROW_MAX, room / size);
    const cost = windowed ? ROW : { slot: even, gap: even };
    const rows = rowsFor(size, visited, windowed ? room - MAP_H : size * even, cost, others);
    picture.append(text('probe', 0, HEAD_Y, 'sans i3 sm'), text('slot', SLOT_END, HEAD_Y, 'sans i3 sm end'),
      text('key', KEY.x, HEAD_Y, 'sans i3 sm'), text(table === 'memo' ? 'value' : 'copier', VALUE.x, HEAD_Y, `sans i3 sm ${grown ? 'none' : ''}`),
      svg('path', { class: 'hair', d: `M${TABLE_X},${ROWS_Y} H${W}` }));
    const yOf = new Map();
    let y = ROWS_Y;
    for (const row of rows) {
      const h = 'slot' in row ? cost.slot : cost.gap;
      const base = y + h / 2 + 6.5;
      picture.append(svg('path', { class: 'hair', d: `M${TABLE_X},${y + h} H${W}` }));
      if (!('slot' in row)) {
        picture.append(text('⋮', SLOT_END, base, 'end i3'), text(gapWords(row, slots, table), KEY.x, base, 'sans i3 sm'));
      } else {
        yOf.set(row.slot, y + h / 2);
        drawSlot(row.slot, y, h, base, path, table === 'memo' ? slots[row.slot] : types.get(row.slot), table, trace);
      }
      y += h;
    }
    drawProbes(path, yOf, size);
    let bottom = y;
    if (windowed) bottom = drawMap(slots, types, size, visited, bottom + 12);
    return bottom;
  }

  function drawSlot(slot, y, h, base, path, entry, table, trace) {
    const visits = path.filter((p) => p.slot === slot);
    const end = visits.length && last(path).slot === slot ? last(path) : null;
    const b = end ? 'b' : visits.length ? '' : 'i2';
    if (end) picture.append(svg('g', { class: 'f-memo' },
      svg('rect', { class: 'tint', x: TABLE_X, y, width: W - TABLE_X, height: h }),
      svg('rect', { class: 'sig', x: TABLE_X, y, width: W - TABLE_X, height: h })));
    picture.append(text(String(slot), SLOT_END, base, `end ${visits.length ? 'b' : 'i3'}`));
    if (visits.length) picture.append(text(last(visits).outcome, W - 10, base, `sans end ${end ? 'b' : 'i2'}`));
    if (!entry) {
      /* Of the dispatch table the trace holds only the types that were copied. */
      const other = table === 'dispatch' && end?.outcome !== 'empty';
      if (other) picture.append(text(visits.length ? 'another type' : '?', KEY.x, base, 'sans i3 sm'));
      else if (!visits.length) picture.append(text('·', KEY.x + 4, base, 'i3'));
      return;
    }
    if (table === 'dispatch') {
      picture.append(text(tail(entry.name, 11), KEY.x, base, b), text(shortAddress(entry.addr), KEY.address, base, b || 'i2'),
        text(COPIERS[entry.copier]?.name ?? '', VALUE.x, base, b));
      return;
    }
    const keyRef = entry.obj;
    const row = svg('g', { class: 'go' },
      keyRef ? object(trace, keyRef, KEY.x, base, KEY.name, b) : text('?', KEY.x, base, b),
      text(shortAddress(entry.key), KEY.address, base, b || 'i2'),
      entry.value ? object(trace, entry.value, VALUE.x, base, visits.length ? VALUE.name : VALUE.alone, b) : text('kept alive', VALUE.x, base, b || 'i2'));
    row.addEventListener('click', () => store.seek(entry.event));
    picture.append(row);
  }

  /** 1 → 2 → 3: each probe's number at its row, a rail from one row to the next. */
  function drawProbes(path, yOf, size) {
    const tip = SLOT_END - String(size - 1).length * CHAR - 6;
    const base = tip - 16;
    const seen = new Map();
    path.forEach((p, k) => {
      const y = yOf.get(p.slot);
      if (y === undefined) return;
      const hot = k === path.length - 1;
      seen.set(p.slot, [...(seen.get(p.slot) ?? []), k + 1]);
      const from = k > 0 ? yOf.get(path[k - 1].slot) : undefined;
      const rail = base - RAIL_STEP * (Math.max(0, k - 1) % 3);
      const d = from === undefined ? `M${Math.min(NUMBERS_W, base - 12)},${y} H${tip - 9}` : `M${rail},${from} V${y} H${tip - 9}`;
      const arrow = svg('g', { class: `f-memo probe ${hot ? 'hot' : ''}` }, svg('path', { class: 'sig', d }), arrowHead(tip, y, hot ? 1.15 : 1));
      arrow.style.setProperty('--probe', String(k));
      picture.append(arrow);
    });
    for (const [slot, numbers] of seen)
      picture.append(text(numbers.length > 2 ? `${numbers[0]}…` : numbers.join(','), 0, yOf.get(slot) + 6.5, numbers.includes(path.length) ? 'b' : 'b i2'));
  }

  /** The whole table as a strip: what is used, what was visited. */
  function drawMap(slots, types, size, visited, y) {
    const bins = Math.min(size, 128);
    const per = size / bins;
    const w = (W - TABLE_X) / bins;
    const used = new Array(bins).fill(0);
    for (let s = 0; s < size; s++) if (slots[s] || types.has(s)) used[Math.floor(s / per)]++;
    let dense = '';
    let sparse = '';
    used.forEach((n, i) => {
      const cell = `M${TABLE_X + i * w},${y} h${Math.max(0.6, w - 0.8)} v12 h${-Math.max(0.6, w - 0.8)} Z`;
      if (n / per > 0.5) dense += cell;
      else if (n) sparse += cell;
    });
    picture.append(text(types.size ? 'seen' : 'all', SLOT_END, y + 12, 'end sans i3 sm'), svg('rect', { class: 'hair', x: TABLE_X, y: y - 2, width: W - TABLE_X, height: 16 }),
      svg('path', { class: 'used', d: dense }), svg('path', { class: 'used half', d: sparse }));
    visited.forEach((slot) => {
      const x = TABLE_X + (Math.floor(slot / per) + 0.5) * w;
      picture.append(svg('path', { class: 'sig f-memo', d: `M${x},${y - 5} v22` }));
    });
    return y + 20;
  }

  /** "grew from 8 slots" when this event's insertion resized the table, else "". */
  function grownHere(lookup) {
    const { state, trace } = current;
    return lookup?.op === 'set' && (state.event.flags & FLAGS.RESIZED) !== 0 ? grownFrom(state, trace) : '';
  }

  function drawStatus(lookup, y, height) {
    const { state } = current;
    const grew = grownHere(lookup);
    if (grew) picture.append(text(grew, W, HEAD_Y, 'sans end b f-memo-text'));
    if (lookup?.missing && (lookup.lg || state.memo?.lg)) picture.append(text(lookup.missing, 0, BITS.y + 24, 'sans i2'));
    if (!lookup?.warning) return;
    const at = Math.min(height - 8, y + 26);
    picture.append(svg('rect', { class: 'bg', x: 0, y: at - 20, width: W, height: 28 }),
      text(`✕ ${lookup.warning}`, 0, at, 'sans b warning'));
  }

  return {
    node,
    mount(parent) { parent.append(node); draw(); },
    resize: draw,

    heading(state, trace) {
      if (!state?.event || !trace) return { title: 'Memo', note: '', source: '' };
      const lookup = lookupAt(state, trace);
      if (lookup?.table === 'dispatch') {
        const size = lookup.lg ? `, a dict of ${2 ** lookup.lg} slots` : '';
        return { title: `Dispatch table${size}`, note: '', source: lookup.lg ? 'recorded' : '' };
      }
      const lg = state.memo?.lg ?? 0;
      const title = lg ? `Memo, a dict of ${(2 ** lg).toLocaleString('en')} slots` : state.memo ? 'Memo, an empty dict' : 'Memo';
      return { title, note: '', source: state.memo ? 'recorded' : '' };
    },

    /** @param {any} state @param {any} trace */
    update(state, trace) {
      current = { state, trace };
      draw();
    },
  };
}

/** Slots of the entries stored last. @param {any[]} slots */
function recent(slots) {
  /** @type {{slot: number, event: number}[]} */
  const latest = [];
  slots.forEach((entry, slot) => {
    if (!entry || (latest.length === RECENT && entry.event < latest[RECENT - 1].event)) return;
    latest.push({ slot, event: entry.event });
    latest.sort((a, b) => b.event - a.event);
    latest.length = Math.min(latest.length, RECENT);
  });
  return latest.map(({ slot }) => slot);
}

/** @param {{from: number, to: number}} row @param {any[]} slots @param {string} table */
function gapWords({ from, to }, slots, table) {
  const count = to - from + 1;
  if (table === 'dispatch') return `${count} more`;
  let used = 0;
  for (let s = from; s <= to; s++) if (slots[s]) used++;
  return `${count.toLocaleString('en')} more, ${used.toLocaleString('en')} used`;
}

/** @param {any} state @param {any} trace */
function grownFrom(state, trace) {
  const before = state.n > 0 ? (stateAt(trace, state.n - 1).memo?.lg ?? 0) : 0;
  return before && before !== state.memo.lg ? `grew from ${2 ** before} slots` : '';
}

/** @param {import('../graph/lookup.js').Lookup|null} lookup @param {number} lg @param {any} trace */
function summary(lookup, lg, trace) {
  const size = lg ? `${2 ** lg} slots` : 'no slots';
  if (!lookup) return `Table of ${size}; no lookup at this event.`;
  const key = lookup.ref ? `id(${identity(trace, lookup.ref).name})` : `type ${lookup.label}`;
  if (!lookup.path.length) return `Table of ${size}; ${key}: ${lookup.missing || lookup.warning || ''}.`;
  const steps = lookup.path.slice(0, 8).map((p) => `slot ${p.slot} ${p.outcome}`).join(', then ');
  return `Table of ${size}; ${key}: ${steps}.${lookup.warning ? ` Warning: ${lookup.warning}.` : ''}`;
}
