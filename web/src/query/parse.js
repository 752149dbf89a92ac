/**
 * The query language, from text to tree: web/QUERY.md has the grammar.  What cannot be read is a QueryError that says
 * at which column and what was expected there; the words are the page's.
 */
const LONGEST = 1000;
const DEEPEST = 64;
const TOKEN = /\s*(?:(?<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|(?<number>0[xX][0-9a-fA-F]+|\d[\d_]*)(?![\w.])|(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<sign>==|!=|<=|>=|&&|\|\||[<>~!()]))/y;
const OPERATORS = new Set(['==', '!=', '<', '<=', '>', '>=', '~']);
const WORDS = { and: '&&', or: '||', not: '!' };
const CONSTANTS = { true: true, false: false, none: null };

/**
 * @typedef {{kind: 'name'|'number'|'text'|'constant', column: number, value: any}} Operand
 * @typedef {{op: '&&'|'||', column: number, parts: Node[]}} Join
 * @typedef {{op: '!', column: number, part: Node}} Not
 * @typedef {{op: '=='|'!='|'<'|'<='|'>'|'>='|'~', column: number, name: Operand, value: Operand}} Comparison
 * @typedef {{op: 'is', column: number, name: Operand}} Bare
 * @typedef {any} Node  one of Join, Not, Comparison, Bare
 * @typedef {{kind: string, column: number, end: number, value: any, raw: string}} Token
 */

/** Where a query cannot be read: column from 1, and what is expected there: a key of the strings query.expects. */
export class QueryError extends Error {
  /** @param {string} expects @param {number} column @param {Record<string, any>} values */
  constructor(expects, column, values = {}) {
    super(`column ${column}: expects ${expects}`);
    this.expects = expects;
    this.column = column;
    this.values = values;
  }
}

/** The tokens of a text; the last is the end. @param {string} text @returns {Token[]} */
export function tokens(text) {
  if (text.length > LONGEST) throw new QueryError('shorter', LONGEST + 1, { n: LONGEST });
  const out = [];
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at);
    if (!rest.trim()) break;
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (!found) throw unreadable(text, at + rest.length - rest.trimStart().length);
    out.push(token(found));
    at = TOKEN.lastIndex;
  }
  out.push({ kind: 'end', column: text.trimEnd().length + 1, end: text.length, value: null, raw: '' });
  return out;
}

function unreadable(text, at) {
  const char = text[at];
  if (char === '"' || char === "'") return new QueryError('quote', at + 1, { quote: char });
  if (char === '=') return new QueryError('equals', at + 1);
  if (char === '&' || char === '|') return new QueryError('twice', at + 1, { sign: char });
  return new QueryError('sign', at + 1, { found: /\d/.test(char) ? /^[\w.]+/.exec(text.slice(at))[0] : String.fromCodePoint(text.codePointAt(at)) });
}

/** @param {RegExpExecArray} found @returns {Token} */
function token({ 0: whole, index, groups }) {
  const raw = whole.trimStart();
  const column = index + whole.length - raw.length + 1;
  const made = (kind, value) => ({ kind, column, end: index + whole.length, value, raw });
  if (groups.number !== undefined) return made('number', Number(raw.replaceAll('_', '')));
  if (groups.text !== undefined) return made('text', raw.slice(1, -1).replace(/\\(.)/g, '$1'));
  if (groups.sign !== undefined) return made('sign', raw);
  if (Object.hasOwn(WORDS, raw)) return made('sign', WORDS[raw]);
  if (Object.hasOwn(CONSTANTS, raw)) return made('constant', CONSTANTS[raw]);
  return made('name', raw);
}

/** @param {string} text @returns {Node} the tree; throws a QueryError */
export default function parse(text) {
  const list = tokens(text);
  let at = 0;
  let depth = 0;

  const sign = (value) => list[at].kind === 'sign' && list[at].value === value;

  /** One part, or several joined by the same sign. */
  function joined(op, part) {
    const { column } = list[at];
    const parts = [part()];
    while (sign(op)) {
      at++;
      parts.push(part());
    }
    return parts.length === 1 ? parts[0] : { op, column, parts };
  }

  const either = () => joined('||', both);
  const both = () => joined('&&', term);

  function term() {
    const { column } = list[at];
    if (++depth > DEEPEST) throw new QueryError('flatter', column, { n: DEEPEST });
    const node = sign('!') ? negation(column) : sign('(') ? group() : condition();
    depth--;
    return node;
  }

  function negation(column) {
    at++;
    return { op: '!', column, part: term() };
  }

  function group() {
    at++;
    const node = either();
    if (!sign(')')) throw new QueryError('close', list[at].column, { found: list[at].raw });
    at++;
    return node;
  }

  function condition() {
    const name = list[at];
    if (name.kind !== 'name') throw new QueryError('condition', name.column, { found: name.raw });
    const next = list[++at];
    if (next.kind !== 'sign' || !OPERATORS.has(next.value)) return { op: 'is', column: name.column, name };
    const value = list[++at];
    if (value.kind === 'end' || value.kind === 'sign') throw new QueryError('value', value.column, { found: value.raw });
    at++;
    return { op: next.value, column: next.column, name, value };
  }

  const tree = either();
  if (list[at].kind !== 'end') throw new QueryError('joiner', list[at].column, { found: list[at].raw });
  return tree;
}
