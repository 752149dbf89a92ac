/**
 * What the calls cost, as a flame graph: in order of time, or merged by path with the dearest left; against another
 * trace, what became dearer and cheaper.  One canvas for any number of calls, instead of an SVG for few and a canvas
 * for many: d3-flame-graph makes an element of each frame.
 */
import costOf, { COSTS } from '../flame/cost.js';
import difference from '../flame/difference.js';
import { frameAt, neighbour, seen } from '../flame/layout.js';
import frameName, { named } from '../flame/names.js';
import { inTime, leftHeavy } from '../flame/tree.js';
import { el } from '../dom.js';
import nameOf from '../names.js';
import flameInk from './flameGraph/ink.js';

const TWIN_ROWS = 200;
const MANY = 20_000; // calls
const KEYS = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'];

export default function flameGraph({ store, t, ui }) {
  const pick = (name, values) => {
    const select = el('select', { 'aria-label': t(`flame.${name}`) }, ...values.map((value) => el('option', { value }, t(`flame.${name}.${value}`))));
    select.addEventListener('change', () => {
      rebuild();
      draw();
    });
    return select;
  };
  const order = pick('order', ['left', 'time', 'difference']);
  const cost = pick('cost', COSTS);
  const search = el('input', { type: 'search', placeholder: t('flame.search'), 'aria-label': t('flame.search'), spellcheck: 'false' });
  const found = el('output', { class: 'found' });
  const whole = el('button', { type: 'button', class: 'only', hidden: true }, t('flame.whole'));
  const canvas = el('canvas', {});
  const tip = el('div', { class: 'tip', hidden: true });
  const frame = el('div', { class: 'frames-box', tabindex: '0', role: 'group', 'aria-label': t('flame.label') }, canvas, tip);
  const foot = el('p', { class: 'foot' });
  const node = el('div', { class: 'flame-graph' }, el('div', { class: 'controls' }, order, cost, search, found, whole), frame, foot);

  const ink = flameInk(canvas);
  let trace = null;
  let state = null;
  /** What is drawn, and what it was made from. @type {{trace: any, events: number, base: any, order: string, cost: string, scale: any, frames: import('../flame/tree.js').Frames, frameOf: (c: number) => number, difference: any}|null} */
  let made = null;
  let zoomed = -1; // the frame that fills the width
  let top = 0; // rows scrolled away
  let chosen = -1;

  const frames = () => made?.frames ?? null;
  const baseOf = () => (store.other?.eventCount ? store.other : null);
  const total = (f) => frames().end[f] - frames().begin[f];
  const name = (f) => frameName(trace, frames().first[f]);
  const number = (x) => Math.round(x).toLocaleString(document.documentElement.lang);
  const share = (x) => `${(frames().all ? (100 * x) / frames().all : 0).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} %`;
  const unit = (x) => t(`flame.unit.${made.cost}`, { n: Math.round(x), x: number(x) });

  function rebuild() {
    if (!trace?.calls.length) {
      made = null;
      return;
    }
    const base = baseOf();
    order.querySelector('[value=difference]').hidden = order.querySelector('[value=difference]').disabled = !base;
    if (!base && order.value === 'difference') order.value = 'left';
    const scale = costOf(trace, cost.value);
    const left = order.value === 'time' ? null : leftHeavy(trace, scale);
    made = {
      trace, events: trace.eventCount, base, order: order.value, cost: cost.value, scale, frames: left ? left.frames : inTime(trace, scale),
      frameOf: left ? left.frameOf : (c) => c, difference: null,
    };
    if (order.value === 'difference') made.difference = difference(made.frames, base, costOf(base, cost.value));
    [zoomed, top, chosen] = [-1, 0, -1];
    find();
  }

  const isMade = () => made && made.trace === trace && made.events === trace.eventCount && made.base === baseOf();
  const window = () => (zoomed < 0 ? { from: 0, to: frames().all } : { from: frames().begin[zoomed], to: frames().end[zoomed] });
  const rowsInSight = () => ink.rows();

  function draw() {
    whole.hidden = zoomed < 0;
    if (!made) return;
    const call = state?.event ? state.event.callIndex : -1;
    const { from, to } = window();
    top = Math.max(0, Math.min(top, frames().depths - rowsInSight()));
    ink.draw({
      frames: frames(), list: seen(frames(), { from, to, width: ink.width }), top, name, current: call < 0 ? -1 : made.frameOf(call), chosen,
      sought: search.value.trim().toLowerCase(), kind: (f) => trace.objects[trace.calls.obj[frames().first[f]]]?.type ?? 0, before: made.difference?.before ?? null,
      head: made.order === 'time' && state ? ((headOf(state.n) - from) / Math.max(Number.MIN_VALUE, to - from)) * ink.width : -1,
    });
    foot.textContent = words();
  }

  /** Where event n stands on the scale. */
  function headOf(n) { return made.cost === 'events' ? n + 0.5 : made.scale.scale[trace.recordOf(n)]; }

  function words() {
    const out = [];
    const below = frames().depths - rowsInSight();
    if (below > 0) out.push(t('flame.deeper', { n: below }));
    if (made.cost === 'ns' && trace.meta.clock === 'composites') out.push(t('flame.composites'));
    if (made.difference) out.push(t('flame.against', { policy: String(made.base.meta.policy ?? '?') }), t('flame.gone', { n: made.difference.gone, x: number(made.difference.goneCost) }));
    return out.join(' ');
  }

  function about(f) {
    const parts = [name(f), unit(total(f)), share(total(f)), t('flame.self', { x: number(frames().self[f]) })];
    if (frames().count[f] > 1) parts.push(t('flame.calls', { n: frames().count[f] }));
    else parts.unshift(nameOf(trace, trace.calls.obj[frames().first[f]]));
    if (made.difference) parts.push(t('flame.was', { x: number(made.difference.before[f]) }));
    return parts.join(', ');
  }

  /** How many frames' names hold the text, and what share of the whole they have, frames inside frames counted once. */
  function find() {
    const sought = search.value.trim().toLowerCase();
    if (!sought || !made) {
      found.textContent = '';
      return;
    }
    const holds = named(trace, sought);
    let [count, sum, coveredTo] = [0, 0, -1];
    for (let f = 0; f < frames().length; f++) {
      if (!holds(frames().first[f])) continue;
      count += frames().count[f];
      if (frames().begin[f] >= coveredTo) {
        sum += total(f);
        coveredTo = frames().end[f];
      }
    }
    found.textContent = t('flame.found', { n: count, share: share(sum) });
  }

  function zoom(f) {
    zoomed = f;
    top = f < 0 ? 0 : Math.min(top, frames().depth[f]);
    draw();
  }

  const frameUnder = (event) => {
    const rect = canvas.getBoundingClientRect();
    const { from, to } = window();
    return frameAt(frames(), from + ((event.clientX - rect.left) / rect.width) * (to - from), ink.rowAt(event.clientY - rect.top) + top);
  };

  frame.addEventListener('click', (event) => {
    const f = made ? frameUnder(event) : -1;
    if (f < 0) return;
    chosen = f;
    zoom(f === zoomed ? frames().parent[f] : f);
    ui.go(trace.calls.open[frames().first[f]]);
  });
  frame.addEventListener('pointermove', (event) => {
    const f = made ? frameUnder(event) : -1;
    tip.hidden = f < 0;
    if (f < 0) return;
    const rect = frame.getBoundingClientRect();
    tip.textContent = about(f);
    tip.style.left = `${Math.max(0, Math.min(rect.width - tip.offsetWidth, event.clientX - rect.left + 12))}px`;
    tip.style.top = `${Math.min(rect.height - tip.offsetHeight, event.clientY - rect.top + 18)}px`;
  });
  frame.addEventListener('pointerleave', () => { tip.hidden = true; });
  frame.addEventListener('wheel', (wheel) => {
    if (!made || frames().depths <= rowsInSight()) return;
    wheel.preventDefault();
    top += Math.sign(wheel.deltaY);
    draw();
  }, { passive: false });
  frame.addEventListener('keydown', (event) => {
    if (!made || event.ctrlKey || event.altKey || event.shiftKey) return;
    if (KEYS.includes(event.key)) walkTo(neighbour(frames(), chosen, event.key));
    else if (event.key === 'Enter' && chosen >= 0) {
      zoom(chosen === zoomed ? frames().parent[chosen] : chosen);
      ui.go(trace.calls.open[frames().first[chosen]]);
    } else if (event.key === 'Escape' && zoomed >= 0) zoom(-1);
    else return;
    event.preventDefault();
  });
  search.addEventListener('input', () => {
    find();
    draw();
  });
  whole.addEventListener('click', () => zoom(-1));

  function walkTo(f) {
    if (f < 0) return;
    chosen = f;
    const row = frames().depth[f];
    if (row < top) top = row;
    if (row >= top + rowsInSight()) top = row - rowsInSight() + 1;
    draw();
    ui.announce(about(f));
  }

  return {
    node,
    heading: () => ({ title: t('view.flame'), source: made?.cost === 'ns' ? 'measured' : 'recorded', note: made ? t('flame.frames', { n: frames().length }) : '' }),

    update(next, nextTrace) {
      [state, trace] = [next, nextTrace];
      // A large trace that still comes is merged when it is whole.
      const comes = made?.trace === trace && !trace.complete && !trace.cut && trace.calls.length > MANY;
      if (!isMade() && !comes) rebuild();
      draw();
    },

    resize() {
      ink.measure();
      draw();
    },

    twin() {
      if (!made) return null;
      const dearest = Array.from({ length: frames().length }, (_, f) => f).sort((a, b) => frames().depth[a] - frames().depth[b] || total(b) - total(a)).slice(0, TWIN_ROWS).sort((a, b) => a - b);
      return {
        caption: t('flame.caption', { shown: dearest.length, n: frames().length }),
        columns: [t('flame.col.depth'), t('flame.col.frame'), t(`flame.cost.${made.cost}`), t('flame.col.self'), t('flame.col.calls'), ...(made.difference ? [t('flame.col.was')] : [])],
        rows: dearest.map((f) => [frames().depth[f] + 1, name(f), Math.round(total(f)), Math.round(frames().self[f]), frames().count[f], ...(made.difference ? [Math.round(made.difference.before[f])] : [])]),
        current: state?.event?.callIndex >= 0 ? dearest.indexOf(made.frameOf(state.event.callIndex)) : -1,
      };
    },
  };
}
