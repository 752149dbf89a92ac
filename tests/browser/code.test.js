import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { countsOf, instructionsAt, placeOf } from '../../web/src/code/listing.js';
import { explore, goTo, record, traceOf } from './runs.js';
import { hosted, require, until } from './serve.js';

const host = hosted();
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const SNIPPET = 'class P:\n    def __init__(self):\n        self.x = [1, (2, 3)]\n\n[P(), (4, 5)]';
const shown = (page) => page.$eval('[role=slider]', (node) => Number(node.getAttribute('aria-valuenow')) - 1);

/** The first event of each line of copy.py. */
function events(trace) {
  const first = new Map();
  for (let n = 0; n < trace.eventCount; n++) {
    const { line } = trace.event(n);
    if (line !== null && !first.has(line)) first.set(line, n);
  }
  return first;
}

for (const policy of ['cpython', 'report-merged']) {
  test(`the line's instructions under ${policy} are those of the trace, each with how often it ran`, async () => {
    const { page, faults } = await host.open();
    const trace = await record(page, SNIPPET, policy);
    await explore(page, 'bytecode');
    const counts = countsOf(trace.meta);
    let ran = 0;
    for (const [line, n] of [...events(trace)].slice(0, 12)) {
      await goTo(page, n);
      const expected = instructionsAt(trace.copyPy.listing, line).flatMap(({ code, rows }) => rows.map(({ offset, op, arg }) => [op, arg, counts.get(placeOf(code, offset)) ?? 0]));
      await until(page, (no) => document.querySelector('#bytecode .current .no')?.textContent === no, String(line));
      const rows = await page.$$eval('#bytecode .current li:not(.inner)', (nodes) => nodes.map((node) => ['.op', '.arg', '.times'].map((part) => node.querySelector(part).textContent)));
      assert.deepEqual(rows.map(([op, arg, times]) => [op, arg, Number(times.replace(/,/g, ''))]), expected, `line ${line}`);
      ran += expected.filter(([, , times]) => times > 0).length;
    }
    assert.ok(ran > 20, `${ran} instructions ran`);
    assert.match(await page.textContent('#bytecode .foot'), /specialised/);
    assert.deepEqual(faults, []);
    await page.close();
  });

  test(`the tree under ${policy} lights what stands on the line`, async () => {
    const { page, faults } = await host.open();
    const trace = await record(page, SNIPPET, policy);
    await explore(page, 'ast');
    const { nodes } = trace.copyPy.listing.tree;
    for (const [line, n] of [...events(trace)].slice(0, 12)) {
      await goTo(page, n);
      await until(page, (no) => document.querySelector('#ast .lit .no')?.textContent === no, String(line));
      const types = await page.$$eval('#ast .lit .type', (found) => found.map((node) => node.textContent));
      const first = nodes.find((node) => node.line === line);
      assert.equal(types[0], first.type, `line ${line}`);
    }
    assert.deepEqual(faults, []);
    await page.close();
  });
}

test('the tree is walked by keys and leads to the events of a line', async () => {
  const { page } = await host.open();
  const trace = await traceOf(page);
  await explore(page, 'ast');
  await goTo(page, 3);
  const hand = () => page.$eval('#ast [tabindex="0"]', (node) => [Number(node.getAttribute('aria-level')), node.querySelector('.type').textContent, node.getAttribute('aria-expanded')]);
  await page.focus('#ast [tabindex="0"]');
  assert.deepEqual(await hand(), [1, 'FunctionDef', 'true']);
  await page.keyboard.press('ArrowLeft');
  assert.deepEqual(await hand(), [1, 'FunctionDef', 'false']);
  assert.equal(await page.$$eval('#ast [role=treeitem]', (nodes) => nodes.length), 1);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  assert.equal((await hand())[0], 2);
  await page.keyboard.press('ArrowDown');
  assert.equal(await shown(page), 3, 'the arrows do not move the cursor');
  await page.keyboard.press('End');
  const line = await page.$eval('#ast [tabindex="0"] .no', (node) => Number(node.textContent));
  await page.keyboard.press('Enter');
  await until(page, () => Number(document.querySelector('[role=slider]').getAttribute('aria-valuenow')) !== 4);
  assert.equal(trace.event(await shown(page)).line, line);
  await page.close();
});

test('a line of the bytecode leads to its next event', async () => {
  const { page } = await host.open();
  const trace = await traceOf(page);
  await explore(page, 'bytecode');
  let n = 0;
  while (trace.event(n).event !== 'dispatch') n++;
  await goTo(page, n);
  await until(page, () => document.querySelector('#bytecode .current') !== null);
  await page.click('#bytecode .current .at');
  await until(page, (old) => Number(document.querySelector('[role=slider]').getAttribute('aria-valuenow')) > old, n + 1);
  assert.equal(trace.event(await shown(page)).line, trace.event(n).line);
  await page.close();
});

test('axe finds nothing in these views either, with their tables shown and without', async () => {
  for (const [theme, language] of [['dark', 'vi'], ['projector', 'en']]) {
    const { page } = await host.open({ theme, language });
    await page.evaluate(axe);
    for (const view of ['bytecode', 'ast', 'dispatchTable', 'meters', 'source', 'memo']) {
      await explore(page, view);
      await goTo(page, 14);
      const found = async () => page.evaluate(async () => (await window.axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`));
      assert.deepEqual(await found(), [], `${view} ${theme} ${language}`);
      await until(page, (id) => document.querySelectorAll(`#${id} .twin tbody tr`).length > 0, view);
    }
    await page.close();
  }
});
