import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TraceReader } from '../../web/src/reader.js';
import { stateAt } from '../../web/src/store.js';
import totals, { dictBytes } from '../../web/src/totals.js';
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
