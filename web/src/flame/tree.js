/**
 * The frames of a flame graph.  In order of time there is one for each call, where it happened; left-heavy, calls
 * with the same path of roles and types are one, and the dearest stand left.  Frames are rows of typed arrays.
 */
import { opName } from './names.js';

const OPS = ['deepcopy', 'copy', 'replace'];

/**
 * @typedef {object} Frames
 * @property {number} length
 * @property {Float64Array} begin   where it stands on the scale of the cost
 * @property {Float64Array} end
 * @property {Float64Array} self    what of it no frame below it has
 * @property {Uint16Array} depth    from 0
 * @property {Int32Array} parent    -1 for none
 * @property {Uint32Array} first    its call, the first of them
 * @property {Uint32Array} count    how many calls it stands for
 * @property {string[]} [keys]      left-heavy: a path's last step, by frame
 * @property {number} all           the whole scale
 * @property {number} depths        how many rows there are
 */

/** One frame for each call. @param {any} trace @param {import('./cost.js').Cost} cost @returns {Frames} */
export function inTime(trace, cost) {
  const { calls } = trace;
  const { length } = calls;
  return {
    length, ...cost, all: cost.all, depth: calls.depth.subarray(0, length), parent: calls.parent.subarray(0, length),
    first: Uint32Array.from({ length }, (_, c) => c), count: new Uint32Array(length).fill(1), depths: trace.history.maxDepth,
  };
}

/** A path in the making. */
class Path {
  constructor(key, parent, first) {
    this.key = key;
    this.parent = parent;
    this.first = first;
    this.depth = parent ? parent.depth + 1 : 0;
    this.total = 0;
    this.self = 0;
    this.count = 0;
    /** @type {Map<string, Path>} */
    this.below = new Map();
  }

  step(key, first) {
    let path = this.below.get(key);
    if (!path) this.below.set(key, (path = new Path(key, this, first)));
    return path;
  }
}

/** How a call is told from others on a path: what was called, as what, on which type; the same text in any trace.
 * @param {any} trace @returns {(c: number) => string} */
function stepsBy(trace) {
  const { calls, objects, types } = trace;
  /** @type {Map<number, string>} a text for each of the few combinations, not for each call */
  const texts = new Map();
  return (c) => {
    const ref = objects[calls.obj[c]]?.type ?? 0;
    const op = opName(trace, c);
    const code = (ref * 16 + calls.role[c]) * OPS.length + OPS.indexOf(op);
    let text = texts.get(code);
    if (text === undefined) texts.set(code, (text = `${op}\t${calls.role[c]}\t${types[ref] ? `${types[ref].module}.${types[ref].name}` : '?'}`));
    return text;
  };
}

/** The tree of all paths, its root standing for no call. @param {any} trace @param {import('./cost.js').Cost} cost */
export function pathsOf(trace, cost) {
  const { calls } = trace;
  const step = stepsBy(trace);
  const root = new Path('', null, 0);
  root.depth = -1;
  /** @type {Path[]} */
  const of = new Array(calls.length);
  for (let c = 0; c < calls.length; c++) {
    const path = (calls.parent[c] >= 0 ? of[calls.parent[c]] : root).step(step(c), c);
    of[c] = path;
    path.total += cost.end[c] - cost.begin[c];
    path.self += cost.self[c];
    path.count++;
  }
  return { root, of };
}

/** Calls of one path as one frame, the dearest left. @param {any} trace @param {import('./cost.js').Cost} cost */
export function leftHeavy(trace, cost) {
  const { root, of } = pathsOf(trace, cost);
  /** @type {Path[]} */
  const list = [];
  /** @type {Map<Path, number>} */
  const number = new Map();
  const begins = [];
  // Depth first with a list of our own: a path may be as deep as the interpreter's stack.
  const open = [{ path: root, at: 0 }];
  while (open.length) {
    const { path, at } = open.pop();
    if (path !== root) {
      number.set(path, list.length);
      begins.push(at);
      list.push(path);
    }
    const below = [...path.below.values()].sort((a, b) => b.total - a.total || (a.key < b.key ? -1 : 1));
    const places = [];
    let next = at;
    for (const one of below) {
      places.push({ path: one, at: next });
      next += one.total;
    }
    open.push(...places.reverse());
  }
  return { frames: framesOf(list, begins, number, root), frameOf: (c) => number.get(of[c]) ?? -1 };
}

/** @returns {Frames} */
function framesOf(list, begins, number, root) {
  return {
    length: list.length, begin: Float64Array.from(begins), end: Float64Array.from(list, (path, i) => begins[i] + path.total),
    self: Float64Array.from(list, (path) => path.self), depth: Uint16Array.from(list, (path) => path.depth),
    parent: Int32Array.from(list, (path) => number.get(path.parent) ?? -1),
    first: Uint32Array.from(list, (path) => path.first), count: Uint32Array.from(list, (path) => path.count), keys: list.map(({ key }) => key),
    all: [...root.below.values()].reduce((sum, { total }) => sum + total, 0), depths: list.reduce((most, { depth }) => Math.max(most, depth + 1), 0),
  };
}
