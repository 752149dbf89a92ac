/* One name, one glyph and one hue for an object's whole life; its copy has the same, outlined, and a prime. */
import { NONE, structureOf } from './graph/structure.js';
import { accessor, typeName } from './graph/text.js';

/** Shapes by name; diamond, square, chevrons, cross and pointing triangle belong to the event families. */
export const GLYPHS = {
  hexagon: 'M-9,0 L-4.5,-8 H4.5 L9,0 L4.5,8 H-4.5 Z',
  circle: 'M-8.5,0 A8.5,8.5 0 1 1 8.5,0 A8.5,8.5 0 1 1 -8.5,0 Z',
  triangle: 'M0,-9 L9,7 H-9 Z',
  pentagon: 'M0,-9 L9,-2.4 L5.6,8 H-5.6 L-9,-2.4 Z',
  halfdisc: 'M-9,5.5 A9,11 0 0 1 9,5.5 Z',
  plus: 'M-3,-8.5 H3 V-3 H8.5 V3 H3 V8.5 H-3 V3 H-8.5 V-3 H-3 Z',
  trapezoid: 'M-5,-7 H5 L9,7 H-9 Z',
};
export const HUES = 8;

const ORDER = ['hexagon', 'circle', 'pentagon', 'halfdisc', 'plus', 'trapezoid', 'triangle'];
const HUE_ORDER = [1, 2, 4, 5, 6, 7, 8, 3];
const MEMO = { glyph: 'triangle', hue: 3 };
const CS_OBJ_COPY = 1;
const CS_OBJ_MEMO = 2;
const NAME_MAX = 20;
const PATH_DEPTH = 4;

/**
 * @typedef {{name: string, glyph: string, hue: number, prime: boolean, short: string, atom: boolean}} Identity
 * glyph: a key of GLYPHS, or "" for an atomic value; hue: 1 to HUES, the CSS class o1 to o8
 */

/** Who is who in a trace, kept up while it grows. */
class Registry {
  constructor() {
    /** @type {Map<number, number>} original's ref → its number among the objects that are not atomic */
    this.order = new Map();
    /** @type {Map<number, {run: import('./graph/structure.js').Run, node: number}>} */
    this.places = new Map();
    /** @type {Map<number, number>} */
    this.originals = new Map();
    this.run = 0;
    this.node = 0;
    this.records = -1;
  }

  /** @param {any} trace */
  extend(trace) {
    if (this.records === trace.records.length) return this;
    this.records = trace.records.length;
    const { runs } = structureOf(trace);
    for (; this.run < runs.length; this.run++, this.node = 0) {
      const run = runs[this.run];
      for (; this.node < run.node.ref.length; this.node++) this.#add(run, this.node);
      for (const [copy, node] of run.nodeOfCopy) if (!this.originals.has(copy)) this.originals.set(copy, run.node.ref[node]);
      if (this.run === runs.length - 1) break;
    }
    return this;
  }

  /** @param {import('./graph/structure.js').Run} run @param {number} node */
  #add(run, node) {
    const ref = run.node.ref[node];
    if (!this.places.has(ref)) this.places.set(ref, { run, node });
    if (run.isAtom(node) || run.node.fold[node] !== NONE || this.order.has(ref)) return;
    this.order.set(ref, this.order.size);
  }
}

/** @type {WeakMap<object, Registry>} */
const registries = new WeakMap();

/** @param {any} trace */
function registry(trace) {
  let r = registries.get(trace);
  if (!r) registries.set(trace, (r = new Registry()));
  return r.extend(trace);
}

/** The last six hexadecimal digits of an address. @param {bigint} addr */
export function shortAddress(addr) {
  return `…${addr.toString(16).padStart(6, '0').slice(-6)}`;
}

/** The original of a copy, or the object itself. @param {any} trace @param {number} ref */
export function originalOf(trace, ref) {
  return registry(trace).originals.get(ref) ?? ref;
}

/** @param {any} trace @param {Registry} reg @param {number} ref @param {number} depth @returns {string} */
function nameOf(trace, reg, ref, depth) {
  const object = trace.objects[ref];
  if (object && object.name) return object.name;
  const place = reg.places.get(ref);
  if (!place) return '';
  const { run, node } = place;
  const link = run.node.tree[node];
  if (link === NONE || depth === 0) return '';
  const holder = nameOf(trace, reg, run.node.ref[run.boxOf(run.link.parent[link])], depth - 1);
  const path = run.node.fold[node] !== NONE ? '.__dict__' : accessor(trace, run, link);
  return holder && path ? `${holder}${path}` : '';
}

/** @param {any} trace @param {number} ref @returns {Identity} */
export function identity(trace, ref) {
  const reg = registry(trace);
  const object = trace.objects[ref];
  const short = object ? shortAddress(object.addr) : '…';
  if (object && object.flags & CS_OBJ_MEMO && !reg.order.has(ref))
    return { name: object.name || 'memo', ...MEMO, prime: false, short, atom: false };
  const original = reg.originals.get(ref) ?? ref;
  const prime = original !== ref || Boolean(object && object.flags & CS_OBJ_COPY && !reg.places.has(ref));
  const place = reg.places.get(original);
  const atom = Boolean(place && place.run.isAtom(place.node));
  const path = nameOf(trace, reg, original, PATH_DEPTH);
  const order = reg.order.get(place ? place.run.node.ref[place.run.boxOf(place.node)] : original);
  const text = atom && object ? object.text : '';
  let name = text && text.length <= NAME_MAX ? text : path.length <= NAME_MAX ? path : '';
  if (!name && atom && object) name = object.text || typeName(trace, ref);
  if (!name) name = order === undefined ? typeName(trace, original) : `${typeName(trace, original)} ${order + 1}`;
  if (atom || order === undefined) return { name, glyph: '', hue: 1, prime, short, atom };
  return {
    name: prime ? `${name}′` : name, glyph: ORDER[order % ORDER.length], hue: HUE_ORDER[order % HUE_ORDER.length], prime, short, atom,
  };
}

export default identity;
