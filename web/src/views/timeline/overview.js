/** The whole trace as a strip, while the timeline shows a part of it: which part, and a way to another. */
import { el } from '../../dom.js';
import densityOf from './density.js';

/** @param {{moved: (middle: number) => void, title: string}} options  middle: 0 to 1, of the part that is asked for */
export default function overview({ moved, title }) {
  const canvas = el('canvas', {});
  const node = el('div', { class: 'overview', 'aria-hidden': 'true', title, hidden: true }, canvas);
  let width = 0;
  let height = 0;

  const to = (event) => {
    const rect = node.getBoundingClientRect();
    moved((event.clientX - rect.left) / rect.width);
  };
  node.addEventListener('pointerdown', (event) => {
    node.setPointerCapture(event.pointerId);
    to(event);
  });
  node.addEventListener('pointermove', (event) => { if (event.buttons & 1) to(event); });

  return {
    node,
    measure(nextWidth, nextHeight) {
      [width, height] = [nextWidth, nextHeight];
      const ratio = window.devicePixelRatio || 1;
      canvas.width = Math.max(1, Math.round(width * ratio));
      canvas.height = Math.max(1, Math.round(height * ratio));
      canvas.getContext('2d').setTransform(ratio, 0, 0, ratio, 0, 0);
    },

    /** @param {any} trace @param {{start: number, end: number, span: number}} view @param {number} cursor @param {Record<string, string>} colors */
    draw(trace, view, cursor, colors) {
      const count = trace.eventCount;
      node.hidden = view.span >= count;
      if (node.hidden || !width) return;
      const ctx = canvas.getContext('2d');
      const x = (n) => (n / count) * width;
      ctx.clearRect(0, 0, width, height);
      const { counts } = densityOf(trace).bins({ start: 0, span: count }, Math.ceil(width));
      const sums = counts[0].map((_, px) => counts.reduce((sum, lane) => sum + lane[px], 0));
      const full = sums.reduce((a, b) => Math.max(a, b), 1);
      ctx.fillStyle = colors['line-2'];
      sums.forEach((sum, px) => { if (sum) ctx.fillRect(px, height * (1 - 0.75 * (sum / full)), 1, height); });
      ctx.strokeStyle = ctx.fillStyle = colors.ink;
      ctx.lineWidth = 1.5;
      ctx.strokeRect(Math.min(width - 4, x(view.start)) + 0.75, 0.75, Math.max(3, x(view.span) - 1.5), height - 1.5);
      ctx.fillRect(x(cursor + 0.5) - 0.75, 0, 1.5, height);
    },
  };
}
