import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { find } from '../../web/src/query.js';
import { TraceReader } from '../../web/src/reader.js';
import { hashInt, find as walk } from '../../web/src/probe.js';
import { stateAt } from '../../web/src/store.js';
import { hosted, require, startServer, until } from './serve.js';

const host = hosted();

/** The trace that the page shows, read here from the server's file. */
async function traceOf(page) {
  const href = await page.getAttribute('a[download]', 'href');
  const bytes = await page.evaluate(async (path) => Array.from(new Uint8Array(await (await fetch(path)).arrayBuffer())), href);
  const reader = new TraceReader();
  reader.feed(Uint8Array.from(bytes));
  assert.equal(reader.error, null);
  return reader.finish();
}

const at = (page) => page.$eval('.transport .where b', (node) => Number(node.textContent.replace(/,/g, '')) - 1);
const sentence = (page) => page.textContent('.sentence');

async function pressUntil(page, key, n) {
  for (let i = 0; i < 100 && (await at(page)) !== n; i++) await page.keyboard.press(key);
  await until(page, (shown) => document.querySelector('[role=slider]').getAttribute('aria-valuenow') === shown, String(n + 1));
}

/** Runs a snippet and waits for its end. */
async function run(page, code) {
  await page.keyboard.press('e');
  await page.fill('dialog.editor textarea', code);
  await page.keyboard.press('Control+Enter');
  await until(page, () => document.querySelector('.run').textContent.startsWith('Stop')
    || document.querySelector('.stage').dataset.state !== 'running');
}

test('at the memo hit, source line, sentence, graph, slot and match line agree with the trace', async () => {
  const { page, faults } = await host.open();
  const trace = await traceOf(page);
  const hit = find(trace, { event: 'memo_get', object: 'inner', outcome: true });
  assert.ok(hit > 0);
  await pressUntil(page, 'm', hit);
  const event = trace.event(hit);
  const state = stateAt(trace, hit);

  assert.equal(await page.textContent('.line.current .no'), String(event.line));
  const made = state.madeAt(event.arg) + 1;
  assert.equal(await sentence(page), `id(inner) is in the memo, so the copy made at event ${made} is used again.`);
  const { path } = walk(state.memo.slots, hashInt(trace.addr(event.obj)), (entry) => entry.key === trace.addr(event.obj));
  assert.equal(path.length, event.probes);
  const memo = await page.getAttribute('#memo svg[aria-label]', 'aria-label');
  for (const { slot } of path) assert.match(memo, new RegExp(`\\b${slot}\\b`));
  const cam = await page.getAttribute('#cam svg[aria-label]', 'aria-label');
  assert.match(cam, /inner.*hit/);
  assert.match(await page.textContent('#objects'), /memo hit/);
  assert.match(await page.textContent('.badge'), /equal to CPython/);
  assert.deepEqual(faults, []);
  await page.close();
});

test('keys step, jump and play', async () => {
  const { page } = await host.open();
  const trace = await traceOf(page);
  await page.keyboard.press('ArrowRight');
  assert.equal(await at(page), 1);
  await page.keyboard.press('ArrowLeft');
  assert.equal(await at(page), 0);
  await page.keyboard.press('PageDown');
  assert.equal(await at(page), 1, 'a presenter\'s clicker');
  await page.keyboard.press('PageUp');
  await page.keyboard.press('Shift+ArrowRight');
  assert.equal(trace.event(await at(page)).event, 'memo_get', 'past the empty memo');
  await page.keyboard.press('Shift+ArrowLeft');
  assert.equal(await at(page), 0);
  await page.keyboard.press('End');
  assert.equal(await at(page), trace.eventCount - 1);
  await page.keyboard.press('Home');
  assert.equal(await at(page), 0);
  await page.keyboard.press('m');
  assert.equal(trace.event(await at(page)).family, 'memo');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  assert.equal(trace.event(await at(page)).depth, 1, 'the first call that this one makes');
  await page.keyboard.press('ArrowUp');
  assert.equal(await at(page), 0, 'the call that it was made from');
  await page.keyboard.press('Home');
  await page.keyboard.press(' ');
  await until(page, () => Number(document.querySelector('.transport .where b').textContent) > 2);
  await page.keyboard.press(' ');
  await page.keyboard.press('t');
  assert.equal(await page.getAttribute('html', 'data-theme'), 'light');
  await page.keyboard.press('?');
  await page.waitForSelector('dialog.help', { state: 'visible' });
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog.help', { state: 'hidden' });
  await page.close();
});

test('lesson steps lead to their events', async () => {
  const { page } = await host.open();
  const trace = await traceOf(page);
  const lesson = JSON.parse(readFileSync(new URL('../../lessons/03-shared-references/lesson.json', import.meta.url), 'utf8'));
  const { steps } = lesson;
  for (const step of steps) {
    const n = find(trace, step.query);
    assert.ok(n >= 0, step.text);
    if ((await at(page)) !== n) await page.keyboard.press('.');
    if (step.ask) await page.keyboard.press('.'); // the question comes first
    await until(page, (text) => document.querySelector('.lesson-step p').textContent === text, step.text);
    assert.equal(await at(page), n);
  }
  await page.close();
});

test('clicks seek: the timeline, the stack, the event in the sentence', async () => {
  const { page } = await host.open();
  const trace = await traceOf(page);
  const hit = find(trace, { event: 'memo_get', object: 'inner', outcome: true });
  await pressUntil(page, 'm', hit);
  await page.click('.sentence .link');
  assert.equal(trace.event(await at(page)).event, 'list_new');
  await page.waitForSelector('.callstack .frame:not(.current)');
  await page.click('.callstack .frame:not(.current)');
  assert.equal(await at(page), 0);
  const box = await page.locator('.lanes').boundingBox();
  await page.mouse.click(box.x + box.width - 3, box.y + box.height / 2);
  assert.equal(await at(page), trace.eventCount - 1);
  await page.close();
});

test('what a snippet says is shown as text', async () => {
  const { page, faults } = await host.open();
  const evil = '<img src=x onerror=document.title=1>';
  await run(page, `print(${JSON.stringify(evil)})\nd = {${JSON.stringify(evil)}: [1]}\nd`);
  await page.waitForSelector('.stage[data-state=done]');
  for (let i = 0; i < 30; i++) await page.keyboard.press('ArrowRight');
  await until(page, () => document.querySelector('.sentence').textContent.length > 0);
  assert.equal(await page.locator('main img, dialog img').count(), 0);
  assert.equal(await page.title(), 'copyscope');
  await page.keyboard.press('e');
  assert.match(await page.textContent('.output'), /<img src=x/);
  assert.deepEqual(faults, []);
  await page.close();
});

test('a snippet that fails says so in one line', async () => {
  const { page } = await host.open();
  await run(page, 'x = (');
  await page.waitForSelector('.sentence.error');
  assert.match(await sentence(page), /SyntaxError/);
  await run(page, '[1, 2]');
  await page.waitForSelector('.stage[data-state=done]');
  assert.match(await sentence(page), /deepcopy/);
  await page.close();
});

test('a run can be stopped', async () => {
  const { page } = await host.open();
  await run(page, 'while True: pass');
  await page.waitForSelector('.run[data-running]');
  await page.click('#header .run');
  await page.waitForSelector('.sentence.error');
  assert.match(await sentence(page), /\S/);
  await page.close();
});

test('without Python the page says so and cannot run', async () => {
  const bare = await startServer('--python', '/bin/false');
  const page = await host.browser.newPage();
  try {
    await page.goto(bare.url);
    await until(page, () => /No Python/.test(document.querySelector('.sentence').textContent));
    assert.ok(await page.isDisabled('#header .run'));
  } finally {
    await page.close();
    await bare.stop();
  }
});
