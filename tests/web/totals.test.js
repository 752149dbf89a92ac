import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TraceReader } from '../../web/src/reader.js';
import { stateAt } from '../../web/src/store.js';
import totals, { dictBytes } from '../../web/src/totals.js';
import { rebuild } from '../../web/src/probe.js';
import { actsOf, drawnOf, movesAt, movesOf } from '../../web/src/table/moves.js';
import play from '../../web/src/table/play.js';
import { int, list, sampleTrace } from './sampleTrace.js';

function read(root) {
  const reader = new TraceReader();
  reader.feed(sampleTrace(root).bytes);
  assert.equal(reader.error, null);
  return reader.finish();
}

/** What every event says by itself, added up. */
function naive(trace, n) {
  const sum = { events: n + 1, lookups: 0, hits: 0, stores: 0, memoProbes: 0, dispatches: 0, dispatchProbes: 0 };
  for (let i = 0; i <= n; i++) {
    const { event, probes, outcome } = trace.event(i);
    const store = event === 'memo_set' || event === 'keep_new';
    if (event === 'dispatch') {
      sum.dispatches++;
      sum.dispatchProbes += probes;
    } else if (store || ['memo_get', 'memo_again', 'keep_get'].includes(event)) {
      sum[store ? 'stores' : 'lookups']++;
      sum.memoProbes += probes;
      if (!store && outcome === true) sum.hits++;
    }
  }
  return sum;
}

test('totals at any event, in any order, are what the events up to it add up to', () => {
  const shared = list(int(1), int(2));
  const trace = read(list(...Array.from({ length: 700 }, (_, i) => (i % 3 ? list(int(i), shared) : shared))));
  assert.ok(trace.records.length > 3000);
  const events = [0, 1, 2, trace.eventCount - 1, 5, 4000, 1023, 1024, 1025, 7, trace.eventCount >> 1];
  for (const n of events) {
    const { ns, made, memoBytes, ...counts } = totals(trace, stateAt(trace, n));
    assert.deepEqual(counts, naive(trace, n), `event ${n}`);
    assert.ok(ns >= 0 && made >= 0 && memoBytes >= 64);
  }
});

/* sys.getsizeof of {10**10 + i: i for i in range(n)} with n = 0, 1, 6, 11, 86, 21846, by CPython 3.10.13, 3.11.7, 3.13.0. */
test('a dict of so many slots has as many bytes as its interpreter says', () => {
  assert.deepEqual([0, 3, 4, 5, 8, 16].map((lg) => dictBytes(lg, '3.10.13')), [64, 232, 360, 640, 4696, 1310808]);
  for (const version of ['3.11.7', '3.13.0']) assert.deepEqual([0, 3, 4, 5, 8].map((lg) => dictBytes(lg, version)), [64, 224, 352, 632, 4688]);
  assert.equal(dictBytes(16, '3.12.1'), 1310800);
});

/** A clock that runs when it is told to. */
function byHand() {
  const waiting = [];
  return { after: (_ms, fn) => waiting.push(fn), cancel: (id) => { waiting[id - 1] = null; }, run: () => waiting.splice(0).forEach((fn) => fn?.()) };
}

test('a walk is played probe by probe, at once without motion, and by hand from its beginning', () => {
  const clock = byHand();
  const drawn = [];
  const walk = play((act) => drawn.push(act), clock);
  walk.start(3, 220);
  assert.deepEqual([drawn, walk.playing], [[1], true]);
  clock.run();
  clock.run();
  assert.deepEqual([drawn, walk.playing], [[1, 2, 3], false]);
  walk.start(3, 0);
  assert.deepEqual([drawn.length, walk.act], [3, 3]);
  walk.step();
  walk.step();
  assert.deepEqual(drawn.slice(3), [1, 2]);
  walk.start(0, 220);
  walk.step();
  assert.equal(walk.act, 0);
});

test('when a table grows, each key is followed from its old slot to its new one, in order, the new key last', () => {
  const keys = [8n, 0n, 16n, 24n, 32n, 40n];
  const slotsOf = (some, lg) => {
    const table = rebuild(some.map((key, event) => ({ key, event })), lg);
    return { used: some.map((key) => table.findIndex((entry) => entry?.key === key)), at: (slot) => table[slot] };
  };
  const moves = movesOf(slotsOf(keys.slice(0, 5), 3), slotsOf(keys, 4));
  assert.deepEqual(moves.map(({ entry }) => entry.key), keys);
  assert.deepEqual(moves.map(({ from }) => from), [...slotsOf(keys.slice(0, 5), 3).used, -1]);
  assert.deepEqual(moves.map(({ to }) => to), slotsOf(keys, 4).used);
  let seen = 0;
  for (let act = 1; act <= actsOf(moves); act++) {
    const { done, now } = movesAt(moves, act);
    seen += now.length;
    assert.equal(done.length, seen);
  }
  assert.equal(seen, moves.length);
});

test('of a large table an even choice of keys is followed, the last among them', () => {
  const used = Array.from({ length: 50_000 }, (_, i) => i);
  const slots = { used, at: (slot) => ({ key: BigInt(slot), event: slot }) };
  const moves = movesOf({ ...slots, used: used.slice(0, -1) }, slots);
  assert.ok(moves.length <= 2000 && drawnOf(moves).length <= 160);
  for (const some of [moves, drawnOf(moves)]) assert.equal(some[some.length - 1].to, 49_999);
  assert.equal(moves[moves.length - 1].from, -1);
  assert.ok(actsOf(moves) <= 12);
});
