/** A query's tree as a function that says of a row whether it matches.  Kinds are checked here, before any event. */
import FIELDS from './fields.js';
import parse, { QueryError } from './parse.js';
import { nearest } from './nearest.js';

/** @typedef {(row: import('./row.js').default) => boolean} Test */

const ORDERED = {
  '<': (a, b) => a < b, '<=': (a, b) => a <= b, '>': (a, b) => a > b, '>=': (a, b) => a >= b,
};
const KIND_OF = { number: 'number', string: 'text', boolean: 'yesno' };

/** @param {string} text @returns {Test} throws a QueryError */
export default function compile(text) { return testOf(parse(text)); }

/** @param {any} node @returns {Test} */
function testOf(node) {
  switch (node.op) {
    case '&&': {
      const parts = node.parts.map(testOf);
      return (row) => parts.every((part) => part(row));
    }
    case '||': {
      const parts = node.parts.map(testOf);
      return (row) => parts.some((part) => part(row));
    }
    case '!': {
      const part = testOf(node.part);
      return (row) => !part(row);
    }
    case 'is': return bare(node.name);
    default: return comparison(node);
  }
}

/** A name alone asks whether it is true. */
function bare(name) {
  const { kind, read } = fieldOf(name);
  if (kind !== 'yesno') throw new QueryError('operator', name.end + 1, { name: name.raw });
  return (row) => read(row) === true;
}

function comparison({ op, column, name, value }) {
  const { kind, read } = fieldOf(name);
  if (op === '~' && kind !== 'text') throw new QueryError('equality', column, { name: name.raw });
  if (op in ORDERED && kind !== 'number') throw new QueryError(kind === 'text' ? 'texts' : 'equality', column, { name: name.raw, op });
  const other = operand(value, kind, name);
  if (op === '==') return (row) => read(row) === other(row);
  if (op === '!=') return (row) => read(row) !== other(row);
  const holds = op === '~' ? (a, b) => a.includes(b) : ORDERED[op];
  return (row) => {
    const a = read(row);
    const b = other(row);
    return a !== null && b !== null && holds(a, b);
  };
}

/** What stands on the right: a constant of the field's kind, `none`, or another field of that kind. */
function operand(value, kind, name) {
  if (value.kind === 'name') {
    const field = Object.hasOwn(FIELDS, value.value) ? FIELDS[value.value] : null;
    if (!field && kind === 'text') throw new QueryError('quoted', value.column, { found: value.value });
    const { read } = fieldOf(value);
    if (field.kind !== kind) throw new QueryError(kind, value.column, { name: name.raw, found: value.raw });
    return read;
  }
  const constant = value.value;
  if (constant !== null && KIND_OF[typeof constant] !== kind) throw new QueryError(kind, value.column, { name: name.raw, found: value.raw });
  return () => constant;
}

function fieldOf({ value, column }) {
  if (!Object.hasOwn(FIELDS, value)) throw new QueryError('name', column, { found: value, nearest: nearest(value, Object.keys(FIELDS)) });
  return FIELDS[value];
}
