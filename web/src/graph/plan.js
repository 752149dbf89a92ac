/* What could be drawn of a run, the richest first, as plans that the arranger chooses the first fitting one of: sizes and
 * references only, so that they can be handed to a worker. */
import { identity } from '../identity.js';
import { CHIP, FULL, NAME, small } from './boxes.js';
import { EDGE } from './layout.js';
import { incomingOf, objectsIn, select, wayTo } from './shown.js';
import { NONE } from './structure.js';

const STUB = 10;       /* a row's wire leaves its box this far to the right */
const STUB_STEP = 7;
const PORT = 16;       /* where all the wires of a chip leave it */
const WHOLE_MAX = 60;  /* with more objects it is folded at once */
const BUDGETS = [44, 36, 30, 26, 23, 20, 18, 16, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1];
const LINE_MIN = 90;   /* no line with its gap is much narrower: more of them than that cannot fit a row */
const LEAST = 6;       /* budgets up to this are tried in any room */
const TINY = 3;        /* a box with no more cells stays a box among chips */
/** Kept free under a graph with chips: the object in hand, with three of its rows. */
export const INSET = { gap: 18, room: 34 + 3 * 33 };
const CHANNEL = { boxes: 40, chips: 25 };

/** @param {number} node */
export const boxId = (node) => `n${node}`;
/** @param {import('./shown.js').Skip} skip */
export const skipId = (skip) => `s${skip.to}`;

/**
 * @typedef {import('./shown.js').Shown & {detail: string}} Drawable
 * @typedef {{focus: number, opened: Set<number>, closed: Set<number>, most: number, inset?: boolean}} Wish
 * most: boxes that may fit; inset: whether the object in hand is opened below lines
 */

/** @param {any} trace @param {import('./structure.js').Run} run @param {number} node @returns {import('../identity.js').Identity & {type: string, width: number}} */
export function nameParts(trace, run, node) {
  const who = identity(trace, run.node.ref[node]);
  const typeName = String(trace.objects[run.node.ref[node]]?.typeName ?? '');
  const type = typeName === 'list' || typeName === 'dict' || who.name.startsWith(typeName) ? '' : typeName;
  return { ...who, type, width: NAME.glyph + (who.name.length + 1) * NAME.char + (type ? 10 + type.length * 11 : 0) };
}

/** The name on a chip: its end, which tells more than its beginning. @param {any} trace @param {import('./structure.js').Run} run @param {number} node */
export function chipName(trace, run, node) {
  const { name } = identity(trace, run.node.ref[node]);
  if (name.length <= CHIP.short) return name;
  const end = /[.[][^.[]*$/.exec(name)?.[0] ?? name;
  const short = end.length < name.length ? `…${end}` : name;
  return short.length > CHIP.name ? `…${short.slice(1 - CHIP.name)}` : short;
}

/**
 * @param {any} trace @param {import('./structure.js').Run} run @param {import('./layout.js').Room} room @param {Wish} wish
 * @returns {{shown: Drawable, plan: import('./layout.js').Plan}[]}
 */
export function plansFor(trace, run, room, wish) {
  const limits = small(room.w - EDGE);
  const nameOf = (/** @type {number} */ node) => chipName(trace, run, node);
  const tiny = (/** @type {any} */ box) => !(box.shape === 'cells' && !box.live && box.count <= TINY) && box.shape !== 'opaque';
  const whole = objectsIn(trace, run) <= Math.min(WHOLE_MAX, wish.most) && wish.closed.size === 0;
  const made = [];
  const add = (detail, choice) => {
    const shown = { ...select(trace, run, { ...wish, nameOf, width: room.w - EDGE, ...choice }), detail };
    const before = made[made.length - 1]?.shown;
    if (before?.detail === detail && detail === 'chips' && before.boxes.size === shown.boxes.size) return;
    made.push({ shown, plan: planOf(trace, run, shown, wish.inset) });
  };
  if (whole) {
    add('full', { budget: WHOLE_MAX, focus: NONE, limits: FULL });
    add('full', { budget: WHOLE_MAX, focus: NONE, limits });
    add('chips', { budget: WHOLE_MAX, focus: NONE, limits, chips: tiny });
    add('chips', { budget: WHOLE_MAX, focus: NONE, chips: true });
  }
  const rows = Math.ceil((room.h - (wish.inset === false ? 0 : INSET.gap + INSET.room)) / (CHIP.height + CHANNEL.chips));
  const most = Math.max(LEAST, Math.min(wish.most, rows * Math.ceil(room.w / LINE_MIN)));
  for (const budget of BUDGETS) if (budget < objectsIn(trace, run) && budget <= most) add('chips', { budget, chips: true });
  if (!made.length) add('chips', { budget: 1, chips: true });
  return made;
}

/** Sizes and references of what is shown. @param {any} trace @param {import('./structure.js').Run} run @param {Drawable} shown
 * @param {boolean} [inset] @returns {import('./layout.js').Plan} */
export function planOf(trace, run, shown, inset = true) {
  const items = [];
  for (const [node, box] of shown.boxes) {
    const chip = box.shape === 'chip';
    const stubs = box.shape === 'rows' ? STUB + STUB_STEP * box.entries.length : 0;
    items.push({ id: boxId(node), w: box.w, h: box.h, head: chip ? 0 : NAME.height, name: chip ? 0 : nameParts(trace, run, node).width, stubs });
  }
  for (const skip of shown.skips) {
    const w = Math.round(skipText(skip).length * CHIP.char + CHIP.glyph);
    items.push({ id: skipId(skip), w, h: CHIP.height, head: 0, name: 0, stubs: 0 });
  }
  const lines = shown.detail === 'chips';
  const chips = [...shown.boxes.values()].some((box) => box.shape === 'chip');
  const below = lines && chips && inset ? INSET.gap + INSET.room : 0;
  return { items, edges: edgesOf(run, shown), below, channel: lines ? CHANNEL.chips : CHANNEL.boxes };
}

/** @param {import('./shown.js').Skip} skip */
export const skipText = (skip) => `⋮ ${skip.count.toLocaleString('en')}`;

/** @param {import('./structure.js').Run} run @param {Drawable} shown @returns {import('./layout.js').Edge[]} */
function edgesOf(run, shown) {
  /** @type {import('./layout.js').Edge[]} */
  const edges = [];
  for (const [from, box] of shown.boxes) {
    box.entries.forEach((e, i) => {
      for (const l of [e.link, e.keyLink]) {
        if (l === NONE) continue;
        const to = run.boxOf(run.link.child[l]);
        if (!run.isAtom(to) && shown.boxes.has(to)) edges.push({ from: boxId(from), to: boxId(to), links: [l], ...portOf(box, e, l === e.keyLink, i) });
      }
    });
  }
  lineEdges(run, shown, edges);
  for (const skip of shown.skips)
    edges.push({ from: boxId(skip.from), to: skipId(skip), links: [], ...PLUG }, { from: skipId(skip), to: boxId(skip.to), links: [], ...PLUG });
  return edges;
}

/** One wire for all the references of a line to one object, in the order of the first of them. @param {import('./structure.js').Run} run
 * @param {Drawable} shown @param {import('./layout.js').Edge[]} edges */
function lineEdges(run, shown, edges) {
  const { first, list } = incomingOf(run);
  const { link, node } = run;
  /** @type {Map<string, import('./layout.js').Edge>} */
  const made = new Map();
  for (const to of shown.boxes.keys())
    for (let i = first[to]; i < first[to + 1]; i++) {
      const l = list[i];
      const from = run.boxOf(link.parent[l]);
      if (shown.boxes.get(from)?.shape !== 'chip' || (node.fold[to] !== NONE && node.tree[to] === l)) continue;
      const key = `${from} ${to}`;
      const edge = made.get(key);
      if (edge) edge.links.push(l);
      else made.set(key, { from: boxId(from), to: boxId(to), links: [l], ...PLUG });
    }
  edges.push(...[...made.values()].sort((a, b) => a.links[0] - b.links[0]));
}

const PLUG = { port: { x: PORT, y: CHIP.height }, out: 0, bus: true };

/** Where a reference begins: the dot in its cell, and how far right its wire goes before it turns down.
 * @param {import('./boxes.js').Box} box @param {import('./boxes.js').Entry} e @param {boolean} isKey @param {number} i
 * @returns {{port: {x: number, y: number}, out: number}} */
function portOf(box, e, isKey, i) {
  if (box.shape !== 'rows') return { port: { x: e.x + e.w / 2, y: e.y + e.h * 0.62 }, out: 0 };
  const x = isKey ? e.split - 14 : (e.split + e.w) / 2;
  return { port: { x, y: e.y + e.h / 2 }, out: box.w + STUB + STUB_STEP * (box.entries.length - i) };
}

/** What tells one picture from another: where the object in hand is not drawn without its way, the way.
 * @param {import('./structure.js').Run} run @param {Drawable|null} shown @param {number} node */
export const needsWay = (run, shown, node) => shown !== null && node !== NONE && wayTo(run, node).some((box) => !shown.boxes.has(box));
