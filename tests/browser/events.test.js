import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { hosted, until } from './serve.js';

const host = hosted();

const cursor = (page) => page.$eval('#timeline [role=slider]', (node) => Number(node.getAttribute('aria-valuenow')));
const state = (page) => page.textContent('#query-state');
const rows = (page) => page.$$eval('#events .layer .row', (list) => list.map((row) => Number(row.dataset.n) + 1));
const current = (page) => page.$eval('#events .row.current .n', (node) => Number(node.textContent.replace(/\D/g, '')));

async function explore(options = {}) {
  const opened = await host.open(options);
  await opened.page.keyboard.press('2');
  await opened.page.waitForSelector('#events .layer .row');
  return opened;
}

async function ask(page, query) {
  await page.keyboard.press('/');
  await page.fill('#events .query', query);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
}

const shows = (page, pattern) => until(page, (source) => new RegExp(source).test(document.querySelector('#query-state').textContent), pattern);

test('the row of the current event follows the cursor, and a row sets it', async () => {
  const { page, faults } = await explore();
  await page.keyboard.press('End');
  await until(page, () => document.querySelector('#events .row.current .n')?.textContent === document.querySelector('.transport b').textContent);
  const shown = await rows(page);
  await page.click(`#events .row[data-n="${shown[1] - 1}"]`);
  await until(page, (n) => Number(document.querySelector('#events .row.current .n').textContent) === n, shown[1]);
  assert.equal(await cursor(page), shown[1]);
  await page.focus('#events .scroller');
  await page.keyboard.press('ArrowDown');
  await until(page, (n) => Number(document.querySelector('#events .row.current .n').textContent) === n + 1, shown[1]);
  await page.keyboard.press('Home');
  await until(page, () => document.querySelector('#events .row.current .n').textContent === '1');
  assert.equal(await current(page), 1);
  assert.deepEqual(faults, []);
  await page.close();
});

test('a query counts its matches, G goes through them, and the list can show them alone', async () => {
  const { page, faults } = await explore();
  await ask(page, 'event == "memo_get"');
  await shows(page, '^\\d+ match');
  const count = Number((await state(page)).match(/\d+/)[0]);
  await page.keyboard.press('g');
  await until(page, () => /memo lookup/.test(document.querySelector('.transport .words').textContent));
  await shows(page, `^1 of ${count}$`);
  await page.keyboard.press('g');
  await shows(page, `^2 of ${count}$`);
  await page.keyboard.press('Shift+G');
  await shows(page, `^1 of ${count}$`);
  await page.keyboard.press('q');
  await until(page, () => [...document.querySelectorAll('#events .layer .row .event')].every((node) => node.textContent === 'memo_get'));
  assert.equal(await page.getAttribute('#events .scroller', 'aria-rowcount'), String(count));
  assert.deepEqual(faults, []);
  await page.close();
});

test('a query that cannot be read says at which column and what is missing', async () => {
  const { page, faults } = await explore();
  await ask(page, 'memo.miss && type == list');
  await shows(page, '^Column 22: text stands in quotes: "list"');
  await ask(page, 'depht > 3');
  await shows(page, 'is depth meant\\?$');
  assert.equal(await page.getAttribute('#events .query', 'aria-invalid'), 'true');
  assert.deepEqual(faults, []);
  await page.close();
});

test('names and values are completed by the keyboard', async () => {
  const { page } = await explore();
  await page.keyboard.press('/');
  await page.keyboard.type('memo.m');
  await page.waitForSelector('#query-options [role=option]');
  await page.keyboard.press('Tab');
  await page.keyboard.type('&& typ');
  await page.keyboard.press('Tab');
  await page.keyboard.type('== "li');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  assert.equal(await page.inputValue('#events .query'), 'memo.miss && type == "list" ');
  await page.keyboard.press('Enter');
  await shows(page, '^1 of 2$');
  await page.close();
});

test('B sets a breakpoint, C runs to it and Shift+C back, the address keeps query and breakpoints', async () => {
  const { page, faults } = await explore();
  await ask(page, 'memo.hit');
  await shows(page, 'match');
  await page.keyboard.press('b');
  await page.waitForSelector('.breakpoints [role=switch][aria-checked=true]');
  await page.keyboard.press('c');
  await until(page, () => /memo lookup, hit/.test(document.querySelector('.transport .words').textContent));
  const hit = await cursor(page);
  await page.keyboard.press('End');
  await page.keyboard.press('Shift+C');
  await until(page, (n) => Number(document.querySelector('#timeline [role=slider]').getAttribute('aria-valuenow')) === n, hit);
  await until(page, () => /query=memo.hit/.test(location.hash) && /break=memo.hit/.test(location.hash));
  await page.reload();
  await page.waitForSelector('.stage[data-state=done]');
  await page.waitForSelector('.breakpoints [role=switch][aria-checked=true]');
  assert.equal(await page.inputValue('#events .query'), 'memo.hit');
  await page.click('.breakpoints [role=switch]');
  await page.waitForSelector('.breakpoints [role=switch][aria-checked=false]');
  await page.click('.breakpoints .remove');
  await until(page, () => document.querySelector('.breakpoints').hidden);
  assert.deepEqual(faults, []);
  await page.close();
});

test('the slash finds the query box from a layout that has none', async () => {
  const { page } = await host.open();
  await page.keyboard.press('/');
  await until(page, () => document.activeElement?.classList.contains('query'));
  assert.equal(await page.getAttribute('main', 'data-preset'), 'explore');
  await page.close();
});

test('a trace file that is dropped on the page is read and can be asked', async () => {
  const { page, faults } = await explore();
  const bytes = [...readFileSync(new URL('../web/query.cst', import.meta.url))];
  await page.evaluate((list) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(list)], 'query.cst'));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  }, bytes);
  await until(page, () => document.querySelector('#timeline [role=slider]').getAttribute('aria-valuemax') === '81');
  await ask(page, 'memo.hit && depth == 3');
  await shows(page, '^1 match');
  await page.keyboard.press('g');
  await until(page, () => document.querySelector('.transport b').textContent === '48');
  assert.deepEqual(faults, []);
  await page.close();
});
