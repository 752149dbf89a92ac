/** Exercises in the page: every right answer is taken, every wrong one refused, by the check that the terminal makes. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { hosted, require, until } from './serve.js';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const host = hosted();

/** Types an answer into the n-th exercise of the open lesson, and what the check says of it. */
async function told(page, n, answer) {
  const area = page.locator('dialog.lesson .answer').nth(n);
  await area.fill(answer);
  await area.press('Control+Enter');
  await until(page, (i) => document.querySelectorAll('dialog.lesson .verdict')[i].dataset.right, n);
  return page.locator('dialog.lesson .verdict').nth(n).textContent();
}

async function openLesson(page, id) {
  await page.selectOption('.pick.lesson select', `lesson:${id}`);
  await until(page, (wanted) => location.hash.includes(wanted) && document.querySelector('.stage').dataset.state === 'done', id);
  await page.keyboard.press('l');
}

test('right answers are taken and wrong ones refused, in lessons of each part that a worker can check', async () => {
  const { page, faults } = await host.open();
  for (const id of ['03-shared-references', '15-flame-graph', '24-wrong-fast-paths', '31-is-it-worth-it']) {
    const lesson = await page.evaluate(async (name) => (await fetch(`api/lessons/${name}`)).json(), id);
    await openLesson(page, id);
    const [{ right, wrong, hint }] = lesson.exercises;
    for (const answer of right) assert.equal(await told(page, 0, answer), 'Right.', `${id}: ${answer}`);
    for (const answer of wrong) assert.equal(await told(page, 0, answer), `Not yet: ${hint}`, `${id}: ${answer}`);
    await page.keyboard.press('Escape');
  }
  assert.deepEqual(faults, []);
  await page.close();
});

test('an answer that fails says why, one that prints is taken, and the recording that is shown stays', async () => {
  const { page } = await host.open();
  const badge = await page.textContent('.badge');
  await page.keyboard.press('l');
  assert.match(await told(page, 0, '1 +'), /^Not yet: SyntaxError/);
  assert.equal(await told(page, 0, 'print("<b>[true, 1]</b>")\na = []\n[a, a, a]'), 'Right.');
  await page.evaluate(axe);
  assert.deepEqual(await page.evaluate(async () => (await window.axe.run()).violations.map(({ id }) => id)), []);
  await page.keyboard.press('Escape');
  assert.equal(await page.textContent('.badge'), badge);
  assert.equal(await page.textContent('.transport .where b'), '1');
  await page.close();
});

test('what a worker cannot check is left to the terminal', async () => {
  const { page } = await host.open();
  for (const id of ['26-patch-your-own', '28-a-cam']) {
    await openLesson(page, id);
    assert.equal(await page.locator('dialog.lesson .answer').count(), 0);
    assert.ok((await page.textContent('dialog.lesson .terminal')).includes(`copyscope lesson ${id.slice(0, 2)} --answer`));
    await page.keyboard.press('Escape');
  }
  await page.close();
});
