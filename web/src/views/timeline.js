/**
 * The whole run on canvas: nested calls above, a lane per event family below; the lanes are the legend.  Few events
 * are drawn as their family's shape; many are binned per pixel.  One slider for the keyboard and the screen reader.
 */
import { FAMILY_SHAPES, el, familyMark } from '../dom.js';
import { GLYPHS, identity } from '../identity.js';
import nameOf from '../names.js';
import { label } from '../sentence.js';
import { FAMILY } from '../vocabulary.js';
import { density, ticks, timeWindow, visibleCalls } from './timeline/scale.js';

const LANES = [['dispatch', 'dispatch'], ['memo', 'memo'], ['build', 'reduce, rebuild'], ['fast', 'fast path'], ['error', 'error']];
const GLYPH_MIN = 9; // px per event below which events are binned
const ROW_MAX = 1.5; // rem, height of a call's bar with its gap
const CALL_ROWS = 3;

export default function timeline({ store }) {
  const base = el('canvas', { class: 'base' });
  const over = el('canvas', { class: 'over' });
  const tip = el('div', { class: 'tip', hidden: true });
  const slider = el('div', {
    class: 'lanes', role: 'slider', tabindex: '0', 'aria-label': 'Event', 'aria-valuemin': '1', 'aria-orientation': 'horizontal',
  }, base, over, tip);
  const names = el('div', { class: 'names', 'aria-hidden': 'true' }, el('span', { class: 'calls' }, 'calls'),
    ...LANES.map(([family, text]) => el('span', {}, familyMark(family), text)));
  const node = el('div', { class: 'timeline' }, names, slider);

  const view = timeWindow();
  let trace = null;
  let state = null;
  let box = { width: 0, height: 0, rem: 16, lanesTop: 0, laneGap: 0, axis: 0 };
  let colors = {};
  let headAt = 0;
  let sliding = 0;

  const center = (n) => view.x(n + 0.5, box.width);

  function measure() {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const rect = slider.getBoundingClientRect();
    const laneGap = 1.44 * rem;
    box = { width: rect.width, height: rect.height, rem, laneGap, lanesTop: CALL_ROWS * ROW_MAX * rem + 0.9 * rem, axis: rect.height - 0.5 * rem };
    for (const canvas of [base, over]) {
      const ratio = window.devicePixelRatio || 1;
      canvas.width = Math.max(1, Math.round(rect.width * ratio));
      canvas.height = Math.max(1, Math.round(rect.height * ratio));
      canvas.getContext('2d').setTransform(ratio, 0, 0, ratio, 0, 0);
    }
  }

  function readColors() {
    const style = getComputedStyle(document.documentElement);
    colors = {};
    for (const name of ['bg', 'ink', 'ink-2', 'ink-3', 'line', 'line-2', 'dispatch', 'memo', 'build', 'fast', 'error', 'mono', 'tint']) {
      colors[name] = style.getPropertyValue(`--${name}`).trim();
    }
    for (let i = 1; i <= 8; i++) colors[`o${i}`] = style.getPropertyValue(`--o${i}`).trim();
  }

  const laneY = (lane) => box.lanesTop + lane * box.laneGap;

  function drawBase() {
    const ctx = base.getContext('2d');
    ctx.clearRect(0, 0, box.width, box.height);
    if (!trace || !trace.eventCount || !box.width) return;
    drawCalls(ctx);
    ctx.strokeStyle = colors.line;
    ctx.lineWidth = 1;
    for (let lane = 0; lane < LANES.length; lane++) line(ctx, 0, laneY(lane), box.width, laneY(lane));
    if (box.width / view.span >= GLYPH_MIN) drawGlyphs(ctx);
    else drawBins(ctx);
    drawAxis(ctx);
  }

  function drawCalls(ctx) {
    const rows = Math.max(1, trace.history.maxDepth);
    const height = Math.min(ROW_MAX * box.rem, (CALL_ROWS * ROW_MAX * box.rem) / rows);
    const current = state?.event ? state.event.callIndex : -1;
    ctx.font = `${Math.max(10.5, box.rem * 0.95)}px ${colors.mono}`;
    ctx.textBaseline = 'middle';
    for (const call of visibleCalls(trace, view, box.width)) drawCall(ctx, call, height, call.index === current);
  }

  function drawCall(ctx, { index, left, right }, height, current) {
    const { calls } = trace;
    const top = calls.depth[index] * height;
    // Rows thinner than a pixel add up to one; a gap would only grey them.
    const tall = height < 2 ? height : height - Math.min(3, height * 0.15);
    const width = Math.max(1, right - left - (right - left > 4 ? 2 : 0));
    const who = identity(trace, calls.obj[index]);
    const color = who.glyph ? colors[`o${who.hue}`] : colors['ink-3'];
    ctx.globalAlpha = (parseFloat(colors.tint) || 14) / 100 + 0.04;
    ctx.fillStyle = color;
    ctx.fillRect(left, top, width, tall);
    ctx.globalAlpha = 1;
    if (current && tall > 6) {
      ctx.strokeStyle = color;
      ctx.lineWidth = 1.5;
      ctx.strokeRect(left + 0.75, top + 0.75, width - 1.5, tall - 1.5);
    }
    if (height >= 0.8 * box.rem && width > 3 * box.rem) drawCallName(ctx, { ...who, name: nameOf(trace, calls.obj[index]) }, left, top + tall / 2, width, color, current);
  }

  function drawCallName(ctx, who, left, y, width, color, current) {
    let at = left + 0.5 * box.rem;
    if (who.glyph) {
      shape(ctx, new Path2D(GLYPHS[who.glyph]), at + 0.35 * box.rem, y, 0.6 * (box.rem / 16), color, true);
      at += 1.1 * box.rem;
    }
    ctx.fillStyle = current ? colors.ink : colors['ink-2'];
    const room = Math.floor((left + width - at) / (box.rem * 0.58));
    const text = who.name.length > room ? `${who.name.slice(0, Math.max(0, room - 1))}…` : who.name;
    if (room > 1) ctx.fillText(text, at, y + 1);
  }

  function drawGlyphs(ctx) {
    const cursor = state ? state.n : -1;
    const last = Math.min(trace.eventCount - 1, Math.ceil(view.end));
    for (let n = Math.max(0, Math.floor(view.start)); n <= last; n++) {
      const lane = LANES.findIndex(([family]) => FAMILY[family] === trace.events.family[n]);
      if (lane < 0) continue;
      const event = trace.event(n);
      const hollow = event.outcome === false;
      ctx.globalAlpha = n > cursor ? 0.45 : 1;
      mark(ctx, LANES[lane][0], center(n), laneY(lane), 0.85 * (box.rem / 16), hollow);
    }
    ctx.globalAlpha = 1;
  }

  function mark(ctx, family, cx, cy, scale, hollow) {
    const { d, filled } = FAMILY_SHAPES[family];
    shape(ctx, new Path2D(d), cx, cy, scale, colors[family], filled && !hollow, filled);
  }

  function shape(ctx, path, cx, cy, scale, color, fill, backed = true) {
    ctx.save();
    ctx.translate(cx, cy);
    ctx.scale(scale, scale);
    ctx.lineWidth = 2.2;
    ctx.strokeStyle = ctx.fillStyle = color;
    if (fill) ctx.fill(path);
    else {
      if (backed) {
        ctx.fillStyle = colors.bg;
        ctx.fill(path);
      }
      ctx.stroke(path);
    }
    ctx.restore();
  }

  function drawBins(ctx) {
    const bins = density(trace, view, Math.ceil(box.width));
    const half = box.laneGap * 0.36;
    LANES.forEach(([family], lane) => {
      const counts = bins.counts[FAMILY[family]];
      ctx.fillStyle = colors[family];
      for (let px = 0; px < counts.length; px++) {
        if (!counts[px]) continue;
        const tall = half * (0.35 + 0.65 * Math.min(1, counts[px] / bins.full));
        ctx.fillRect(px, laneY(lane) - tall, 1, 2 * tall);
      }
    });
  }

  function drawAxis(ctx) {
    ctx.font = `${Math.max(10.5, box.rem * 0.9)}px ${colors.mono}`;
    ctx.textBaseline = 'alphabetic';
    ctx.fillStyle = colors['ink-3'];
    for (const n of ticks(view, trace.eventCount, box.width, 6 * box.rem)) {
      ctx.textAlign = 'center';
      const half = ctx.measureText((n + 1).toLocaleString('en')).width / 2;
      const at = Math.max(half, Math.min(box.width - half, center(n)));
      if (Math.abs(at - center(state?.n ?? -1e9)) > 2.4 * box.rem) ctx.fillText((n + 1).toLocaleString('en'), at, box.axis);
    }
    ctx.textAlign = 'left';
  }

  /** Lets the playhead slide to the event from where it stands; any further step takes over at once. */
  function moveHead(slide) {
    cancelAnimationFrame(sliding);
    const to = state ? center(state.n) : 0;
    slider.style.setProperty('--head', `${to}px`); // what a gate hides begins there
    const time = slide ? parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--m-step')) || 0 : 0;
    const from = headAt;
    const begun = performance.now();
    const frame = (now) => {
      const part = time > 0 ? Math.min(1, Math.max(0, now - begun) / time) : 1;
      headAt = from + (to - from) * (1 - (1 - part) ** 3);
      drawHead(headAt, part === 1);
      if (part < 1) sliding = requestAnimationFrame(frame);
    };
    frame(begun);
  }

  /** The playhead, on a canvas of its own: it moves far more often than the rest changes. */
  function drawHead(at, settled) {
    const ctx = over.getContext('2d');
    ctx.clearRect(0, 0, box.width, box.height);
    if (!state?.event) return;
    if (at < -20 || at > box.width + 20) return;
    ctx.strokeStyle = ctx.fillStyle = colors.ink;
    ctx.lineWidth = 2;
    line(ctx, at, 0, at, box.axis - 1.1 * box.rem);
    ctx.beginPath();
    ctx.moveTo(at - 7, 0);
    ctx.lineTo(at + 7, 0);
    ctx.lineTo(at, 9);
    ctx.fill();
    const lane = LANES.findIndex(([family]) => family === state.event.family);
    if (lane >= 0 && settled) mark(ctx, state.event.family, at, laneY(lane), 1.35 * (box.rem / 16), state.event.outcome === false);
    ctx.font = `600 ${Math.max(12, box.rem * 1.15)}px ${colors.mono}`;
    ctx.textAlign = 'center';
    ctx.fillStyle = colors.ink;
    const half = ctx.measureText((state.n + 1).toLocaleString('en')).width / 2;
    ctx.fillText((state.n + 1).toLocaleString('en'), Math.max(half, Math.min(box.width - half, at)), box.axis);
    ctx.textAlign = 'left';
  }

  function redraw(slide = false) {
    drawBase();
    moveHead(slide);
  }

  const eventAt = (clientX) => {
    const rect = slider.getBoundingClientRect();
    return Math.max(0, Math.min((trace?.eventCount ?? 1) - 1, Math.floor(view.n(clientX - rect.left, box.width))));
  };

  function hover(pointer) {
    if (!trace?.eventCount) return;
    const n = eventAt(pointer.clientX);
    const event = trace.event(n);
    const who = event.obj ? nameOf(trace, event.obj) : '';
    tip.textContent = `${(n + 1).toLocaleString('en')}  ${label(event)}${who ? `  ${who}` : ''}`;
    tip.hidden = false;
    const rect = slider.getBoundingClientRect();
    const left = Math.max(0, Math.min(rect.width - tip.offsetWidth, pointer.clientX - rect.left + 12));
    tip.style.left = `${left}px`;
  }

  slider.addEventListener('pointerdown', (pointer) => {
    slider.setPointerCapture(pointer.pointerId);
    store.seek(eventAt(pointer.clientX));
  });
  slider.addEventListener('pointermove', (pointer) => {
    if (pointer.buttons & 1) store.seek(eventAt(pointer.clientX));
    hover(pointer);
  });
  slider.addEventListener('pointerleave', () => { tip.hidden = true; });
  slider.addEventListener('wheel', (wheel) => {
    if (!trace) return;
    wheel.preventDefault();
    if (Math.abs(wheel.deltaX) > Math.abs(wheel.deltaY)) view.pan(wheel.deltaX * (view.span / box.width), trace.eventCount);
    else zoomAt(Math.exp(wheel.deltaY * 0.002), view.n(wheel.clientX - slider.getBoundingClientRect().left, box.width));
    redraw();
  }, { passive: false });

  function zoomAt(factor, n) {
    view.zoom(factor, n, trace.eventCount);
    redraw();
  }

  function describe() {
    slider.setAttribute('aria-valuemax', String(trace?.eventCount ?? 1));
    slider.setAttribute('aria-valuenow', String((state?.n ?? 0) + 1));
    if (state?.event) slider.setAttribute('aria-valuetext', `event ${state.n + 1} of ${trace.eventCount}: ${label(state.event)}`);
  }

  return {
    node,

    update(next, nextTrace, what) {
      const fresh = nextTrace !== trace;
      trace = nextTrace;
      state = next;
      if (!trace) return;
      if (fresh || what === 'grow') view.fit(trace.eventCount, fresh);
      const moved = state ? view.reveal(state.n, trace.eventCount) : false;
      // Past and future look different only where single events are drawn; else the playhead alone moves.
      const still = !fresh && !moved && what === 'seek';
      if (!still || box.width / view.span >= GLYPH_MIN) redraw(still);
      else moveHead(true);
      describe();
    },

    /** Zooms by a factor around the cursor: below 1 in, above 1 out. */
    zoom(factor) { if (trace) zoomAt(factor, (state?.n ?? 0) + 0.5); },

    resize() {
      measure();
      readColors();
      redraw();
    },
  };

  function line(ctx, x1, y1, x2, y2) {
    ctx.beginPath();
    ctx.moveTo(x1, y1);
    ctx.lineTo(x2, y2);
    ctx.stroke();
  }
}
