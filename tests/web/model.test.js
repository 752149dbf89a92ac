import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breakEven, hardwareTime, limit, lookupTime, overflowByDepth, share, speedup } from '../../web/src/system/model.js';

const side = { copy: 1000, lookup: 20, lookups: 10, overflow: 0.25 };
const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9 * Math.max(1, Math.abs(b)), `${a} is not ${b}`);

test('a lookup takes the way, the cycles, and the dict for what spilled', () => {
  near(hardwareTime(7, 2, 500), 11);
  near(lookupTime(side, 11), 16);
});

test('the copy is as fast as what is left of it', () => {
  near(speedup(side, 11), 1000 / (1000 - 10 * (20 - 16)));
  near(limit(side), 1000 / 800);
  near(share(side), 0.2);
});

test('at the break-even nothing is won, past it something is lost', () => {
  near(speedup(side, breakEven(side)), 1);
  assert.ok(speedup(side, breakEven(side) + 1) < 1);
  assert.ok(breakEven({ ...side, overflow: 1 }) <= 0);
});

test('more lookups than the copy has time for are no division by zero', () => {
  assert.equal(limit({ ...side, lookups: 50 }), Infinity);
  assert.equal(share({ ...side, lookups: 500 }), 1);
});

/** The RTL's rules, step by step. */
function replay(ops, depth) {
  const held = new Set();
  let overflowed = false;
  let lookups = 0;
  let spilled = 0;
  for (const { key, store } of ops) {
    if (store) {
      if (held.has(key)) continue;
      if (held.size < depth) held.add(key);
      else overflowed = true;
    } else {
      lookups++;
      if (!held.has(key) && overflowed) spilled++;
    }
  }
  return lookups ? spilled / lookups : 0;
}

test('the share that spills is that of the memory, for random operations and depths', () => {
  let seed = 7;
  const random = (n) => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed % n; };
  for (let round = 0; round < 300; round++) {
    const keys = 1 + random(60);
    const ops = Array.from({ length: random(200) }, () => ({ key: random(keys), store: random(2) === 0 }));
    const model = overflowByDepth(ops);
    for (const depth of [1, 2, 16, 40, 64]) near(model(depth), replay(ops, depth));
  }
});
