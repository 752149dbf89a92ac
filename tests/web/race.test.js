import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownProbes } from '../../web/src/views/race.js';

const walk = (n) => Array.from({ length: n }, (_, slot) => ({ slot, outcome: 'differs' }));

test('a walk of up to five probes is shown whole', () => {
  for (let n = 0; n <= 5; n++) assert.deepEqual(shownProbes(walk(n)).map(({ slot }) => slot), walk(n).map(({ slot }) => slot));
});

test('of a longer walk the first and last probes are shown, and what is left out is counted', () => {
  for (const n of [6, 7, 19, 127]) {
    const shown = shownProbes(walk(n));
    const skipped = shown.filter((cell) => cell.skipped).reduce((sum, cell) => sum + cell.skipped, 0);
    assert.equal(shown.length, 5);
    assert.equal(shown.length - 1 + skipped, n);
    assert.equal(shown[0].slot, 0);
    assert.equal(shown[4].slot, n - 1);
  }
});
