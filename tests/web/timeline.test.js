import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countUpTo } from '../../web/src/columns.js';
import { TraceReader } from '../../web/src/reader.js';
import { functionsOf } from '../../web/src/code/lines.js';
import densityOf, { matchPixels } from '../../web/src/views/timeline/density.js';
import { ticks, timeWindow, visibleCalls } from '../../web/src/views/timeline/scale.js';
import { find, nextOfFamily } from '../../web/src/query.js';
import { FAMILY } from '../../web/src/vocabulary.js';
import { int, list, sampleTrace, shared } from './sampleTrace.js';

function load(sample) {
  const reader = new TraceReader();
  reader.feed(sample.bytes);
  return reader.finish();
}

const long = () => load(sampleTrace(list(...Array.from({ length: 8000 }, (_, i) => int(i)))));
const total = (counts) => counts.reduce((sum, lane) => sum + lane.reduce((a, b) => a + b, 0), 0);

test('bins hold every event of the window once, at every zoom', () => {
  const trace = long();
  const view = timeWindow();
  for (const width of [100, 700, 1900]) {
    view.fit(trace.eventCount, true);
    assert.equal(total(densityOf(trace).bins(view, width).counts), trace.eventCount, `${width} px`);
    view.zoom(0.01, 9000, trace.eventCount);
    const { counts } = densityOf(trace).bins(view, width);
    assert.ok(Math.abs(total(counts) - view.span) <= 2, `${width} px, zoomed`);
  }
});

test('a single event of its family is seen among tens of thousands', () => {
  const trace = long();
  const view = timeWindow();
  view.fit(trace.eventCount, true);
  const { counts } = densityOf(trace).bins(view, 100);
  const at = counts[FAMILY.build].findIndex((count, px) => count && px > 95);
  assert.ok(at > 95);
  for (const family of ['call', 'dispatch', 'memo', 'build', 'fast', 'error']) {
    const there = trace.events.family.subarray(0, trace.eventCount).includes(FAMILY[family]);
    assert.equal(counts[FAMILY[family]].some((count) => count > 0), there, family);
  }
});

test('bins of a growing trace are those of the whole one', () => {
  const sample = sampleTrace(list(...Array.from({ length: 900 }, (_, i) => int(i))));
  const reader = new TraceReader();
  const view = timeWindow();
  for (let at = 0; at < sample.bytes.length; at += 5000) {
    reader.feed(sample.bytes.subarray(at, at + 5000));
    densityOf(reader.trace);
  }
  view.fit(reader.trace.eventCount, true);
  assert.deepEqual(densityOf(reader.trace).bins(view, 10), densityOf(load(sample)).bins(view, 10));
});

test('matches are ticked once for each pixel, and none is left out', () => {
  const numbers = Uint32Array.from({ length: 5000 }, (_, i) => i * 17 + (i % 3));
  const matches = { list: numbers, length: numbers.length, upTo: (n) => countUpTo(numbers, numbers.length, n) };
  const view = timeWindow();
  for (const [from, to] of [[0, 90000], [100, 2000], [40000, 40100]]) {
    view.show(from, to, 90000);
    const ticked = [...matchPixels(matches, view, 500)];
    assert.equal(ticked.reduce((sum, { count }) => sum + count, 0), numbers.filter((n) => n >= from && n < to).length);
    assert.ok(ticked.every(({ x }, i) => i === 0 || Math.floor(x) > Math.floor(ticked[i - 1].x)));
  }
});

test('a window can hold a single event, and an address can ask for one before the trace is there', () => {
  const view = timeWindow();
  view.wish(400, 401);
  view.fit(100, true);
  assert.deepEqual([view.start, view.end], [0, 100]);
  view.fit(1000);
  assert.deepEqual([view.start, view.end], [400, 401]);
  view.zoom(Infinity, 0, 1000);
  assert.deepEqual([view.start, view.end], [0, 1000]);
});

test('calls in a window are those that overlap it', () => {
  const trace = load(sampleTrace(list(list(int(1), list(int(2), int(3))), int(4), list(int(5)))));
  const { calls } = trace;
  const view = timeWindow();
  for (let from = 0; from < trace.eventCount; from++) {
    view.show(from, from + 7, trace.eventCount);
    const expected = [...Array(calls.length).keys()].filter((c) => calls.open[c] < view.end && calls.close[c] >= view.start);
    assert.deepEqual([...visibleCalls(trace, view, 5000)].map(({ index }) => index), expected, `from ${from}`);
  }
});

test('zoom keeps the event under the pointer and stays inside the trace', () => {
  const view = timeWindow();
  view.fit(1000, true);
  view.zoom(0.1, 250, 1000);
  assert.ok(Math.abs(view.x(250, 100) - 25) < 1e-9);
  view.pan(-1e6, 1000);
  assert.equal(view.start, 0);
  view.zoom(1e9, 10, 1000);
  assert.deepEqual([view.start, view.end], [0, 1000]);
});

test('a window that shows all there is goes on to, however much comes at once; one that was zoomed stays', () => {
  const view = timeWindow();
  view.fit(100, true);
  view.fit(150);
  view.fit(100_000);
  assert.deepEqual([view.start, view.end], [0, 100_000]);
  view.zoom(0.9, 0, 100_000);
  view.fit(100_001);
  assert.deepEqual([view.start, view.end], [0, 90_000]);
});

test('reveal moves the window to an event outside of it', () => {
  const view = timeWindow();
  view.fit(1000, true);
  view.zoom(0.05, 100, 1000);
  assert.equal(view.reveal(100, 1000), false);
  assert.equal(view.reveal(900, 1000), true);
  assert.ok(view.start <= 900 && view.end >= 901);
});

test('ticks start at event 1 and keep their distance', () => {
  const view = timeWindow();
  view.fit(42, true);
  const shown = ticks(view, 42, 1000, 80).map((n) => n + 1);
  assert.equal(shown[0], 1);
  shown.slice(1).forEach((n, i) => assert.ok(((n - shown[i]) * 1000) / 42 > 40));
});

test('of calls that fall on one pixel of a row, one is drawn', () => {
  const trace = load(sampleTrace(list(...Array.from({ length: 20000 }, (_, i) => int(i)))));
  const view = timeWindow();
  view.fit(trace.eventCount, true);
  const drawn = [...visibleCalls(trace, view, 500)].length;
  assert.ok(drawn > 2 && drawn < 1100, String(drawn));
});

test('a query finds events by name, object, outcome and count', () => {
  const trace = load(shared());
  const hit = find(trace, { event: 'memo_get', object: 'inner', outcome: true });
  assert.deepEqual([trace.event(hit).event, trace.event(hit).outcome], ['memo_get', true]);
  assert.equal(find(trace, { event: 'memo_get', object: 'inner', outcome: true, nth: 2 }), -1);
  assert.ok(find(trace, { event: 'append', object: 'inner', nth: 2 }) > hit);
  assert.equal(find(trace, { event: 'no_such_event' }), -1);
});

test('the next memo event is one of the memo family', () => {
  const trace = load(shared());
  assert.equal(nextOfFamily(trace, 0, FAMILY.memo), 1);
  assert.equal(nextOfFamily(trace, trace.eventCount - 1, FAMILY.memo), -1);
  assert.equal(nextOfFamily(trace, 2, FAMILY.memo, -1), 1);
});

test('functions of a module are found with their lines', () => {
  const text = 'import types\n\ndef one(x):\n    return x\n\n\n# between\ndef two(y):\n    """Doc\n\n    more."""\n    return y\n\nd = {}\n';
  const functions = functionsOf({ text, first_line: 1 });
  assert.deepEqual([...functions], [['one', [3, 4]], ['two', [8, 12]]]);
});
