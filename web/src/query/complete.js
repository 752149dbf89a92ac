/** What can come next in a query that is being written: names, values of the name before, signs. */
import FIELDS from './fields.js';
import { tokens } from './parse.js';

const OPERATORS = { number: ['==', '!=', '<', '<=', '>', '>='], text: ['==', '!=', '~'], yesno: ['==', '!=', '&&', '||'] };
const MOST = 12;

/** @typedef {{from: number, to: number, options: string[]}} Completion  options stand for text[from, to) */

/** @param {string} text @param {number} caret @param {any} trace @returns {Completion} */
export default function complete(text, caret, trace) {
  const before = text.slice(0, caret);
  const open = /(["'])((?:(?!\1)[^\\]|\\.)*)$/.exec(openQuote(before));
  if (open) return values(before.slice(0, caret - open[0].length), open[2], caret - open[0].length, caret, trace);
  const word = /[\w.]*$/.exec(before)[0];
  const from = caret - word.length;
  const state = stateAfter(before.slice(0, from));
  if (state.expects === 'name') return pick(from, caret, Object.keys(FIELDS), word);
  if (state.expects === 'value') return values(before.slice(0, from), word, from, caret, trace);
  return pick(from, caret, state.options, word);
}

/** The text from its last quote on, if that one is not closed. */
function openQuote(text) {
  const closed = text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, (whole) => ' '.repeat(whole.length));
  return /["']/.test(closed) ? closed : '';
}

function stateAfter(before) {
  const list = safeTokens(before);
  const [last, previous] = [list[list.length - 2], list[list.length - 3]];
  const isOperator = (token) => token?.kind === 'sign' && ['==', '!=', '<', '<=', '>', '>=', '~'].includes(token.value);
  if (!last || (last.kind === 'sign' && !isOperator(last) && last.value !== ')')) return { expects: 'name' };
  if (isOperator(last)) return { expects: 'value' };
  if (last.kind === 'name' && !isOperator(previous)) return { expects: 'operator', options: OPERATORS[FIELDS[last.value]?.kind] ?? [] };
  return { expects: 'joiner', options: ['&&', '||'] };
}

function values(before, word, from, to, trace) {
  const list = safeTokens(before);
  const field = FIELDS[list[list.length - 3]?.value];
  if (field?.kind === 'yesno') return pick(from, to, ['true', 'false', 'none'], word);
  if (field?.kind !== 'text') return { from, to, options: [] };
  return pick(from, to, (field.values?.(trace) ?? []).map((value) => JSON.stringify(value)), word);
}

/** Those that begin with the word, then those that hold it. */
function pick(from, to, options, word) {
  const sought = word.toLowerCase();
  const bare = (option) => option.replace(/^"/, '').toLowerCase();
  const begins = options.filter((option) => bare(option).startsWith(sought));
  const holds = options.filter((option) => !bare(option).startsWith(sought) && bare(option).includes(sought));
  return { from, to, options: [...begins, ...holds].slice(0, MOST) };
}

function safeTokens(text) {
  try {
    return tokens(text);
  } catch {
    return [];
  }
}
