/** Strokes that the timeline's canvases share. */
import { FAMILY_SHAPES } from '../../dom.js';
import pathOf from '../../paths.js';

const NAMES = ['bg', 'ink', 'ink-2', 'ink-3', 'line', 'line-2', 'dispatch', 'memo', 'build', 'fast', 'error', 'mono', 'tint', 'm-step',
  'o1', 'o2', 'o3', 'o4', 'o5', 'o6', 'o7', 'o8'];
const PATHS = Object.fromEntries(Object.entries(FAMILY_SHAPES).map(([family, { d }]) => [family, pathOf(d)]));

/** The theme's colours and durations by name. @returns {Record<string, string>} */
export function readTokens() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

/** @param {CanvasRenderingContext2D} ctx */
export function line(ctx, x1, y1, x2, y2) {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}

/** A shape of the page's vocabulary at a place; `backed`: hollow ones hide what is behind them.
 * @param {CanvasRenderingContext2D} ctx @param {Path2D} path */
export function shape(ctx, path, { x, y, scale, color, fill, backed = '' }) {
  ctx.save();
  ctx.translate(x, y);
  ctx.scale(scale, scale);
  ctx.lineWidth = 2.2;
  ctx.strokeStyle = ctx.fillStyle = color;
  if (fill) ctx.fill(path);
  else {
    if (backed) {
      ctx.fillStyle = backed;
      ctx.fill(path);
    }
    ctx.stroke(path);
  }
  ctx.restore();
}

/** An event's mark: its family's shape, hollow when it answered no.
 * @param {CanvasRenderingContext2D} ctx @param {Record<string, string>} tokens @param {string} family */
export function mark(ctx, tokens, family, { x, y, scale, hollow }) {
  const { filled } = FAMILY_SHAPES[family];
  shape(ctx, PATHS[family], { x, y, scale, color: tokens[family], fill: filled && !hollow, backed: filled ? tokens.bg : '' });
}
