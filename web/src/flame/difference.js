/** Two traces' paths side by side: what each frame of one cost in the other, and what the other alone has. */
import { pathsOf } from './tree.js';

/**
 * @param {import('./tree.js').Frames} frames left-heavy, of the one
 * @param {any} base the other trace @param {import('./cost.js').Cost} baseCost
 * @returns {{before: Float64Array, gone: number, goneCost: number}} before: by frame, its cost in the other; gone: paths that
 *   only the other has, and what those cost that hang on none such
 */
export default function difference(frames, base, baseCost) {
  const { root } = pathsOf(base, baseCost);
  const before = new Float64Array(frames.length);
  const seen = new Set();
  const paths = new Array(frames.length);
  for (let f = 0; f < frames.length; f++) {
    const above = frames.parent[f] < 0 ? root : paths[frames.parent[f]];
    const path = above?.below.get(frames.keys[f]) ?? null;
    paths[f] = path;
    if (!path) continue;
    seen.add(path);
    before[f] = path.total;
  }
  return { before, ...lost(root, seen) };
}

function lost(root, seen) {
  let [gone, goneCost] = [0, 0];
  const open = [...root.below.values()].map((path) => [path, true]);
  while (open.length) {
    const [path, top] = open.pop();
    const there = seen.has(path);
    if (!there) gone++;
    if (!there && top) goneCost += path.total;
    for (const one of path.below.values()) open.push([one, there]);
  }
  return { gone, goneCost };
}
