import test from 'node:test';
import assert from 'node:assert/strict';
import finder from '../../web/src/graph/find.js';
import { NONE, structureOf } from '../../web/src/graph/structure.js';
import { whatCopied, whyShared } from '../../web/src/graph/why.js';
import { TraceReader } from '../../web/src/reader.js';
import { dict, list, named, traceOf as model, tuple } from './graphTraces.js';
import { int, list as rawList, sampleTrace, tuple as rawTuple } from './sampleTrace.js';

/** The trace of a graph, read from the bytes of a file: with its history, as the page has it. */
function read(x) {
  const reader = new TraceReader();
  reader.feed(sampleTrace(x).bytes);
  const trace = reader.finish();
  return { trace, run: structureOf(trace).runs[0] };
}
const names = (trace, steps) => steps.map(({ n, key }) => `${key} ${trace.event(n).event}`);
const typed = (trace, run, type) => run.node.ref.findIndex((ref) => trace.objects[ref].typeName === type);

test('a list that is reached twice is shared by a memo hit, and each step is an event that says so', () => {
  const inner = rawList(int(1));
  const { trace, run } = read(rawList(inner, inner));
  const answer = whyShared(trace, run, 1);
  assert.equal(answer.verdict, 'memo');
  assert.equal(answer.times, 2);
  assert.equal(answer.left, 0);
  const events = names(trace, answer.steps);
  assert.ok(events.includes('hit memo_get') && events.includes('made list_new') && events.includes('set memo_set'), events.join());
  const hit = answer.steps.find(({ key }) => key === 'hit');
  assert.equal(trace.event(hit.n).outcome, true);
  assert.equal(trace.event(hit.n).obj, run.node.ref[1]);
  assert.equal(answer.links.size, 2, 'both references to it are lit');
});

test('an integer is shared because it is atomic, a tuple of integers because no element changed', () => {
  const { trace, run } = read(rawList(rawTuple(int(1), int(2))));
  const tupleNode = typed(trace, run, 'tuple');
  const answer = whyShared(trace, run, tupleNode);
  assert.equal(answer.verdict, 'tuple');
  assert.deepEqual(answer.steps.filter(({ key }) => key === 'element').length, 2);
  assert.ok(names(trace, answer.steps).includes('tuple tuple_same'));
  assert.equal(whyShared(trace, run, typed(trace, run, 'int')).verdict, 'atomic');
});

test('a list that is reached once is not shared', () => {
  const { trace, run } = read(rawList(rawList(int(1))));
  assert.equal(whyShared(trace, run, 1).verdict, 'alone');
});

test('what copied an object: the calls around its own, from the outermost in, then how it was made', () => {
  const { trace, run } = read(rawList(rawList(rawList(int(1)))));
  const answer = whatCopied(trace, run, 2);
  assert.equal(answer.verdict, 'copied');
  assert.deepEqual(answer.steps.slice(0, 3).map(({ key, node }) => [key, node]), [['root', 0], ['call', 1], ['call', 2]]);
  assert.ok(names(trace, answer.steps).includes('made list_new'));
  assert.ok(answer.steps.every((step, i, all) => !i || all[i - 1].n <= step.n));
});

test('in a cycle the path that is lit ends at the root', () => {
  const a = rawList();
  a.items.push(a);
  const { trace, run } = read(a);
  const answer = whyShared(trace, run, 0);
  assert.equal(answer.verdict, 'memo');
  assert.equal(answer.links.size, 1);
});

/** Runs a search to its end; work that is put off is done at once. */
function findAll(trace, run, text) {
  const waiting = [];
  let time = 0;
  let last = null;
  finder({ later: (work) => waiting.push(work), now: () => (time += 5) }).find(trace, run, text, (matches, done) => { last = { matches: [...matches], done }; });
  while (waiting.length) waiting.shift()();
  assert.ok(last.done);
  return last.matches;
}

test('objects are found by name, type, text and address, wherever they lie', () => {
  const trace = model(named('root', list(...Array.from({ length: 3000 }, (_, i) => dict(['id', i], ['pair', tuple(list(i), 'x')])))));
  const run = structureOf(trace).runs[0];
  assert.deepEqual(findAll(trace, run, 'ROOT').map(({ node }) => node).slice(0, 1), [0]);
  assert.equal(findAll(trace, run, 'tuple').length, 3000);
  const [number] = findAll(trace, run, '2999').filter(({ link }) => link !== NONE);
  assert.equal(trace.objects[run.node.ref[number.node]].text, '2999');
  assert.equal(run.link.child[number.link], number.node);
  const addr = `0x${trace.objects[run.node.ref[77]].addr.toString(16)}`;
  assert.ok(findAll(trace, run, addr).some(({ node }) => node === 77));
  assert.deepEqual(findAll(trace, run, 'no such thing'), []);
  assert.deepEqual(findAll(trace, run, '   '), []);
});
