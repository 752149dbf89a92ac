/**
 * Is it worth it?  One lookup by the dict, a level line, beside one by a CAM that stands ever farther away; where they
 * cross; and what that makes of the whole copy.  Times of the copy are measured, the CAM's cycles simulated, the way to
 * it assumed: together a model.
 */
import { scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import PLACES from '../../../hw/model/placements.json';
import { el, svg } from '../dom.js';
import { isMemoOp, keyRef } from '../graph/lookup.js';
import { text } from '../graph/marks.js';
import { breakEven as pointOf, hardwareTime, limit, lookupTime, overflowByDepth, share, speedup } from '../system/model.js';

const W = 640;
const H = 330;
const PLOT = { left: 62, right: 628, top: 30, bottom: 236 };
const WAY = [1, 2000]; // ns, the axis
const DEPTHS = 12; // 2^0 to 2^12
const CYCLES = 2; // where a trace has no replay to take them from

const round = (x) => (x >= 100 ? Math.round(x) : x >= 10 ? Math.round(x * 10) / 10 : Math.round(x * 100) / 100);

export default function breakEven({ store, t, settings }) {
  const picture = svg('svg', { role: 'img', viewBox: `0 0 ${W} ${H}` });
  const verdict = el('p', { class: 'verdict' });
  const why = el('p', { class: 'why' });
  const sliders = el('div', { class: 'sliders' });
  const node = el('div', { class: 'cs-view break-even' }, verdict, picture, sliders, why);
  const set = settings.now;
  /** What the trace in hand says, made once. @type {{trace: any, length: number, spill: (depth: number) => number}|null} */
  let known = null;

  const way = slider('breakeven.way', 0, 1000, () => Math.round((1000 * Math.log(set.way / WAY[0])) / Math.log(WAY[1] / WAY[0])),
    (value) => settings.set({ way: round(WAY[0] * (WAY[1] / WAY[0]) ** (value / 1000)) }), () => placeName(set.way, 'short'));
  const clock = slider('breakeven.clock', 50, 4000, () => set.clock, (clock) => settings.set({ clock }), () => `${set.clock} MHz`);
  const depth = slider('breakeven.depth', 0, DEPTHS, () => Math.log2(set.depth), (value) => settings.set({ depth: 2 ** value }), () => String(set.depth));
  const code = el('select', { 'aria-label': t('breakeven.code') }, ...['python', 'engine'].map((name) => el('option', { value: name }, t(`breakeven.${name}`))));
  code.addEventListener('change', () => {
    settings.set({ code: code.value });
  });
  settings.subscribe(draw);
  sliders.append(el('label', {}, el('span', {}, t('breakeven.code')), code), way, clock, depth);

  function slider(name, min, max, get, put, words) {
    const value = el('output', {});
    const input = el('input', { type: 'range', min: String(min), max: String(max), step: name === 'breakeven.clock' ? '50' : '1' });
    input.value = String(get());
    value.textContent = words();
    input.addEventListener('input', () => {
      put(Number(input.value));
    });
    settings.subscribe(() => {
      input.value = String(get());
      value.textContent = words();
    });
    return el('label', {}, el('span', {}, t(name)), input, value);
  }

  function placeName(ns, form = '') {
    const place = PLACES.find((one) => Math.abs(one.ns - ns) / one.ns < 0.06);
    if (!place) return t('breakeven.here', { ns: round(ns) });
    return form ? `${t(`breakeven.short.${place.id}`)}, ${place.ns} ns` : t(`breakeven.${place.id}`);
  }

  /** Cycles of a lookup as the CAM that was simulated took them. */
  const cyclesOf = (trace) => trace.cam?.ops.find((op) => op.op === 1)?.cycles ?? CYCLES;

  function learn(trace) {
    if (known?.trace === trace && known.length === trace.eventCount) return;
    known = { trace, length: trace.eventCount, spill: overflowByDepth(operations(trace)) };
  }

  /** @returns {import('../system/model.js').Side} */
  function sideOf(trace) {
    const { cost } = trace.meta;
    const python = set.code === 'python';
    return {
      copy: python ? cost.python_ns : cost.engine_ns, lookup: python ? cost.dict_ns : cost.walk_ns,
      lookups: cost.lookups, overflow: known.spill(set.depth),
    };
  }

  function draw() {
    const { trace } = store;
    const cost = trace?.meta.cost;
    const there = isMeasured(cost);
    picture.replaceChildren();
    sliders.toggleAttribute('hidden', !there);
    why.toggleAttribute('hidden', !there);
    if (!there) {
      verdict.textContent = !trace?.complete ? '' : cost?.note ? t('breakeven.none', { note: String(cost.note) }) : t('breakeven.missing');
      return;
    }
    learn(trace);
    const side = sideOf(trace);
    const hardware = hardwareTime(set.way, cyclesOf(trace), set.clock);
    say(side, hardware);
    plot(trace, side, hardware);
  }

  function say(side, hardware) {
    const speed = speedup(side, hardware);
    const best = round(limit(side));
    const place = placeName(set.way);
    verdict.textContent = speed >= 1 ? t('breakeven.verdict', { place, speed: round(speed), limit: best })
      : t('breakeven.loss', { place, slow: round(1 / speed), limit: best });
    verdict.classList.toggle('loss', speed < 1);
    why.textContent = t('breakeven.why', { share: round(100 * share(side)), n: side.lookups, lookup: round(side.lookup), spill: round(100 * side.overflow) });
  }

  function plot(trace, side, hardware) {
    const cycles = cyclesOf(trace);
    const time = (ns) => lookupTime(side, hardwareTime(ns, cycles, set.clock));
    const x = scaleLog(WAY, [PLOT.left, PLOT.right]);
    const top = Math.max(time(WAY[1]), side.lookup * 4);
    const y = scaleLog([Math.min(1, side.lookup / 2), top], [PLOT.bottom, PLOT.top]);
    drawAxes(x, y);
    const level = y(side.lookup);
    const at = WAY[0] * 1.02;
    const points = Array.from({ length: 121 }, (_, i) => WAY[0] * (WAY[1] / WAY[0]) ** (i / 120)).map((ns) => [x(ns), y(time(ns))]);
    const path = line()(/** @type {[number, number][]} */ (points));
    const point = pointOf(side) - (cycles * 1000) / set.clock;
    if (point > WAY[0]) drawWon(x, y, side, time, point);
    picture.append(
      svg('path', { class: 'sig o6', d: `M${PLOT.left},${level} H${PLOT.right}` }),
      text(`${t('breakeven.dict')}, ${round(side.lookup)} ns`, PLOT.right, level - 8, 'end sans b'),
      svg('g', { class: 'f-memo' }, svg('path', { class: 'sig hot', d: path })),
      text(t('breakeven.cam'), x(WAY[1]) - 4, y(time(WAY[1] * 0.55)) - 14, 'end sans b f-memo-text'));
    drawPoint(x, level, point, at);
    drawPlaces(x);
    const here = Math.min(WAY[1], Math.max(WAY[0], set.way));
    picture.append(svg('g', { class: 'f-memo' }, svg('path', { class: 'thin', 'stroke-dasharray': '2 4', d: `M${x(here)},${y(time(here))} V${PLOT.bottom + 22}` }),
      svg('path', { class: 'fill', d: 'M0,-8 L8,0 L0,8 L-8,0 Z', transform: `translate(${x(here)},${y(time(here))})` })));
    picture.setAttribute('aria-label', `${verdict.textContent} ${why.textContent}`);
    void hardware;
  }

  function drawAxes(x, y) {
    for (const power of [0.1, 1, 10, 100, 1000]) {
      if (power < y.domain()[0] || power > y.domain()[1]) continue;
      picture.append(svg('path', { class: 'hair', d: `M${PLOT.left},${y(power)} H${PLOT.right}` }), text(String(power), PLOT.left - 10, y(power) + 6, 'end i3 sm'));
    }
    picture.append(text(t('breakeven.each'), 0, 14, 'sans i3 sm'), text(t('breakeven.axis'), PLOT.right, H - 6, 'end sans i3 sm'));
  }

  /** The region where the CAM answers sooner. */
  function drawWon(x, y, side, time, point) {
    const end = Math.min(point, WAY[1]);
    const steps = Array.from({ length: 40 }, (_, i) => WAY[0] * (end / WAY[0]) ** (i / 39));
    const lower = steps.map((ns) => `${x(ns)},${y(time(ns))}`).reverse().join(' L');
    picture.append(svg('g', { class: 'f-memo' }, svg('path', { class: 'tint', d: `M${x(WAY[0])},${y(side.lookup)} H${x(end)} L${lower} Z` })));
  }

  function drawPoint(x, level, point, least) {
    if (point <= least) {
      picture.append(text(t('breakeven.never'), PLOT.left + 8, level - 8, 'sans i2'));
      return;
    }
    const at = x(Math.min(point, WAY[1]));
    picture.append(svg('circle', { class: 'off', cx: at, cy: level, r: 6 }),
      text(t('breakeven.point', { ns: round(point) }), Math.max(PLOT.left + 150, at - 12), level - 10, 'end sans b'));
  }

  function drawPlaces(x) {
    picture.append(svg('path', { class: 'hair', d: `M${PLOT.left},${PLOT.bottom + 22} H${PLOT.right}` }));
    for (const { id, ns } of PLACES) {
      const mark = svg('g', { class: 'go' },
        svg('circle', { class: 'off', cx: x(ns), cy: PLOT.bottom + 22, r: 4.5 }),
        text(t(`breakeven.short.${id}`), x(ns), PLOT.bottom + 46, `mid sans ${ns === set.way ? 'b' : 'i2'}`), text(String(ns), x(ns), PLOT.bottom + 66, 'mid i3 sm'));
      mark.addEventListener('click', () => settings.set({ way: ns }));
      picture.append(mark);
    }
  }

  return {
    node,
    update: draw,
    resize: draw,
    heading: () => ({ title: t('view.breakEven'), source: 'model' }),

    twin(_state, trace) {
      if (!isMeasured(trace.meta.cost)) return { caption: verdict.textContent, columns: [], rows: [] };
      learn(trace);
      const side = sideOf(trace);
      const rows = PLACES.map(({ id, ns }) => {
        const hardware = hardwareTime(ns, cyclesOf(trace), set.clock);
        return [t(`breakeven.${id}`), ns, round(lookupTime(side, hardware)), round(speedup(side, hardware))];
      });
      return { caption: `${t('breakeven.caption')}. ${why.textContent}`, columns: [t('breakeven.col.place'), t('breakeven.col.ns'), t('breakeven.col.lookup'), '×'], rows };
    },
  };
}

const isMeasured = (cost) => [cost?.python_ns, cost?.engine_ns, cost?.dict_ns, cost?.walk_ns, cost?.lookups].every((x) => Number.isFinite(x) && x > 0);

/** Lookups and stores of the first memo, by key. @param {any} trace */
function operations(trace) {
  const ops = [];
  const memo = trace.history.memos[0]?.ref ?? 0;
  for (let n = 0; n < trace.eventCount; n++) {
    const event = trace.event(n);
    if (isMemoOp(event.event)) ops.push({ key: trace.addr(keyRef(event, memo)), store: event.event === 'memo_set' || event.event === 'keep_new' });
  }
  return ops;
}
