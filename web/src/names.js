/** What an object is called in a sentence: an atomic value by its text, others by their name. */
import { identity } from './identity.js';

const ATOM_MAX = 24;

/** @param {any} trace @param {number} ref @returns {string} */
export default function nameOf(trace, ref) {
  const who = identity(trace, ref);
  const text = trace.objects[ref]?.text;
  return (who.atom && text && text.length <= ATOM_MAX ? text : who.name) || '?';
}
