import assert from 'node:assert/strict';
import { test } from 'node:test';
import timesAt from '../../web/src/code/heat.js';
import { functionsOf, indentOf, linesOf } from '../../web/src/code/lines.js';
import nextAtLine from '../../web/src/code/jump.js';
import { isLit, rowsOf, treeAt } from '../../web/src/code/tree.js';
import listing, { countsOf, instructionsAt, placeOf } from '../../web/src/code/listing.js';
import localsAt from '../../web/src/code/locals.js';
import nameOf from '../../web/src/names.js';
import { TraceReader } from '../../web/src/reader.js';
import { stateAt } from '../../web/src/store.js';
import { SITES } from '../../web/src/vocabulary.js';
import { int, list, sampleTrace } from './sampleTrace.js';

const TEXT = 'import x\n\ndef deepcopy(x, memo=None):\n    """Copies.\n\n    At length.\n    """\n    d = id(x)\n    return y\n\ndef other():\n    pass\n\n# end\n';
const file = (more = {}) => ({ role: 'copy.py', name: 'copy.py', first_line: 1, text: TEXT, sites: {}, listing: listing(more) });
const shown = (lines) => lines.map(({ no, text, change, folded }) => `${change === 'added' ? '+' : change === 'removed' ? '-' : ''}${no}${folded ? `~${folded}` : ''} ${text.trim()}`);

test('functions end before the blank lines after them', () => {
  assert.deepEqual([...functionsOf(file())], [['deepcopy', [3, 9]], ['other', [11, 12]]]);
});

test('a folded docstring is one line that counts the others, and unfolded they are all there', () => {
  assert.deepEqual(shown(linesOf(file(), [3, 9], true).lines), ['3 def deepcopy(x, memo=None):', '4~3 """Copies.', '8 d = id(x)', '9 return y']);
  assert.equal(linesOf(file(), [3, 9], false).lines.length, 7);
  assert.equal(indentOf(linesOf(file(), [8, 9], true).lines), 4);
});

test('lines that are new are marked, and those that went stand where they stood', () => {
  const changed = file({ changes: { against: 'own', hunks: [[8, 1, ['    d = 0', '    e = 1']], [12, 0, ['    gone']], [400, 3, []]], left_out: 0 } });
  assert.deepEqual(shown(linesOf(changed, [3, 9], true).lines).slice(2), ['-0 d = 0', '-0 e = 1', '+8 d = id(x)', '9 return y']);
  assert.deepEqual(shown(linesOf(changed, [11, 12], true).lines), ['11 def other():', '-0 gone', '12 pass']);
});

test('a text of any length is drawn up to a limit, and the rest is counted', () => {
  const long = { ...file(), text: 'a\n'.repeat(10000) };
  const { lines, left } = linesOf(long, [1, 10001], true);
  assert.equal(lines.length + left, 10001);
  assert.ok(lines.length <= 3000);
});

test('a listing that is not in its form is left out, whatever a trace says', () => {
  for (const bad of [null, 7, 'x', [], [[1]], { names: 7, functions: 'x', nodes: {}, hunks: 3, fields: null, left_out: -1 },
    { names: ['A'], fields: [''], functions: [null, { code: [[1, 2, 9, 'x'], ['a'], [1, -2, 0]] }], nodes: [[0, 1, 1, 5, 0, ''], [1e9, 1, 1, 0, 0, 'x']], hunks: [null, [1], [1, 1, 7]] }]) {
    const found = listing({ bytecode: bad, tree: bad, changes: bad });
    for (const { code } of found.bytecode?.functions ?? []) assert.deepEqual(code, []);
    for (const node of found.tree?.nodes ?? []) assert.ok(node.depth === 0 && node.type === 'A');
    for (const hunk of found.changes?.hunks ?? []) assert.deepEqual(hunk.removed, []);
    assert.deepEqual(instructionsAt(found, 1), []);
  }
  const many = listing({ bytecode: { names: ['NOP'], functions: [{ name: 'f', first: 1, code: Array.from({ length: 9000 }, (_, i) => [1, i, 0, '']) }], left_out: 5 } });
  assert.equal(many.bytecode.functions[0].code.length, 5000);
  assert.equal(many.bytecode.left, 4005);
  for (const bad of [undefined, 3, [3], [['f', 1, 'x']], [['f', 1, [[1]]]]]) assert.equal(countsOf({ opcodes: bad })?.size ?? 0, 0);
});

test('instructions are found by line, and their counts by place', () => {
  const found = listing({ bytecode: { names: ['LOAD_FAST', 'CALL'], functions: [{ name: 'f', first: 3, code: [[8, 2, 0, 'x'], [8, 4, 1, ''], [9, 6, 0, 'y']] }], left_out: 0 } });
  const [{ code, rows }] = instructionsAt(found, 8);
  assert.deepEqual(rows.map(({ op, arg }) => [op, arg]), [['LOAD_FAST', 'x'], ['CALL', '']]);
  const counts = countsOf({ opcodes: [['f', 3, [[2, 7], [6, 1]]]] });
  assert.deepEqual(rows.map(({ offset }) => counts.get(placeOf(code, offset))), [7, undefined]);
  assert.equal(countsOf({}), null);
});

function read(root, names = new Map()) {
  const source = { role: 'copy.py', name: 'copy.py', first_line: 1, text: TEXT, sites: Object.fromEntries(SITES.map(({ name }, i) => [name, i + 1])) };
  const reader = new TraceReader();
  reader.feed(sampleTrace(root, { source, names }).bytes);
  assert.equal(reader.error, null);
  return reader.finish();
}

test('time by line adds up to the time between the first reading and the last, at any event', () => {
  const trace = read(list(...Array.from({ length: 900 }, (_, i) => list(int(i)))));
  assert.ok(trace.records.length > 2048);
  for (const n of [0, trace.eventCount - 1, 10, 4000, 5, trace.eventCount >> 1]) {
    const sum = timesAt(trace, n).reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum - (trace.records.t[trace.recordOf(n)] - trace.records.t[0])) < 1e-3, `event ${n}: ${sum}`);
  }
  const later = timesAt(trace, trace.eventCount - 1);
  timesAt(trace, 3).forEach((ns, site) => assert.ok(ns <= later[site] + 1e-6));
});

test('locals are what the events of the call have said by then, and no more', () => {
  const inner = list(int(1), int(2));
  const outer = list(inner, inner);
  const trace = read(outer, new Map([[inner, 'inner'], [outer, 'outer']]));
  const at = (want, name) => {
    let n = 0;
    while (!want(trace.event(n))) n++;
    const state = stateAt(trace, n);
    return Object.fromEntries(localsAt(state, trace, name).map(({ name: local, ref, text }) => [local, ref ? nameOf(trace, ref) : text]));
  };
  const of = (name) => (event) => nameOf(trace, event.obj) === name;
  assert.deepEqual(Object.keys(at((event) => event.event === 'call', 'deepcopy')), ['x']);
  const missed = at((event) => event.event === 'memo_get' && of('inner')(event) && !event.outcome, 'deepcopy');
  assert.equal(missed.y, '_nil');
  assert.match(missed.d, /^0x[0-9a-f]+$/);
  const hit = at((event) => event.event === 'memo_get' && of('inner')(event) && event.outcome, 'deepcopy');
  assert.equal(hit.y, 'inner′');
  const appended = at((event) => event.event === 'append' && nameOf(trace, event.obj) === '2', '_deepcopy_list');
  assert.deepEqual([appended.x, appended.y, appended.a], ['inner', 'inner′', '2']);
});

/* if x: y = f(x); else: pass, as a walk that goes down first. */
const NODES = [[0, 3, 9, 0, 0, 'deepcopy'], [1, 4, 6, 1, 1, ''], [2, 4, 4, 2, 2, 'x'], [2, 5, 5, 3, 1, ''], [3, 5, 5, 2, 3, 'y'], [3, 5, 5, 4, 4, ''], [4, 5, 5, 2, 5, 'f'], [2, 6, 6, 5, 6, ''],
  [0, 11, 12, 0, 0, 'other'], [1, 12, 12, 5, 1, '']];
const TREE = listing({ tree: { names: ['FunctionDef', 'If', 'Name', 'Assign', 'Call', 'Pass'], fields: ['', 'body', 'test', 'targets', 'value', 'func', 'orelse'], nodes: NODES, left_out: 0 } }).tree;

test('the tree of a line is that of its function, statements open, the line lit and open', () => {
  const tree = treeAt(TREE.nodes, 5);
  assert.equal(tree.length, 8);
  assert.deepEqual(treeAt(TREE.nodes, 12).map(({ type }) => type), ['FunctionDef', 'Pass']);
  assert.deepEqual(treeAt(TREE.nodes, 100), []);
  const types = (line, chosen = new Map()) => rowsOf(tree, line, chosen).map(({ type, text }) => `${type}${text ? ` ${text}` : ''}`);
  assert.deepEqual(types(3), ['FunctionDef deepcopy', 'If', 'Name x', 'Assign', 'Pass']);
  assert.deepEqual(types(5), ['FunctionDef deepcopy', 'If', 'Name x', 'Assign', 'Name y', 'Call', 'Name f', 'Pass']);
  assert.deepEqual(types(5, new Map([[0, false]])), ['FunctionDef deepcopy']);
  assert.deepEqual(types(5, new Map([[5, false]])), ['FunctionDef deepcopy', 'If', 'Name x', 'Assign', 'Name y', 'Call', 'Pass']);
  assert.deepEqual(tree.filter((node) => isLit(node, 4)).map(({ type, text }) => type + text), ['If', 'Namex']);
});

test('a line leads to its next event, round the end, and to none where no event is on it', () => {
  const trace = read(list(int(1), list(int(2)), int(3)));
  const line = trace.event(5).line;
  const all = Array.from({ length: trace.eventCount }, (_, n) => n).filter((n) => trace.event(n).line === line);
  assert.ok(all.length > 1);
  for (let n = 0; n < trace.eventCount; n++) assert.equal(nextAtLine(trace, n, line), all.find((other) => other > n) ?? all[0], `from ${n}`);
  assert.equal(nextAtLine(trace, 0, 99_999), -1);
});
