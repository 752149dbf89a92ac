/**
 * Finds events by what they are: { event, object, outcome, family, role, depth, nth }.  Lessons tie their steps to
 * events this way, so that a step holds for every interpreter.
 */
import { EV, FAMILY } from './vocabulary.js';

/**
 * @typedef {{event?: string, object?: string, outcome?: boolean, family?: string, role?: string, depth?: number,
 *   nth?: number}} Query
 */

/** The event a query means, from 0, or -1. @param {any} trace @param {Query} query */
export function find(trace, query) {
  let left = query.nth ?? 1;
  for (let n = 0; n < trace.eventCount; n++) {
    if (matches(trace, n, query) && --left === 0) return n;
  }
  return -1;
}

function matches(trace, n, query) {
  const { kind, family } = trace.events;
  if (query.event !== undefined && kind[n] !== EV[query.event]) return false;
  if (query.family !== undefined && family[n] !== FAMILY[query.family]) return false;
  const { object, outcome, role, depth } = query;
  if (object === undefined && outcome === undefined && role === undefined && depth === undefined) return true;
  const event = trace.event(n);
  return (object === undefined || isNamed(trace, event, object))
    && (outcome === undefined || event.outcome === outcome)
    && (role === undefined || event.role === role)
    && (depth === undefined || event.depth === depth);
}

/** Is the event about the object that the snippet calls by this name? */
function isNamed(trace, event, name) {
  return trace.objects[event.obj]?.name === name;
}

/** The nearest event after (step 1) or before (step -1) n of a family number, or -1. */
export function nextOfFamily(trace, n, family, step = 1) {
  for (let i = n + step; i >= 0 && i < trace.eventCount; i += step) if (trace.events.family[i] === family) return i;
  return -1;
}
