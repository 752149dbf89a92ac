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
