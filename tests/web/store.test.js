import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rebuild } from '../../web/src/probe.js';
import { TraceReader } from '../../web/src/reader.js';
import SlotIndex from '../../web/src/slotIndex.js';
import { createStore, stateAt } from '../../web/src/store.js';
import { SITE } from '../../web/src/vocabulary.js';
import { random, randomTrace, replay } from './replay.js';
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
    event: state.event, stack: state.stack, copies: [...state.copies], copyOf: [...state.copyOf], made: [...state.copyOf].map(([copy]) => state.madeAt(copy)),
    edges: edgesOf(state), returned: state.returned, visits: [...state.visits],
    memo: state.memo && {
      ref: state.memo.ref, lg: state.memo.lg, used: state.memo.used, resizedAt: state.memo.resizedAt,
      slots: [...state.memo.slots], entries: [...state.memo.entries],
    },
  };
}

const edgesOf = (state) => Array.from({ length: state.edgeCount }, (_, row) => state.edge(row));

/** The same facts as the naive replay tells them. */
function plain(trace, n) {
  const state = stateAt(trace, n);
  const { memo } = state;
  return {
    stack: state.stack.map(({ obj, openEvent }) => [obj, openEvent]), copies: [...state.copies], made: [...state.copyOf].map(([copy]) => [copy, state.madeAt(copy)]),
    edges: edgesOf(state).map(({ from, to, index }) => ({ from, to, index })), visits: [...state.visits], returned: state.returned,
    lg: memo.lg, entries: [...memo.entries].map(([key, { value }]) => [key, value]), slots: memo.lg ? [...memo.slots].map((entry) => entry?.key ?? null) : [null],
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

test('10,000 states of random traces, sought in any order, are those of a naive replay', () => {
  const SEEKS = 100;
  for (let seed = 1; seed <= 10000 / SEEKS; seed++) {
    const trace = load(randomTrace(seed));
    const naive = [...replay(trace)];
    assert.equal(naive.length, trace.eventCount);
    const next = random(seed + 1000);
    let n = 0;
    for (let i = 0; i < SEEKS; i++) {
      // Forward, backward, anywhere: each leaves other things made.
      const to = [n + 1, n - 1, next(trace.eventCount), n + next(9)][next(4)];
      n = Math.max(0, Math.min(trace.eventCount - 1, to));
      assert.deepEqual(plain(trace, n), naive[n], `seed ${seed}, event ${n}`);
    }
  }
});

test('a memo of many entries lies in the slots that the walks of BigInt give', () => {
  const trace = load(sampleTrace(manyShared(1500)));
  const { memo } = stateAt(trace, trace.eventCount - 1);
  const expected = rebuild(memo.entries.values(), memo.lg);
  assert.ok(memo.used > 1500 && memo.lg >= 12);
  assert.deepEqual([...memo.slots].map((entry) => entry?.key ?? null), expected.map((entry) => entry?.key ?? null));
  assert.deepEqual(memo.slots.recent(3).map((slot) => memo.slots.at(slot).event), memo.latest(3).map(({ event }) => event).reverse());
  assert.equal(memo.slots.at(memo.slots.length), undefined);
});

test('keys of 64 bits lie where their hash, modulo 2^61 - 1, puts them', () => {
  const keys = [2n ** 64n - 1n, 2n ** 61n - 1n, 2n ** 61n, 2n ** 63n + 12345n, 0xffffffff80000001n, 5n, 2n ** 61n + 4n, 0x80000000n, 0xffffffffn,
    ...Array.from({ length: 20 }, (_, i) => 8n + (BigInt(i) << 32n) * 0x1234567n)];
  for (const lg of [6, 7, 9]) {
    const entries = keys.map((key) => ({ key }));
    const index = new SlotIndex(lg);
    index.fill(entries, entries.length);
    const expected = rebuild(entries, lg).map((entry) => entry?.key ?? null);
    assert.deepEqual(expected.map((_, slot) => entries[index.entryIn(slot)]?.key ?? null), expected, `2^${lg} slots`);
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
    assert.deepEqual(memo.lg ? [...memo.slots].map((entry) => entry?.key ?? null) : [null], slots);
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
  assert.equal(trace.event(state.madeAt(arg)).event, 'list_new');
  assert.equal(state.memo.get(trace.addr(obj)).value, arg);
  assert.deepEqual(state.stack.map((frame) => [frame.role, frame.index]), [['root', 0], ['list_elem', 1]]);
});

test('the copy of a shared list is one object with two edges to it', () => {
  const sample = shared();
  const trace = load(sample);
  const state = stateAt(trace, trace.eventCount - 1);
  const { copies } = state;
  const edges = edgesOf(state);
  assert.equal(state.returned, true);
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
