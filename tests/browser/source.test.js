import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goTo, record, traceOf } from './runs.js';
import { hosted, until } from './serve.js';

const host = hosted();
const SNIPPET = 'class P:\n    def __init__(self):\n        self.x = [1, (2, 3)]\n\n[P(), (4, 5)]';
const lineNo = (page) => page.$$eval('#source .line.current .no', (nodes) => nodes.map((node) => node.textContent).join());

for (const policy of ['cpython', 'report-merged']) {
  test(`each event of ${policy} lights the line of the copy.py that ran`, async () => {
    const { page, faults } = await host.open();
    const trace = await record(page, SNIPPET, policy);
    const seen = new Set();
    for (let n = 0; n < trace.eventCount; n++) {
      const { line } = trace.event(n);
      if (line === null || seen.has(line)) continue;
      seen.add(line);
      await goTo(page, n);
      await until(page, (no) => document.querySelector('#source .line.current .no')?.textContent === no, String(line));
      const text = trace.copyPy.text.split('\n')[line - 1].trim();
      assert.equal(await page.$eval('#source .line.current code', (node) => node.title), text);
      const whole = await page.$eval('#source .line.current', (row) => {
        const { top, bottom } = row.getBoundingClientRect();
        const box = row.closest('.source').getBoundingClientRect();
        return top >= box.top - 1 && bottom <= box.bottom + 1;
      });
      assert.ok(whole, `line ${line} is in sight`);
    }
    assert.ok(seen.size > 8, `${seen.size} lines`);
    assert.deepEqual(faults, []);
    await page.close();
  });
}

test('a variant shows what it changed, the interpreter\'s own nothing', async () => {
  const { page } = await host.open();
  assert.equal(await page.$$eval('#source .line:is(.added, .removed)', (rows) => rows.length), 0);
  const trace = await record(page, SNIPPET, 'report-merged');
  const { hunks } = trace.copyPy.listing.changes;
  await goTo(page, 1);
  const [first, last] = await page.$$eval('#source .line:not(.removed) .no', (nodes) => [nodes[0], nodes[nodes.length - 1]].map((node) => Number(node.textContent)));
  const inside = hunks.filter(({ line }) => line >= first && line <= last + 1);
  assert.ok(inside.length > 0);
  const added = await page.$$eval('#source .line.added .no', (nodes) => nodes.map((node) => Number(node.textContent)));
  assert.deepEqual(added, inside.flatMap(({ line, added: count }) => Array.from({ length: count }, (_, i) => line + i)));
  const removed = await page.$$eval('#source .line.removed code', (nodes) => nodes.map((node) => node.title));
  assert.deepEqual(removed, inside.flatMap((hunk) => hunk.removed.map((text) => text.trim())));
  assert.equal(await page.textContent('#source .line.added .sign'), '+');
  await page.close();
});

test('the gutter counts events or nanoseconds, docstrings fold, other texts of the trace are shown', async () => {
  const { page, faults } = await host.open();
  const trace = await traceOf(page);
  await goTo(page, trace.eventCount - 1);
  const counts = () => page.$$eval('#source .count', (nodes) => nodes.map((node) => node.textContent).join(' ').trim());
  const events = await counts();
  await page.keyboard.press('h');
  assert.match(await page.textContent('.source-tools'), /ns per line/);
  assert.notEqual(await counts(), events);
  await page.keyboard.press('h');
  assert.equal(await counts(), events);
  const lines = () => page.$$eval('#source .line', (rows) => rows.length);
  const folded = await lines();
  await page.keyboard.press('i');
  assert.ok((await lines()) > folded);
  await page.keyboard.press('i');
  assert.equal(await lines(), folded);
  await page.keyboard.press('u');
  await until(page, () => /inner/.test(document.querySelector('#source .lines').textContent));
  await page.waitForSelector('.locals', { state: 'hidden' });
  await page.keyboard.press('u');
  await until(page, () => document.querySelector('#source .line.current') !== null);
  assert.deepEqual(faults, []);
  await page.close();
});

test('the locals of the frame stand below the lines, and say that they are reconstructed', async () => {
  const { page } = await host.open();
  const trace = await traceOf(page);
  let n = 0;
  while (trace.event(n).event !== 'append') n++;
  await goTo(page, n);
  await until(page, () => /y =?inner′/.test(document.querySelector('.locals').textContent.replace(/\s/g, ' ')) || document.querySelectorAll('.locals dt').length >= 4);
  const names = await page.$$eval('.locals dt', (nodes) => nodes.map((node) => node.textContent));
  assert.deepEqual(names, ['x', 'memo', 'y', 'a']);
  assert.match(await page.textContent('.locals'), /reconstructed/);
  await page.close();
});

test('a call of the stack leads to the event that opened it, by pointer and by key', async () => {
  const { page } = await host.open();
  const trace = await traceOf(page);
  let n = 0;
  while (trace.event(n).depth < 2) n++;
  await goTo(page, n);
  const shown = () => page.$eval('[role=slider]', (node) => Number(node.getAttribute('aria-valuenow')));
  await page.focus('#stack .frame');
  await page.keyboard.press('ArrowDown');
  assert.equal(await shown(), n + 1, 'the arrow chooses a call');
  await page.keyboard.press('Enter');
  await until(page, (old) => Number(document.querySelector('[role=slider]').getAttribute('aria-valuenow')) < old, n + 1);
  assert.ok(trace.calls.open.subarray(0, trace.calls.length).includes((await shown()) - 1));
  await page.close();
});

test('a line leads to its next event', async () => {
  const { page } = await host.open();
  const trace = await traceOf(page);
  let n = 0;
  while (trace.event(n).event !== 'memo_get') n++;
  await goTo(page, n);
  const { line } = trace.event(n);
  await until(page, (no) => document.querySelector('#source .line.current .no')?.textContent === no, String(line));
  await page.click('#source .line.current');
  await until(page, (old) => Number(document.querySelector('[role=slider]').getAttribute('aria-valuenow')) > old, n + 1);
  assert.equal(await lineNo(page), String(line));
  await page.close();
});
