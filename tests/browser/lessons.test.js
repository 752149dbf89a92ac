/** Every step of every lesson by keyboard, with axe-core; SHOTS=folder keeps a picture of each first step. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { hosted, require, until } from './serve.js';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const SHOTS = process.env.SHOTS ?? '';
const host = hosted();

const said = (page) => page.textContent('.lesson-step p');
const violations = (page) => page.evaluate(async () => (await window.axe.run()).violations
  .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`));
const lessonsOf = (page) => page.evaluate(async () => (await fetch('api/lessons')).json());
const lessonOf = (page, id) => page.evaluate(async (name) => (await fetch(`api/lessons/${name}`)).json(), id);

/** Opens a lesson from the index, and waits until its steps are tied to the events of its recording. */
async function openByKeyboard(page, lesson) {
  await page.keyboard.press('Shift+L');
  await page.focus(`dialog[open] [data-lesson="${lesson.id}"]`);
  await page.keyboard.press('Enter');
  await until(page, (text) => !document.querySelector('dialog[open]')
    && document.querySelector('.steps button:enabled span:last-child')?.textContent === text, lesson.steps[0].text);
}

/** Presses "." until the step's text stands there; the question comes first where there is one. */
async function walk(page, lesson, each) {
  for (const [i, step] of lesson.steps.entries()) {
    const question = `Predict: ${step.ask}`;
    const first = step.ask ? question : step.text;
    // The first step may be where the trace begins.
    if (i || await said(page) !== first) await page.keyboard.press('.');
    await until(page, (text) => document.querySelector('.lesson-step p').textContent === text, first);
    if (step.ask) {
      await page.keyboard.press('.');
      await until(page, (text) => document.querySelector('.lesson-step p').textContent === text, step.text);
    }
    assert.equal(await page.textContent('.lesson-step .count'), `${i + 1} of ${lesson.steps.length}`, `${lesson.id}, step ${i + 1}`);
    if (step.view) await page.waitForSelector(`#${step.view}`, { state: 'visible' });
    await each(i);
  }
}

test('every step of every lesson is reached by keyboard, shows its text and its view, and axe finds nothing', async () => {
  const { page, faults } = await host.open();
  await page.evaluate(axe);
  const lessons = await lessonsOf(page);
  assert.ok(lessons.length >= 31, `${lessons.length} lessons`);
  if (SHOTS) mkdirSync(SHOTS, { recursive: true });
  const version = (await page.evaluate(async () => (await fetch('api/state')).json())).python.split('.').map(Number);
  const isHere = ({ from, until: last }) => [from, last].every((text, i) => !text || (i ? -1 : 1) * (version[1] - Number(text.split('.')[1])) >= 0);
  const found = [];
  for (const { id } of lessons.filter(isHere)) {
    const lesson = await lessonOf(page, id);
    lesson.steps = lesson.steps.filter(isHere);
    await openByKeyboard(page, lesson);
    await walk(page, lesson, async (i) => {
      if (SHOTS && i === 0) await page.screenshot({ path: join(SHOTS, `${id}.png`) });
      found.push(...(await violations(page)).map((line) => `${id}, step ${i + 1}: ${line}`));
    });
  }
  assert.deepEqual(found, []);
  assert.deepEqual(faults, []);
  await page.close();
});

test('the question before a step hides the answer until the next key, and going back takes it away', async () => {
  const { page } = await host.open();
  await openByKeyboard(page, await lessonOf(page, '07-tuples'));
  for (let i = 0; i < 3; i++) await page.keyboard.press('.');
  assert.equal(await said(page), 'Predict: New tuple, or the same?');
  assert.ok(!(await page.textContent('.lesson-step')).includes('its own copy'));
  await page.keyboard.press('ArrowLeft');
  await until(page, () => !document.querySelector('.lesson-step p').textContent.startsWith('Predict'));
  await page.close();
});

test('a lesson opens its own layout, and the next one gives the old one back unless another was chosen', async () => {
  const { page } = await host.open();
  const preset = () => page.getAttribute('main', 'data-preset');
  assert.equal(await preset(), 'teach');
  await openByKeyboard(page, await lessonOf(page, '28-a-cam'));
  assert.equal(await preset(), 'hardware');
  await page.waitForSelector('#cam', { state: 'visible' });
  await openByKeyboard(page, await lessonOf(page, '04-cycle'));
  assert.equal(await preset(), 'teach');
  await openByKeyboard(page, await lessonOf(page, '17-memory'));
  assert.equal(await preset(), 'explore');
  await page.keyboard.press('5');
  await openByKeyboard(page, await lessonOf(page, '04-cycle'));
  assert.equal(await preset(), 'report');
  await page.close();
});

test('Compare sets a lesson beside the policy that it names', async () => {
  const { page } = await host.open();
  await openByKeyboard(page, await lessonOf(page, '21-tuple-fast-path'));
  await page.keyboard.press('4');
  await until(page, () => document.querySelectorAll('#compare .end').length === 2 && !document.querySelector('#compare .board').hidden);
  assert.deepEqual(await page.$$eval('#compare .choice select', (nodes) => nodes.map((node) => node.value)), ['report-fastpath', 'cpython-3.11']);
  await page.close();
});

test('the index lists all lessons by part, Tab goes through them, and it is in Vietnamese', async () => {
  const { page } = await host.open({ language: 'vi' });
  await page.keyboard.press('Shift+L');
  const listed = await page.$$eval('dialog[open] [data-lesson]', (nodes) => nodes.map((node) => node.dataset.lesson));
  assert.deepEqual(listed, (await lessonsOf(page)).map(({ id }) => id));
  assert.deepEqual((await page.$$eval('dialog[open] h3', (nodes) => nodes.map((node) => node.textContent[0]))), ['A', 'B', 'C', 'D']);
  const english = new Set((await lessonsOf(page)).flatMap(({ title, question }) => [title, question]));
  const words = await page.$$eval('dialog[open] :is(.name, .question)', (nodes) => nodes.map((node) => node.textContent));
  assert.deepEqual(words.filter((text) => english.has(text)), []);
  await page.focus(`dialog[open] [data-lesson="${listed[0]}"]`);
  for (const id of listed.slice(1)) {
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.dataset.lesson), id);
  }
  await page.evaluate(axe);
  assert.deepEqual(await violations(page), []);
  await page.close();
});
