/** Both recordings on one axis of rows: a lane each, a mark per event, a gap where the other side has none. */
import { FAMILY_SHAPES, el } from '../dom.js';
import pathOf from '../paths.js';
import { FAMILIES } from '../vocabulary.js';

const GLYPH_MIN = 9; // px per row below which rows are binned
const SIDES = ['left', 'right'];

/** @param {{t: (key: string, values?: any) => string, go(row: number): void}} on */
export default function axis({ t, go }) {
  const canvas = el('canvas', {});
  const slider = el('div', { class: 'axis-lanes', role: 'slider', tabindex: '0', 'aria-label': t('compare.axis'), 'aria-valuemin': '1', 'aria-orientation': 'horizontal' }, canvas);
  const names = SIDES.map(() => el('span', { class: 'mono' }));
  const node = el('div', { class: 'axis' }, el('div', { class: 'names', 'aria-hidden': 'true' }, ...names), slider);
  let shown = { rows: null, traces: [null, null], row: 0 };
  const colors = {};
  let box = { width: 0, height: 0, rem: 16 };

  const rowAt = (clientX) => {
    const rect = slider.getBoundingClientRect();
    const { length } = shown.rows ?? { length: 0 };
    return Math.max(0, Math.min(length - 1, Math.floor(((clientX - rect.left) / rect.width) * length)));
  };
  slider.addEventListener('pointerdown', (pointer) => {
    slider.setPointerCapture(pointer.pointerId);
    if (shown.rows) go(rowAt(pointer.clientX));
  });
  slider.addEventListener('pointermove', (pointer) => { if (pointer.buttons & 1 && shown.rows) go(rowAt(pointer.clientX)); });

  function measure() {
    const rect = slider.getBoundingClientRect();
    const ratio = window.devicePixelRatio || 1;
    box = { width: rect.width, height: rect.height, rem: parseFloat(getComputedStyle(document.documentElement).fontSize) };
    canvas.width = Math.max(1, Math.round(rect.width * ratio));
    canvas.height = Math.max(1, Math.round(rect.height * ratio));
    canvas.getContext('2d').setTransform(ratio, 0, 0, ratio, 0, 0);
    const style = getComputedStyle(document.documentElement);
    for (const name of ['bg', 'ink', 'ink-3', 'line', 'mono', ...FAMILIES.map((family) => family.name)]) colors[name] = style.getPropertyValue(`--${name}`).trim();
  }

  const x = (row) => ((row + 0.5) / shown.rows.length) * box.width;
  const y = (side) => (1.1 + side * 2.2) * box.rem;

  function draw() {
    const ctx = canvas.getContext('2d');
    ctx.clearRect(0, 0, box.width, box.height);
    if (!shown.rows?.length || !box.width) return;
    const wide = box.width / shown.rows.length >= GLYPH_MIN;
    for (const side of [0, 1]) lane(ctx, side, wide);
    divergences(ctx);
    head(ctx);
  }

  /** A hairline where this side has events, dots where only the other has. */
  function lane(ctx, side, wide) {
    const events = shown.rows[SIDES[side]];
    for (let from = 0; from < events.length;) {
      let to = from;
      while (to < events.length && (events[to] < 0) === (events[from] < 0)) to++;
      ctx.setLineDash(events[from] < 0 ? [2, 5] : []);
      ctx.strokeStyle = events[from] < 0 ? colors['ink-3'] : colors.line;
      line(ctx, x(from - 0.5), y(side), x(to - 0.5), y(side));
      from = to;
    }
    ctx.setLineDash([]);
    if (wide) marks(ctx, side, events);
    else bins(ctx, side, events);
  }

  function marks(ctx, side, events) {
    events.forEach((n, row) => {
      if (n < 0) return;
      const event = shown.traces[side].event(n);
      const family = event.family;
      const { d, filled } = FAMILY_SHAPES[family];
      ctx.save();
      ctx.globalAlpha = row > shown.row ? 0.5 : 1;
      ctx.translate(x(row), y(side));
      const scale = (row === shown.row ? 1.25 : 0.8) * (box.rem / 16);
      ctx.scale(scale, scale);
      ctx.lineWidth = 2.2;
      ctx.strokeStyle = ctx.fillStyle = colors[family];
      if (filled && event.outcome !== false) ctx.fill(pathOf(d));
      else ctx.stroke(pathOf(d));
      ctx.restore();
    });
  }

  /** One column per pixel, in the colour of its commonest family but calls. */
  function bins(ctx, side, events) {
    const { family } = shown.traces[side].events;
    const per = events.length / box.width;
    for (let px = 0; px < box.width; px++) {
      const counts = new Uint32Array(FAMILIES.length);
      for (let row = Math.floor(px * per); row < Math.floor((px + 1) * per) || row === Math.floor(px * per); row++) if (events[row] >= 0) counts[family[events[row]]]++;
      let most = -1;
      for (let f = 1; f < counts.length; f++) if (counts[f] && (most < 0 || counts[f] > counts[most])) most = f;
      if (most < 0) continue;
      ctx.fillStyle = colors[FAMILIES[most].name];
      ctx.fillRect(px, y(side) - 0.4 * box.rem, 1, 0.8 * box.rem);
    }
  }

  function divergences(ctx) {
    ctx.fillStyle = colors.error;
    let last = -1e9;
    for (const row of shown.rows.parts) {
      if (x(row) - last < 2) continue;
      last = x(row);
      ctx.fillRect(last - 1, y(0.5) - 0.45 * box.rem, 2, 0.9 * box.rem);
    }
  }

  function head(ctx) {
    const at = x(shown.row);
    ctx.strokeStyle = shown.rows.same[shown.row] ? colors.ink : colors.error;
    ctx.lineWidth = 2;
    line(ctx, at, 0, at, y(1) + 0.9 * box.rem);
    ctx.font = `600 ${1.125 * box.rem}px ${colors.mono}`;
    ctx.fillStyle = colors.ink;
    const text = (shown.row + 1).toLocaleString('en');
    const half = ctx.measureText(text).width / 2;
    ctx.textAlign = 'center';
    ctx.fillText(text, Math.max(half, Math.min(box.width - half, at)), y(1) + 2 * box.rem);
  }

  return {
    node,
    resize() {
      measure();
      draw();
    },
    update(next, policies) {
      shown = next;
      names.forEach((name, i) => { name.textContent = policies[i]; });
      slider.setAttribute('aria-valuemax', String(next.rows?.length ?? 1));
      slider.setAttribute('aria-valuenow', String(next.row + 1));
      slider.setAttribute('aria-valuetext', next.rows ? t('compare.row', { row: next.row + 1, n: next.rows.length }) : '');
      draw();
    },
  };
}

function line(ctx, x1, y1, x2, y2) {
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}
