/**
 * What stands beside the lines of a source text in a trace: bytecode, syntax tree, changes.  A trace is hostile: what has
 * not the form that tracer/trace/FORMAT.md gives it is left out, and nothing is larger than its limit.  No DOM here.
 */

const ROWS_MAX = 5000;
const HUNKS_MAX = 2000;
const DEPTH_MAX = 100;
const TEXT_MAX = 200;

/**
 * @typedef {{line: number, offset: number, op: string, arg: string}} Instruction
 * @typedef {{name: string, first: number, code: Instruction[]}} Code
 * @typedef {{depth: number, line: number, end: number, type: string, field: string, text: string}} Node
 * @typedef {{line: number, added: number, removed: string[]}} Hunk
 * @typedef {object} Listing
 * @property {{functions: Code[], left: number}|null} bytecode
 * @property {{nodes: Node[], left: number}|null} tree
 * @property {{against: string, hunks: Hunk[], left: number}|null} changes
 */

const isNumber = (value) => Number.isSafeInteger(value) && value >= 0;
const list = (value) => (Array.isArray(value) ? value : []);
const words = (value) => String(typeof value === 'string' ? value : '').slice(0, TEXT_MAX);
const number = (value) => (isNumber(value) ? value : 0);
const object = (value) => (value !== null && typeof value === 'object' && !Array.isArray(value) ? value : null);

/** @param {any} json a SRC_ object @returns {Listing} */
export default function listing(json) {
  return { bytecode: bytecode(object(json.bytecode)), tree: tree(object(json.tree)), changes: changes(object(json.changes)) };
}

function bytecode(json) {
  if (!json) return null;
  const names = list(json.names).map(words);
  let room = ROWS_MAX;
  let left = number(json.left_out);
  const functions = list(json.functions).slice(0, ROWS_MAX).filter(object).map(({ name, first, code }) => {
    const rows = list(code).filter((row) => Array.isArray(row) && row.slice(0, 3).every(isNumber) && row[2] < names.length);
    const kept = rows.slice(0, room);
    room -= kept.length;
    left += rows.length - kept.length;
    return { name: words(name), first: number(first), code: kept.map(([line, offset, op, arg]) => ({ line, offset, op: names[op], arg: words(arg) })) };
  });
  return { functions, left };
}

function tree(json) {
  if (!json) return null;
  const [names, fields] = [list(json.names).map(words), list(json.fields).map(words)];
  const rows = list(json.nodes).filter((row) => Array.isArray(row) && row.slice(0, 5).every(isNumber) && row[3] < names.length && row[4] < fields.length);
  const nodes = [];
  for (const [depth, line, end, type, field, text] of rows.slice(0, ROWS_MAX)) {
    // A node stands at most one level below the one before it.
    const most = nodes.length ? nodes[nodes.length - 1].depth + 1 : 0;
    nodes.push({ depth: Math.min(depth, most, DEPTH_MAX), line, end, type: names[type], field: fields[field], text: words(text) });
  }
  return { nodes, left: number(json.left_out) + rows.length - nodes.length };
}

function changes(json) {
  if (!json) return null;
  const hunks = [];
  let room = HUNKS_MAX;
  let left = number(json.left_out);
  for (const row of list(json.hunks).slice(0, HUNKS_MAX)) {
    if (!Array.isArray(row) || !isNumber(row[0]) || !isNumber(row[1])) continue;
    const removed = list(row[2]).map(words);
    left += Math.max(0, removed.length - room);
    hunks.push({ line: row[0], added: row[1], removed: removed.slice(0, room) });
    room = Math.max(0, room - removed.length);
  }
  return { against: words(json.against), hunks, left };
}

/** The instructions of a line, and the code objects that they are of. @param {Listing} of @param {number} line @returns {{code: Code, rows: Instruction[]}[]} */
export function instructionsAt(of, line) {
  const found = [];
  for (const code of of.bytecode?.functions ?? []) {
    const rows = code.code.filter((row) => row.line === line);
    if (rows.length) found.push({ code, rows });
  }
  return found;
}

/** How often each instruction ran, by `name:first:offset`; null where it was not counted. @param {any} meta @returns {Map<string, number>|null} */
export function countsOf(meta) {
  if (!Array.isArray(meta?.opcodes)) return null;
  const counts = new Map();
  for (const code of meta.opcodes.slice(0, ROWS_MAX)) {
    if (!Array.isArray(code)) continue;
    for (const row of list(code[2]).slice(0, ROWS_MAX)) {
      if (Array.isArray(row) && isNumber(row[0]) && isNumber(row[1])) counts.set(placeOf({ name: code[0], first: code[1] }, row[0]), row[1]);
    }
  }
  return counts;
}

/** @param {{name: string, first: number}} code @param {number} offset */
export const placeOf = (code, offset) => `${code.name}:${code.first}:${offset}`;
