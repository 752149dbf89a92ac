import test from 'node:test';
import assert from 'node:assert/strict';
import { structureOf, KIND, NONE } from '../../web/src/graph/structure.js';
import { boxFor, entriesOf } from '../../web/src/graph/boxes.js';
import { BOXES_MAX, hiddenPath, select } from '../../web/src/graph/shown.js';
import { layout, overview } from '../../web/src/graph/layout.js';
import { filledAt, momentAt } from '../../web/src/graph/moment.js';
import { identity } from '../../web/src/identity.js';
import { dict, instance, list, named, shared, traceOf, tuple } from './graphTraces.js';

const only = (trace) => structureOf(trace).runs[0];
const nodeNamed = (trace, run, name) => run.node.ref.findIndex((ref) => trace.objects[ref].name === name);
const labels = (trace, run, node) => boxFor(trace, run, node).entries.map((e) => [e.label, e.text]);

test('a shared list is one node with two references to it', () => {
  const trace = shared();
  const run = only(trace);
  const outer = nodeNamed(trace, run, 'outer');
  const inner = nodeNamed(trace, run, 'inner');
  assert.deepEqual(entriesOf(run, outer).map((e) => run.link.child[e.link]), [inner, inner]);
  assert.deepEqual(labels(trace, run, inner), [['0', '1'], ['1', '2'], ['2', '3']]);
  assert.equal(run.node.kind[outer], KIND.LIST);
  assert.ok(run.closed);
});

test('a copied element appears at its append', () => {
  const trace = shared();
  const run = only(trace);
  const [first, second] = entriesOf(run, 0).map((e) => e.link);
  assert.ok(run.link.fill[first] > run.link.event[first]);
  assert.ok(run.link.fill[second] > run.link.fill[first]);
  assert.equal(run.link.fill[second], run.recordEvent[run.records - 1] - 1);
});

test('a cycle is a reference to the list itself, and layout ends', () => {
  const a = named('a', list());
  a.items.push(a, 7);
  const trace = traceOf(a);
  const run = only(trace);
  assert.equal(run.link.child[run.node.first[0]], 0);
  const placed = layout(run, select(trace, run), () => 60);
  assert.equal(placed.wires.length, 1);
  assert.ok(placed.wires[0].points.every((p) => Number.isFinite(p.x) && Number.isFinite(p.y)));
});

test('a long cycle through three kinds of object is laid out', () => {
  const a = named('a', list());
  const d = dict(['back', a]);
  a.items.push(tuple(d), d);
  const trace = traceOf(a);
  const run = only(trace);
  const placed = layout(run, select(trace, run), () => 60);
  assert.equal(placed.places.size, 3);
  assert.equal(placed.wires.length, 4);
});

test('dict items pair a value with its key', () => {
  const trace = traceOf(dict(['x', 1], ['y', list()]));
  const run = only(trace);
  assert.deepEqual(labels(trace, run, 0), [["'x'", '1'], ["'y'", '']]);
  const [x] = entriesOf(run, 0);
  assert.ok(run.link.fill[x.link] > 0 && run.link.fill[x.link] === run.link.fill[x.keyLink]);
});

test('the state dict of an instance is drawn as its fields', () => {
  const next = instance('Node', ['value', 2], ['next', null]);
  const trace = traceOf(named('head', instance('Node', ['value', 1], ['next', next])));
  const run = only(trace);
  assert.deepEqual(labels(trace, run, 0), [['value', '1'], ['next', '']]);
  const shown = select(trace, run);
  assert.equal(shown.boxes.size, 2);
  const child = [...shown.boxes.keys()][1];
  assert.equal(run.node.kind[child], KIND.INSTANCE);
  assert.equal(identity(trace, run.node.ref[child]).name, 'head.next');
  assert.ok(run.node.state[0] > run.node.made[0]);
});

test('a tuple that comes back as it is has no copy', () => {
  const trace = traceOf(list(tuple(1, 2)));
  const run = only(trace);
  const child = run.link.child[run.node.first[0]];
  assert.equal(run.node.kind[child], KIND.TUPLE);
  assert.ok(run.node.same[child]);
  assert.equal(run.node.copy[child], 0);
});

test('a tuple with a list in it is new, and filled at once', () => {
  const trace = traceOf(tuple(1, list(2)));
  const run = only(trace);
  assert.ok(run.node.copy[0] > 0);
  assert.ok(run.node.memo[0] > run.node.made[0]);
});

test('10,000 objects fit the budget, with a count of what is not drawn', () => {
  const trace = traceOf(list(...Array.from({ length: 9935 }, (_, i) => list(i))));
  const run = only(trace);
  const shown = select(trace, run);
  assert.ok(shown.boxes.size + shown.more.size <= BOXES_MAX);
  assert.equal([...shown.more.values()][0].count + shown.boxes.size, run.node.ref.filter((_, i) => !run.isAtom(i)).length + (run.node.ref.length - 9936 - shown.boxes.size + 1));
});

test('a wide and deep graph fits the budget', () => {
  const tree = (depth) => (depth ? list(...Array.from({ length: 4 }, () => tree(depth - 1))) : 0);
  const trace = traceOf(tree(5));
  const run = only(trace);
  const shown = select(trace, run);
  assert.ok(shown.boxes.size > 20);
  assert.ok(shown.boxes.size + shown.more.size <= BOXES_MAX);
  const placed = layout(run, shown, () => 60);
  assert.equal(placed.places.size, shown.boxes.size);
});

test('the path to an object that has no box begins at one that has', () => {
  const deep = (n) => (n ? list(deep(n - 1)) : list());
  const trace = traceOf(deep(200));
  const run = only(trace);
  const shown = select(trace, run);
  const path = hiddenPath(run, shown, run.node.ref.length - 1);
  assert.ok(path.length > 100);
  assert.ok(shown.boxes.has(run.link.parent[path[0]]));
  assert.equal(run.link.child[path[path.length - 1]], run.node.ref.length - 1);
  assert.deepEqual(hiddenPath(run, shown, 0), []);
});

test('a trace fed in pieces gives the structure of the whole', () => {
  const whole = shared();
  const grown = shared();
  const total = grown.records.length;
  for (let n = 0; n <= total; n += 3) {
    grown.records.length = n;
    structureOf(grown);
  }
  grown.records.length = total;
  assert.deepEqual(only(grown), only(whole));
});

test('each outermost call is a run of its own', () => {
  const trace = shared();
  trace.run(named('other', list(5)));
  const { runs } = structureOf(trace);
  assert.equal(runs.length, 2);
  assert.equal(structureOf(trace).runAt(runs[1].event), runs[1]);
  assert.equal(structureOf(trace).runAt(runs[1].event - 1), runs[0]);
});

test('boxes in a row do not overlap, and wires end at a name', () => {
  const inner = list(1, 2, 3);
  const trace = traceOf(list(dict(['a', inner]), list(inner, list(4)), tuple(list(), inner)));
  const run = only(trace);
  const placed = layout(run, select(trace, run), () => 90);
  const places = [...placed.places.values()];
  for (const a of places)
    for (const b of places)
      if (a !== b) assert.ok(a.x + a.w <= b.x || b.x + b.w <= a.x || a.top + a.h <= b.y || b.top + b.h <= a.y);
  for (const w of placed.wires) {
    const end = w.points[w.points.length - 1];
    const target = placed.places.get(w.to);
    assert.ok(end.y >= target.y && end.y <= target.top, 'at the height of the name');
    assert.ok(end.x >= target.x, 'over the name');
  }
});

test('places depend on the run alone, not on the event', () => {
  const trace = shared();
  trace.event = (n) => ({ n, event: 'call', obj: 0, outcome: null });
  const run = only(trace);
  const width = () => 60;
  const before = overview(trace, run, width).placed;
  for (let n = 0; n < run.events; n++) {
    const moment = momentAt(trace, run, n);
    assert.ok(moment.box !== NONE);
    assert.deepEqual(overview(trace, run, width).placed, before);
  }
});

test('at an event the reference being followed is known', () => {
  const trace = shared();
  const run = only(trace);
  const second = entriesOf(run, 0)[1].link;
  const n = run.link.event[second];
  trace.event = (i) => ({ n: i, event: 'memo_get', obj: run.node.ref[1], outcome: true });
  const moment = momentAt(trace, run, n);
  assert.equal(moment.link, second);
  assert.equal(moment.box, 1);
  assert.equal(moment.memo, 'hit');
});

test('an instance gets its fields with its state, a tuple all at once', () => {
  const trace = traceOf(list(instance('P', ['f', 1]), tuple(2, list())));
  const run = only(trace);
  const [p, t] = entriesOf(run, 0).map((e) => run.link.child[e.link]);
  const field = entriesOf(run, p)[0].link;
  assert.equal(filledAt(run, p, field), run.node.state[p]);
  assert.deepEqual(entriesOf(run, t).map((e) => filledAt(run, t, e.link)), [run.node.made[t], run.node.made[t]]);
});
