import test from 'node:test';
import assert from 'node:assert/strict';
import MemoLog from '../../web/src/memoLog.js';
import translator from '../../web/src/strings/index.js';
import { checkProbe, find, hashAddress, hashInt, insertSlot, probe, rebuild } from '../../web/src/probe.js';

const take = (iterator, n) => Array.from({ length: n }, () => iterator.next().value.slot);
const filled = (keys, lg) => rebuild(keys.map((key) => ({ key: BigInt(key) })), lg);
const order = (slots) => slots.map((entry) => (entry ? Number(entry.key) : null));

test('the first slot is the low bits of the key', () => {
  assert.deepEqual(take(probe(0x7fb7334b9343n, 3), 1), [3]);
  assert.deepEqual(take(probe(0x7fb7334b9343n, 10), 1), [0x343]);
});

/* perturb >>= 5; i = (i*5 + perturb + 1) & mask, by hand for 0x7fb7334b9340 in 8 slots:
 * h & 7 = 0; bits 5 to 7 of h are 010 = 2, so (5*0 + 2 + 1) & 7 = 3. */
test('the second slot takes in the perturb bits', () => {
  assert.deepEqual(take(probe(0x7fb7334b9340n, 3), 2), [0, 3]);
  assert.deepEqual(take(probe(0x7fa56a523dc0n, 3), 2), [0, 7]);
});

test('a key with no high bits goes through every slot', () => {
  const seen = new Set(take(probe(0n, 4), 16));
  assert.equal(seen.size, 16);
  assert.deepEqual(take(probe(0n, 3), 8), [0, 1, 6, 7, 4, 5, 2, 3]);
});

test('ints hash modulo 2^61 - 1', () => {
  assert.equal(hashInt(5n), 5n);
  assert.equal(hashInt((1n << 61n) - 1n), 0n);
  assert.equal(hashInt((1n << 61n) + 3n), 4n);
});

/* CPython: hash(object()) == (id >> 4) | (id << 60), taken as unsigned. */
test('addresses hash rotated right by four bits', () => {
  assert.equal(hashAddress(0x7fb7334b9340n), 0x7fb7334b934n);
  assert.equal(hashAddress(0x7fb7334b9348n), 0x800007fb7334b934n);
});

/* {8: 0, 0: 0, 16: 0}: 8 takes slot 0, 0 probes 0 then 1, 16 probes 0, 1, 6; as ma_keys of that dict has it. */
test('keys that collide move on', () => {
  const slots = filled([8, 0, 16], 3);
  assert.deepEqual(order(slots), [8, 0, null, null, null, null, 16, null]);
  const found = find(slots, 16n, (entry) => entry.key === 16n);
  assert.deepEqual(found.path.map((p) => [p.slot, p.outcome]), [[0, 'differs'], [1, 'differs'], [6, 'equal']]);
});

test('a miss ends on the empty slot where the key would go', () => {
  const slots = filled([8, 0], 3);
  const found = find(slots, 24n, () => false);
  assert.equal(found.found, false);
  assert.equal(found.slot, insertSlot(slots, 24n));
  assert.equal(found.path[found.path.length - 1].outcome, 'empty');
});

/* These tables were read from ma_keys of dicts in CPython 3.11. */
test('a grown table is filled anew in order of insertion', () => {
  const expected = [0, 16, 32, null, null, null, null, null, 8, 24, 40, null, null, null, null, null];
  assert.deepEqual(order(filled([8, 0, 16, 24, 32, 40], 4)), expected);
});

test('addresses as keys lie where CPython puts them', () => {
  const [a, b, c, d] = [0x7fb7334b9340, 0x7fb7334b9380, 0x7fb7334ada00, 0x7fb7334ada40];
  assert.deepEqual(order(filled([a, b, c, d], 3)), [a, c, null, d, null, b, null, null]);
});

test('a full table ends the walk', () => {
  const slots = filled([0, 1, 2, 3, 4, 5, 6, 7], 3);
  assert.equal(insertSlot(slots, 8n), -1);
});

const said = ({ key, values }) => translator('en')(key, values);

test('a walk that differs from the record is told in one line', () => {
  const slots = filled([8, 0], 3);
  const walk = find(slots, 0n, (entry) => entry.key === 0n);
  assert.equal(checkProbe(walk, { probes: 2, slot: 1, outcome: true }), null);
  assert.equal(said(checkProbe(walk, { probes: 3 })), 'recorded 3 probes, recomputed 2');
  assert.equal(said(checkProbe(walk, { probes: 2, slot: 5 })), 'recorded slot 5, recomputed 1');
  assert.equal(said(checkProbe(walk, { probes: 2, outcome: false })), 'recorded a miss, recomputed a hit');
  assert.match(said(checkProbe(walk, { probes: 127 })), /127 or more/);
});

/** Objects/dictobject.c in small: an insertion takes the first slot without a key, a deletion leaves a mark. */
class Dict {
  constructor(lg) {
    this.slots = new Array(2 ** lg).fill(null);
    this.lg = lg;
  }

  add(key) {
    for (const { slot } of probe(key, this.lg)) if (!this.slots[slot] || this.slots[slot] === 'gone') return (this.slots[slot] = key);
    return null;
  }

  remove(key) { this.slots[this.slots.indexOf(key)] = 'gone'; }
}

test('a table out of which keys were taken keeps their marks, and new keys take them, through many changes', () => {
  let seed = 7;
  const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
  for (let round = 0; round < 200; round++) {
    const model = new Dict(4);
    const memo = new MemoLog(1, 0n, 0);
    let [event, live] = [1, []];
    for (let k = 0; k < 10; k++) {
      const key = BigInt(random(1 << 30)) * 16n;
      if (live.length < 5 || random(3)) {
        if (live.includes(key)) continue;
        model.add(key);
        live.push(key);
        memo.store({ event: event++, key, obj: 1, value: 2 }, 4);
      } else {
        const [gone] = live.splice(random(live.length), 1);
        model.remove(gone);
        memo.clear(event);
        for (const kept of live) memo.preset({ event, key: kept, obj: 1, value: 2, preset: true });
        memo.seen(event++, 4);
      }
      const slots = [...memo.at(event).slots].map((entry) => (entry?.gone ? 'gone' : entry?.key ?? null));
      assert.deepEqual(slots, model.slots, `round ${round}, step ${k}`);
    }
  }
});
