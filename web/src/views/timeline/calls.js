/** The nested calls as bars, an object's colour and name on each that has room for them. */
import { GLYPHS, identity } from '../../identity.js';
import nameOf from '../../names.js';
import pathOf from '../../paths.js';
import { shape } from './ink.js';
import { visibleCalls } from './scale.js';


/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {{trace: any, view: any, box: {width: number, rem: number, calls: number, callRow: number}, tokens: Record<string, string>, current: number}} scene
 */
export default function drawCalls(ctx, { trace, view, box, tokens, current }) {
  const rows = Math.max(1, trace.history.maxDepth);
  const height = Math.min(box.callRow, box.calls / rows);
  ctx.font = `${Math.max(10.5, box.rem * 0.95)}px ${tokens.mono}`;
  ctx.textBaseline = 'middle';
  for (const call of visibleCalls(trace, view, box.width)) drawCall(ctx, { trace, box, tokens, height, ...call, current: call.index === current });
}

function drawCall(ctx, { trace, box, tokens, height, index, left, right, current }) {
  const { calls } = trace;
  const top = calls.depth[index] * height;
  // Rows thinner than a pixel add up to one; a gap would only grey them.
  const tall = height < 2 ? height : height - Math.min(3, height * 0.15);
  const width = Math.max(1, right - left - (right - left > 4 ? 2 : 0));
  const who = identity(trace, calls.obj[index]);
  const color = who.glyph ? tokens[`o${who.hue}`] : tokens['ink-3'];
  ctx.globalAlpha = (parseFloat(tokens.tint) || 14) / 100 + 0.04;
  ctx.fillStyle = color;
  ctx.fillRect(left, top, width, tall);
  ctx.globalAlpha = 1;
  if (current && tall > 6) {
    ctx.strokeStyle = color;
    ctx.lineWidth = 1.5;
    ctx.strokeRect(left + 0.75, top + 0.75, width - 1.5, tall - 1.5);
  }
  if (height >= 0.8 * box.rem && width > 3 * box.rem) drawName(ctx, { who, name: nameOf(trace, calls.obj[index]), left: Math.max(0, left), y: top + tall / 2, right: left + width, box, tokens, color, current });
}

function drawName(ctx, { who, name, left, y, right, box, tokens, color, current }) {
  let at = left + 0.5 * box.rem;
  if (who.glyph) {
    shape(ctx, pathOf(GLYPHS[who.glyph]), { x: at + 0.35 * box.rem, y, scale: 0.6 * (box.rem / 16), color, fill: true });
    at += 1.1 * box.rem;
  }
  ctx.fillStyle = current ? tokens.ink : tokens['ink-2'];
  const room = Math.floor((right - at) / (box.rem * 0.58));
  const text = name.length > room ? `${name.slice(0, Math.max(0, room - 1))}…` : name;
  if (room > 1) ctx.fillText(text, at, y + 1);
}
