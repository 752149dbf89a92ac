import assert from 'node:assert/strict';
import { test } from 'node:test';
import translator from '../../web/src/strings/index.js';
import pinsFrom, { latencyOf, shownCycles } from '../../web/src/system/pins.js';

/** Pins of `before` idle cycles, an operation of `cycles` cycles, and `after` more. */
function pins(before, cycles, after) {
  return { op: { cycle: before, cycles }, cycles: Array.from({ length: before + cycles + 1 + after }, (_, cycle) => ({ cycle })) };
}

test('a short operation is shown from the cycle before it to the one after its answer', () => {
  assert.deepEqual(shownCycles(pins(5, 2, 9), 9).map(({ cycle }) => cycle), [4, 5, 6, 7, 8]);
  assert.deepEqual(shownCycles(pins(0, 2, 0), 9).map(({ cycle }) => cycle), [0, 1, 2]);
});

test('of a long one both ends are shown, and the cycles between are counted', () => {
  for (const cycles of [20, 852, 4095]) {
    const shown = shownCycles(pins(3, cycles, 4), 7);
    assert.equal(shown.length, 7);
    const { gap } = shown.find((cycle) => 'gap' in cycle);
    assert.equal(gap + 6, cycles + 3);
    assert.ok(shown.some(({ cycle }) => cycle === 3) && shown.some(({ cycle }) => cycle === 3 + cycles));
  }
});

test('the way is in cycles of the clock, and bounded', () => {
  assert.equal(latencyOf({ way: 25, clock: 1000 }), 25);
  assert.equal(latencyOf({ way: 2, clock: 250 }), 1);
  assert.equal(latencyOf({ way: 2000, clock: 4000 }), 4095);
});

test('the same question is asked once, and what the server says is kept as words', async () => {
  const asked = [];
  const ask = pinsFrom(translator('en'), async (path) => {
    asked.push(path);
    return path.includes('/9/') ? { ok: false, text: async () => 'too far\n' } : { ok: true, json: async () => ({ op: {} }) };
  });
  assert.deepEqual(await ask(1, 2, 'cam', 64, 0), { op: {} });
  await ask(1, 2, 'cam', 64, 0);
  assert.equal(await ask(1, 9, 'cam', 64, 0), 'too far');
  assert.deepEqual(asked, ['api/pins/1/2/cam/64/0', 'api/pins/1/9/cam/64/0']);
});

test('a server that is gone is said', async () => {
  const ask = pinsFrom(translator('en'), async () => { throw new Error('refused'); });
  assert.match(String(await ask(1, 1, 'cam', 64, 0)), /does not answer/);
});
