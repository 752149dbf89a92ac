import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { chunk, fileHeader, join, shared } from './sampleTrace.js';
import { TraceReader } from '../../web/src/reader.js';
import sentence, { DEPTHS, label, place } from '../../web/src/sentence.js';
import translator, { LANGUAGES, STRINGS } from '../../web/src/strings/index.js';
import { EVENTS, FLAGS, RECS, ROLES } from '../../web/src/vocabulary.js';

const LONGEST = 170; // letters; a sentence fills at most four lines of its pane
const words = (parts) => parts.map((part) => (typeof part === 'string' ? part : part.code ?? `event ${part.event + 1}`)).join('');

function load(bytes) {
  const reader = new TraceReader();
  reader.feed(bytes);
  assert.equal(reader.error, null);
  return reader.finish();
}

/** A trace with a record of each kind, each with the flags that change what it says; its refs name nothing. */
function everyRecord() {
  const rows = [];
  RECS.forEach((rec, kind) => {
    if (!rec) return;
    for (const flags of [0, FLAGS.YES, FLAGS.OLD, FLAGS.DISPATCH_FIRST, FLAGS.RESIZED, FLAGS.NO_PROBE, FLAGS.NO_DISPATCH]) {
      for (const role of [0, 1, 8]) {
        const row = new Uint8Array(16);
        const pack = 3 | (role << 5) | (2 << 9);
        row.set([kind, flags, pack & 0xff, pack >> 8, 1, 0, 0, 0, 2, 0, 0, 0]);
        rows.push(row);
      }
    }
  });
  return load(join([fileHeader(), chunk('EVTS', join(rows), 0)]));
}

test('every event of the vocabulary has a sentence of its own at each depth in each language, whatever the refs', () => {
  const trace = everyRecord();
  for (const [language] of LANGUAGES) {
    const t = translator(language);
    for (const depth of DEPTHS) {
      const told = new Set();
      for (let n = 0; n < trace.eventCount; n++) {
        const event = trace.event(n);
        const text = words(sentence(trace, event, depth, t));
        assert.match(text, /^\S.*[.?]$/, `${language} ${depth} ${event.event}: ${text}`);
        assert.doesNotMatch(text, /undefined|null|NaN|\[object|say\.|\{\w+\}|`/, `${language} ${depth} ${event.event}: ${text}`);
        assert.notEqual(text, `${event.text}.`, event.event);
        assert.ok(text.length <= LONGEST, `${text.length} letters: ${text}`);
        assert.doesNotMatch(label(event, t), /undefined|label\./);
        told.add(event.event);
      }
      assert.deepEqual(EVENTS.filter((event) => event && !told.has(event.name)), [], `${language} ${depth}`);
    }
  }
});

test('no text is a raw key, none is longer than its pane, and each names what the sentence can give', () => {
  const known = everyRecord();
  for (const [language] of LANGUAGES) {
    for (const [key, text] of Object.entries(STRINGS[language]).filter(([name]) => name.startsWith('say.'))) {
      assert.equal(typeof text, 'string', key);
      assert.ok(String(text).length <= LONGEST, key);
      assert.doesNotMatch(String(text), /\b[a-z]+_[a-z]+\b(?![^`]*`)/, `${key} shows a raw name: ${text}`);
      assert.equal((String(text).match(/`/g) ?? []).length % 2, 0, key);
    }
  }
  assert.ok(known.eventCount > 500);
});

test('the three depths differ, and the programmer is spoken to where nothing is asked', () => {
  const trace = load(shared().bytes);
  const hit = Array.from({ length: trace.eventCount }, (_, n) => trace.event(n)).find(({ event, outcome }) => event === 'memo_get' && outcome);
  const told = DEPTHS.map((depth) => words(sentence(trace, hit, depth)));
  assert.equal(new Set(told).size, 3);
  assert.equal(words(sentence(trace, hit)), told[1]);
  assert.equal(told[0], 'inner was copied before, at event 10: that copy is used again.');
  assert.equal(told[2], `memo.get(d, _nil) gives inner′, made at event 10; slots looked at: ${hit.probes} of 8.`);
});

test('a hit names the event that made the copy', () => {
  const trace = load(shared().bytes);
  const texts = Array.from({ length: trace.eventCount }, (_, n) => words(sentence(trace, trace.event(n))));
  assert.ok(texts.includes('id(inner) is in the memo, so the copy made at event 10 is used again.'), texts.join('\n'));
  assert.ok(texts.includes('inner′ becomes element 1 of outer′.'));
  assert.ok(texts.includes('Element 0 of outer: deepcopy(inner) is called.'));
  assert.equal(texts[texts.length - 1], 'deepcopy(outer) returns outer′.');
});

test('each language says where a call comes from', () => {
  const trace = load(shared().bytes);
  for (const [language] of LANGUAGES) {
    for (const role of ROLES) assert.doesNotMatch(place(trace, { parent: 1, role: role.name, index: 3 }, translator(language)), /place\.|[{}]/);
  }
  assert.equal(place(trace, { parent: 1, role: 'list_elem', index: 1 }), 'outer[1]');
});

/** What Python itself calls so, and what copy.py asks the other way round. */
const NOT_OF_COPY_PY = ['__init__', '__setitem__', 'deepcopy()', 'k is j', 'y is x', 'y is not x'];

test('what a sentence quotes of copy.py stands in the interpreter\'s copy.py, or is a line that the vocabulary knows of others', () => {
  const path = execFileSync(process.env.COPYSCOPE_PYTHON || '.venv/bin/python', ['-c', 'import copy; print(copy.__file__)']).toString().trim();
  const sites = readFileSync(new URL('../../tracer/events.def', import.meta.url), 'utf8').match(/^SITE\(.*$/gm);
  const plain = (text) => text.replaceAll("'", '"').replaceAll(' ', '');
  const known = plain(`${readFileSync(path, 'utf8')}\n${sites.join('\n')}`);
  const missing = new Set();
  for (const [key, told] of Object.entries(STRINGS.en)) {
    if (!/^say\..*\.developer$/.test(key)) continue;
    for (const [, quoted] of String(told).matchAll(/`([^`]+)`/g)) {
      if (!NOT_OF_COPY_PY.includes(quoted) && !quoted.split('...').every((part) => known.includes(plain(part)))) missing.add(quoted);
    }
  }
  assert.deepEqual([...missing].sort(), []);
});

test('names of the snippet stay text', () => {
  const trace = load(shared().bytes);
  trace.objects[1].name = '<b>{x}`y`';
  const parts = sentence(trace, trace.event(0));
  assert.ok(parts.every((part) => typeof part === 'string' || typeof part.code === 'string' || Number.isInteger(part.event)));
  assert.equal(words(parts), 'deepcopy(<b>{x}`y`) is called.');
});
