/** What came of it: is it sound, on what object, and what each side saved. */
import { el, icon } from '../dom.js';
import costOf from './cost.js';

const CHECK = 'M4,13 L10,19 L21,6';
const CROSS = 'M5,5 L19,19 M19,5 L5,19';
const LINES = 14;
const COSTS = ['events', 'probes', 'ns', 'objects'];

/** @param {{t: (key: string, values?: any) => string}} words */
export default function outcome({ t }) {
  const headline = el('p', { class: 'headline' });
  const sides = el('ul', { class: 'sides' });
  const code = el('pre', { class: 'snippet mono', tabindex: '0', 'aria-label': t('compare.object') });
  const costs = el('div', { class: 'costs' });
  const node = el('div', { class: 'outcome' }, el('h3', {}, t('compare.soundness')), headline, sides,
    el('h3', {}, t('compare.object')), code, el('h3', {}, t('compare.cost'), el('span', { class: 'r' }, t('compare.cost.note'))), costs);

  /** @returns {{state: 'sound'|'unsound'|'own'|'unknown', text: string}} */
  function verdict(trace) {
    const found = trace.meta.soundness;
    if (!found || typeof found !== 'object') {
      const own = (trace.meta.policy ?? 'cpython') === 'cpython';
      return own ? { state: 'own', text: t('compare.own', { python: String(trace.meta.python ?? '') }) } : { state: 'unknown', text: t('compare.unknown') };
    }
    if (found.sound === true) return { state: 'sound', text: t('compare.sound', { against: String(found.against ?? 'CPython') }) };
    if (found.sound === false) return { state: 'unsound', text: String(found.difference ?? found.kind ?? '') };
    return { state: 'unknown', text: String(found.note ?? t('compare.unknown')) };
  }

  const mark = (state) => (state === 'unsound' ? icon(CROSS) : state === 'unknown' ? el('span', { class: 'icon' }, '?') : icon(CHECK));

  function tellVerdicts(traces) {
    const found = traces.map((trace) => ({ ...verdict(trace), policy: String(trace.meta.policy ?? '') }));
    const bad = found.filter(({ state }) => state === 'unsound').map(({ policy }) => policy);
    const open = found.some(({ state }) => state === 'unknown');
    const state = bad.length ? 'unsound' : open ? 'unknown' : 'sound';
    headline.className = `headline ${state}`;
    headline.replaceChildren(mark(state), el('span', {}, t(`compare.head.${state}`, { policy: bad.join(', ') })));
    sides.replaceChildren(...found.map((side) => el('li', { class: side.state }, mark(side.state), el('b', { class: 'mono' }, side.policy), el('span', {}, side.text))));
  }

  function tellCode(trace) {
    const lines = String(trace.meta.code ?? '').trimEnd().split('\n');
    lines.splice(0, lines.length, ...lines.filter((line, i) => line.trim() || lines[i - 1]?.trim()));
    code.textContent = lines.slice(0, LINES).join('\n') + (lines.length > LINES ? `\n… ${t('compare.more', { n: lines.length - LINES })}` : '');
  }

  function tellCosts(traces, unsound) {
    const found = traces.map(costOf);
    const alike = found.every(({ recorder }) => recorder === found[0].recorder);
    costs.replaceChildren(...COSTS.map((name) => {
      // An engine in C and a watched copy.py take times that say nothing about the policies.
      const unlike = name === 'ns' && !alike;
      const values = found.map((cost) => (unlike ? null : cost[name]));
      const title = el('h4', {}, t(`compare.cost.${name}`));
      if (values.every((value) => value === null)) return el('div', { class: 'cost' }, title, el('p', {}, t(why(unlike))));
      const most = Math.max(1, ...values.map((value) => value ?? 0));
      return el('div', { class: 'cost' }, title, ...traces.map((trace, i) => bar(String(trace.meta.policy ?? ''), values[i], most, unsound[i])));
    }));
  }

  const why = (unlike) => (unlike ? 'compare.unlike' : 'compare.not_read');

  function bar(policy, value, most, unsound) {
    const filled = el('i', { class: unsound ? 'filled hatched' : 'filled' });
    filled.style.width = `${((value ?? 0) / most) * 100}%`;
    return el('div', { class: 'bar-row' }, el('span', { class: 'mono' }, policy), el('span', { class: 'track' }, filled),
      el('b', { class: 'mono', title: value === null ? t(why(false)) : null }, value === null ? '–' : value.toLocaleString(document.documentElement.lang || 'en')));
  }

  return {
    node,
    /** @param {any[]} traces */
    update(traces) {
      tellVerdicts(traces);
      tellCode(traces[0]);
      tellCosts(traces, traces.map((trace) => trace.meta.soundness?.sound === false));
    },
  };
}
