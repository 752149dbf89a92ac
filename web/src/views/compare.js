/**
 * Two recordings of one object in lockstep: aligned by call path, stopped where they part, with what either saved, the
 * objects when both have finished, and whether the copies are the same.
 */
import './compare.css';
import align, { rowOf } from '../compare/align.js';
import makeAxis from '../compare/axis.js';
import makeLockstep from '../compare/lockstep.js';
import makeOutcome from '../compare/outcome.js';
import { el } from '../dom.js';
import { label } from '../sentence.js';
import { stateAt } from '../store.js';
import objectGraph from './objectGraph.js';

const MOST = 150000; // events of both: what is laid side by side without a wait
const TWIN = 15; // rows of the table before and after the cursor's
const PAIRS = [
  { id: 'versions', left: 'cpython-3.11', right: 'cpython-3.14' },
  { id: 'memo', left: 'cpython', right: 'no-memo', code: 'a = [1, 2]\na.append(a)\na' },
  { id: 'report', left: 'report-merged', right: 'sound-merged', search: true },
];

/** @param {{store: any, t: (key: string, values?: any) => string, ui: any}} context */
export default function compare({ store, t, ui }) {
  const choose = ['left', 'right'].map((side) => el('select', { class: 'mono', 'aria-label': t(`compare.${side}`) }));
  const start = el('button', { type: 'button', class: 'run' }, t('compare.run'));
  const pairs = PAIRS.map((pair) => {
    const button = el('button', { type: 'button' }, t(`compare.pair.${pair.id}`));
    button.addEventListener('click', () => begin(pair));
    return button;
  });
  const message = el('p', { class: 'message', role: 'status' });
  const count = el('span', { class: 'parts' });
  const onward = el('button', { type: 'button', class: 'next' }, el('kbd', {}, 'D'), t('compare.next'));
  const sentence = el('p', { class: 'sentence', 'aria-live': 'polite' });
  const rowsView = makeLockstep({ t, go });
  const axis = makeAxis({ t, go });
  const outcome = makeOutcome({ t });
  /** @type {any[]} */
  const graphs = [0, 1].map((side) => objectGraph({
    t, ui: { go: (n) => go(rowOf(rows, n, side)), announce: ui.announce }, redraw: () => drawGraph(side),
  }));
  const graphNames = graphs.map(() => el('p', { class: 'whose' }));
  const board = el('div', { class: 'board', hidden: true },
    el('div', { class: 'lockstep' },
      el('div', { class: 'whos' }, el('span', {}, el('b', { class: 'mono' }), count), el('span', {}, el('b', { class: 'mono' }), onward)), rowsView.node),
    outcome.node,
    el('div', { class: 'ends' }, ...graphs.map((graph, i) => el('div', { class: 'end' }, graphNames[i], el('div', { class: 'holder' }, graph.node)))),
    sentence, axis.node);
  const node = el('div', { class: 'compare' },
    el('div', { class: 'choice' }, choose[0], el('span', {}, t('compare.with')), choose[1], start, el('span', { class: 'ready', role: 'group', 'aria-label': t('compare.pairs') }, ...pairs)),
    message, board);

  /** @type {any} */
  let rows = null;
  let traces = [null, null];
  let row = 0;
  let moving = false;
  /** Does the next trace come from here? */
  let expected = false;
  /** What is recorded once the runs that go on have ended. @type {any} */
  let next = null;
  /** The trace beside which another was recorded without being asked. */
  let asked = null;
  say(t('compare.empty'));
  start.addEventListener('click', () => (ui.pair.busy ? ui.pair.stop() : begin({ left: choose[0].value, right: choose[1].value })));
  onward.addEventListener('click', () => toDivergence());

  /** The policies to choose from, once they are known. */
  function offer(names) {
    if (choose[0].options.length === names.length) return;
    choose.forEach((select, i) => {
      select.replaceChildren(...names.map((name) => el('option', { value: name }, name)));
      select.value = names[i && names.length - 1];
    });
  }

  /** @param {{left: string, right: string, search?: boolean, code?: string}} wanted */
  function begin(wanted) {
    ui.pair.onNews(news);
    if (ui.pair.busy) {
      next = wanted;
      ui.pair.stop();
      return;
    }
    const { left, right, search = false, code = '' } = wanted;
    rows = null;
    expected = true;
    choose[0].value = left;
    choose[1].value = right;
    if (search) ui.pair.counterexample(left, right);
    else ui.pair.compare(left, right, code);
  }

  /** A run that is shown, beside the same under the other policy, without being asked: an empty board says nothing. */
  function beside() {
    const { trace } = store;
    if (rows || store.other || asked === trace || ui.pair.busy || !ui.ranHere() || !whole(trace) || !(trace.eventCount > 0 && trace.eventCount <= MOST / 2)) return;
    if ((trace.meta.op ?? 'deepcopy') !== 'deepcopy') return;
    asked = trace;
    ui.pair.onNews(news);
    choose[0].value = String(trace.meta.policy ?? '');
    const versus = ui.versus(); // what the lesson compares it with
    if (ui.policies().includes(versus)) choose[1].value = versus;
    if (choose[1].value === choose[0].value) choose[1].value = ui.policies()[0];
    ui.pair.beside(choose[0].value, choose[1].value);
  }

  function news({ phase, line = '', nothing = false }) {
    if (next && !ui.pair.busy) {
      const wanted = next;
      next = null;
      begin(wanted);
      return;
    }
    const busy = phase === 'running' || phase === 'searching';
    start.textContent = t(busy ? 'compare.stop' : 'compare.run');
    if (phase === 'running') say(t('compare.running'));
    if (phase === 'searching') say(t('compare.searching', { policy: ui.pair.policies.left }));
    if (phase === 'failed') say(line || t(nothing ? 'compare.nothing' : 'compare.failed'), true);
    if (phase === 'ended' && line) say(line, true);
  }

  function say(line, failed = false) {
    message.textContent = line;
    message.hidden = !line;
    message.classList.toggle('failed', failed);
    if (line) board.hidden = !rows;
  }

  const whole = (trace) => trace && (trace.complete || trace.cut);
  const seen = () => node.offsetParent !== null;

  /** Lays both side by side once both are there. */
  function lay() {
    const [left, right] = [store.trace, store.other];
    if (!whole(left) || !whole(right) || !left.eventCount || !right.eventCount) return;
    if (rows && traces[0] === left && traces[1] === right) return;
    traces = [left, right];
    const events = left.eventCount + right.eventCount;
    if (events > MOST) {
      rows = null;
      say(t('compare.large', { n: events, most: MOST }), true);
      return;
    }
    rows = align(left, right);
    rows.last = [rows.left, rows.right].map((events) => events.findLastIndex((n) => n >= 0));
    board.hidden = false;
    axis.resize();
    say(whyItEnded());
    fill();
    if (ui.pair.brought) row = Math.max(0, rowOf(rows, store.cursor, 0));
    else go(rows.parts[0] ?? rows.length - 1);
  }

  /** What either copy raised, and what of it was not kept. */
  function whyItEnded() {
    return traces.flatMap((trace) => {
      const policy = String(trace.meta.policy ?? '');
      return [trace.meta.exception ? t('compare.raised', { policy, exception: String(trace.meta.exception) }) : '',
        trace.truncated ? `${policy}: ${t('compare.cut', { n: trace.eventCount })}` : ''];
    }).filter(Boolean).join('. ');
  }

  function fill() {
    const policies = traces.map((trace) => String(trace.meta.policy ?? ''));
    board.querySelectorAll('.whos b').forEach((name, i) => { name.textContent = policies[i]; });
    count.textContent = rows.parts.length ? t('compare.parts', { n: rows.parts.length }) : t('compare.none');
    onward.hidden = !rows.parts.length;
    outcome.update(traces);
    graphs.forEach((graph, i) => {
      graphNames[i].textContent = policies[i];
      graph.node.setAttribute('aria-label', t('compare.graph', { policy: policies[i] }));
      graph.resize();
      drawGraph(i);
    });
  }

  /** The objects of a side when it has finished. */
  function drawGraph(side) {
    const trace = traces[side];
    if (rows && trace) graphs[side].update(stateAt(trace, trace.eventCount - 1), trace, 'trace');
  }

  /** Both sides to a row; the page's cursor to the left one's event there, or the last before. */
  function go(to) {
    if (!rows || !(to >= 0)) return;
    row = Math.min(to, rows.length - 1);
    let at = row;
    while (at > 0 && rows.left[at] < 0) at--;
    moving = true;
    store.seek(Math.max(0, rows.left[at]));
    moving = false;
    show();
  }

  function show() {
    if (!rows) return;
    rowsView.update({ rows, traces, row });
    axis.update({ rows, traces, row }, traces.map((trace) => String(trace.meta.policy ?? '')));
    sentence.textContent = told();
    sentence.classList.toggle('apart', !rows.same[row]);
  }

  /** What happens in this row, in words. */
  function told() {
    const [left, right] = traces.map((trace) => String(trace.meta.policy ?? ''));
    const name = (side) => label(traces[side].event(side ? rows.right[row] : rows.left[row]), t);
    if (rows.same[row]) return t('compare.inStep', { event: name(0) });
    if (rows.left[row] >= 0 && rows.right[row] >= 0) return t('compare.otherwise', { left, right, event: name(0), otherEvent: name(1) });
    return rows.left[row] >= 0 ? t('compare.onlyLeft', { left, right, event: name(0) }) : t('compare.onlyRight', { left, right, event: name(1) });
  }

  /** Another trace is shown: one that was asked for here, or one that the second recording has nothing to do with. */
  function fresh(trace) {
    if (trace === traces[0]) return;
    rows = null;
    if (!expected) {
      store.other = null;
      say(t('compare.empty'));
    }
    expected = false;
  }

  function toDivergence() {
    if (!rows) return;
    const to = rows.parts.find((part) => part > row);
    if (to === undefined) ui.announce(t(rows.parts.length ? 'compare.last' : 'compare.none'));
    else {
      go(to);
      ui.announce(t('compare.at', { row: to + 1 }));
    }
  }

  store.stepper = (by) => {
    if (!rows || !seen()) return false;
    go(Math.max(0, row + by));
    return rows.parts.includes(row) ? 'stop' : true;
  };
  store.subscribe((_state, trace, what) => {
    if (what === 'trace') fresh(trace);
    if (what === 'seek' && rows && !moving) {
      row = Math.max(0, rowOf(rows, store.cursor, 0));
      if (seen()) show();
    }
  });

  return {
    node,

    update() {
      offer(ui.policies());
      if (rows && (store.trace !== traces[0] || store.other !== traces[1])) rows = null;
      if (!rows) board.hidden = true;
      lay();
      if (seen()) beside();
      show();
    },

    resize() {
      axis.resize();
      for (const graph of graphs) graph.resize();
    },

    heading: () => ({ title: t('compare.title'), note: rows ? t('compare.row', { row: row + 1, n: rows.length }) : '', source: rows ? 'recorded' : '' }),

    twin() {
      if (!rows) return { caption: t('compare.empty'), columns: [], rows: [] };
      const from = Math.max(0, row - TWIN);
      const to = Math.min(rows.length - 1, row + TWIN);
      const policies = traces.map((trace) => String(trace.meta.policy ?? ''));
      return {
        caption: t('compare.caption', { from: from + 1, to: to + 1, n: rows.length }),
        columns: [t('compare.col.row'), policies[0], t('compare.col.join'), policies[1]],
        rows: Array.from({ length: to - from + 1 }, (_, i) => rowsView.cells({ rows, traces }, from + i)),
        current: row - from,
      };
    },

    commands: [{ keys: ['d'], shown: ['D'], text: 'keys.divergence', run: toDivergence }],
  };
}
