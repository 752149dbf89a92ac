/* A dict as the table it is: the key's bits, the slots they pick, what each probe found.  The memo and the dispatch
 * tables are drawn by it. */
import { svg } from '../dom.js';
import { rowsFor } from '../graph/lookup.js';
import { CHAR, arrowHead, glyph, tail, text } from '../graph/marks.js';
import { identity } from '../identity.js';
import { bitCount, bitsUpTo, formula, windowOf } from './bits.js';
import growth from './growth.js';
import summary from './summary.js';

export const W = 536;
export const TABLE_X = 108;
const HEAD_Y = 142;
const ROWS_Y = 152;
const BITS = { y: 42, h: 34, right: W, room: 372, widest: 30 };
const ROW_MAX = 33;
const ROW_MIN = 23;
const ROW = { slot: 27, gap: 22 }; /* when not all slots are shown */
const MAP_H = 30;
const MAP_BINS = 128;
const SLOT_END = 102;
const RAIL_STEP = 5;
const NUMBERS_W = 38;
const SMALL = 8;         /* a table of so many slots is always drawn whole */
const ALL_ROWS_MAX = 16;
const FORMULAS_BOTH = 6; /* log2 size up to which both formulas fit on the line */
const LOW_PERTURB = 5;   /* log2 size up to which the windows of two probes do not touch */

const last = (list) => list[list.length - 1];

/**
 * What is drawn.
 * @typedef {object} Table
 * @property {string} name        "memo" or "dispatch": a part of the keys of its words
 * @property {import('../graph/lookup.js').Lookup|null} lookup
 * @property {number} lg          log2 of its slots; 0: it has none
 * @property {string} head        what stands in place of the key where nothing is looked up
 * @property {string} aside       at its right
 * @property {string} none        why it has no slots
 * @property {[string, number][]} columns heads of the columns and where they begin
 * @property {(slot: number) => any} entry what a slot holds, or null
 * @property {(slot: number, row: SVGElement, base: number, cls: string) => void} fill draws an entry's row
 * @property {number[]} others    slots worth showing where there is room
 * @property {Iterable<number>} used      slots known to hold something, in any order
 * @property {boolean} whole      whether `used` is all of them
 * @property {string} status      in the corner
 * @property {{moves: import('./moves.js').Move[], from: number, to: number, keys: number, used: {old: any, new: any}}|null} [grown] keys that move since the table grew here
 */

/**
 * @param {{t: (key: string, values?: any) => string}} context
 */
export default function tablePicture({ t }) {
  const node = svg('svg', { role: 'img' });

  /** @param {Table} table @param {any} trace @param {HTMLElement} box @param {number} act probes drawn, of those that were made */
  function draw(table, trace, box, act) {
    const height = heightFor(box, table.lg);
    node.replaceChildren();
    node.setAttribute('viewBox', `0 0 ${W} ${height}`);
    node.setAttribute('aria-label', summary(table, trace, t));
    if (table.grown) {
      drawGrown(table, trace, height, act);
      return;
    }
    const whole = table.lookup?.path ?? [];
    const path = whole.slice(0, act);
    if (table.lookup) drawKey(table.lookup, path, act >= whole.length, trace);
    else node.append(text(table.head, 0, 29, 'sans i2'), text(table.aside, W, 29, 'sans end i3'));
    const y = table.lg ? drawRows(table, path, height) : drawNone(table);
    drawStatus(table, y, height, act >= whole.length);
  }

  /** The move is what this event is about: the key that was stored is the last to go to its slot. @param {Table} table @param {any} trace */
  function drawGrown({ grown, lookup, status }, trace, height, act) {
    const { ref, key } = lookup;
    if (ref) node.append(glyph(trace, ref, 10, 20, 1.05), text(`id(${tail(identity(trace, ref).name, 20)})`, 30, 27, 'lg b'));
    node.append(text(`0x${key.toString(16)}`, W, 27, 'end i2'), text(status, 0, 60, 'sans b f-memo-text'));
    growth(node, { ...grown, trace, act, height }, t);
    drawWarning(lookup.warning, height - 8);
  }

  function drawNone({ lookup, none }) {
    node.append(text(lookup?.missing ? t(lookup.missing) : none, 0, HEAD_Y, 'sans i2'));
    return HEAD_Y;
  }

  function drawKey(lookup, path, ended, trace) {
    const { ref, key, lg } = lookup;
    if (ref) node.append(glyph(trace, ref, 10, 20, 1.05), text(`id(${tail(identity(trace, ref).name, 20)})`, 30, 27, 'lg b'));
    else node.append(text(`${t('table.type')} ${tail(lookup.label, 20)}`, 0, 27, 'lg b'));
    node.append(text(`0x${key.toString(16)}`, W, 27, 'end i2'));
    if (!path.length) return;
    const count = bitCount(lg, lookup.path.length);
    const w = Math.min(BITS.widest, BITS.room / count);
    node.append(text(t(ref ? 'table.low' : 'table.lowHash', { count }), 0, BITS.y + 24, 'sans i2'));
    drawBits(lookup.hash, count, w, bitsUpTo(path.length - 1, lg));
    drawFormulas(path, ended, lg, count, w);
  }

  function drawBits(hash, count, w, marked) {
    for (let b = 0; b < count; b++) {
      const on = marked.has(b);
      const x = BITS.right - (b + 1) * w;
      node.append(svg('g', { class: on ? 'f-memo' : '' },
        svg('rect', { class: on ? 'tint' : 'none', x, y: BITS.y, width: w, height: BITS.h }),
        svg('rect', { class: on ? 'thin' : 'hair', x, y: BITS.y, width: w, height: BITS.h }),
        text(String((hash >> BigInt(b)) & 1n), x + w / 2, BITS.y + 23.5, `mid ${on ? 'b' : 'i3'}`)));
    }
  }

  /** While it plays, the arithmetic of the probe in hand; at the end that of the first and the last. */
  function drawFormulas(path, ended, lg, count, w) {
    const end = path.length - 1;
    const both = ended && lg <= FORMULAS_BOTH;
    let right = W;
    for (const k of new Set(both ? [0, end] : [end])) {
      const words = formula(path, k, lg);
      const { from, to } = windowOf(k, lg);
      const level = k === 0 || lg <= LOW_PERTURB ? 0 : 4;
      const x = BITS.right - Math.min(count, to) * w + 2;
      const xEnd = BITS.right - from * w - 2;
      const y = BITS.y + BITS.h + 5 + level;
      if (xEnd - x > w / 2) node.append(svg('path', { class: 'thin f-memo', d: `M${x},${y} v6 H${xEnd} v-6` }));
      node.append(text(words, right, BITS.y + BITS.h + 33, 'end b'));
      right -= (words.length + 2) * CHAR;
    }
    if (right > 100) node.append(text(t('table.picks'), 0, BITS.y + BITS.h + 33, 'sans i2'));
  }

  function drawRows(table, path, height) {
    const size = 2 ** table.lg;
    const room = height - ROWS_Y - 10;
    const windowed = size > Math.min(ALL_ROWS_MAX, Math.floor(room / ROW_MIN));
    const visited = (table.lookup?.path ?? []).map((p) => p.slot); /* rows do not move while it plays */
    const even = Math.min(ROW_MAX, room / size);
    const cost = windowed ? ROW : { slot: even, gap: even };
    const rows = rowsFor(size, visited, windowed ? room - MAP_H : size * even, cost, table.others);
    node.append(text(t('table.probe'), 0, HEAD_Y, 'sans i3 sm'), text(t('table.slot'), SLOT_END, HEAD_Y, 'sans i3 sm end'),
      ...table.columns.map(([name, x]) => text(name, x, HEAD_Y, 'sans i3 sm')), svg('path', { class: 'hair', d: `M${TABLE_X},${ROWS_Y} H${W}` }));
    const yOf = new Map();
    const usedIn = counter(table.used);
    let y = ROWS_Y;
    for (const row of rows) {
      const h = 'slot' in row ? cost.slot : cost.gap;
      const base = y + h / 2 + 6.5;
      node.append(svg('path', { class: 'hair', d: `M${TABLE_X},${y + h} H${W}` }));
      if ('slot' in row) {
        yOf.set(row.slot, y + h / 2);
        drawSlot(table, row.slot, { y, h, base }, path);
      } else {
        node.append(text('⋮', SLOT_END, base, 'end i3'), text(gapWords(row, usedIn, table), TABLE_X + 12, base, 'sans i3 sm'));
      }
      y += h;
    }
    drawProbes(path, yOf, size);
    return windowed ? drawMap(table, size, path, y + 12) : y;
  }

  function gapWords({ from, to }, usedIn, { whole }) {
    const count = to - from + 1;
    const used = usedIn(from, to);
    return t(whole ? 'table.more' : 'table.moreKnown', { count, used });
  }

  function drawSlot(table, slot, { y, h, base }, path) {
    const visits = path.filter((p) => p.slot === slot);
    const end = visits.length && last(path).slot === slot ? last(path) : null;
    const cls = end ? 'b' : visits.length ? '' : 'i2';
    if (end) node.append(svg('g', { class: 'f-memo' },
      svg('rect', { class: 'tint', x: TABLE_X, y, width: W - TABLE_X, height: h }),
      svg('rect', { class: 'sig', x: TABLE_X, y, width: W - TABLE_X, height: h })));
    node.append(text(String(slot), SLOT_END, base, `end ${visits.length ? 'b' : 'i3'}`));
    if (visits.length) node.append(text(t(`table.${last(visits).outcome}`), W - 10, base, `sans end ${end ? 'b' : 'i2'}`));
    const row = svg('g', {});
    node.append(row);
    if (table.entry(slot)) table.fill(slot, row, base, cls);
    /* Of a dispatch table the trace holds only the types that were copied. */
    else if (!table.whole && end?.outcome !== 'empty') row.append(text(visits.length ? t('table.another') : '?', TABLE_X + 12, base, 'sans i3 sm'));
    else if (!visits.length) row.append(text('·', TABLE_X + 16, base, 'i3'));
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
      node.append(svg('g', { class: `f-memo probe ${hot ? 'hot' : ''}` }, svg('path', { class: 'sig', d }), arrowHead(tip, y, hot ? 1.15 : 1)));
    });
    for (const [slot, numbers] of seen)
      node.append(text(numbers.length > 2 ? `${numbers[0]}…` : numbers.join(','), 0, yOf.get(slot) + 6.5, numbers.includes(path.length) ? 'b' : 'b i2'));
  }

  /** The whole table as a strip: what is used, what was visited. */
  function drawMap({ used, whole }, size, path, y) {
    const bins = Math.min(size, MAP_BINS);
    const per = size / bins;
    const w = (W - TABLE_X) / bins;
    const counts = new Array(bins).fill(0);
    for (const slot of used) counts[Math.floor(slot / per)]++;
    let dense = '';
    let sparse = '';
    counts.forEach((n, i) => {
      const cell = `M${TABLE_X + i * w},${y} h${Math.max(0.6, w - 0.8)} v12 h${-Math.max(0.6, w - 0.8)} Z`;
      if (n / per > 0.5) dense += cell;
      else if (n) sparse += cell;
    });
    node.append(text(t(whole ? 'table.all' : 'table.seen'), SLOT_END, y + 12, 'end sans i3 sm'), svg('rect', { class: 'hair', x: TABLE_X, y: y - 2, width: W - TABLE_X, height: 16 }),
      svg('path', { class: 'used', d: dense }), svg('path', { class: 'used half', d: sparse }));
    for (const { slot } of path) {
      const x = TABLE_X + (Math.floor(slot / per) + 0.5) * w;
      node.append(svg('path', { class: 'sig f-memo', d: `M${x},${y - 5} v22` }));
    }
    return y + 20;
  }

  function drawStatus({ lookup, status, lg }, y, height, ended) {
    if (status && ended) node.append(text(status, W, HEAD_Y, 'sans end b f-memo-text'));
    if (lookup?.missing && lg) node.append(text(t(lookup.missing), 0, BITS.y + 24, 'sans i2'));
    drawWarning(lookup?.warning, Math.min(height - 8, y + 26));
  }

  function drawWarning(warning, y) {
    if (warning) node.append(svg('rect', { class: 'bg', x: 0, y: y - 20, width: W, height: 28 }), text(`✕ ${t(warning.key, warning.values)}`, 0, y, 'sans b warning'));
  }

  return { node, draw };
}

/** Units from top to bottom when the picture is as wide as its pane. @param {HTMLElement} box @param {number} lg */
export function heightFor(box, lg) {
  const { width, height } = box.getBoundingClientRect();
  const room = width && height ? Math.max(300, Math.round((W * height) / width)) : 440;
  return Math.max(room, 2 ** lg <= SMALL ? ROWS_Y + SMALL * ROW_MIN + 8 : 0);
}

/** How many of the slots lie in a range. @param {Iterable<number>} slots */
function counter(slots) {
  return (from, to) => {
    let count = 0;
    for (const slot of slots) if (slot >= from && slot <= to) count++;
    return count;
  };
}

/** The steps of a lookup as rows of a table. @param {import('../graph/lookup.js').Lookup|null} lookup @param {(key: string, values?: any) => string} t @param {number} most */
export function walkRows(lookup, t, most) {
  return (lookup?.path ?? []).slice(0, most).map((p, k) => [k + 1, formula(lookup.path, k, lookup.lg), p.slot, t(`table.${p.outcome}`)]);
}
