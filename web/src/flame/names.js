/** What a frame is called: the function and the type at the outermost, the type and why it is copied below. */
import { opOf, ROLES } from '../vocabulary.js';

/** @param {any} trace @param {number} c a call @returns {string} deepcopy, copy or replace */
export const opName = (trace, c) => opOf(trace.records.kind[trace.calls.rec[c]]);

/** @param {any} trace @param {number} c a call @returns {string} */
export default function frameName(trace, c) {
  const { calls, objects } = trace;
  const type = objects[calls.obj[c]]?.typeName ?? '?';
  const role = ROLES[calls.role[c]]?.name ?? '?';
  return role === 'root' ? `${opName(trace, c)}(${type})` : `${type} · ${role}`;
}

/** Does a call's name hold the text?  Asked once for each combination of type and role, not for each call.
 * @param {any} trace @param {string} sought in lower case @returns {(c: number) => boolean} */
export function named(trace, sought) {
  const { calls, objects } = trace;
  /** @type {Map<number, boolean>} */
  const known = new Map();
  return (c) => {
    const code = ((objects[calls.obj[c]]?.type ?? 0) * ROLES.length + calls.role[c]) * 4 + ['deepcopy', 'copy', 'replace'].indexOf(opName(trace, c));
    let holds = known.get(code);
    if (holds === undefined) known.set(code, (holds = frameName(trace, c).toLowerCase().includes(sought)));
    return holds;
  };
}
