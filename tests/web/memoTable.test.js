import test from 'node:test';
import assert from 'node:assert/strict';
import { dispatchSlots, lookupAt, rowsFor } from '../../web/src/graph/lookup.js';
import { bitCount, formula } from '../../web/src/table/bits.js';
import { find, hashAddress, hashInt, probe, rebuild } from '../../web/src/probe.js';
import translator from '../../web/src/strings/index.js';
import summary from '../../web/src/table/summary.js';
import { FLAGS } from '../../web/src/vocabulary.js';

const KEYS = [0x7fb7334b9340n, 0x7fb7334b9380n, 0x7fb7334ada00n];
const objects = [null, ...KEYS.map((addr, i) => ({ ref: i + 1, addr, type: 1, typeName: 'list', text: '', name: '', flags: 0 }))];
const list = { ref: 1, addr: 0x7f21b7457340n, name: 'list', copier: 2, lg: 5, probes: 2, slot: 30 };
const trace = { objects, types: [null, list], records: { length: 0 } };
const memoOf = (keys, lg = 3) => ({ ref: 9, lg, used: keys.length, slots: rebuild(keys.map((key, i) => ({ key, obj: i + 1, value: 0, event: i })), lg) });
const event = (name, obj, more) => ({ event: name, obj, n: 5, flags: 0, lg: 3, outcome: null, slot: null, ...more });
const said = ({ key, values }) => translator('en')(key, values);
const at = (e, memo) => lookupAt({ event: e, n: 5, memo }, trace);

test('a recorded hit agrees with the recomputed walk', () => {
  const memo = memoOf(KEYS);
  const probes = find(memo.slots, hashInt(KEYS[2]), (e) => e.key === KEYS[2]).path.length;
  const lookup = at(event('memo_get', 3, { probes, outcome: true }), memo);
  assert.equal(lookup.warning, null);
  assert.equal(lookup.path[lookup.path.length - 1].outcome, 'equal');
  assert.ok(lookup.path.slice(0, -1).every((p) => p.outcome === 'differs'));
});

test('a record that cannot be right is shown as a warning', () => {
  const memo = memoOf(KEYS);
  assert.match(said(at(event('memo_get', 3, { probes: 6, outcome: true }), memo).warning), /recorded 6 probes/);
  assert.match(said(at(event('memo_get', 3, { probes: 1, lg: 4, outcome: true }), memo).warning), /recorded 16 slots/);
});

test('a miss agrees in the slot that it ended on', () => {
  const memo = memoOf(KEYS.slice(0, 2));
  const { path, slot } = find(memo.slots, hashInt(KEYS[2]), () => false);
  assert.equal(at(event('memo_get', 3, { probes: path.length, slot, outcome: false }), memo).warning, null);
  assert.match(said(at(event('memo_get', 3, { probes: path.length, slot: slot ^ 1, outcome: false }), memo).warning), /recorded slot/);
});

test('an insertion ends on the slot that it filled', () => {
  const memo = memoOf(KEYS);
  const probes = find(memo.slots, hashInt(KEYS[2]), (e) => e.key === KEYS[2]).path.length;
  const lookup = at(event('memo_set', 3, { probes }), memo);
  assert.equal(lookup.op, 'set');
  assert.equal(lookup.path[lookup.path.length - 1].outcome, 'stored');
  assert.equal(lookup.warning, null);
});

test('without a probe the pane says why', () => {
  assert.match(at(event('memo_get', 1, { flags: FLAGS.NO_PROBE, lg: 0, probes: 0 }), memoOf([])).missing, /table\.missing\.dict/);
  assert.match(at(event('memo_get', 1, { lg: 0, probes: 1 }), memoOf([])).missing, /table\.missing\.empty/);
  assert.equal(at(event('return', 1, {}), memoOf(KEYS)), null);
});

test('a dispatch lookup walks to the recorded slot', () => {
  const steps = [];
  const walk = probe(hashAddress(list.addr), list.lg);
  for (let i = 0; i < list.probes; i++) steps.push(walk.next().value.slot);
  const lookup = at(event('dispatch', 1, { lg: 5, probes: 2, slot: 30 }), null);
  assert.deepEqual(lookup.path.map((p) => p.slot), steps);
  assert.equal(steps[1], list.slot);
  assert.equal(lookup.warning, null);
  assert.equal(lookup.path[1].outcome, 'equal');
  assert.equal(dispatchSlots(trace, 5).get(30), list);
});

test('a dispatch record that ends elsewhere is a warning', () => {
  assert.match(said(at(event('dispatch', 1, { lg: 5, probes: 2, slot: 3 }), null).warning), /recorded slot 3/);
});

test('all slots are drawn when there is room', () => {
  assert.deepEqual(rowsFor(4, [], 100, { slot: 20, gap: 10 }), [0, 1, 2, 3].map((slot) => ({ slot })));
});

test('a large table is drawn around the visited slots, and nothing is left out unsaid', () => {
  const rows = rowsFor(1024, [700, 12, 900], 200, { slot: 20, gap: 10 });
  const slots = rows.filter((r) => 'slot' in r).map((r) => r.slot);
  for (const visited of [700, 12, 900]) assert.ok(slots.includes(visited));
  const covered = rows.reduce((sum, r) => sum + ('slot' in r ? 1 : r.to - r.from + 1), 0);
  assert.equal(covered, 1024);
  assert.ok(rows.reduce((sum, r) => sum + ('slot' in r ? 20 : 10), 0) <= 200);
});

test('formulas follow CPython\'s recurrence', () => {
  const walk = probe(KEYS[0], 3);
  const path = [walk.next().value, walk.next().value];
  assert.equal(formula(path, 0, 3), 'h & 7 = 0');
  assert.equal(formula(path, 1, 3), '(5·0 + 2 + 1) & 7 = 3');
});

test('as many bits are drawn as the probes look at', () => {
  assert.equal(bitCount(3, 1), 12);
  assert.equal(bitCount(3, 4), 18);
  assert.equal(bitCount(10, 9), 24);
});

for (const probes of [1, 8, 9, 20]) {
  test(`the words of the picture end a walk of ${probes} slots with its answer and leave none unsaid`, () => {
    const path = Array.from({ length: probes }, (_, k) => ({ slot: 3 * k, perturb: 0n, outcome: k === probes - 1 ? 'empty' : 'differs' }));
    const words = summary(/** @type {any} */ ({ lookup: { ref: 0, label: 'list', path, warning: null }, lg: 6, status: '' }), trace, translator('en'));
    assert.ok(words.endsWith(`slot ${3 * (probes - 1)} empty.`), words);
    const unsaid = /(\d+|one) more,/.exec(words)?.[1] ?? '0';
    assert.equal([...words.matchAll(/slot \d/g)].length + (unsaid === 'one' ? 1 : Number(unsaid)), probes, words);
  });
}
