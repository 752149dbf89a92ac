/* What the graph needs to know of record kinds: which begin a call and which end one. */
import { EV, FLAGS, REC, RECS, ROLE, stepsOf } from '../vocabulary.js';

export { REC, ROLE };

const CLOSERS = new Set(['atom', 'fast_atom', 'hit', 'keep', 'keep_first', 'same', 'fast_tuple', 'class', 'raise']);
const closes = RECS.map((rec) => rec !== null && CLOSERS.has(rec.name));
const opens = RECS.map((rec) => rec !== null && rec.steps.some((s) => s.event === EV.call));

/** Does a record of this kind end a call? @param {number} kind */
export const closesCall = (kind) => closes[kind] === true;

/** Does this record begin a call? @param {number} kind @param {number} flags */
export const opensCall = (kind, flags) => opens[kind] === true && (kind === REC.root || !(flags & FLAGS.NO_CALL));

/** How many logical events a record expands to. @param {number} kind @param {number} flags @param {number} role */
export const stepCount = (kind, flags, role) => stepsOf(kind, flags, role).length;
