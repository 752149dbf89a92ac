/**
 * How many events of each family lie in any stretch of a trace, at any zoom: running sums per block of events, so that
 * a pixel costs two looks however many events it stands for.  A growing trace is continued.
 */
import { FAMILIES } from '../../vocabulary.js';

const BLOCK = 64;
/** From this many events a pixel, its edges are those of the nearest blocks: less than a quarter of a pixel off. */
const COARSE = 4 * BLOCK;

class Density {
  /** @param {any} trace */
  constructor(trace) {
    this.trace = trace;
    this.blocks = 0;
    /** By family: how many of its events lie before block i. */
    this.sums = FAMILIES.map(() => new Uint32Array(1024));
  }

  /** Takes in the whole blocks that have come. */
  extend() {
    const { family } = this.trace.events;
    const whole = Math.floor(this.trace.eventCount / BLOCK);
    if (whole >= this.sums[0].length) this.#grow(Math.max(whole + 1, this.sums[0].length * 2));
    for (; this.blocks < whole; this.blocks++) {
      for (const sums of this.sums) sums[this.blocks + 1] = sums[this.blocks];
      const end = (this.blocks + 1) * BLOCK;
      for (let n = this.blocks * BLOCK; n < end; n++) this.sums[family[n]][this.blocks + 1]++;
    }
    return this;
  }

  #grow(length) {
    this.sums = this.sums.map((old) => {
      const sums = new Uint32Array(length);
      sums.set(old);
      return sums;
    });
  }

  /**
   * Events per family and pixel of a window; `full` is the highest count of all, which is drawn full.
   * @param {{start: number, span: number}} view @param {number} width
   */
  bins(view, width) {
    const counts = FAMILIES.map(() => new Uint32Array(width));
    if (view.span / width >= COARSE) this.#coarse(view, width, counts);
    else this.#fine(view, width, counts);
    let full = 1;
    for (const lane of counts) for (const count of lane) full = Math.max(full, count);
    return { counts, full };
  }

  #fine(view, width, counts) {
    const { events, eventCount } = this.trace;
    const to = Math.min(eventCount, Math.ceil(view.start + view.span));
    const scale = width / view.span;
    for (let n = Math.max(0, Math.floor(view.start)); n < to; n++) {
      const px = ((n - view.start) * scale) | 0;
      if (px >= 0 && px < width) counts[events.family[n]][px]++;
    }
  }

  #coarse(view, width, counts) {
    const edge = (px) => Math.max(0, Math.min(this.blocks, Math.round((view.start + (px * view.span) / width) / BLOCK)));
    this.sums.forEach((sums, family) => {
      let before = edge(0);
      for (let px = 0; px < width; px++) {
        const after = edge(px + 1);
        counts[family][px] = sums[after] - sums[before];
        before = after;
      }
    });
    this.#tail(view, width, counts);
  }

  /** The last events, fewer than a block. */
  #tail(view, width, counts) {
    const { events, eventCount } = this.trace;
    for (let n = this.blocks * BLOCK; n < eventCount; n++) {
      const px = Math.min(width - 1, ((n - view.start) * (width / view.span)) | 0);
      if (px >= 0) counts[events.family[n]][px]++;
    }
  }
}

/** @type {WeakMap<object, Density>} */
const known = new WeakMap();

/** @param {any} trace @returns {Density} */
export default function densityOf(trace) {
  let density = known.get(trace);
  if (!density) known.set(trace, (density = new Density(trace)));
  return density.extend();
}

/**
 * Pixels on which at least one of the ascending numbers falls: each found by a search from the one before.
 * @param {{list: Uint32Array, length: number, upTo(n: number): number}} matches
 * @param {{start: number, span: number, x(n: number, width: number): number}} view @param {number} width
 * @returns {Generator<{x: number, count: number}>}
 */
export function* matchPixels(matches, view, width) {
  let at = matches.upTo(Math.ceil(view.start) - 1);
  while (at < matches.length && matches.list[at] < view.start + view.span) {
    const x = view.x(matches.list[at] + 0.5, width);
    const end = view.start + ((Math.floor(x) + 1) / width) * view.span - 0.5;
    const next = Math.max(at + 1, matches.upTo(Math.ceil(end) - 1));
    yield { x, count: next - at };
    at = next;
  }
}
