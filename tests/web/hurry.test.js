import assert from 'node:assert/strict';
import { test } from 'node:test';
import makeHurry from '../../web/src/hurry.js';

const BIG = 1_000_000;

function clock() {
  const time = { at: 1000 };
  return { time, hurry: makeHurry(() => time.at) };
}

/** A view that takes `ms` to draw. */
function drawn({ time, hurry }, ms) {
  const view = { cost: 0, drawn: -Infinity };
  hurry.timed(view, () => { time.at += ms; });
  return view;
}

test('while the cursor hurries through a large trace, what takes long waits and what takes little does not', () => {
  const page = clock();
  const [heavy, light] = [drawn(page, 20), drawn(page, 1)];
  page.time.at += 500;
  page.hurry.moves();
  assert.equal(page.hurry.waits(heavy, BIG), false, 'the first move is no hurry');
  page.hurry.timed(heavy, () => { page.time.at += 20; });
  page.time.at += 16;
  page.hurry.moves();
  assert.deepEqual([page.hurry.waits(heavy, BIG), page.hurry.waits(light, BIG)], [true, false]);
});

test('a view that waits is drawn now and then, and when the cursor rests', () => {
  const page = clock();
  const heavy = drawn(page, 20);
  let frames = 0;
  let times = 0;
  for (; frames < 120; frames++) {
    page.time.at += 16;
    page.hurry.moves();
    if (page.hurry.waits(heavy, BIG)) continue;
    page.hurry.timed(heavy, () => { page.time.at += 20; });
    times++;
  }
  assert.ok(times >= 3 && times <= 7, `${times} times in ${frames} frames`);
  page.hurry.rests();
  assert.equal(page.hurry.waits(heavy, BIG), false);
});

test('in a trace of a lesson nothing waits', () => {
  const page = clock();
  const heavy = drawn(page, 200);
  for (let i = 0; i < 5; i++) {
    page.time.at += 5;
    page.hurry.moves();
    assert.equal(page.hurry.waits(heavy, 5000), false);
  }
});

test('a machine so slow that a frame takes longer than a rest still knows a hurry', () => {
  const page = clock();
  const heavy = drawn(page, 200);
  page.time.at += 50;
  page.hurry.moves();
  assert.equal(page.hurry.waits(heavy, BIG), true);
});
