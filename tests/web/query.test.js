import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import breakpointsOf from '../../web/src/query/breakpoints.js';
import compile from '../../web/src/query/compile.js';
import complete from '../../web/src/query/complete.js';
import FIELDS from '../../web/src/query/fields.js';
import { QueryError } from '../../web/src/query/parse.js';
import Row from '../../web/src/query/row.js';
import scan from '../../web/src/query/scan.js';
import searchOf from '../../web/src/query/search.js';
import { TraceReader } from '../../web/src/reader.js';
import { createStore } from '../../web/src/store.js';
import { STRINGS } from '../../web/src/strings/index.js';
import rowWindow from '../../web/src/views/eventList/window.js';
import queryTrace, { FIXTURE } from './queryTrace.js';

const cases = JSON.parse(readFileSync(new URL('query-cases.json', import.meta.url), 'utf8'));

function load(bytes = readFileSync(FIXTURE)) {
  const reader = new TraceReader();
  reader.feed(bytes);
  assert.equal(reader.error, null);
  return reader.finish();
}

const trace = load();

function matching(query) {
  const found = compile(query);
  const row = new Row(trace);
  return Array.from({ length: trace.eventCount }, (_, n) => n + 1).filter((n) => found(row.seek(n - 1)));
}

function fault(query) {
  try {
    compile(query);
  } catch (error) {
    assert.ok(error instanceof QueryError);
    return error;
  }
  return assert.fail(`can be read: ${query}`);
}

/** A queue of the slices that a scan puts off; run() does them all. */
function queue() {
  const works = [];
  return { later: (work) => works.push(work), works, run() { while (works.length) works.shift()(); } };
}

test('the trace of the cases is what its script makes', () => {
  assert.deepEqual(new Uint8Array(readFileSync(FIXTURE)), queryTrace());
});

for (const [query, numbers] of cases.matches) test(`matches: ${query}`, () => assert.deepEqual(matching(query), numbers));

for (const [query, column, expects] of cases.errors) {
  test(`is refused: ${query.slice(0, 40)}`, () => {
    const { column: at, expects: what, values } = fault(query);
    assert.deepEqual([at, what], [column, expects]);
    for (const [language, texts] of Object.entries(STRINGS)) {
      const needs = [...texts[`query.${what}`].matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const name of needs) assert.ok(name in values, `${language}: ${what} needs ${name}`);
    }
  });
}

test('a query says of an event what the event itself says', () => {
  const same = { event: (e) => e.event, family: (e) => e.family, outcome: (e) => e.outcome, role: (e) => e.role, site: (e) => e.site, line: (e) => e.line,
    ns: (e) => e.t, depth: (e) => e.depth + 1, slot: (e) => e.slot, probes: (e) => e.probes || null, lg: (e) => (e.probes ? e.lg : null), ref: (e) => e.obj || null, arg: (e) => e.arg };
  const row = new Row(trace);
  const order = Array.from({ length: trace.eventCount }, (_, n) => (n * 29) % trace.eventCount);
  for (const n of [...trace.events.kind.keys()].slice(0, trace.eventCount).concat(order)) {
    for (const [name, of] of Object.entries(same)) assert.equal(FIELDS[name].read(row.seek(n)), of(trace.event(n)), `${name} of ${n}`);
  }
});

test('every name stands in QUERY.md, and no other', () => {
  const rows = readFileSync(new URL('../../web/QUERY.md', import.meta.url), 'utf8').split('\n').filter((line) => line.startsWith('| `'));
  const told = rows.flatMap((line) => [...line.split('|')[1].matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  assert.deepEqual(told.sort(), Object.keys(FIELDS).sort());
});

test('a name that is nearly right is told the right one', () => {
  assert.equal(fault('depht > 3').values.nearest, 'depth');
  assert.equal(fault('hit').values.nearest, 'memo.hit');
  assert.equal(fault('zzzzzzzz').values.nearest, '');
});

test('a text that is too long is refused', () => {
  assert.equal(fault(`n == 1 ${'|| n == 1'.repeat(200)}`).expects, 'shorter');
});

test('a text of signs and quotes in any order is read or refused, never more', () => {
  const parts = ['memo.hit', 'type', '==', '"a"', '(', ')', '!', '&&', '||', '3', '~', "'", '\\', 'none', '<', '=', ' ', '\n', '\u{1f600}'];
  let seed = 7;
  const next = (n) => { seed = (seed * 48271) % 2147483647; return seed % n; };
  for (let i = 0; i < 5000; i++) {
    const text = Array.from({ length: next(9) }, () => parts[next(parts.length)]).join('');
    try {
      compile(text);
    } catch (error) {
      assert.ok(error instanceof QueryError, `${text}: ${error}`);
      assert.ok(error.column >= 1 && error.column <= text.length + 1, text);
    }
    complete(text, text.length, trace);
  }
});

const offers = (text) => complete(text, text.length, trace).options;

test('completion gives names, then signs, then values of that name', () => {
  assert.deepEqual(offers('memo.h'), ['memo.hit']);
  assert.deepEqual(offers('hit'), ['memo.hit']);
  assert.deepEqual(offers('depth '), ['==', '!=', '<', '<=', '>', '>=']);
  assert.deepEqual(offers('type == "li'), ['"list"']);
  assert.deepEqual(offers('type == '), ['"list"', '"tuple"', '"int"', '"dict"']);
  assert.ok(offers('event == mem').includes('"memo_get"'));
  assert.deepEqual(offers('name == "in'), ['"inner"']);
  assert.deepEqual(offers('outcome == '), ['true', 'false', 'none']);
  assert.deepEqual(offers('n == 3 '), ['&&', '||']);
  assert.ok(offers('n == 3 && ').includes('event'));
  const { from, to } = complete('n == 3 && typ == 4', 13, trace);
  assert.deepEqual([from, to], [10, 13]);
});

test('a scan finds in slices what it finds in one go, and goes on when the trace grows', () => {
  const found = compile('memo.lookup');
  const all = matching('memo.lookup').map((n) => n - 1);
  const tasks = queue();
  let told = 0;
  const part = Object.create(trace, { eventCount: { get: () => 30, configurable: true } });
  const one = scan(part, found, { changed: () => told++, later: tasks.later, now: () => 0 });
  assert.equal(one.matches.length, 0);
  tasks.run();
  assert.deepEqual([...one.matches.list.subarray(0, one.matches.length)], all.filter((n) => n < 30));
  Object.defineProperty(part, 'eventCount', { get: () => trace.eventCount });
  one.goOn();
  tasks.run();
  assert.ok(one.done && told === 2);
  assert.deepEqual([...one.matches.list.subarray(0, one.matches.length)], all);
});

test('a scan that was stopped looks no further', () => {
  const tasks = queue();
  const one = scan(trace, compile('n > 0'), { changed() {}, later: tasks.later });
  one.stop();
  tasks.run();
  assert.deepEqual([one.matches.length, one.looked, one.done], [0, 0, false]);
});

test('next and previous match are the nearest ones of either side', () => {
  const tasks = queue();
  const { matches } = scan(trace, compile('memo.hit'), { changed() {}, later: tasks.later });
  tasks.run();
  assert.deepEqual([matches.near(0, 1), matches.near(35, 1), matches.near(74, 1)], [35, 47, -1]);
  assert.deepEqual([matches.near(80, -1), matches.near(74, -1), matches.near(35, -1)], [74, 47, -1]);
  assert.ok(matches.has(47) && !matches.has(46));
});

const settled = () => new Promise((done) => { setTimeout(() => setTimeout(done, 0), 0); });

async function scanned(list) {
  while (list().some((one) => one && !one.done)) await settled();
}

test('the search follows the store: another trace is searched anew, an error searches nothing', async () => {
  const store = createStore();
  const search = searchOf(store);
  search.set('memo.hit');
  assert.equal(search.scan, null);
  store.setTrace(trace);
  await scanned(() => [search.scan]);
  assert.equal(search.scan.matches.length, 3);
  assert.equal(search.near(0, 1), 35);
  search.set('memo.hit &&');
  assert.deepEqual([search.error.expects, search.scan, search.near(0, 1)], ['condition', null, -1]);
  search.set('');
  assert.deepEqual([search.error, search.active], [null, false]);
});

test('a run goes to the next breakpoint that is on, either way', async () => {
  const store = createStore();
  const points = breakpointsOf(store);
  store.setTrace(trace);
  assert.equal(points.toggle('memo.hit'), true);
  assert.equal(points.toggle('event == "append"'), true);
  assert.throws(() => points.toggle('append'), QueryError);
  const run = async (by) => {
    let at = null;
    points.run(by, (n) => { at = n; });
    await scanned(() => points.list.filter(({ on }) => on).map((one) => one.scan));
    if (at >= 0) store.seek(at);
    return at;
  };
  store.seek(33);
  assert.equal(await run(1), 35);
  assert.equal(await run(1), 37);
  assert.equal(await run(-1), 35);
  points.switch(points.list[1]);
  assert.equal(await run(1), 47);
  assert.equal(points.text, 'memo.hit\n-event == "append"');
  assert.equal(points.toggle('memo.hit'), false);
  assert.equal(points.list.length, 1);
});

test('breakpoints come back from the text of an address; what cannot be read is left out', () => {
  const points = breakpointsOf(createStore());
  points.text = 'memo.hit\n-event == "call"\nnonsense\n\nmemo.hit';
  assert.deepEqual(points.list.map(({ text, on }) => [text, on]), [['memo.hit', true], ['event == "call"', false]]);
});

test('a list too tall for a browser is scaled, and every row can still be brought into sight', () => {
  const view = rowWindow({ rowHeight: () => 28 });
  view.measure(4_000_000, 560);
  assert.ok(view.scaled && view.height <= 8_000_000);
  for (const row of [0, 1, 17, 250_000, 3_999_980, 3_999_999, 5, 1_999_999]) {
    view.reveal(row);
    assert.ok(row >= view.top && row + 1 <= view.top + 20 + 1e-6, `row ${row} at ${view.top}`);
  }
  view.reveal(1000);
  const { top } = view;
  view.scrollBy(28);
  assert.ok(Math.abs(view.top - top - 1) < 1e-9);
  view.scrolledTo(view.height - 560);
  assert.ok(view.first + view.count >= 4_000_000);
});

test('a short list scrolls pixel by pixel', () => {
  const view = rowWindow({ rowHeight: () => 20 });
  view.measure(100, 200);
  assert.deepEqual([view.scaled, view.height, view.first, view.count], [false, 2000, 0, 11]);
  view.scrolledTo(30);
  assert.deepEqual([view.first, view.scrollTop], [1, 30]);
  view.measure(3, 200);
  assert.deepEqual([view.first, view.count, view.scrollTop], [0, 3, 0]);
});
