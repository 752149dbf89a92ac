/** What the copy cost so far, of what it costs in all; beside it the other run of a comparison. */
import { el } from '../dom.js';
import { stateAt } from '../store.js';
import totals from '../totals.js';

/** What is shown, and how a sum of it is made. @type {[string, (sum: import('../totals.js').Totals) => number][]} */
const METERS = [
  ['events', (sum) => sum.events],
  ['lookups', (sum) => sum.lookups + sum.stores],
  ['memoProbes', (sum) => sum.memoProbes],
  ['dispatchProbes', (sum) => sum.dispatchProbes],
  ['made', (sum) => sum.made],
  ['ns', (sum) => sum.ns],
  ['memoBytes', (sum) => sum.memoBytes],
];

/** A watched copy.py does not say which slots it visited. */
const NOT_WATCHED = new Set(['memoProbes', 'dispatchProbes']);
const recorderOf = (trace) => String(trace.meta.recorder ?? 'engine');
const isRead = (trace, name) => !(NOT_WATCHED.has(name) && recorderOf(trace) === 'witness');

export default function meters({ store, t }) {
  const head = el('tr', {});
  const rows = METERS.map(([name]) => makeRow(name));
  const foot = el('p', { class: 'foot' });
  const node = el('div', { class: 'meters', tabindex: '0', role: 'group', 'aria-label': t('view.meters') },
    el('table', {}, el('thead', {}, head), el('tbody', {}, ...rows.map(({ row }) => row))), foot);
  /** The whole of a trace, until it grows. @type {WeakMap<object, {events: number, sum: any}>} */
  const ends = new WeakMap();

  function makeRow(name) {
    const [so, all, other, times] = [1, 2, 3, 4].map(() => el('td', {}));
    const [bar, barOther] = [el('i', {}), el('i', { class: 'other' })];
    const label = el('th', { scope: 'row' }, t(`meters.${name}`), el('span', { class: 'bars', 'aria-hidden': 'true' }, bar, barOther));
    return { row: el('tr', { title: t(`meters.about.${name}`) }, label, so, all, other, times), so, all, other, times, bar, barOther };
  }

  function wholeOf(trace) {
    const known = ends.get(trace);
    if (known?.events === trace.eventCount) return known.sum;
    const sum = totals(trace, stateAt(trace, trace.eventCount - 1));
    ends.set(trace, { events: trace.eventCount, sum });
    return sum;
  }

  /** The other run of a comparison, if there is one with events. */
  const otherOf = () => (store.other?.eventCount ? store.other : null);
  const nameOf = (trace) => String(trace.meta.policy ?? '?');

  /** null: not read in that recording. Times of the engine in C and of a watched copy.py say nothing of each other.
   * @returns {{name: string, so: number|null, all: number|null, other: number|null, alike: boolean}[]} */
  function figures(state, trace) {
    const [so, all] = [totals(trace, state), wholeOf(trace)];
    const other = otherOf();
    const end = other && wholeOf(other);
    const alike = !other || recorderOf(other) === recorderOf(trace);
    return METERS.map(([name, of]) => ({
      name, so: isRead(trace, name) ? of(so) : null, all: isRead(trace, name) ? of(all) : null, other: end && isRead(other, name) ? of(end) : null, alike: alike || name !== 'ns',
    }));
  }

  const words = (value) => (value === null ? '–' : t('meters.number', { x: value }));

  /** A table's size is no sum: it may be as large as now, and no larger. */
  function drawRow({ so, all, other, times, bar, barOther, row }, figure, two) {
    const most = Math.max(figure.all ?? 0, figure.alike ? (figure.other ?? 0) : 0, 1);
    const share = (value) => `${(100 * (value ?? 0)) / most}%`;
    bar.style.width = share(figure.so);
    bar.parentElement.style.setProperty('--all', share(figure.all));
    barOther.style.width = figure.alike ? share(figure.other) : '0';
    so.textContent = words(figure.so);
    all.textContent = words(figure.all);
    other.textContent = two ? words(figure.other) : '';
    other.title = two && figure.other === null ? t('compare.not_read') : figure.alike ? '' : t('compare.unlike');
    times.textContent = figure.alike && figure.all !== null && figure.other ? `× ${ratio(figure.all / figure.other)}` : '';
    row.classList.toggle('none', !figure.all && !figure.other);
  }

  function footWords(trace) {
    const { cost } = trace.meta;
    const words = [t(trace.meta.clock === 'composites' ? 'meters.clock.composites' : 'meters.clock')];
    if (Number.isFinite(cost?.python_ns) && Number.isFinite(cost?.engine_ns)) {
      words.push(t('meters.bare', { python: Math.round(cost.python_ns), engine: Math.round(cost.engine_ns) }));
    }
    return words.join(' ');
  }

  return {
    node,
    heading: () => ({ title: t('view.meters'), source: 'recorded' }),

    update(state, trace) {
      const other = otherOf();
      head.replaceChildren(...['', t('meters.sofar'), t('meters.whole'), other ? nameOf(other) : '', '']
        .map((name) => (name ? el('th', { scope: 'col' }, name) : el('td', {}))));
      node.classList.toggle('two', Boolean(other));
      figures(state, trace).forEach((figure, i) => drawRow(rows[i], figure, other !== null));
      foot.textContent = footWords(trace);
    },

    twin(state, trace) {
      const other = otherOf();
      const all = figures(state, trace);
      return {
        caption: t('meters.caption', { policy: nameOf(trace), event: state.n + 1 }), columns: [t('meters.what'), t('meters.sofar'), t('meters.whole'), ...(other ? [nameOf(other)] : [])],
        rows: all.map(({ name, so, all: whole, other: there }) => [t(`meters.${name}`), so ?? '–', whole ?? '–', ...(other ? [there ?? '–'] : [])]),
      };
    },
  };
}

/** Two digits, or whole. @param {number} x */
const ratio = (x) => (x >= 10 ? x.toFixed(0) : x.toFixed(2));
