/** The arithmetic of the timeline, without a DOM: the window in view, bins per pixel, ticks, calls worth drawing. */
import { countUpTo } from '../../columns.js';
import { OPEN } from '../../history.js';

const MIN_SPAN = 1; // a single event fills the width

/** The stretch of events in view, [start, end) in event numbers; whole trace until zoomed. */
export function timeWindow() {
  let start = 0;
  let end = 1;
  let whole = true; // all there was when it last moved

  /** What an address asked to be shown, until a trace is there. @type {[number, number]|null} */
  let wished = null;

  function clamp(count) {
    const span = Math.min(Math.max(MIN_SPAN, end - start), Math.max(1, count));
    start = Math.max(0, Math.min(start, count - span));
    end = start + span;
    whole = span >= count;
  }

  return {
    get start() { return start; },
    get end() { return end; },
    get span() { return end - start; },

    x(n, width) { return ((n - start) / (end - start)) * width; },
    n(x, width) { return start + (x / width) * (end - start); },

    /** Shows everything, unless zoomed in; `reset` also then. */
    fit(count, reset = false) {
      if (wished && wished[0] < count) {
        [start, end] = wished;
        wished = null;
      } else if (reset || whole) {
        start = 0;
        end = Math.max(1, count);
      }
      clamp(count);
    },

    zoom(factor, n, count) {
      const by = Math.min(factor, (2 * count) / (end - start));
      start = n - (n - start) * by;
      end = n + (end - n) * by;
      clamp(count);
    },

    /** Shows the events from one to another. */
    show(from, to, count) {
      [start, end] = [from, Math.max(from + MIN_SPAN, to)];
      clamp(count);
    },

    /** Shows them as soon as the trace has them. */
    wish(from, to) { wished = to > from ? [from, to] : null; },

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
  const last = countUpTo(calls.open, calls.length, Math.ceil(view.end) - 1);
  const first = countUpTo(calls.open, calls.length, Math.floor(view.start) - 1);
  const before = openAt(calls, first, view.start);
  for (let i = -before.length; i < last - first; i++) {
    const index = i < 0 ? before[i + before.length] : first + i;
    const close = calls.close[index] === OPEN ? trace.eventCount : calls.close[index] + 1;
    const left = Math.max(-4, view.x(calls.open[index], width));
    const right = Math.min(width + 4, view.x(close, width));
    const depth = calls.depth[index];
    if (right - left < 1 && right < drawnTo[depth] + 1) continue;
    drawnTo[depth] = right;
    yield { index, left, right };
  }
}

/** Calls made before call `first` that are still open at an event, outermost first: the last one made, and its callers. */
function openAt(calls, first, event) {
  const open = [];
  for (let c = first - 1; c >= 0; c = calls.parent[c]) if (calls.close[c] === OPEN || calls.close[c] + 1 > event) open.push(c);
  return open.reverse();
}
