/** A lesson that is edited while the page shows it. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hosted, until } from './serve.js';

const ID = '03-shared-references';
const lessons = resolve(dirname(fileURLToPath(import.meta.url)), '../../lessons');
const folder = mkdtempSync(join(tmpdir(), 'copyscope-lessons-'));
for (const id of [ID, '04-cycle']) cpSync(join(lessons, id), join(folder, id), { recursive: true });
after(() => rmSync(folder, { recursive: true }));
const host = hosted('--lessons', folder);

/** Writes lesson.json with some fields changed. */
function edit(changes) {
  const path = join(folder, ID, 'lesson.json');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...changes }));
}
const recordings = (page) => page.evaluate(async () => (await (await fetch('api/state')).json()).traces.length);
const events = (page) => page.textContent('.transport .where span');

test('a text that is edited shows at once, the event stays, and nothing is recorded anew', async () => {
  const { page, faults } = await host.open();
  for (let i = 0; i < 3; i++) await page.keyboard.press('.');
  const [at, before] = [await page.textContent('.transport .where b'), await recordings(page)];
  writeFileSync(join(folder, ID, 'lesson.md'), '# Shared references\n\nA text that was edited.\n');
  await until(page, () => document.querySelector('dialog.lesson .prose').textContent.includes('A text that was edited.'));
  assert.equal(await page.textContent('.transport .where b'), at);
  assert.equal(await recordings(page), before);
  assert.match(await page.textContent('.lesson-step p'), /The copy of outer|deepcopy|memo/);
  assert.deepEqual(faults, []);
  await page.close();
});

test('a snippet that is edited is run again', async () => {
  const { page } = await host.open();
  const before = await events(page);
  edit({ code: 'inner = [1, 2, 3]\nouter = [inner, inner, inner]\nouter' });
  await until(page, (was) => document.querySelector('.stage').dataset.state === 'done' && document.querySelector('.transport .where span').textContent !== was, before);
  await page.close();
});

test('a lesson that is half written is said, and the one of before stays', async () => {
  const { page } = await host.open();
  const whole = readFileSync(join(folder, ID, 'lesson.json'), 'utf8');
  writeFileSync(join(folder, ID, 'lesson.json'), whole.slice(0, whole.length / 2));
  await until(page, () => document.querySelector('.notice').textContent.includes('cannot be read'));
  await page.waitForSelector('.lesson-step', { state: 'visible' });
  writeFileSync(join(folder, ID, 'lesson.json'), whole);
  await until(page, () => document.querySelector('.notice').hidden);
  await page.close();
});

test('a lesson that comes is in the list, its words as text', async () => {
  const { page, faults } = await host.open();
  cpSync(join(folder, '04-cycle'), join(folder, '32-my-own'), { recursive: true });
  const path = join(folder, '32-my-own', 'lesson.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace('"title": "', '"title": "<img src=x onerror=alert(1)> '));
  await until(page, () => [...document.querySelectorAll('.pick.lesson option')].some((option) => option.textContent.includes('<img src=x')));
  assert.equal(await page.$$eval('img', (nodes) => nodes.length), 0);
  assert.deepEqual(faults, []);
  await page.close();
});
