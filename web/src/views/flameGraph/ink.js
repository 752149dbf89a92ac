/** Draws the frames of a flame graph on a canvas: the outermost call above, its name where there is room. */
import { line, readTokens } from '../timeline/ink.js';

const HUES = 8;
const SAME = 0.02; // a change below this share of the two is none

/** @param {HTMLCanvasElement} canvas */
export default function flameInk(canvas) {
  let [width, height, rem, row] = [0, 0, 16, 24];
  /** @type {Record<string, string>} */
  let tokens = {};

  /** What became of a frame: a colour and a sign, for those who do not see the colour. */
  function change(after, before) {
    const by = (after - before) / Math.max(after, before, Number.MIN_VALUE);
    if (Math.abs(by) < SAME) return { color: tokens['ink-3'], sign: '', strength: 0.16 };
    return { color: by > 0 ? tokens.error : tokens.dispatch, sign: by > 0 ? (before ? '▲ ' : '+ ') : '▼ ', strength: 0.2 + 0.5 * Math.min(1, Math.abs(by)) };
  }

  function box(ctx, { left, right, y, color, strength, outlined, hit }) {
    const wide = Math.max(1, right - left - (right - left > 3 ? 1 : 0));
    ctx.globalAlpha = strength;
    ctx.fillStyle = color;
    ctx.fillRect(left, y, wide, row - 2);
    ctx.globalAlpha = 1;
    if (hit) {
      ctx.fillStyle = tokens.memo;
      ctx.fillRect(left, y + row - 5, wide, 3);
    }
    if (!outlined) return;
    ctx.strokeStyle = tokens.ink;
    ctx.lineWidth = 1.5;
    ctx.strokeRect(left + 0.75, y + 0.75, Math.max(1, wide - 1.5), row - 3.5);
  }

  function words(ctx, text, left, right, y, strong) {
    const room = Math.floor((right - left - 0.7 * rem) / (0.57 * rem));
    if (room < 3) return;
    ctx.fillStyle = strong ? tokens.ink : tokens['ink-2'];
    ctx.fillText(text.length > room ? `${text.slice(0, room - 1)}…` : text, left + 0.4 * rem, y + row / 2);
  }

  return {
    get width() { return width; },
    rows: () => Math.max(1, Math.floor(height / row)),
    /** @param {number} y */
    rowAt: (y) => Math.floor(y / row),

    measure() {
      rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
      row = Math.max(18, Math.round(1.6 * rem));
      const rect = canvas.getBoundingClientRect();
      [width, height] = [rect.width, rect.height];
      const ratio = window.devicePixelRatio || 1;
      canvas.width = Math.max(1, Math.round(width * ratio));
      canvas.height = Math.max(1, Math.round(height * ratio));
      canvas.getContext('2d').setTransform(ratio, 0, 0, ratio, 0, 0);
      tokens = readTokens();
    },

    /**
     * @param {object} scene
     * @param {any} scene.frames
     * @param {Iterable<{frame: number, left: number, right: number}>} scene.list
     * @param {number} scene.top first row in sight
     * @param {(f: number) => string} scene.name @param {(f: number) => number} scene.kind picks the hue
     * @param {number} scene.current @param {number} scene.chosen @param {string} scene.sought
     * @param {Float64Array|null} scene.before what each cost in the other trace @param {number} scene.head
     */
    draw({ frames, list, top, name, kind, current, chosen, sought, before, head }) {
      const ctx = canvas.getContext('2d');
      ctx.clearRect(0, 0, width, height);
      ctx.font = `${Math.max(11, 0.95 * rem)}px ${tokens.mono}`;
      ctx.textBaseline = 'middle';
      const end = top + this.rows();
      for (const { frame, left, right } of list) {
        const at = frames.depth[frame];
        if (at < top || at >= end) continue;
        const y = (at - top) * row;
        const { color, sign, strength } = before ? change(frames.end[frame] - frames.begin[frame], before[frame])
          : { color: tokens[`o${1 + (kind(frame) % HUES)}`], sign: '', strength: 0.24 };
        const named = right - left > 2 * rem || sought ? name(frame) : '';
        box(ctx, { left, right, y, color, strength, outlined: frame === current || frame === chosen, hit: sought !== '' && named.toLowerCase().includes(sought) });
        words(ctx, `${sign}${named}`, left, right, y, frame === current);
      }
      if (head < 0 || head > width) return;
      ctx.strokeStyle = tokens.ink;
      ctx.lineWidth = 2;
      line(ctx, head, 0, head, height);
    },
  };
}
