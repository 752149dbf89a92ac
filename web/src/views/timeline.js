/**
 * The whole run on canvas: nested calls above, a lane per event family below; the lanes are the legend.  Few events
 * are drawn as their family's shape; many are binned per pixel.  One slider for the keyboard and the screen reader.
 */
import { el, familyMark } from '../dom.js';
import nameOf from '../names.js';
import breakpointsOf from '../query/breakpoints.js';
import searchOf from '../query/search.js';
import { label } from '../sentence.js';
import { FAMILY } from '../vocabulary.js';
import drawCalls from './timeline/calls.js';
import densityOf, { matchPixels } from './timeline/density.js';
import gestures from './timeline/gestures.js';
import { line, mark, readTokens } from './timeline/ink.js';
import overviewStrip from './timeline/overview.js';
import { ticks, timeWindow } from './timeline/scale.js';

const LANES = ['dispatch', 'memo', 'build', 'fast', 'error'];
const LANE_OF = new Map(LANES.map((family, lane) => [FAMILY[family], lane]));
const GLYPH_MIN = 9; // px per event below which events are binned
const PAN = 0.25; // of the window, by a key
const BRUSH_MIN = 4; // px that a stretch must have to be zoomed to
const TWIN_ROWS = 200;
/** In rem: the height of the calls and of one of their bars, what is between them and the lanes, from lane to lane. */
const USUAL = { calls: 4.5, callRow: 1.5, between: 0.9, lane: 1.44 };
/** The same among large text. */
const LOW = { calls: 2, callRow: 1, between: 0.6, lane: 1.05 };

export default function timeline({ store, t, ui }) {
  const base = el('canvas', { class: 'base' });
  const over = el('canvas', { class: 'over' });
  const tip = el('div', { class: 'tip', hidden: true });
  const strip = overviewStrip({ title: t('timeline.overview'), moved: (part) => panTo(part * trace.eventCount) });
  const slider = el('div', {
    class: 'lanes', role: 'slider', tabindex: '0', 'aria-label': t('timeline.event'), 'aria-valuemin': '1', 'aria-orientation': 'horizontal',
  }, base, over, tip);
  const names = el('div', { class: 'names', 'aria-hidden': 'true' }, el('span', { class: 'calls' }, t('timeline.calls')),
    ...LANES.map((family) => el('span', {}, familyMark(family), t(`timeline.${family}`))));
  const node = el('div', { class: 'timeline' }, names, el('div', { class: 'time' }, strip.node, slider));

  const search = searchOf(store);
  const points = breakpointsOf(store);
  const view = timeWindow();
  let trace = null;
  let state = null;
  let box = { width: 0, height: 0, rem: 16, calls: 0, callRow: 0, lanesTop: 0, laneGap: 0, axis: 0 };
  /** @type {Record<string, string>} */
  let tokens = {};
  let brush = null;
  let headAt = 0;
  let sliding = 0;
  let waiting = 0;

  const center = (n) => view.x(n + 0.5, box.width);
  const laneY = (lane) => box.lanesTop + lane * box.laneGap;
  const few = () => box.width / view.span >= GLYPH_MIN;

  function measure() {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const rect = slider.getBoundingClientRect();
    const { calls, callRow, between, lane } = document.documentElement.dataset.large ? LOW : USUAL;
    box = { width: rect.width, height: rect.height, rem, calls: calls * rem, callRow: callRow * rem, laneGap: lane * rem, lanesTop: (calls + between) * rem, axis: rect.height - 0.5 * rem };
    strip.measure(rect.width, 0.75 * rem);
    const ratio = window.devicePixelRatio || 1;
    for (const canvas of [base, over]) {
      canvas.width = Math.max(1, Math.round(rect.width * ratio));
      canvas.height = Math.max(1, Math.round(rect.height * ratio));
      canvas.getContext('2d').setTransform(ratio, 0, 0, ratio, 0, 0);
    }
  }

  function drawBase() {
    const ctx = base.getContext('2d');
    ctx.clearRect(0, 0, box.width, box.height);
    if (!trace || !trace.eventCount || !box.width) return;
    drawCalls(ctx, { trace, view, box, tokens, current: state?.event ? state.event.callIndex : -1 });
    ctx.strokeStyle = tokens.line;
    ctx.lineWidth = 1;
    for (let lane = 0; lane < LANES.length; lane++) line(ctx, 0, laneY(lane), box.width, laneY(lane));
    if (few()) drawGlyphs(ctx);
    else drawBins(ctx);
    drawMatches(ctx);
    drawNotes(ctx);
    drawAxis(ctx);
    strip.draw(trace, view, state?.n ?? 0, tokens);
  }

  function drawGlyphs(ctx) {
    const cursor = state ? state.n : -1;
    const last = Math.min(trace.eventCount - 1, Math.ceil(view.end));
    for (let n = Math.max(0, Math.floor(view.start)); n <= last; n++) {
      const lane = LANE_OF.get(trace.events.family[n]);
      if (lane === undefined) continue;
      ctx.globalAlpha = n > cursor ? 0.45 : 1;
      mark(ctx, tokens, LANES[lane], { x: center(n), y: laneY(lane), scale: 0.85 * (box.rem / 16), hollow: trace.event(n).outcome === false });
    }
    ctx.globalAlpha = 1;
  }

  function drawBins(ctx) {
    const bins = densityOf(trace).bins(view, Math.ceil(box.width));
    const half = box.laneGap * 0.36;
    LANES.forEach((family, lane) => {
      const counts = bins.counts[FAMILY[family]];
      ctx.fillStyle = tokens[family];
      for (let px = 0; px < counts.length; px++) {
        if (!counts[px]) continue;
        const tall = half * (0.35 + 0.65 * Math.min(1, counts[px] / bins.full));
        ctx.fillRect(px, laneY(lane) - tall, 1, 2 * tall);
      }
    });
  }

  /** Between calls and lanes: a stroke for each pixel with a match, a dot for each with a breakpoint. */
  function drawMatches(ctx) {
    const y = box.lanesTop - 0.86 * box.rem;
    ctx.fillStyle = tokens.ink;
    if (search.scan) for (const { x } of matchPixels(search.scan.matches, view, box.width)) ctx.fillRect(x - 0.75, y - 0.3 * box.rem, 1.5, 0.6 * box.rem);
    ctx.fillStyle = tokens.error;
    const r = 0.24 * box.rem;
    let drawnTo = -r;
    for (const { x } of points.list.filter(({ on, scan }) => on && scan).flatMap(({ scan }) => [...matchPixels(scan.matches, view, box.width)]).sort((a, b) => a.x - b.x)) {
      if (x < drawnTo + r) continue; // dots that lie on each other are one
      drawnTo = x;
      ctx.beginPath();
      ctx.arc(x, y, r, 0, 2 * Math.PI);
      ctx.fill();
    }
  }

  /** A flag at the foot of each event that has a note. */
  function drawNotes(ctx) {
    const foot = box.axis - 1.05 * box.rem;
    ctx.fillStyle = tokens.memo;
    for (const n of store.noted) {
      if (n < view.start - 1 || n > view.end) continue;
      const x = center(n);
      ctx.fillRect(x - 0.75, foot - 1.3 * box.rem, 1.5, 1.3 * box.rem);
      ctx.fillRect(x, foot - 1.3 * box.rem, 0.62 * box.rem, 0.5 * box.rem);
    }
  }

  function drawAxis(ctx) {
    ctx.font = `${Math.max(10.5, box.rem * 0.9)}px ${tokens.mono}`;
    ctx.textBaseline = 'alphabetic';
    ctx.textAlign = 'center';
    ctx.fillStyle = tokens['ink-3'];
    for (const n of ticks(view, trace.eventCount, box.width, 6 * box.rem)) {
      const [text, at] = numberAt(ctx, n, center(n));
      if (Math.abs(at - center(state?.n ?? -1e9)) > 2.4 * box.rem) ctx.fillText(text, at, box.axis);
    }
    ctx.textAlign = 'left';
  }

  /** An event's number and where it stands, kept inside the picture. */
  function numberAt(ctx, n, x) {
    const text = (n + 1).toLocaleString(document.documentElement.lang);
    const half = ctx.measureText(text).width / 2;
    return [text, Math.max(half, Math.min(box.width - half, x))];
  }

  /** Lets the playhead slide to the event from where it stands; any further step takes over at once. */
  function moveHead(slide) {
    cancelAnimationFrame(sliding);
    const to = state ? center(state.n) : 0;
    slider.style.setProperty('--head', `${to}px`); // what a gate hides begins there
    const calm = document.documentElement.dataset.motion === 'off' || slider.dataset.mode;
    const time = slide && !calm ? parseFloat(tokens['m-step']) || 0 : 0;
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
    if (brush) drawBrush(ctx);
    if (!state?.event || at < -20 || at > box.width + 20) return;
    ctx.strokeStyle = ctx.fillStyle = tokens.ink;
    ctx.lineWidth = 2;
    line(ctx, at, 0, at, box.axis - 1.1 * box.rem);
    ctx.beginPath();
    ctx.moveTo(at - 7, 0);
    ctx.lineTo(at + 7, 0);
    ctx.lineTo(at, 9);
    ctx.fill();
    const lane = LANES.indexOf(state.event.family);
    if (lane >= 0 && settled) mark(ctx, tokens, state.event.family, { x: at, y: laneY(lane), scale: 1.35 * (box.rem / 16), hollow: state.event.outcome === false });
    ctx.font = `600 ${Math.max(12, box.rem * 1.15)}px ${tokens.mono}`;
    ctx.textAlign = 'center';
    ctx.fillStyle = tokens.ink;
    const [text, x] = numberAt(ctx, state.n, at);
    ctx.fillText(text, x, box.axis);
    ctx.textAlign = 'left';
  }

  function drawBrush(ctx) {
    const [left, right] = [Math.min(...brush), Math.max(...brush)];
    ctx.globalAlpha = 0.14;
    ctx.fillStyle = tokens.ink;
    ctx.fillRect(left, 0, right - left, box.height);
    ctx.globalAlpha = 1;
    ctx.strokeStyle = tokens.ink;
    ctx.lineWidth = 1;
    for (const x of brush) line(ctx, x, 0, x, box.height);
  }

  function redraw(slide = false) {
    drawBase();
    moveHead(slide);
  }

  /** Redraws with the next frame, however often it is asked for. */
  function soon() {
    if (waiting) return;
    waiting = requestAnimationFrame(() => {
      waiting = 0;
      if (node.offsetParent) redraw();
    });
  }

  const eventAt = (x) => Math.max(0, Math.min((trace?.eventCount ?? 1) - 1, Math.floor(view.n(x, box.width))));

  function hover(x) {
    const n = eventAt(x);
    const event = trace.event(n);
    const who = event.obj ? nameOf(trace, event.obj) : '';
    tip.textContent = `${(n + 1).toLocaleString(document.documentElement.lang)}  ${label(event, t)}${who ? `  ${who}` : ''}`;
    tip.hidden = false;
    tip.style.left = `${Math.max(0, Math.min(box.width - tip.offsetWidth, x + 12))}px`;
  }

  /** The window changed: the address tells it. */
  function moved() {
    soon();
    ui.remember();
  }

  function zoomAt(factor, n) {
    view.zoom(factor, n, trace.eventCount);
    moved();
  }

  function pan(events) {
    view.pan(events, trace.eventCount);
    moved();
  }

  const panTo = (middle) => pan(middle - view.start - view.span / 2);

  /** The call in hand fills the window. */
  function zoomToCall() {
    const call = state?.event ? state.event.callIndex : -1;
    if (call < 0) return;
    const { open, close } = trace.calls;
    view.show(open[call], Math.min(trace.eventCount, close[call] + 1), trace.eventCount);
    moved();
  }

  function brushed(from, to, done) {
    brush = done ? null : [from, to];
    if (!done) moveHead(false);
    else if (Math.abs(to - from) < BRUSH_MIN) store.seek(eventAt(to));
    else {
      const [start, end] = [eventAt(Math.min(from, to)), eventAt(Math.max(from, to)) + 1];
      view.show(start, end, trace.eventCount);
    }
    moved();
  }

  gestures(slider, {
    ready: () => Boolean(trace?.eventCount && box.width),
    scrub(x) {
      tip.hidden = true;
      store.seek(eventAt(x));
    },
    pan: (dx) => pan((dx * view.span) / box.width),
    zoom: (factor, x) => zoomAt(factor, view.n(x, box.width)),
    brush: brushed,
    hover,
    leave() { tip.hidden = true; },
    pansAt: (y) => y > box.axis - 1.2 * box.rem && view.span < trace.eventCount,
  });
  search.subscribe(soon);
  points.subscribe(soon);

  function describe() {
    slider.setAttribute('aria-valuemax', String(trace?.eventCount ?? 1));
    slider.setAttribute('aria-valuenow', String((state?.n ?? 0) + 1));
    if (state?.event) slider.setAttribute('aria-valuetext', t('timeline.at', { i: state.n + 1, n: trace.eventCount, what: label(state.event, t) }));
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
      if (!still || few()) redraw(still);
      else {
        strip.draw(trace, view, state.n, tokens);
        moveHead(true);
      }
      describe();
    },

    /** Zooms by a factor around the cursor: below 1 in, above 1 out. */
    zoom(factor) { if (trace) zoomAt(factor, (state?.n ?? 0) + 0.5); },

    resize() {
      measure();
      tokens = readTokens();
      redraw();
    },

    /** The events of each family in stretches of the trace, and which one the cursor stands in. */
    twin(now, from) {
      const rows = Math.min(TWIN_ROWS, Math.max(1, Math.ceil(from.eventCount / 20)));
      const { counts } = densityOf(from).bins({ start: 0, span: from.eventCount }, rows);
      const edge = (row) => Math.round((row * from.eventCount) / rows);
      return {
        caption: t('timeline.caption', { n: from.eventCount, rows }),
        columns: [t('timeline.events'), ...LANES.map((family) => t(`timeline.${family}`))],
        rows: Array.from({ length: rows }, (_, row) => [`${edge(row) + 1}–${edge(row + 1)}`, ...LANES.map((family) => counts[FAMILY[family]][row])]),
        current: Math.min(rows - 1, Math.floor((now.n * rows) / from.eventCount)),
      };
    },

    link: {
      name: 'window',
      get: () => (trace && view.span < trace.eventCount ? `${Math.floor(view.start) + 1}-${Math.ceil(view.end)}` : ''),
      set(text) {
        const [, from, to] = /^(\d{1,9})-(\d{1,9})$/.exec(text) ?? [];
        if (from) view.wish(Number(from) - 1, Number(to));
      },
    },

    commands: [
      { keys: ['Ctrl+ArrowRight'], shown: ['Ctrl', '←', '→'], text: 'timeline.key.pan', run: () => trace && pan(view.span * PAN) },
      { keys: ['Ctrl+ArrowLeft'], shown: [], text: '', run: () => trace && pan(-view.span * PAN) },
      { keys: ['Ctrl+ArrowUp'], shown: ['Ctrl', '↑', '↓'], text: 'timeline.key.whole', run: () => trace && zoomAt(Infinity, 0) },
      { keys: ['Ctrl+ArrowDown'], shown: [], text: '', run: zoomToCall },
    ],
  };
}
