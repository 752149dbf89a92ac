import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TraceReader } from '../../web/src/reader.js';
import { createStore, stateAt } from '../../web/src/store.js';
import { SITE } from '../../web/src/vocabulary.js';
import { chunk, int, list, sampleTrace, shared, tuple } from './sampleTrace.js';

function load(sample) {
  const reader = new TraceReader();
  reader.feed(sample.bytes);
  assert.equal(reader.error, null);
  return reader.finish();
}

/** Everything a state says, in plain values. */
function facts(trace, n) {
  const state = stateAt(trace, n);
  return {
    event: state.event, stack: state.stack, copies: [...state.copies], copyOf: [...state.copyOf], made: [...state.made],
    edges: state.edges, returned: state.returned, visits: [...state.visits],
    memo: state.memo && {
      ref: state.memo.ref, lg: state.memo.lg, used: state.memo.used, resizedAt: state.memo.resizedAt,
      slots: state.memo.slots, entries: [...state.memo.entries],
    },
  };
}

function manyShared(count) {
  const inner = list(...Array.from({ length: 5 }, (_, i) => int(i)));
  return list(...Array.from({ length: count }, (_, i) => (i % 3 ? list(int(i), inner) : tuple(int(i), inner))));
}

test('forward, back and random seek give the same state at every event', () => {
  const sample = sampleTrace(manyShared(12));
  const forward = [];
  const trace = load(sample);
  for (let n = 0; n < trace.eventCount; n++) forward.push(facts(trace, n));
  for (let n = trace.eventCount - 1; n >= 0; n--) assert.deepEqual(facts(trace, n), forward[n]);
  const fresh = load(sample);
  for (let i = 0; i < 200; i++) {
    const n = (i * 7919) % fresh.eventCount;
    assert.deepEqual(facts(fresh, n), forward[n]);
  }
});

test('a growing trace says the same of an event as the whole one', () => {
  const { bytes } = shared();
  const whole = load(shared());
  const reader = new TraceReader();
  for (let at = 0; at < bytes.length; at += 7) reader.feed(bytes.subarray(at, at + 7));
  for (let n = 0; n < whole.eventCount; n++) assert.deepEqual(facts(reader.trace, n), facts(whole, n));
});

test('memo slots are those of the recording dict after every store, through resizes', () => {
  const sample = sampleTrace(manyShared(60));
  const trace = load(sample);
  assert.ok(sample.tables[sample.tables.length - 1].slots.length > 64);
  for (const { record, slots } of sample.tables) {
    // The last event of the record, or of its store at least.
    const first = trace.records.first[record];
    const last = (trace.records.first[record + 1] ?? trace.eventCount) - 1;
    const { memo } = stateAt(trace, Math.min(last, first + 1));
    assert.deepEqual(memo.slots.map((entry) => entry?.key ?? null), slots);
  }
});

test('a table that a damaged trace claims to be huge is not laid out', () => {
  const { bytes, chunks } = shared();
  const records = chunks[chunks.length - 1].slice(16);
  for (let at = 0; at < records.length; at += 16) records[at + 2] |= 31;
  const reader = new TraceReader();
  reader.feed(bytes.subarray(0, bytes.length - chunks[chunks.length - 1].length));
  reader.feed(chunk('EVTS', records, chunks.length - 2));
  assert.equal(reader.error, null);
  const { memo } = stateAt(reader.trace, reader.trace.eventCount - 1);
  assert.deepEqual([memo.lg, memo.slots.length], [31, 0]);
});

test('a memo hit finds the copy that was made', () => {
  const trace = load(shared());
  let hit = 0;
  while (trace.event(hit).event !== 'memo_get' || !trace.event(hit).outcome) hit++;
  const state = stateAt(trace, hit);
  const { obj, arg } = trace.event(hit);
  assert.equal(state.copies.get(obj), arg);
  assert.equal(state.copyOf.get(arg), obj);
  assert.equal(trace.event(state.made.get(arg)).event, 'list_new');
  assert.equal(state.memo.get(trace.addr(obj)).value, arg);
  assert.deepEqual(state.stack.map((frame) => [frame.role, frame.index]), [['root', 0], ['list_elem', 1]]);
});

test('the copy of a shared list is one object with two edges to it', () => {
  const sample = shared();
  const trace = load(sample);
  const { edges, copies, returned } = stateAt(trace, trace.eventCount - 1);
  assert.equal(returned, true);
  const [outer, inner] = ['outer', 'inner'].map((name) => copies.get(trace.objects.findIndex((object) => object?.name === name)));
  const inside = edges.filter((edge) => edge.from === outer);
  assert.deepEqual(inside.map((edge) => [edge.to, edge.index]), [[inner, 0], [inner, 1]]);
  assert.equal(edges.filter((edge) => edge.from === inner).length, 3);
});

test('the call that returned is no longer on the stack when its result is appended', () => {
  const trace = load(shared());
  for (let n = 0; n < trace.eventCount; n++) {
    const event = trace.event(n);
    const depth = stateAt(trace, n).stack.length;
    assert.equal(depth, event.depth + 1);
    if (event.event === 'append') assert.equal(depth, stateAt(trace, n - 1).stack.length - 1);
  }
});

test('visits of a line are the events seen on it, across keyframes', () => {
  const trace = load(sampleTrace(manyShared(900)));
  assert.ok(trace.eventCount > 10000);
  const counts = new Array(stateAt(trace, 0).visits.length).fill(0);
  for (let n = 0; n < trace.eventCount; n++) {
    counts[SITE[trace.event(n).site]]++;
    if (n % 997 === 0 || n === trace.eventCount - 1) assert.deepEqual([...stateAt(trace, n).visits], counts);
  }
});

test('the store clamps the cursor and tells subscribers what changed', () => {
  const store = createStore();
  const heard = [];
  store.subscribe((state, _trace, what) => heard.push([what, state?.n ?? null]));
  store.seek(3);
  const trace = load(shared());
  store.setTrace(trace);
  store.seek(5);
  store.seek(5);
  store.seek(1e9);
  store.seek(-1);
  store.seek(NaN);
  assert.deepEqual(heard, [['trace', 0], ['seek', 5], ['seek', trace.eventCount - 1], ['seek', 0]]);
});

test('the caller of an outermost call is known at each of its events, and takes no event of its own', () => {
  const caller = { file: '/home/me/script.py', func: 'Owner.method', line: 12 };
  const plain = load(sampleTrace(manyShared(3)));
  const trace = load(sampleTrace(manyShared(3), { caller }));
  assert.equal(trace.records.length, plain.records.length + 1);
  assert.equal(trace.eventCount, plain.eventCount);
  for (let n = 0; n < trace.eventCount; n++) {
    assert.deepEqual(trace.callerOf(n), caller);
    assert.equal(plain.callerOf(n), null);
    assert.equal(trace.event(n).t, plain.event(n).t);
    assert.equal(trace.event(n).rec, plain.event(n).rec + 1);
  }
});
