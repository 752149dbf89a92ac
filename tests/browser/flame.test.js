import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hosted, until } from './serve.js';

const host = hosted();

async function flame() {
  const opened = await host.open();
  await opened.page.keyboard.press('2');
  await opened.page.click('#tab-flame');
  await opened.page.waitForSelector('#flame canvas');
  return opened;
}

const at = (page) => page.$eval('.transport b', (node) => Number(node.textContent.replace(/\D/g, '')));
const table = (page) => page.$$eval('#flame .twin tbody tr', (rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
const told = (page, pattern) => until(page, (source) => new RegExp(source).test(document.querySelector('#flame .twin caption')?.textContent ?? ''), pattern);

test('the frames say what the calls cost; a click zooms and goes to the call', async () => {
  const { page, faults } = await flame();
  await told(page, 'frames');
  const rows = await table(page);
  const events = await page.$eval('#timeline [role=slider]', (node) => node.getAttribute('aria-valuemax'));
  assert.deepEqual([rows[0][0], rows[0][1], rows[0][2]], ['1', 'deepcopy(list)', events]);
  assert.equal(rows[1][1], 'list · list_elem');
  const box = await (await page.$('#flame canvas')).boundingBox();
  const rem = await page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize));
  await page.mouse.click(box.x + 30, box.y + 2.4 * rem);
  assert.equal(await at(page), 7);
  await until(page, () => !document.querySelector('#flame .only').hidden);
  await page.click('#flame .only');
  await until(page, () => document.querySelector('#flame .only').hidden);
  assert.deepEqual(faults, []);
  await page.close();
});

test('in order of time each call is a frame, by probes and time as well, and the keys walk them', async () => {
  const { page, faults } = await flame();
  await page.selectOption('#flame select[aria-label=Order]', 'time');
  for (const cost of ['probes', 'ns', 'events']) await page.selectOption('#flame select[aria-label=Width]', cost);
  await page.focus('#flame .frames-box');
  for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
  await until(page, () => document.querySelector('.transport b').textContent === '7');
  await page.keyboard.press('Escape');
  await until(page, () => document.querySelector('#flame .only').hidden);
  assert.deepEqual(faults, []);
  await page.close();
});

test('a search counts the calls it finds and their share', async () => {
  const { page } = await flame();
  await page.fill('#flame input[type=search]', 'int');
  await until(page, () => /^3 calls, [\d.]+ %$/.test(document.querySelector('#flame .found').textContent));
  await page.close();
});
