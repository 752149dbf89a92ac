/** The generated vocabulary, indexed for speed: what a record expands to, and names to numbers. */
import { EVENTS, FAMILIES, FLAGS, RECS, ROLES, SITES } from './events.js';

export { COPIERS, EVENTS, FAMILIES, FLAGS, RECS, ROLES, SITES } from './events.js';

const numbers = (list) => {
  const out = {};
  list.forEach((entry, i) => { if (entry) out[entry.name] = i; });
  return out;
};

/** Record kind, event, role, family and site numbers by name. */
export const REC = numbers(RECS);
export const EV = numbers(EVENTS);
export const ROLE = numbers(ROLES);
export const FAMILY = numbers(FAMILIES);
export const SITE = numbers(SITES);

/** Event number to family number. */
export const FAMILY_OF = Uint8Array.from(EVENTS, (event) => (event ? FAMILY[event.family] : 0));

const opens = RECS.map((rec) => rec?.call === 'opens' || rec?.call === 'whole');
const closes = RECS.map((rec) => rec?.call === 'closes' || rec?.call === 'whole');

/** Does this record open a call of deepcopy()? @param {number} kind @param {number} flags */
export const opensCall = (kind, flags) => opens[kind] === true && !(flags & FLAGS.NO_CALL);

/** Does a record of this kind close the innermost open call? @param {number} kind */
export const closesCall = (kind) => closes[kind] === true;

/** Which function a call is of, by the kind of the record that opened it: deepcopy, copy or replace. */
const OPS = RECS.map((rec) => /^(copy|replace)/.exec(rec?.name ?? '')?.[0] ?? 'deepcopy');

/** @param {number} kind of the record that opened the call @returns {string} */
export const opOf = (kind) => OPS[kind] ?? 'deepcopy';

const ANY = 15;
const OUTCOME_FLAG = 3;
const cache = new Map();

/**
 * The steps that a record with this kind, flags and role expands to.
 * @returns {{event: number, outcome: boolean|null, site: number}[]}
 */
export function stepsOf(kind, flags, role) {
  const key = (kind << 12) | (flags << 4) | role;
  let steps = cache.get(key);
  if (!steps) {
    steps = expand(kind, flags, role);
    cache.set(key, steps);
  }
  return steps;
}

function expand(kind, flags, role) {
  const rec = RECS[kind];
  if (!rec) return [];
  return rec.steps
    .filter((step) => (flags & step.mask) === step.want && (step.role === ANY || step.role === role))
    .map((step) => ({ event: step.event, outcome: outcome(step.outcome, flags), site: step.site }));
}

function outcome(code, flags) {
  if (code === OUTCOME_FLAG) return (flags & FLAGS.YES) !== 0;
  return [null, false, true][code];
}
