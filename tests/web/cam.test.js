import test from 'node:test';
import assert from 'node:assert/strict';
import { camAt, camRows, entryOf, matches } from '../../web/src/graph/camState.js';
import translator from '../../web/src/strings/index.js';
import { agreement, costs, verdict } from '../../web/src/views/cam.js';

const t = translator('en');
import { FLAGS } from '../../web/src/vocabulary.js';

const NONE = 0xffffffff;
const op = (event, kind, more = {}) => ({ event, op: kind, index: NONE, match: 0n, count: 0, cycles: 2, value: 0, hit: false, full: false, spill: false, agreed: true, ...more });
const cam = {
  header: { depth: 4, lookups: 3, agreed: 3, spilled: 0 },
  ops: [
    op(2, 1), op(5, 2, { index: 0, count: 1 }), op(7, 1, { count: 1 }), op(9, 2, { index: 1, count: 2 }),
    op(12, 1, { hit: true, index: 1, match: 2n, count: 2, value: 8 }), op(15, 2, { index: 0, count: 2 }),
  ],
};

test('before the first operation there is nothing to show', () => {
  assert.equal(camAt(cam, 1), null);
  assert.equal(camAt(null, 5), null);
});

test('between operations the last one is shown, and said to be old', () => {
  assert.equal(camAt(cam, 7).exact, true);
  assert.equal(camAt(cam, 8).op.event, 7);
  assert.equal(camAt(cam, 8).exact, false);
});

test('entries are those written up to the event', () => {
  assert.deepEqual(camAt(cam, 4).entries(4).map((e) => e.index), []);
  assert.deepEqual(camAt(cam, 10).entries(4).map((e) => e.op.event), [5, 9]);
  assert.deepEqual(camAt(cam, 20).entries(4).map((e) => e.op.event), [15, 9]);
});

test('at most the matching line is lit', () => {
  const { op: hit } = camAt(cam, 12);
  assert.deepEqual([0, 1, 2, 3].filter((i) => matches(hit, i)), [1]);
  assert.deepEqual([0, 1].filter((i) => matches(camAt(cam, 9).op, i)), []);
  assert.equal(entryOf(camAt(cam, 7).op), -1);
});

test('a match beyond the recorded lines is known by its entry', () => {
  assert.equal(matches(op(1, 1, { hit: true, index: 200 }), 200), true);
  assert.equal(matches(op(1, 1, { hit: true, index: 200 }), 201), false);
});

test('rows show the entry that matters and cover all entries', () => {
  for (const [count, depth, lit] of [[0, 16, -1], [3, 16, 1], [16, 16, 9], [700, 1024, 345], [64, 64, 63], [5, 64, 4]]) {
    const rows = camRows(count, depth, lit, 4);
    assert.ok(rows.length <= 4, `${count} of ${depth}: ${rows.length} rows`);
    if (lit >= 0) assert.ok(rows.some((r) => r.index === lit));
    const covered = rows.reduce((sum, r) => sum + ('index' in r ? 1 : r.to - r.from + 1), 0);
    assert.equal(covered, depth);
  }
});

test('outcomes in words', () => {
  assert.equal(verdict(cam.ops[4], t).words, 'hit, 2 cycles');
  assert.equal(verdict(op(1, 1, { cycles: 1 }), t).words, 'miss, 1 cycle');
  assert.match(verdict(op(1, 1, { spill: true }), t).words, /ask the dict/);
  assert.match(verdict(op(1, 2, { full: true }), t).words, /full: software keeps it/);
  assert.equal(agreement({ agreed: 11, lookups: 11 }, t), 'CAM agreed on 11 of 11 lookups');
});

test('probes and cycles stand side by side, each with its unit', () => {
  assert.equal(costs({ lg: 3, probes: 2, flags: 0 }, cam.ops[4], t), 'dict 2 probes, CAM 2 cycles');
  assert.equal(costs({ lg: 0, probes: 0, flags: FLAGS.NO_PROBE }, cam.ops[4], t), 'CAM 2 cycles');
});
