/** The arithmetic of the timeline, without a DOM: the window in view, bins per pixel, ticks, calls worth drawing. */
import { countUpTo } from '../../columns.js';
import { OPEN } from '../../history.js';
import { FAMILIES } from '../../vocabulary.js';

const MIN_SPAN = 12;

/** The stretch of events in view, [start, end) in event numbers; whole trace until zoomed. */
export function timeWindow() {
  let start = 0;
  let end = 1;

  function clamp(count) {
    const span = Math.min(Math.max(MIN_SPAN, end - start), Math.max(1, count));
    start = Math.max(0, Math.min(start, count - span));
    end = start + span;
  }

  return {
    get start() { return start; },
    get end() { return end; },
    get span() { return end - start; },

    x(n, width) { return ((n - start) / (end - start)) * width; },
    n(x, width) { return start + (x / width) * (end - start); },

    /** Shows everything, unless zoomed in; `reset` also then. */
    fit(count, reset = false) {
      if (reset || end - start >= count * 0.5 || end <= 1) {
        start = 0;
        end = Math.max(1, count);
      }
      clamp(count);
    },

    zoom(factor, n, count) {
      start = n - (n - start) * factor;
      end = n + (end - n) * factor;
      clamp(count);
    },

    pan(by, count) {
      start += by;
      end += by;
      clamp(count);
    },

    /** Moves so that n is in view; returns whether it had to. */
    reveal(n, count) {
      if (n >= start && n + 1 <= end) return false;
      const span = end - start;
      start = n < start ? n - span * 0.2 : n + 1 - span * 0.8;
      end = start + span;
      clamp(count);
      return true;
    },
  };
}

/** Events per family and pixel; `full` is the highest count of all, which is drawn full. */
export function density(trace, view, width) {
  const counts = FAMILIES.map(() => new Uint32Array(width));
  const from = Math.max(0, Math.floor(view.start));
  const to = Math.min(trace.eventCount, Math.ceil(view.end));
  const scale = width / view.span;
  const { family } = trace.events;
  for (let n = from; n < to; n++) {
    const px = ((n - view.start) * scale) | 0;
    if (px >= 0 && px < width) counts[family[n]][px]++;
  }
  let full = 1;
  for (const lane of counts) for (const count of lane) full = Math.max(full, count);
  return { counts, full };
}

/** Event numbers to label: 1 and round steps, at least `gap` pixels apart. */
export function ticks(view, count, width, gap) {
  const steps = [1, 2, 5];
  let step = 1;
  for (let i = 0; (step * width) / view.span < gap; i++) step = steps[(i + 1) % 3] * 10 ** Math.floor((i + 1) / 3);
  const out = [];
  for (let shown = Math.max(step, Math.ceil(view.start / step) * step); shown <= view.end; shown += step) {
    if (shown <= count) out.push(shown - 1);
  }
  if (step > 1 && view.start < 0.5 && (out.length === 0 || ((out[0]) * width) / view.span > gap * 0.6)) out.unshift(0);
  return out;
}

/**
 * Calls that are seen in the window, with their edges in pixels; of calls that fall on one pixel of a row, one.
 * @returns {Generator<{index: number, left: number, right: number}>}
 */
export function* visibleCalls(trace, view, width) {
  const { calls } = trace;
  const drawnTo = new Float64Array(trace.history.maxDepth + 1).fill(-1);
  const last = countUpTo(calls.open, calls.length, Math.ceil(view.end));
  for (let index = 0; index < last; index++) {
    const close = calls.close[index] === OPEN ? trace.eventCount : calls.close[index] + 1;
    if (close <= view.start) continue;
    const left = Math.max(-4, view.x(calls.open[index], width));
    const right = Math.min(width + 4, view.x(close, width));
    const depth = calls.depth[index];
    if (right - left < 1 && right < drawnTo[depth] + 1) continue;
    drawnTo[depth] = right;
    yield { index, left, right };
  }
}
