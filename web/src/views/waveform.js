/**
 * The operation at the cursor on three simulated memories beside the dict: probes, cycles and modelled ns of each, and
 * the pins of the one that is chosen, cycle by cycle.
 */
import { el, svg } from '../dom.js';
import { camAt } from '../graph/camState.js';
import { text } from '../graph/marks.js';
import { identity } from '../identity.js';
import { stateAt } from '../store.js';
import pinsFrom, { ENGINES, latencyOf, shownCycles } from '../system/pins.js';

const W = 520;
const LEFT = 92;
const TOP = 26;
const ROW = 34;
const TALL = 18;
const CYCLES = 7;
const REST = 120; // ms that the cursor rests before the server is asked
const COLUMNS = ['probes', 'cycles', 'ns', 'answer'];

/** Signals of each memory: one bit as a line, values as boxes. `of` gives the value of a cycle, '' for none. */
const BIT = (name, of) => ({ name, bit: true, of });
const VALUE = (name, of, object = false) => ({ name, bit: false, object, of });
const REQUEST = [BIT('valid', (c) => c.req_valid && c.req_ready), VALUE('key', (c) => (c.req_valid ? c.req_key.slice(-6) : ''))];
const RESPONSE = [BIT('done', (c) => c.rsp_valid), BIT('hit', (c) => c.rsp_valid && c.rsp_hit), VALUE('value', (c) => (c.rsp_valid && c.rsp_hit ? c.rsp_value : ''), true)];
const SIGNALS = {
  cam: [...REQUEST, BIT('stall', (c) => c.hazard), VALUE('match', (c) => (c.s1_valid ? lines(c.s1_match, c.count) : '')), ...RESPONSE],
  probe: [...REQUEST, BIT('probing', (c) => c.probing), VALUE('slot', (c) => (c.probing ? String(c.slot) : '')), ...RESPONSE],
  hash: [...REQUEST, BIT('stall', (c) => c.hazard), VALUE('sets', (c) => (c.s1_valid ? c.sets.join(' ') : '')), VALUE('match', (c) => (c.s2_valid ? lines(c.s2_match, 4) : '')), ...RESPONSE],
};

const round = (x) => (x >= 10 ? Math.round(x) : Math.round(x * 10) / 10);

/** Match lines as bits, the first entry last, as hardware is written; at most eight. @param {string} hex @param {number} count */
function lines(hex, count) {
  const bits = Math.max(1, Math.min(8, count));
  return (BigInt(`0x${hex}`) & ((1n << BigInt(bits)) - 1n)).toString(2).padStart(bits, '0');
}

export default function waveform({ store, t, ui, settings }) {
  const picture = svg('svg', { role: 'img', 'aria-label': t('view.waveform'), preserveAspectRatio: 'xMinYMin meet' });
  const body = el('tbody', {});
  const table = el('table', { class: 'memories' }, el('thead', {}, el('tr', {}, el('td', {}), ...COLUMNS.map((name) => el('th', { scope: 'col' }, t(`wave.${name}`))))), body);
  const note = el('p', { class: 'note' });
  const node = el('div', { class: 'cs-view waveform' }, table, picture, note);
  const pins = pinsFrom(t);
  let engine = 'cam';
  let timer = 0;
  let asked = 0;
  /** @type {{op: any, all: Record<string, any>, trace: any, dict: number}|null} */
  let shown = null;
  settings.subscribe(() => later(store.state, store.trace));

  /** The trace's CAM operation at the cursor or before it, and its number. */
  function operation(state, trace) {
    const moment = trace?.cam && state ? camAt(trace.cam, state.n) : null;
    return moment ? { op: moment.op, index: trace.cam.ops.indexOf(moment.op) } : null;
  }

  function later(state, trace) {
    clearTimeout(timer);
    if (shown && shown.trace !== trace) {
      shown = null;
      draw();
    }
    timer = window.setTimeout(() => ask(state, trace), REST);
  }

  async function ask(state, trace) {
    if (trace !== store.trace) return; // another run has begun meanwhile
    const found = operation(state, trace);
    const mine = ++asked;
    if (!found || !ui.traceId) {
      shown = null;
      draw();
      return;
    }
    const latency = latencyOf(settings.now);
    const answers = await Promise.all(ENGINES.map((name) => pins(ui.traceId, found.index, name, settings.now.depth, latency)));
    if (mine !== asked) return;
    const event = stateAt(trace, found.op.event).event;
    shown = { op: found.op, trace, dict: event?.probes ?? 0, all: Object.fromEntries(ENGINES.map((name, i) => [name, answers[i]])) };
    draw();
  }

  function answerOf({ op }) {
    if (op.op === 2) return t(op.spill ? 'wave.full' : 'wave.stored');
    if (op.spill) return t('wave.spill');
    return t(op.hit ? 'wave.hit' : 'wave.miss');
  }

  /** @returns {[string, any[]][]} */
  function rows() {
    const { cost } = shown.trace.meta;
    const dict = [t('wave.dict'), shown.dict || '–', '–', Number.isFinite(cost?.dict_ns) ? round(cost.dict_ns) : '–', t(shown.op.op === 2 ? 'wave.stored' : shown.op.hit ? 'wave.hit' : 'wave.asked')];
    return [['dict', dict], ...ENGINES.map((name) => /** @type {[string, any[]]} */ (engineRow(name)))];
  }

  function engineRow(name) {
    const one = shown.all[name];
    if (typeof one === 'string') return [name, [t(`wave.${name}`), '–', '–', '–', one]];
    return [name, [t(`wave.${name}`), one.op.probes || '–', one.op.cycles, round((one.op.cycles * 1000) / settings.now.clock), answerOf(one)]];
  }

  function draw() {
    picture.replaceChildren();
    table.toggleAttribute('hidden', !shown);
    picture.setAttribute('aria-label', t('view.waveform'));
    note.textContent = shown ? t('wave.note', { depth: settings.now.depth, latency: latencyOf(settings.now), clock: settings.now.clock })
      : t(!ui.traceId && operation(store.state, store.trace) ? 'wave.unserved' : store.trace?.cam ? 'race.none' : 'race.later');
    if (!shown) return;
    body.replaceChildren(...rows().map(([name, [title, ...cells]]) => {
      const choice = name === 'dict' ? title : el('button', { type: 'button', 'aria-pressed': String(name === engine) }, title);
      if (name !== 'dict') choice.addEventListener('click', () => {
        engine = name;
        draw();
      });
      return el('tr', {}, el('th', { scope: 'row' }, choice), ...cells.map((cell) => el('td', {}, String(cell))));
    }));
    const one = shown.all[engine];
    if (typeof one !== 'string') drawPins(one);
  }

  function drawPins(one) {
    const cycles = shownCycles(one, CYCLES);
    const signals = SIGNALS[engine];
    const step = (W - LEFT) / Math.max(6, cycles.length);
    const height = TOP + (signals.length + 1) * ROW + 6;
    picture.setAttribute('viewBox', `0 0 ${W} ${height}`);
    cycles.forEach((cycle, i) => {
      const x = LEFT + i * step;
      picture.append(text('gap' in cycle ? '…' : String(cycle.cycle - one.op.cycle), x + step / 2, 16, 'mid i3 sm'),
        svg('path', { class: 'hair', d: `M${x},${TOP - 4} V${height - 6}` }));
    });
    drawClock(cycles, step);
    signals.forEach((signal, i) => drawSignal(signal, cycles, step, TOP + (i + 1) * ROW));
    picture.setAttribute('aria-label', t('wave.says', { engine: t(`wave.${engine}`), n: one.op.cycles, answer: answerOf(one) }));
  }

  function drawClock(cycles, step) {
    picture.append(text('clk', 0, TOP + TALL, ''));
    const d = cycles.map((cycle, i) => {
      const x = LEFT + i * step;
      return 'gap' in cycle ? `M${x + step},${TOP + TALL}` : `M${x},${TOP + TALL} V${TOP} H${x + step / 2} V${TOP + TALL} H${x + step}`;
    }).join(' ');
    picture.append(svg('path', { class: 'thin', d }));
  }

  function drawSignal(signal, cycles, step, y) {
    picture.append(text(signal.name, 0, y + TALL, ''));
    const g = svg('g', { class: ['hit', 'match', 'value'].includes(signal.name) ? 'f-memo' : '' });
    let before = 0;
    let d = `M${LEFT},${y + TALL}`;
    cycles.forEach((cycle, i) => {
      const x = LEFT + i * step;
      const value = 'gap' in cycle ? (signal.bit ? before : '') : signal.of(cycle);
      if (signal.bit) {
        const level = value ? y : y + TALL;
        d += ` L${x + 4},${level} H${x + step}`;
        before = value;
      } else if (value !== '') {
        g.append(svg('path', { class: 'sig tint', d: `M${x + 2},${y + TALL / 2} l6,${-TALL / 2} H${x + step - 8} l6,${TALL / 2} l-6,${TALL / 2} H${x + 8} Z` }),
          text(signal.object ? clip(identity(shown.trace, Number(value)).name, step) : clip(String(value), step), x + step / 2, y + TALL - 3, 'mid sm b'));
      } else g.append(svg('path', { class: 'hair', d: `M${x},${y + TALL / 2} h${step}` }));
    });
    if (signal.bit) g.append(svg('path', { class: 'sig', d }));
    picture.append(g);
  }

  const clip = (words, step) => (words.length * 10.3 > step - 10 ? `${words.slice(0, Math.max(1, Math.floor((step - 20) / 10.3)))}…` : words);

  return {
    node,
    update: later,
    resize() {},
    heading: () => ({ title: t('view.waveform'), note: t(`wave.${engine}`), source: 'simulated' }),

    twin() {
      return shown ? { caption: note.textContent, columns: [t('race.col.side'), ...COLUMNS.map((name) => t(`wave.${name}`))], rows: rows().map(([, cells]) => cells) }
        : { caption: note.textContent, columns: [], rows: [] };
    },
  };
}
