import assert from 'node:assert/strict';
import { test } from 'node:test';
import costOf, { COSTS } from '../../web/src/flame/cost.js';
import difference from '../../web/src/flame/difference.js';
import { frameAt, neighbour, seen } from '../../web/src/flame/layout.js';
import frameName from '../../web/src/flame/names.js';
import { inTime, leftHeavy } from '../../web/src/flame/tree.js';
import { TraceReader } from '../../web/src/reader.js';
import { randomTrace } from './replay.js';
import { int, list, sampleTrace, tuple } from './sampleTrace.js';

function load(sample) {
  const reader = new TraceReader();
  reader.feed(sample.bytes);
  assert.equal(reader.error, null);
  return reader.finish();
}

/** What a call cost, counted event by event. */
function naive(trace, c, kind) {
  const { open, close } = trace.calls;
  if (kind === 'ns') return trace.event(close[c]).t - trace.event(open[c]).t;
  let sum = 0;
  for (let n = open[c]; n <= close[c]; n++) sum += kind === 'events' ? 1 : trace.event(n).probes;
  return sum;
}

const wide = (frames, f) => frames.end[f] - frames.begin[f];

test('a call costs what its events cost, in events, probes and time', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const trace = load(randomTrace(seed));
    for (const kind of COSTS) {
      const frames = inTime(trace, costOf(trace, kind));
      for (let c = 0; c < trace.calls.length; c++) assert.equal(wide(frames, c), naive(trace, c, kind), `seed ${seed}, call ${c}, ${kind}`);
    }
  }
});

test('a frame is its own cost and that of the frames below it, and lies inside its caller', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const trace = load(randomTrace(seed));
    for (const kind of COSTS) {
      const cost = costOf(trace, kind);
      for (const frames of [inTime(trace, cost), leftHeavy(trace, cost).frames]) {
        const below = new Float64Array(frames.length);
        for (let f = 0; f < frames.length; f++) {
          const up = frames.parent[f];
          if (up < 0) continue;
          below[up] += wide(frames, f);
          assert.ok(frames.begin[f] >= frames.begin[up] && frames.end[f] <= frames.end[up] && frames.depth[f] === frames.depth[up] + 1);
        }
        for (let f = 0; f < frames.length; f++) {
          assert.equal(frames.self[f], wide(frames, f) - below[f]);
          assert.ok(frames.self[f] >= 0);
        }
      }
    }
  }
});

test('merged frames stand for every call once, the dearest left of the others', () => {
  const trace = load(sampleTrace(list(tuple(int(1), list(int(2))), list(int(3), int(4), int(5)), list(int(6)), int(7))));
  const { frames, frameOf } = leftHeavy(trace, costOf(trace, 'events'));
  assert.equal(frames.count.reduce((a, b) => a + b, 0), trace.calls.length);
  for (let c = 0; c < trace.calls.length; c++) {
    const up = trace.calls.parent[c];
    assert.equal(frames.parent[frameOf(c)], up < 0 ? -1 : frameOf(up));
    assert.equal(frameName(trace, frames.first[frameOf(c)]), frameName(trace, c));
  }
  const siblings = [...frames.parent.keys()].filter((f) => frames.depth[f] === 1);
  assert.deepEqual(siblings.map((f) => frameName(trace, frames.first[f])), ['list · list_elem', 'tuple · list_elem', 'int · list_elem']);
  siblings.slice(1).forEach((f, i) => assert.ok(wide(frames, f) <= wide(frames, siblings[i]) && frames.begin[f] === frames.end[siblings[i]]));
});

test('against another trace: what a path cost there, what is new, what only it has', () => {
  const base = load(sampleTrace(list(list(int(1)), tuple(int(2), list(int(3))))));
  const trace = load(sampleTrace(list(list(int(1), int(2)), list(list(int(4))))));
  const { frames } = leftHeavy(trace, costOf(trace, 'events'));
  const { before, gone, goneCost } = difference(frames, base, costOf(base, 'events'));
  const name = (f) => frameName(trace, frames.first[f]);
  const root = 0;
  assert.equal(before[root], naive(base, 0, 'events'));
  const of = (depth, text) => [...before.keys()].find((f) => frames.depth[f] === depth && name(f) === text);
  assert.equal(before[of(1, 'list · list_elem')], naive(base, 1, 'events'));
  assert.equal(before[of(2, 'list · list_elem')], 0);
  const tupleCall = [...Array(base.calls.length).keys()].find((c) => frameName(base, c) === 'tuple · list_elem');
  assert.deepEqual([gone, goneCost], [4, naive(base, tupleCall, 'events')]);
});

test('a trace against itself differs nowhere', () => {
  const [trace, same] = [load(randomTrace(5)), load(randomTrace(5))];
  const { frames } = leftHeavy(trace, costOf(trace, 'probes'));
  const { before, gone } = difference(frames, same, costOf(same, 'probes'));
  assert.equal(gone, 0);
  before.forEach((cost, f) => assert.equal(cost, wide(frames, f)));
});

test('of frames on one pixel of a row one is drawn, and the pointer finds what is there', () => {
  const trace = load(sampleTrace(list(...Array.from({ length: 3000 }, (_, i) => int(i)))));
  const frames = inTime(trace, costOf(trace, 'events'));
  const drawn = [...seen(frames, { from: 0, to: frames.all, width: 300 })];
  assert.ok(drawn.length > 2 && drawn.length < 700, String(drawn.length));
  const middle = frames.begin[1500] + 1;
  assert.deepEqual([frameAt(frames, middle, 1), frameAt(frames, middle, 0), frameAt(frames, middle, 9)], [1500, 0, -1]);
  const zoomed = [...seen(frames, { from: frames.begin[1500], to: frames.end[1500], width: 300 })];
  assert.deepEqual(zoomed.map(({ frame, left, right }) => [frame, left, right]), [[0, 0, 300], [1500, 0, 300]]);
});

test('arrow keys go up, down into the dearest, and along a row', () => {
  const trace = load(sampleTrace(list(int(1), list(int(2), int(3)), int(4))));
  const frames = inTime(trace, costOf(trace, 'events'));
  assert.equal(neighbour(frames, -1, 'ArrowDown'), 0);
  assert.equal(neighbour(frames, 0, 'ArrowDown'), 2);
  assert.equal(neighbour(frames, 2, 'ArrowRight'), 5);
  assert.equal(neighbour(frames, 5, 'ArrowRight'), 5);
  assert.equal(neighbour(frames, 2, 'ArrowLeft'), 1);
  assert.equal(neighbour(frames, 3, 'ArrowUp'), 2);
  assert.equal(neighbour(frames, 0, 'ArrowUp'), 0);
});

test('a path as deep as the interpreter goes is merged without a stack of our own', () => {
  let deep = list();
  for (let i = 0; i < 1500; i++) deep = list(deep);
  const { frames } = leftHeavy(load(sampleTrace(deep)), costOf(load(sampleTrace(deep)), 'events'));
  assert.equal(frames.depths, 1501);
});
