import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chunk, endChunk, join, shared } from './sampleTrace.js';
import { fromSidecar, toSidecar, withNotes } from '../../web/src/notes/file.js';
import makeNotes, { NOTES_MAX, noteFrom, TEXT_MAX } from '../../web/src/notes/model.js';
import makeTour, { readingTime } from '../../web/src/notes/tour.js';
import { TraceReader } from '../../web/src/reader.js';

const text = (event, words, more = {}) => ({ event, text: words, kind: 'text', object: 0, pane: '', from: [0, 0], to: [0, 0], ...more });

function load(bytes) {
  const reader = new TraceReader();
  reader.feed(bytes);
  assert.equal(reader.error, null);
  return reader.finish();
}

/** A whole trace, with these chunks before its end. */
function whole(...inside) {
  const made = shared();
  const trace = load(made.bytes);
  const notes = inside.map((json, i) => chunk('NOTE', new TextEncoder().encode(JSON.stringify(json)), made.nextSeq + i));
  return join([made.bytes, ...notes, endChunk(made.nextSeq + inside.length, trace.records.length, trace.eventCount)]);
}

test('notes are put, changed, taken away, and each of it is undone', () => {
  let changes = 0;
  const notes = makeNotes(() => changes++);
  notes.open(load(whole()));
  const first = notes.put(text(9, 'second'));
  notes.put(text(3, 'first'));
  assert.deepEqual(notes.list.map(({ text: words }) => words), ['first', 'second']);
  notes.put({ ...first, text: 'changed' });
  notes.remove(notes.list[0].id);
  assert.deepEqual(notes.list.map(({ text: words }) => words), ['changed']);
  notes.undo();
  notes.undo();
  assert.deepEqual(notes.list.map(({ text: words }) => words), ['first', 'second']);
  notes.undo();
  notes.undo();
  assert.deepEqual(notes.list, []);
  assert.equal(notes.undo(), false);
  assert.equal(changes, 9);
});

test('what is no note is refused, whatever field is wrong', () => {
  const trace = load(whole());
  const good = { id: 'a', event: 1, text: 'x', kind: 'arrow', object: 1, pane: 'objects', from: [0, 0.5], to: [1, 1] };
  assert.deepEqual(noteFrom(good, trace), good);
  assert.deepEqual(noteFrom({ ...good, author: ' An ' }, trace), { ...good, author: 'An' });
  for (const wrong of [{ id: 7 }, { id: '' }, { id: 'x'.repeat(41) }, { id: '../x' }, { event: -1 }, { event: 1.5 }, { event: trace.eventCount }, { text: '' }, { text: ' ' },
    { text: 'x'.repeat(TEXT_MAX + 1) }, { text: 5 }, { kind: 'html' }, { object: -1 }, { object: 1e9 }, { object: '1' }, { pane: '#x' }, { pane: 3 }, { from: [0] }, { from: [0, 2] },
    { to: 'ab' }, { to: [NaN, 0] }, { author: 7 }, { author: 'x'.repeat(61) }]) {
    assert.equal(noteFrom({ ...good, ...wrong }, trace), null, JSON.stringify(wrong));
  }
  for (const wrong of [null, 7, 'x', []]) assert.equal(noteFrom(wrong, trace), null);
});

test('a trace with notes behind its end reads as the same recording, and gives them back', () => {
  const bytes = whole();
  const before = load(bytes);
  const notes = makeNotes(() => {});
  notes.open(before);
  notes.put(text(5, 'né! <b>not bold</b>'));
  notes.put(text(2, 'there', { kind: 'region', pane: 'objects', from: [0.1, 0.1], to: [0.5, 0.5] }));
  const saved = withNotes(bytes, notes.list);
  const again = load(saved);
  assert.equal(again.digest, before.digest);
  assert.equal(again.eventCount, before.eventCount);
  const reopened = makeNotes(() => {});
  reopened.open(again);
  assert.deepEqual(reopened.list, notes.list);
  assert.deepEqual(withNotes(saved, reopened.list), saved, 'saved twice is saved once');
  reopened.remove(reopened.list[0].id);
  const fewer = makeNotes(() => {});
  fewer.open(load(withNotes(saved, reopened.list)));
  assert.equal(fewer.list.length, 1);
});

test('a note from before the end that was taken away stays away', () => {
  const bytes = whole({ id: 'old', event: 1, text: 'old' }, { id: 'two', event: 2, text: 'two' });
  const notes = makeNotes(() => {});
  notes.open(load(bytes));
  assert.equal(notes.list.length, 2);
  notes.remove('old');
  const again = makeNotes(() => {});
  again.open(load(withNotes(bytes, notes.list)));
  assert.deepEqual(again.list.map(({ id }) => id), ['two']);
});

test('a trace without an end takes no notes into its file, but a sidecar has them', () => {
  const { bytes } = shared();
  assert.equal(withNotes(bytes, []), null);
  assert.equal(withNotes(bytes.subarray(0, 40), []), null);
  const notes = [{ id: 'a', ...text(1, 'x') }];
  assert.deepEqual(fromSidecar(toSidecar('abc', notes)), { digest: 'abc', notes });
  for (const wrong of ['', '[]', '{}', '{"copyscope_notes":1}', '{"copyscope_notes":2,"notes":[]}', 'null']) assert.equal(fromSidecar(wrong), null);
});

test('a file with more notes than are held, or hostile ones, is read without them', () => {
  const notes = makeNotes(() => {});
  notes.open(load(whole({ id: 'x', event: 1, text: 5 }, { id: 'y', event: 1, text: 'fine' }, { a: { b: [] } })));
  assert.equal(notes.list.length, 1);
  assert.equal(notes.refused, 2);
  const many = Array.from({ length: NOTES_MAX + 5 }, (_, i) => ({ id: `n${i}`, event: 1, text: 'x' }));
  assert.equal(notes.add(many), 6);
  assert.equal(notes.list.length, NOTES_MAX);
  assert.equal(notes.put(text(1, 'one more')), null);
});

test('a tour shows each note as long as it takes to read, and ends after the last or when somebody goes elsewhere', () => {
  const list = [text(3, 'one', { id: 'a' }), text(7, 'two'.repeat(30), { id: 'b' }), text(9, 'three', { id: 'c' })];
  const [timers, went, told] = [[], [], []];
  let cursor = 0;
  const tour = makeTour({
    notes: () => list, cursor: () => cursor, go: (event) => { cursor = event; went.push(event); }, told: (now) => told.push(now?.at ?? 0),
    later: (work, ms) => timers.push({ work, ms }) && timers[timers.length - 1], never() {},
  });
  tour.start();
  tour.moved();
  assert.ok(tour.playing);
  timers[0].work();
  timers[1].work();
  timers[2].work();
  assert.deepEqual([went, told, tour.playing], [[3, 7, 9], [1, 2, 3, 0], false]);
  assert.deepEqual(timers.map(({ ms }) => ms), list.map(readingTime));
  assert.ok(readingTime(list[1]) > 2 * readingTime(list[0]));

  cursor = 5;
  tour.start();
  assert.equal(cursor, 7, 'it begins where the reader is');
  tour.step(-1);
  assert.equal(cursor, 3);
  tour.step(1);
  cursor = 8;
  tour.moved();
  assert.equal(tour.playing, false);
  cursor = 20;
  tour.start();
  assert.equal(cursor, 3, 'or with the first');
  tour.stop();
  tour.stop();
  assert.equal(told[told.length - 1], 0);
});
