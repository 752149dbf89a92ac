/**
 * Local variables of the function that runs, worked out from what the events of its call said: nobody looked at the frame.
 * What no event tells of is not here.  No DOM here.
 */
import { countUpTo } from '../columns.js';
import { OPEN } from '../history.js';
import { COPIERS, ROLES, SITE } from '../vocabulary.js';

/** Of a call's own events so many from its beginning are looked at; the locals are bound by then. */
const LOOKED_AT = 64;
const HOLDERS = { _deepcopy_list: { list_elem: 'a' }, _deepcopy_tuple: { tuple_elem: 'a' }, _deepcopy_dict: { dict_key: 'key', dict_value: 'value' },
  _reconstruct: { arg: 'arg', state: 'state', item: 'item', item_key: 'key', item_value: 'value' } };
const FUNCTIONS = { atomic: '_deepcopy_atomic', list: '_deepcopy_list', tuple: '_deepcopy_tuple', dict: '_deepcopy_dict', method: '_deepcopy_method' };

/** @typedef {{name: string, ref?: number, text?: string}} Local  an object of the trace, or what it is in words */

/** @param {any} state @param {any} trace @param {string} name of the function @returns {Local[]} */
export default function locals(state, trace, name) {
  const frame = state.stack[state.stack.length - 1];
  if (!frame || frame.op === 'replace') return [];
  const seen = ownSites(trace, frame, state.n);
  if (name === 'deepcopy') return ofDeepcopy(state, trace, frame, seen);
  if (name === 'copy') return [{ name: 'x', ref: frame.obj }, { name: 'cls', text: trace.objects[frame.obj]?.typeName ?? '?' }];
  return ofCopier(state, trace, frame, name);
}

const memoOf = (state) => (state.memo?.ref ? [{ name: 'memo', ref: state.memo.ref }] : []);

function ofDeepcopy(state, trace, frame, seen) {
  /** @type {Local[]} */
  const out = [{ name: 'x', ref: frame.obj }, ...(seen.has(SITE.memo_new) || seen.has(SITE.memo_given) || frame.parent ? memoOf(state) : [])];
  const y = copyIn(state, trace, frame, seen);
  if (y) out.push(y);
  if (seen.has(SITE.dispatch)) {
    const type = trace.types[trace.objects[frame.obj]?.type];
    out.push({ name: 'cls', text: type?.name ?? '?' });
    const copier = COPIERS[type?.copier]?.name ?? 'none';
    if (copier !== 'custom') out.push({ name: 'copier', text: FUNCTIONS[copier] ?? 'None' });
  }
  if (seen.has(SITE.memo_get)) out.push({ name: 'd', text: `0x${trace.addr(frame.obj).toString(16)}` });
  return out;
}

/** y of deepcopy(): what the memo said, then what the copier or the reductor gave. @returns {Local|null} */
function copyIn(state, trace, frame, seen) {
  const { event } = state;
  if (event.event === 'memo_get' || !seen.has(SITE.memo_get)) {
    return event.event === 'memo_get' && event.callIndex === frame.callIndex ? { name: 'y', ...(event.outcome ? { ref: event.arg } : { text: '_nil' }) } : null;
  }
  const bound = ['memo_set', 'return', 'return_hit', 'fast_make', 'fast_set', 'fast_state'].some((site) => event.site === site) || event.site.startsWith('keep_');
  if (!bound) return { name: 'y', text: '_nil' };
  const close = trace.calls.close[frame.callIndex];
  if (close !== OPEN && trace.calls.result[frame.callIndex]) return { name: 'y', ref: trace.calls.result[frame.callIndex] };
  return { name: 'y', ref: state.copies.get(frame.obj) ?? frame.obj };
}

function ofCopier(state, trace, frame, name) {
  /** @type {Local[]} */
  const out = [{ name: 'x', ref: frame.obj }, ...memoOf(state)];
  const copy = state.copies.get(frame.obj);
  if (copy && name !== '_keep_alive' && name !== '_deepcopy_atomic') out.push({ name: 'y', ref: copy });
  const holder = HOLDERS[name];
  const child = holder ? lastChild(trace, frame.callIndex, state.n) : -1;
  const role = child >= 0 ? ROLES[trace.calls.role[child]]?.name : '';
  if (holder?.[role]) out.push({ name: holder[role], ref: trace.calls.obj[child] });
  return out;
}

/** The call that a call made last, up to event n; -1: none. */
function lastChild(trace, call, n) {
  const { calls } = trace;
  let c = countUpTo(calls.open, calls.length, n) - 1;
  while (c > call && calls.parent[c] !== call) c = calls.parent[c];
  return c > call ? c : -1;
}

/** Sites of a call's own first events, over the calls that it made. @returns {Set<number>} */
function ownSites(trace, frame, n) {
  const sites = new Set();
  const { calls } = trace;
  for (let at = frame.openEvent, looked = 0; at <= n && looked < LOOKED_AT; looked++) {
    const child = countUpTo(calls.open, calls.length, at) - 1;
    if (child > frame.callIndex && calls.open[child] === at) {
      if (calls.close[child] === OPEN) break;
      at = calls.close[child] + 1;
      continue;
    }
    const event = trace.event(at);
    if (event.callIndex === frame.callIndex) sites.add(SITE[event.site]);
    at++;
  }
  return sites;
}
