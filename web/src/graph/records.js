/* What the graph needs to know of record kinds: which begin a call and which end one. */
import { stepsOf } from '../vocabulary.js';

export { REC, ROLE, closesCall, opensCall } from '../vocabulary.js';

/** How many logical events a record expands to. @param {number} kind @param {number} flags @param {number} role */
export const stepCount = (kind, flags, role) => stepsOf(kind, flags, role).length;
