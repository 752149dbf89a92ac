/** Where the cursor goes: events that matter, calls to get out of or into. */
import { OPEN } from './history.js';
import { EV } from './vocabulary.js';

/** A call or its return, a memo answer, something built, an error: the steps of a story told without its asides. */
const MATTERS = new Set(['call', 'return', 'raise', 'memo_get', 'memo_again', 'memo_changed', 'list_new', 'dict_new', 'tuple_new',
  'tuple_same', 'method_new', 'make', 'shallow', 'hook_call', 'copier_call', 'reduce', 'reduce_str', 'replace_call'].map((name) => EV[name]));

/** The next event that matters, or the one before. @param {any} trace @param {number} from @param {1|-1} by @returns {number} -1: none */
export function semantic(trace, from, by) {
  for (let n = from + by; n >= 0 && n < trace.eventCount; n += by) if (MATTERS.has(trace.events.kind[n])) return n;
  return -1;
}

/** The event that opened the call in hand, or the one around it. @param {any} trace @param {any} state @returns {number} -1: none */
export function outOf(trace, state) {
  if (!state?.event || state.event.callIndex < 0) return -1;
  const { calls } = trace;
  let call = state.event.callIndex;
  if (calls.open[call] === state.n && calls.parent[call] >= 0) call = calls.parent[call];
  return calls.open[call];
}

/** The next call that is made from the one in hand, else where it ends. @param {any} trace @param {any} state @returns {number} -1: none */
export function into(trace, state) {
  if (!state?.event || state.event.callIndex < 0) return -1;
  const { calls } = trace;
  const call = state.event.callIndex;
  const end = calls.close[call] === OPEN ? trace.eventCount - 1 : calls.close[call];
  for (let c = call + 1; c < calls.length && calls.open[c] <= end; c++) if (calls.parent[c] === call && calls.open[c] > state.n) return calls.open[c];
  return end;
}
