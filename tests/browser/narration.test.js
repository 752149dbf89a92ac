import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hosted, until } from './serve.js';

const host = hosted();

const told = (page) => page.textContent('.sentence');

test('V changes for whom the sentence is, the choice stays, and the address holds it', async () => {
  const { page, faults } = await host.open();
  for (let i = 0; i < 6; i++) await page.keyboard.press('.');
  await until(page, () => /^id\(inner\) is in the memo, so the copy made at event \d+ is used again\.$/.test(document.querySelector('.sentence').textContent));
  await page.keyboard.press('v');
  assert.match(await told(page), /^memo\.get\(d, _nil\) gives inner′, made at event \d+; slots looked at: \d of 8\.$/);
  await page.keyboard.press('v');
  assert.match(await told(page), /^inner was copied before, at event \d+: that copy is used again\.$/);
  await page.reload();
  await page.waitForSelector('.stage[data-state=done] .badge.equal');
  assert.equal(await page.textContent('.depths [aria-pressed=true]'), 'newcomer');
  await until(page, () => location.hash.includes('for=newcomer'));
  assert.deepEqual(faults, []);
  await page.close();
});

test('the sentence is in the page\'s language, and its event is a link', async () => {
  const { page } = await host.open({ language: 'vi' });
  for (let i = 0; i < 6; i++) await page.keyboard.press('.');
  await until(page, () => /^id\(inner\) có trong memo, nên bản sao tạo ở sự kiện \d+ được dùng lại\.$/.test(document.querySelector('.sentence').textContent));
  await page.click('.sentence .link');
  await until(page, () => /list rỗng được tạo/.test(document.querySelector('.sentence').textContent));
  await page.close();
});
