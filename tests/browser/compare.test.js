import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compared, opened } from './runs.js';
import { hosted, until } from './serve.js';

const host = hosted();

const current = (page) => page.$eval('.compare .row.current', (row) => ({
  left: row.querySelector('.side:first-child').textContent, right: row.querySelector('.side:last-child').textContent,
  apart: row.classList.contains('apart'), number: Number(row.querySelector('.number').textContent.replaceAll(',', '')),
}));
const costs = (page, n) => page.$$eval(`.compare .cost:nth-child(${n}) b`, (nodes) => nodes.map((node) => Number(node.textContent.replaceAll(',', ''))));

test('two versions of CPython part where the one asks a new memo, and meet again', async () => {
  const { page, faults } = await host.open();
  await compared(page, 1);
  const first = await current(page);
  assert.ok(first.apart);
  assert.match(first.left, /is not in the memo/);
  assert.equal(first.right, '');
  await page.keyboard.press('ArrowRight');
  const next = await current(page);
  assert.equal(next.number, first.number + 1);
  assert.ok(!next.apart, 'in step again');
  assert.equal(next.left, next.right);
  await page.keyboard.press('d');
  const second = await current(page);
  assert.ok(second.apart && second.number > next.number);
  assert.match(await page.textContent('.compare .headline'), /The same copies/);
  assert.match(await page.textContent('.compare .sides'), /no difference from CPython/);
  const [left, right] = await costs(page, 1);
  assert.ok(right < left, `${right} events of 3.14, ${left} of 3.11`);
  assert.deepEqual(faults, []);
  await page.close();
});

test('without a memo a cycle ends in a RecursionError, which was recorded', async () => {
  const { page, faults } = await host.open();
  await compared(page, 2);
  assert.match(await page.textContent('.compare .message'), /no-memo raised RecursionError/);
  assert.match(await page.textContent('.compare .headline'), /no-memo: not sound/);
  const [left, right] = await costs(page, 1);
  assert.ok(right > 10 * left, `${right} and ${left} events`);
  const [built, without] = await costs(page, 4);
  assert.equal(built, 1);
  assert.ok(without > 100);
  await page.keyboard.press('End');
  await page.keyboard.press('1');
  assert.deepEqual(faults, []);
  await page.close();
});

test('a counterexample is found by the check, both are recorded on it, and it says which is not sound', async () => {
  const { page, faults } = await host.open();
  await compared(page, 3);
  assert.match(await page.textContent('.compare .headline'), /^report-merged: not sound$/);
  const sides = await page.$$eval('.compare .sides li', (nodes) => nodes.map((node) => [node.className, node.textContent]));
  assert.deepEqual(sides.map(([state]) => state), ['unsound', 'sound']);
  const code = (await page.textContent('.compare .snippet')).trim();
  assert.match(code, /\bx = /);
  await page.keyboard.press('e');
  const squeezed = (text) => text.replace(/\n\s*\n+/g, '\n\n').trim();
  assert.equal(squeezed(await page.inputValue('dialog.editor textarea')), squeezed(code));
  await page.keyboard.press('Escape');
  assert.ok((await current(page)).apart, 'it stops where they part');
  assert.deepEqual(faults, []);
  await page.close();
});

test('opened for the first time it records what is shown beside the same without a memo', async () => {
  const { page, faults } = await host.open();
  const shown = await page.getAttribute('a[download]', 'href');
  await opened(page);
  assert.deepEqual(await page.$$eval('.compare .whos b', (nodes) => nodes.map((node) => node.textContent)), ['cpython', 'no-memo']);
  assert.match(await page.textContent('.compare .headline'), /no-memo: not sound/);
  assert.equal(await page.getAttribute('a[download]', 'href'), shown, 'what was shown is not recorded again');
  const copies = (side) => page.$$eval(`.compare .end:nth-child(${side}) .half:last-of-type .name`, (nodes) => nodes.map((node) => node.textContent));
  await until(page, () => ['inner′', '×2'].every((text, side) => document.querySelectorAll('.compare .end')[side].textContent.includes(text)));
  assert.deepEqual([await copies(1), await copies(2)], [['outer′', 'inner′'], ['outer′', 'inner′ ×2']], 'each copy is counted');
  await page.keyboard.press('1');
  await until(page, () => /inner/.test(document.querySelector('#objects').textContent));
  assert.deepEqual(faults, []);
  await page.close();
});

test('the slider, the table and the header follow the row; both may be recorded by hand', async () => {
  const { page } = await host.open();
  await opened(page);
  await page.selectOption('.compare .choice select >> nth=0', 'cpython');
  await page.selectOption('.compare .choice select >> nth=1', 'cpython');
  await page.click('.compare .choice .run');
  await until(page, () => /No divergence/.test(document.querySelector('.compare .parts').textContent));
  const last = await current(page);
  await until(page, (n) => document.querySelector('.axis-lanes').getAttribute('aria-valuenow') === String(n), last.number);
  await page.keyboard.press('ArrowLeft');
  assert.equal((await current(page)).number, last.number - 1);
  await page.keyboard.press('a');
  await until(page, () => document.querySelector('#compare .twin [aria-current] td')?.textContent === String(Number(document.querySelector('.axis-lanes').getAttribute('aria-valuenow'))));
  await page.close();
});
