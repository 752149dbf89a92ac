/** The dispatch table, a dict from types to copiers: how the type in hand was looked up, and what that said. */
import { el } from '../dom.js';
import { dispatchSlots, lookupAt } from '../graph/lookup.js';
import { shortAddress } from '../identity.js';
import { stateAt } from '../store.js';
import { EV, opOf } from '../vocabulary.js';
import dispatchModel, { copierOf } from '../table/dispatch.js';
import tablePicture, { walkRows } from '../table/picture.js';
import play, { duration } from '../table/play.js';

const TWIN_ROWS = 50;
/** Copiers that are functions of copy.py; the others are a rule, or user code. */
const FUNCTIONS = { atomic: '_deepcopy_atomic', list: '_deepcopy_list', tuple: '_deepcopy_tuple', dict: '_deepcopy_dict', method: '_deepcopy_method' };

/** The last dispatch at or before an event, or -1. @param {any} trace @param {number} n */
export const lastDispatch = (trace, n) => (n < 0 ? -1 : trace.events.kind.lastIndexOf(EV.dispatch, n));

export default function dispatchTable({ t, ui }) {
  const picture = tablePicture({ t });
  const at = el('button', { type: 'button', class: 'link' });
  const answer = el('p', { class: 'answer' });
  const paper = el('div', { class: 'paper cs-view' }, picture.node);
  const node = el('div', { class: 'dispatch-table' }, answer, el('div', { class: 'frame' }, paper));
  const walk = play((act) => paint(act));
  /** @type {{trace: any, n: number, table: import('../table/picture.js').Table|null}} */
  let current = { trace: null, n: -1, table: null };
  at.addEventListener('click', () => ui.go(current.n));
  if (typeof ResizeObserver !== 'undefined') new ResizeObserver(() => paint(walk.act)).observe(paper);

  function paint(act) {
    if (current.table) picture.draw(current.table, current.trace, paper, act);
    else picture.node.replaceChildren();
  }

  /** What the table said of the type: a copier's name, or that it knows none. */
  function say(state, trace) {
    const { n } = current;
    if (n < 0) {
      answer.replaceChildren(t('dispatch.yet'));
      return;
    }
    const event = trace.event(n);
    const type = trace.types[trace.objects[event.obj]?.type];
    const shallow = opOf(trace.records.kind[trace.calls.rec[event.callIndex]]) === 'copy';
    const copier = copierOf(type);
    const words = shallow ? t('dispatch.shallow') : FUNCTIONS[copier] ? '' : t(`dispatch.copier.${copier}`);
    at.textContent = t('dispatch.at', { n: n + 1 });
    answer.replaceChildren(el('code', {}, `type ${type?.name ?? '?'}`), ' → ', words || el('code', {}, FUNCTIONS[copier]), ' ', ...(n === state.n ? [] : [at]));
  }

  return {
    node,
    resize: () => paint(walk.act),

    heading(_state, trace) {
      const lookup = current.table?.lookup;
      return { title: lookup?.lg ? t('dispatch.title', { n: 2 ** lookup.lg }) : t('view.dispatchTable'), source: trace && lookup?.lg ? 'recorded' : '' };
    },

    update(state, trace) {
      const n = lastDispatch(trace, state.n);
      const same = current.trace === trace && current.n === n && current.table;
      const lookup = n < 0 ? null : lookupAt(n === state.n ? state : stateAt(trace, n), trace);
      current = { trace, n, table: lookup ? dispatchModel(lookup, trace, t) : null };
      if (!same) walk.start(lookup?.path.length ?? 0, n === state.n ? duration(node, '--m-probe') : 0);
      say(state, trace);
      paint(walk.act);
    },

    twin(_state, trace) {
      const lookup = current.table?.lookup;
      if (!lookup) return { caption: t('dispatch.yet'), columns: [], rows: [] };
      if (lookup.path.length) {
        return { caption: `${answer.textContent} ${t('dispatch.caption')}`, columns: [t('table.probe'), t('table.arithmetic'), t('table.slot'), t('table.found')], rows: walkRows(lookup, t, TWIN_ROWS) };
      }
      const rows = [...dispatchSlots(trace, lookup.lg)].slice(0, TWIN_ROWS).map(([slot, type]) => [slot, type.name, shortAddress(type.addr), copierOf(type)]);
      return { caption: answer.textContent, columns: [t('table.slot'), t('table.type'), t('table.address'), t('table.copier')], rows };
    },
  };
}
