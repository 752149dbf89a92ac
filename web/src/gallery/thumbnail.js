/** A trace in a small picture: how deep the calls nest, and below it where the events of each family are. */
import { svg } from '../dom.js';

const WIDTH = 288;
const DEEP = 54; // px for the deepest nest
const LANE = 11;
const LANES = ['dispatch', 'memo', 'build', 'fast', 'error'];

/** @param {{depth: number[], lanes: Record<string, number[]>}} summary @param {string} name */
export default function thumbnail({ depth, lanes }, name) {
  const step = WIDTH / depth.length;
  const round = (x) => Math.round(x * 10) / 10;
  const most = Math.max(1, ...depth);
  const outline = depth.map((deep, i) => `L${round(i * step)},${round(DEEP * (1 - deep / most))}H${round((i + 1) * step)}`).join('');
  const marks = LANES.flatMap((family, row) => {
    const counts = lanes[family] ?? [];
    const highest = Math.max(1, ...counts);
    return counts.flatMap((count, i) => (count ? [svg('rect', {
      class: `f-${family}`, x: round(i * step), y: DEEP + 6 + row * LANE, width: round(Math.max(1, step - 0.6)), height: LANE - 4, opacity: round(0.25 + 0.75 * (count / highest)),
    })] : []));
  });
  return svg('svg', { viewBox: `0 0 ${WIDTH} ${DEEP + 6 + LANES.length * LANE}`, role: 'img', 'aria-label': name },
    svg('path', { class: 'depth', d: `M0,${DEEP}${outline}V${DEEP}Z` }), ...marks);
}
