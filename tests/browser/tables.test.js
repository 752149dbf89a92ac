import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookupAt } from '../../web/src/graph/lookup.js';
import { find } from '../../web/src/query.js';
import { stateAt } from '../../web/src/store.js';
import totals from '../../web/src/totals.js';
import { copierOf } from '../../web/src/table/dispatch.js';
import { compared, explore, goTo, record, traceOf } from './runs.js';
import { FLAGS } from '../../web/src/vocabulary.js';
import { hosted, until } from './serve.js';

const host = hosted();
/** Of a walk of more than eight slots, what the picture's words name. */
const said = (slots) => (slots.length > 8 ? [...slots.slice(0, 7), slots.at(-1)] : slots);

for (const policy of ['cpython', 'report-merged']) {
  test(`the dispatch table shows each lookup of a type as ${policy} made it`, async () => {
    const { page, faults } = await host.open();
    const trace = await record(page, 'class P:\n    def __init__(self):\n        self.x = [1, (2.5, [3])]\n\n{"a": P(), "b": P()}', policy);
    await explore(page, 'dispatchTable');
    let seen = 0;
    for (let n = 0; n < trace.eventCount && seen < 8; n++) {
      if (trace.event(n).event !== 'dispatch') continue;
      await goTo(page, n);
      const { path, label, warning } = lookupAt(stateAt(trace, n), trace);
      assert.equal(warning, null);
      const type = trace.types[trace.objects[trace.event(n).obj].type];
      await until(page, (name) => document.querySelector('#dispatchTable .answer').textContent.startsWith(name), `type ${label} `);
      const words = await page.getAttribute('#dispatchTable svg[aria-label]', 'aria-label');
      assert.deepEqual([...words.matchAll(/\bslot (\d+) (\w+)/g)].map(([, slot]) => Number(slot)), said(path.map((p) => p.slot)), `event ${n}`);
      assert.match(words, copierOf(type) === 'none' ? /empty\.$/ : /equal\.$/);
      seen++;
    }
    assert.ok(seen >= 3, `${seen} lookups`);
    assert.deepEqual(faults, []);
    await page.close();
  });
}

test('between lookups the dispatch table keeps the last, and leads back to it', async () => {
  const { page } = await host.open();
  const trace = await traceOf(page);
  const dispatch = find(trace, { event: 'dispatch' });
  await explore(page, 'dispatchTable');
  await goTo(page, dispatch + 1);
  await page.click('#dispatchTable .answer .link');
  await until(page, (shown) => document.querySelector('[role=slider]').getAttribute('aria-valuenow') === shown, String(dispatch + 1));
  await page.close();
});

test('the meters say what the trace adds up to, at any event', async () => {
  const { page, faults } = await host.open();
  const trace = await traceOf(page);
  await explore(page, 'meters');
  const whole = totals(trace, stateAt(trace, trace.eventCount - 1));
  for (const n of [20, 3, trace.eventCount - 1, 11]) {
    await goTo(page, n);
    const sum = totals(trace, stateAt(trace, n));
    await until(page, (events) => document.querySelector('#meters .meters tbody td').textContent === events, String(n + 1));
    const shown = await page.$$eval('#meters .meters tbody tr', (rows) => rows.map((row) => [...row.querySelectorAll('td')].slice(0, 2).map((cell) => Number(cell.textContent.replace(/,/g, '')))));
    const of = (t) => [t.events, t.lookups + t.stores, t.memoProbes, t.dispatchProbes, t.made, t.ns, t.memoBytes];
    assert.deepEqual(shown, of(sum).map((value, i) => [value, of(whole)[i]]), `event ${n}`);
  }
  assert.deepEqual(faults, []);
  await page.close();
});

test('the walk of the memo can be taken slot by slot', async () => {
  const { page } = await host.open();
  const trace = await record(page, '[[] for _ in range(40)]');
  let n = trace.eventCount - 1;
  while (n > 0 && !(trace.event(n).event === 'memo_get' && trace.event(n).probes > 2)) n--;
  assert.ok(n > 0, 'a lookup of three probes');
  await page.keyboard.press('1');
  await goTo(page, n);
  const arrows = () => page.$$eval('#memo svg .f-memo > .sig + .fill', (nodes) => nodes.length);
  const { path } = lookupAt(stateAt(trace, n), trace);
  await until(page, () => document.querySelectorAll('#memo svg .f-memo > .sig + .fill').length > 2);
  assert.ok((await arrows()) <= path.length);
  await page.keyboard.press('Shift+W');
  assert.equal(await arrows(), 1);
  await page.keyboard.press('Shift+W');
  assert.equal(await arrows(), 2);
  await page.close();
});

test('where the memo grows, its keys are drawn on their way to their new slots', async () => {
  const { page, faults } = await host.open();
  const trace = await record(page, '[[] for _ in range(12)]');
  let n = 0;
  for (; n < trace.eventCount; n++) {
    const event = trace.event(n);
    if (event.event === 'memo_set' && event.flags & FLAGS.RESIZED && stateAt(trace, n - 1).memo.lg) break;
  }
  await goTo(page, n);
  const [before, after] = [stateAt(trace, n - 1).memo, stateAt(trace, n).memo];
  await until(page, () => /reconstructed/.test(document.querySelector('#memo h2').textContent));
  assert.equal(await page.$$eval('#memo svg .f-memo > .fill', (nodes) => nodes.length), after.used, 'one wire a key');
  assert.match(await page.textContent('#memo svg[aria-label]'), new RegExp(`${2 ** before.lg} slots.*${2 ** after.lg} slots`));
  await page.keyboard.press('Shift+W');
  assert.equal(await page.$$eval('#memo svg .f-memo > .fill', (nodes) => nodes.length), 1);
  await page.keyboard.press('a');
  await until(page, (rows) => document.querySelectorAll('#memo .twin tbody tr').length === rows, after.used);
  const rows = await page.$$eval('#memo .twin tbody tr', (nodes) => nodes.map((row) => [...row.cells].map((cell) => cell.textContent)));
  assert.deepEqual(rows.map((row) => Number(row[3])), [...after.slots.used]);
  assert.deepEqual(faults, []);
  await page.close();
});

test('a slot that user code took a key out of is passed over, as the dict recorded it', async () => {
  const { page, faults } = await host.open();
  const trace = await record(page, 'class D:\n    def __deepcopy__(self, memo):\n        for key in list(memo)[1:3]:\n            del memo[key]\n        return D()\n\n[[], [], D(), [], D(), [[], []]]');
  let passed = -1;
  for (let n = 0; n < trace.eventCount; n++) {
    const state = stateAt(trace, n);
    const lookup = lookupAt(state, trace);
    assert.equal(lookup?.warning ?? null, null, `event ${n + 1}`);
    if (lookup?.table === 'memo' && passed < 0 && [...state.memo.slots].some((entry) => entry?.gone) && lookup.path.length) passed = n;
  }
  assert.ok(passed > 0, 'a table with a mark');
  await goTo(page, passed);
  await until(page, () => /taken out/.test(document.querySelector('#memo svg[aria-label]').textContent));
  assert.deepEqual(faults, []);
  await page.close();
});

test('of a comparison the meters show the other policy beside this one', async () => {
  const { page, faults } = await host.open();
  await compared(page, 1);
  const costs = await page.$$eval('.compare .cost:nth-child(1) b', (nodes) => nodes.map((node) => node.textContent));
  await explore(page, 'meters');
  await until(page, () => document.querySelector('.meters.two') !== null);
  assert.match(await page.textContent('#meters .meters thead'), /cpython-3\.14/);
  const cells = await page.$$eval('#meters .meters tbody tr:first-child td', (nodes) => nodes.map((node) => node.textContent));
  assert.deepEqual(cells.slice(1, 3), costs, 'events of both');
  assert.match(cells[3], /^× 1\.\d\d$/);
  assert.deepEqual(faults, []);
  await page.close();
});
