import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chunk, fileHeader, join, shared } from './sampleTrace.js';
import { TraceReader } from '../../web/src/reader.js';
import sentence, { label } from '../../web/src/sentence.js';
import { EVENTS, FLAGS, RECS } from '../../web/src/vocabulary.js';

const words = (parts) => parts.map((part) => (typeof part === 'string' ? part : part.code ?? `event ${part.event + 1}`)).join('');

function load(bytes) {
  const reader = new TraceReader();
  reader.feed(bytes);
  assert.equal(reader.error, null);
  return reader.finish();
}

test('every event of the vocabulary has a sentence of its own, whatever the refs', () => {
  const told = new Set();
  const bytes = [];
  RECS.forEach((rec, kind) => {
    if (!rec) return;
    for (const flags of [0, FLAGS.YES, FLAGS.OLD, FLAGS.DISPATCH_FIRST]) {
      const row = new Uint8Array(16);
      row.set([kind, flags, 1 << 5, 0, 1, 0, 0, 0, 2, 0, 0, 0]);
      bytes.push(row);
    }
  });
  const trace = load(join([fileHeader(), chunk('EVTS', join(bytes), 0)]));
  for (let n = 0; n < trace.eventCount; n++) {
    const event = trace.event(n);
    const text = words(sentence(trace, event));
    assert.match(text, /^\S.*[.?]$/, `${event.event}: ${text}`);
    assert.doesNotMatch(text, /undefined|null|NaN|\[object/);
    assert.notEqual(text, `${event.text}.`, event.event);
    assert.ok(label(event).length > 2);
    told.add(event.event);
  }
  assert.deepEqual(EVENTS.filter((event) => event && !told.has(event.name)), []);
});

test('a hit names the event that made the copy', () => {
  const trace = load(shared().bytes);
  const texts = Array.from({ length: trace.eventCount }, (_, n) => words(sentence(trace, trace.event(n))));
  assert.ok(texts.includes('id(inner) is in the memo, so the copy made at event 10 is used again.'), texts.join('\n'));
  assert.ok(texts.includes('inner′ becomes element 1 of outer′.'));
  assert.ok(texts.includes('Element 0 of outer: deepcopy(inner) is called.'));
  assert.equal(texts[texts.length - 1], 'deepcopy(outer) returns outer′.');
});

test('names of the snippet stay text', () => {
  const trace = load(shared().bytes);
  trace.objects[1].name = '<img src=x onerror=alert(1)>';
  const parts = sentence(trace, trace.event(0));
  assert.ok(parts.every((part) => typeof part === 'string' || typeof part.code === 'string' || Number.isInteger(part.event)));
});
