/* The memo between the two sides: a dashed line from each original to the copy that the memo holds for it. */
import { svg } from '../dom.js';
import { happened } from './moment.js';
import { ARROW } from './scene.js';
import { NONE } from './structure.js';

const DIAMOND = 'M0,-8 L8,0 L0,8 L-8,0 Z';

/** @typedef {{w: number, h: number, half: number, unit: number, offset: number, head: number, view: {k: number, x: number, y: number}}} Window */

/** @param {SVGElement} into @param {any} scene @param {Window} window @param {(key: string, values?: any) => string} t */
export function drawMemoEdges(into, scene, window, t) {
  into.replaceChildren();
  const { moment, run, placed, shown, inset, insetPlace } = scene;
  if (!moment) return;
  const rows = [...shown.boxes.keys()].filter((id) => id !== inset).map((id) => [id, placed.places.get(`n${id}`)]);
  if (insetPlace) rows.push([inset, insetPlace], ...(shown.boxes.has(inset) ? [[inset, placed.places.get(`n${inset}`)]] : []));
  let named = false;
  for (const [id, at] of rows) {
    const lit = moment.memo !== '' && id === run.boxOf(moment.target);
    const exists = happened(run.node.memo[id], moment.n) || (lit && moment.memo === 'hit');
    if (!exists && !lit) continue;
    const { view } = window;
    const y = (at.top + at.h / 2 + ((at.rank ?? 0) % 4) * 7) * view.k + view.y;
    if (y < window.head || y > window.h) continue;
    const inner = into.appendChild(edge(window, at, y, lit, exists));
    if (lit && !named) inner.append(...word(scene, window, y, t));
    named ||= lit;
  }
}

function edge({ half, offset, unit, view }, at, y, lit, exists) {
  const x1 = Math.min(Math.max(0, Math.min((at.x + at.w) * view.k + view.x, half)) + 9, half + 4);
  const x2 = Math.max(offset + Math.max(at.x * view.k + view.x, 0) - 9, offset);
  const g = svg('g', { class: `memo-edge ${lit ? 'hot' : ''} ${exists ? '' : 'missing'}` });
  if (exists) {
    g.append(svg('path', { class: 'dash', d: `M${x1},${y} H${x2 - 9 * unit}` }),
      svg('path', { class: 'arrow', d: ARROW, transform: `translate(${x2},${y}) scale(${unit * (lit ? 1.15 : 0.9)})` }));
  } else g.append(svg('path', { class: 'dash none', d: `M${x1},${y} H${(half + offset) / 2 - 22 * unit}` }));
  return g;
}

/** What the memo said, over the diamond of its family. */
function word(scene, { half, offset, unit }, y, t) {
  const { moment, run } = scene;
  const mid = (half + offset) / 2;
  const text = svg('text', { class: 'word', x: mid, y: y - 30 * unit });
  text.textContent = t(`objects.memo.${moment.memo}`);
  const state = svg('text', { class: 'word state', x: mid, y: y + 44 * unit }, run.node.fold[moment.target] === NONE ? '' : t('objects.memo.state'));
  return [svg('circle', { class: 'mask', cx: mid, cy: y, r: 24 * unit }),
    svg('path', { class: moment.memo === 'miss' ? 'line diamond' : 'fill', d: DIAMOND, transform: `translate(${mid},${y}) scale(${1.9 * unit})` }), text, state];
}
