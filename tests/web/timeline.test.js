import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TraceReader } from '../../web/src/reader.js';
import { density, ticks, timeWindow, visibleCalls } from '../../web/src/views/timeline/scale.js';
import { functionsOf } from '../../web/src/code/lines.js';
import { find, nextOfFamily } from '../../web/src/query.js';
import { FAMILY } from '../../web/src/vocabulary.js';
import { int, list, sampleTrace, shared } from './sampleTrace.js';

function load(sample) {
  const reader = new TraceReader();
  reader.feed(sample.bytes);
  return reader.finish();
}

test('bins hold every event of the window once', () => {
  const trace = load(sampleTrace(list(...Array.from({ length: 3000 }, (_, i) => int(i)))));
  const view = timeWindow();
  view.fit(trace.eventCount, true);
  const { counts } = density(trace, view, 700);
  const sum = counts.reduce((total, lane) => total + lane.reduce((a, b) => a + b, 0), 0);
  assert.equal(sum, trace.eventCount);
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
