import test from 'node:test';
import assert from 'node:assert/strict';
import { structureOf, KIND, NONE } from '../../web/src/graph/structure.js';
import { boxFor, entriesOf } from '../../web/src/graph/boxes.js';
import { BOXES_MAX, objectsIn, select, wayTo } from '../../web/src/graph/shown.js';
import { best, layout, outline, scaleOf } from '../../web/src/graph/layout.js';
import arranger from '../../web/src/graph/arranger.js';
import pictures from '../../web/src/graph/pictures.js';
import { planOf, plansFor } from '../../web/src/graph/plan.js';
import { filledAt, momentAt } from '../../web/src/graph/moment.js';
import { identity } from '../../web/src/identity.js';
import { dict, instance, list, named, shared, traceOf, tuple } from './graphTraces.js';

const ROOM = { w: 304, h: 376 }; // of a half in the Teach layout at 1920x1080, in pixels
const placedOf = (trace, run, choice = {}) => layout(planOf(trace, run, { ...select(trace, run, choice), detail: 'full' }), ROOM);
const nothing = () => ({ focus: NONE, opened: new Set(), closed: new Set(), most: Infinity });
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
  const placed = placedOf(trace, run);
  assert.equal(placed.wires.length, 1);
  assert.ok(placed.wires[0].points.every((p) => Number.isFinite(p.x) && Number.isFinite(p.y)));
});

test('a long cycle through three kinds of object is laid out', () => {
  const a = named('a', list());
  const d = dict(['back', a]);
  a.items.push(tuple(d), d);
  const trace = traceOf(a);
  const run = only(trace);
  const placed = placedOf(trace, run);
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

test('of 10,000 objects those that are not drawn are counted, with their type', () => {
  const trace = traceOf(list(...Array.from({ length: 9935 }, (_, i) => list(i))));
  const run = only(trace);
  const shown = select(trace, run);
  assert.equal(shown.boxes.size, BOXES_MAX);
  const [more] = shown.more.values();
  assert.equal(more.count + shown.boxes.size, 9936);
  assert.equal(objectsIn(trace, run), 9936);
  assert.equal(more.type, 'list');
});

test('a wide and deep graph fits the budget', () => {
  const tree = (depth) => (depth ? list(...Array.from({ length: 4 }, () => tree(depth - 1))) : 0);
  const trace = traceOf(tree(5));
  const run = only(trace);
  const shown = select(trace, run);
  assert.ok(shown.boxes.size > 20);
  assert.ok(shown.boxes.size <= BOXES_MAX);
  const placed = placedOf(trace, run);
  assert.equal(placed.places.size, shown.boxes.size);
});

test('the way to a folded object is opened, its middle counted where it is long', () => {
  const deep = (n) => (n ? list(deep(n - 1)) : list());
  const trace = traceOf(deep(200));
  const run = only(trace);
  const leaf = run.node.ref.length - 1;
  assert.equal(wayTo(run, leaf).length, 201);
  const shown = select(trace, run, { focus: leaf, budget: 6 });
  assert.ok(shown.boxes.has(leaf) && shown.boxes.has(0));
  const [skip] = shown.skips;
  const drawn = wayTo(run, leaf).filter((node) => shown.boxes.has(node)).length;
  const more = [...shown.more.values()].reduce((sum, { count }) => sum + count, 0);
  assert.equal(drawn + skip.count + more, 201, 'each object is drawn or counted once');
  assert.deepEqual(wayTo(run, 0), [0]);
});

test('whatever is unfolded, each object is drawn or counted once', () => {
  const tree = (depth) => (depth ? list(...Array.from({ length: 3 }, () => tree(depth - 1))) : list());
  const trace = traceOf(tree(6));
  const run = only(trace);
  for (let focus = 0; focus < run.node.ref.length; focus += 37) {
    const shown = select(trace, run, { focus, budget: 12, opened: new Set([focus, 1]), closed: new Set([2]) });
    const counted = [...shown.more.values(), ...shown.skips].reduce((sum, { count }) => sum + count, 0);
    assert.equal(shown.boxes.size + counted, objectsIn(trace, run), `in hand ${focus}`);
  }
});

test('a graph of any size fits the room of the Teach layout without getting smaller', () => {
  const tree = (depth, width) => (depth ? list(...Array.from({ length: width }, () => tree(depth - 1, width))) : list());
  const deep = (n) => (n ? list(deep(n - 1), n) : list());
  const rows = (n) => list(...Array.from({ length: n }, (_, i) => dict(['id', i], ['name', 'a long name of it'], ['tags', list('red', 'green', 'blue')])));
  for (const [name, x] of Object.entries({ tree: tree(5, 4), wide: tree(1, 40), deep: deep(300), nine: rows(4), many: rows(3000) })) {
    const trace = traceOf(x);
    const run = only(trace);
    for (const focus of [NONE, run.node.ref.length >> 1, run.node.ref.length - 1]) {
      const plans = plansFor(trace, run, ROOM, { ...nothing(), focus: focus === NONE ? NONE : run.boxOf(run.isAtom(focus) ? 0 : focus) });
      const { index, layout: placed } = best(plans.map(({ plan }) => plan), ROOM);
      assert.ok(scaleOf(placed, plans[index].plan.below, ROOM) >= 1, `${name}, in hand ${focus}: ${placed.w} by ${placed.h}`);
    }
  }
});

test('what was unfolded by hand comes first, what was folded is counted', () => {
  const trace = traceOf(list(...Array.from({ length: 30 }, (_, i) => list(list(i), list(i)))));
  const run = only(trace);
  const shown = select(trace, run, { budget: 8 });
  const folded = [...shown.boxes.keys()].find((node) => node && shown.more.has(node));
  const child = run.link.child[run.node.first[folded]];
  assert.ok(!shown.boxes.has(child));
  assert.ok(select(trace, run, { budget: 8, opened: new Set([folded]) }).boxes.has(child));
  const closed = select(trace, run, { budget: 8, closed: new Set([0]) });
  assert.deepEqual([...closed.boxes.keys()], [0]);
  assert.equal(closed.more.get(0).count, 90);
});

/** Stands for a worker that answers when it is told to. */
function fakeWorker() {
  const worker = { asked: [], ended: false, onmessage: null, postMessage: (message) => worker.asked.push(message), terminate: () => { worker.ended = true; } };
  return worker;
}

test('an arranger that gets no answer by its deadline ends the worker and draws an outline', async () => {
  const trace = shared();
  const run = only(trace);
  const plans = plansFor(trace, run, ROOM, nothing()).map(({ plan }) => plan);
  const worker = fakeWorker();
  const answer = await new Promise((done) => { arranger({ deadline: 1, make: () => worker }).ask(plans, ROOM, done); });
  assert.ok(answer.late && worker.ended);
  assert.deepEqual(answer.layout, outline(plans[plans.length - 1]));
  assert.ok([...answer.layout.places.values()].every((p) => Number.isFinite(p.x) && Number.isFinite(p.y)));
});

test('of questions that come while the worker is busy the newest is asked next', () => {
  const worker = fakeWorker();
  const ask = arranger({ deadline: 1e6, make: () => worker });
  const answers = [];
  for (const name of ['first', 'second', 'third']) ask.ask([], ROOM, () => answers.push(name));
  assert.equal(worker.asked.length, 1);
  worker.onmessage({ data: { id: worker.asked[0].id, index: 0, layout: {} } });
  assert.equal(worker.asked.length, 2);
  worker.onmessage({ data: { id: worker.asked[1].id, index: 0, layout: {} } });
  assert.deepEqual(answers, ['third']);
  ask.ask([], ROOM, () => answers.push('fourth'));
  worker.onmessage({ data: { id: worker.asked[2].id, index: 0, layout: {} } });
  assert.deepEqual(answers, ['third', 'fourth']);
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
  const placed = placedOf(trace, run);
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

test('one picture serves every event of a graph that is drawn whole', () => {
  const trace = shared();
  trace.event = (n) => ({ n, event: 'call', obj: 0, outcome: null });
  const run = only(trace);
  const drawn = new Set();
  const made = pictures({ ask: (plans, room, done) => done({ ...best(plans, room), late: false }) }, (picture) => drawn.add(picture));
  for (let n = 0; n < run.events; n++) {
    const moment = momentAt(trace, run, n);
    assert.ok(moment.box !== NONE);
    made.want(trace, run, ROOM, moment.box);
  }
  assert.equal(drawn.size, 1);
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
