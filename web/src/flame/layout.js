/** Which frames are seen in a window of the scale, and where: of those that fall on one pixel of a row, one. */

/**
 * @param {import('./tree.js').Frames} frames
 * @param {{from: number, to: number, width: number}} window the stretch of the scale that fills the width
 * @returns {Generator<{frame: number, left: number, right: number}>}
 */
export function* seen(frames, { from, to, width }) {
  const { begin, end, depth, length } = frames;
  const drawnTo = new Float64Array(frames.depths + 1).fill(-1);
  const by = width / Math.max(Number.MIN_VALUE, to - from);
  for (let frame = 0; frame < length; frame++) {
    if (end[frame] <= from || begin[frame] >= to) continue;
    const left = Math.max(0, (begin[frame] - from) * by);
    const right = Math.min(width, (end[frame] - from) * by);
    if (right - left < 1 && right < drawnTo[depth[frame]] + 1) continue;
    drawnTo[depth[frame]] = right;
    yield { frame, left, right };
  }
}

/** The frame at a place of the scale in a row, or -1. @param {import('./tree.js').Frames} frames @param {number} at @param {number} row */
export function frameAt(frames, at, row) {
  for (let frame = 0; frame < frames.length; frame++) {
    if (frames.depth[frame] === row && frames.begin[frame] <= at && at < frames.end[frame]) return frame;
  }
  return -1;
}

/** The frame next to one, as an arrow key goes: up to what called it, down into its dearest, along its row. */
export function neighbour(frames, frame, key) {
  if (frame < 0) return frames.length ? 0 : -1;
  if (key === 'ArrowUp') return frames.parent[frame] < 0 ? frame : frames.parent[frame];
  const step = key === 'ArrowLeft' ? -1 : 1;
  if (key === 'ArrowDown') {
    let best = frame;
    for (let f = frame + 1; f < frames.length && frames.depth[f] > frames.depth[frame]; f++) {
      if (frames.parent[f] === frame && (best === frame || cost(frames, f) > cost(frames, best))) best = f;
    }
    return best;
  }
  for (let f = frame + step; f >= 0 && f < frames.length; f += step) if (frames.depth[f] === frames.depth[frame] && cost(frames, f) > 0) return f;
  return frame;
}

const cost = (frames, f) => frames.end[f] - frames.begin[f];
