/**
 * One sentence per event, in three depths: what the copy just did, and why.  A sentence is a list of parts; a string
 * is plain text, the others are code, an object, or a link to an event.  No DOM here; the words are in strings/say*.js.
 */
import nameOf from './names.js';
import Scene from './sentence/scene.js';
import variant from './sentence/variant.js';
import translator from './strings/index.js';
import { ROLES } from './vocabulary.js';

/**
 * @typedef {string|{code: string, ref?: number}|{event: number}} Part  ref: object whose glyph stands before the code
 * @typedef {'newcomer'|'programmer'|'developer'} Depth
 */

/** For whom: somebody new to Python, somebody who writes it, somebody who works on it. @type {Depth[]} */
export const DEPTHS = ['newcomer', 'programmer', 'developer'];

const english = translator('en');
/** What a text may hold: {name} of a part, `code`. */
const PIECE = /\{(\w+)\}|`([^`]+)`/;

/**
 * @param {any} trace @param {any} event from trace.event(n) @param {Depth} depth
 * @param {(key: string) => string} t words of a language @returns {Part[]}
 */
export default function sentence(trace, event, depth = 'programmer', t = english) {
  const scene = new Scene(trace, event);
  const keys = variant(scene);
  if (!keys.length) return [`${event.text}.`];
  return capital(keys.flatMap((key) => parts(t(`say.${key}.${depth}`), scene)));
}

/** A sentence that begins with a word begins with a capital; code stays as it is. @param {Part[]} said */
function capital([first, ...rest]) {
  return typeof first === 'string' ? [first[0].toUpperCase() + first.slice(1), ...rest] : [first, ...rest];
}

/**
 * A text about an event as parts: {names} are the event's own, `code` is code.
 * @param {string} text @param {Scene} scene @returns {Part[]}
 */
export function parts(text, scene) {
  const out = [];
  // split() gives text, name, code, text, ... of which name or code is undefined
  text.split(PIECE).forEach((piece, i) => {
    if (piece === undefined || piece === '') return;
    out.push(i % 3 === 0 ? piece : i % 3 === 1 ? scene.part(piece) : { code: piece });
  });
  return out;
}

const OUTCOMES = new Set(['memo_get', 'memo_again', 'keep_get', 'hook_get', 'copyreg_get', 'dispatch', 'replace_get',
  'fast_tuple', 'fast_reduce', 'fast_atomic']);

/** A few words for an event: "memo lookup, hit". @param {any} event @param {(key: string) => string} t */
export function label(event, t = english) {
  const words = t(`label.${event.event}`);
  if (event.outcome === null) return words;
  return `${words}, ${t(`label.${OUTCOMES.has(event.event) ? `${event.event}.` : ''}${event.outcome ? 'yes' : 'no'}`)}`;
}

/** Why a call was made, in words: "outer[1]", "a value of d". @param {any} trace @param {any} frame @param {(key: string, values?: any) => string} t */
export function place(trace, frame, t = english) {
  if (!frame.parent) return t === english ? ROLES[0].text : t('place.root');
  return t(`place.${frame.role}`, { of: nameOf(trace, frame.parent), index: frame.index });
}
