import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFileSync } from 'node:fs';
import { documents } from './runs.js';
import { hosted, until } from './serve.js';

/** The three objects' own text: a snippet reads no file of ours. */
const OBJECTS = readFileSync(new URL('../bench/objects.py', import.meta.url), 'utf8');
const POLICIES = ['cpython', 'report-memo', 'report-fastpath', 'report-merged'];

const host = hosted();

/** Runs a snippet under a policy and waits until the page shows the end of this very run. */
async function run(page, code, policy) {
  const before = await page.getAttribute('a[download]', 'href');
  await page.keyboard.press('e');
  await page.fill('dialog.editor textarea', code);
  await page.keyboard.press('Escape');
  await page.$eval('.pick.policy select', (node, name) => { node.value = name; }, policy);
  await page.dispatchEvent('.pick.policy select', 'change');
  await until(page, (old) => {
    const href = document.querySelector('a[download]').getAttribute('href');
    return Boolean(href) && href !== old && document.querySelector('.stage').dataset.state !== 'running';
  }, before);
}

for (const name of ['nested', 'reduced', 'shared']) {
  test(`pyperformance's ${name} object is recorded and shown under every policy`, async () => {
    const { page, faults } = await host.open();
    for (const policy of POLICIES) {
      await run(page, `${OBJECTS}\n${name}()`, policy);
      const badge = await page.textContent('.badge');
      assert.match(badge, /^\s*([\d,]+) of \1 equal to CPython/, `${policy}: ${badge}`);
      await page.keyboard.press('End');
      await until(page, () => /^deepcopy\(.*\) returns/.test(document.querySelector('.sentence').textContent));
    }
    assert.deepEqual(faults, []);
    await page.close();
  });
}

test('a document of more than 10,000 objects is recorded, streamed and scrubbed', async () => {
  const { page, faults } = await host.open();
  await run(page, documents(26), 'cpython');
  const last = await page.$eval('[role=slider]', (node) => Number(node.getAttribute('aria-valuemax')));
  assert.ok(last > 50_000, `${last} events`);
  const box = await (await page.$('[role=slider]')).boundingBox();
  for (let i = 1; i < 20; i++) {
    const part = ((i * 7) % 20) / 20;
    await page.mouse.click(box.x + part * box.width, box.y + box.height / 2);
    await until(page, ([from, to]) => {
      const now = Number(document.querySelector('[role=slider]').getAttribute('aria-valuenow'));
      return now > from && now < to;
    }, [(part - 0.02) * last, (part + 0.02) * last]);
    assert.ok(await page.textContent('.sentence'));
  }
  assert.deepEqual(faults, []);
  await page.close();
});
