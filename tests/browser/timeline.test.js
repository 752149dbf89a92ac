import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hosted, until } from './serve.js';

const host = hosted();

const windowOf = (page) => page.evaluate(() => new URLSearchParams(location.hash.slice(1)).get('window'));
const at = (page) => page.$eval('.transport b', (node) => Number(node.textContent.replace(/\D/g, '')));
const lanes = async (page) => (await page.$('#timeline [role=slider]')).boundingBox();
const zoomed = (page, on) => until(page, (wanted) => document.querySelector('.overview').hidden !== wanted, on);

test('the wheel zooms to the pointer, down to a single event, and Ctrl+↑ shows all again', async () => {
  const { page, faults } = await host.open();
  const box = await lanes(page);
  await page.mouse.move(box.x + box.width / 2, box.y + 100);
  for (let i = 0; i < 30; i++) await page.mouse.wheel(0, -300);
  await zoomed(page, true);
  await until(page, () => {
    const [from, to] = (new URLSearchParams(location.hash.slice(1)).get('window') ?? '1-99').split('-').map(Number);
    return to - from <= 1;
  });
  await page.mouse.click(box.x + box.width / 2, box.y + 100);
  const [from, to] = (await windowOf(page)).split('-').map(Number);
  assert.ok(await at(page) >= from && await at(page) <= to);
  await page.keyboard.press('Control+ArrowUp');
  await zoomed(page, false);
  assert.deepEqual(faults, []);
  await page.close();
});

test('a drag on the lanes scrubs, with Shift it zooms to the stretch, on the numbers it moves the window', async () => {
  const { page, faults } = await host.open();
  const box = await lanes(page);
  const drag = async (from, to, y) => {
    await page.mouse.move(box.x + from * box.width, box.y + y);
    await page.mouse.down();
    await page.mouse.move(box.x + to * box.width, box.y + y, { steps: 4 });
    await page.mouse.up();
  };
  const all = await page.$eval('#timeline [role=slider]', (node) => Number(node.getAttribute('aria-valuemax')));
  await drag(0.1, 0.5, 90);
  assert.ok(Math.abs(await at(page) - all / 2) <= 1);
  await page.keyboard.down('Shift');
  await drag(0.4, 0.6, 90);
  await page.keyboard.up('Shift');
  await zoomed(page, true);
  await until(page, () => /window=/.test(location.hash));
  const before = await windowOf(page);
  const cursor = await at(page);
  await drag(0.5, 0.6, box.height - 6);
  assert.equal(await at(page), cursor, 'panning leaves the cursor where it is');
  await until(page, (was) => new URLSearchParams(location.hash.slice(1)).get('window') !== was, before);
  assert.deepEqual(faults, []);
  await page.close();
});
