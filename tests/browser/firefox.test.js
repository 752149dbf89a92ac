/* The page in Firefox, driven by WebDriver BiDi: Playwright drives only a Firefox of its own making, Puppeteer the one of Debian. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { require, startServer, until } from './serve.js';

const FIREFOX = ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find(existsSync);
const PRESETS = ['teach', 'explore', 'hardware', 'compare', 'report'];

let server;
let browser;
before(async () => {
  if (!FIREFOX) return;
  server = await startServer();
  browser = await require('puppeteer-core').launch({ browser: 'firefox', executablePath: FIREFOX, headless: true });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test('in Firefox a lesson is recorded, stepped through and seen in each layout', { skip: FIREFOX ? false : 'no firefox-esr' }, async () => {
  const page = await browser.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error') faults.push(message.text()); });
  await page.setViewport({ width: 1920, height: 1080 });
  await page.goto(server.link);
  await until(page, () => document.querySelector('.stage[data-state=done] .badge.equal') !== null);
  await page.goto(`${server.url}?theme=light#lesson=03-shared-references`);
  await until(page, () => document.querySelector('.stage[data-state=done] .badge.equal') !== null);
  for (let i = 0; i < 6; i++) await page.keyboard.press('.');
  await until(page, () => /is in the memo/.test(document.querySelector('.sentence').textContent));
  for (const [i, preset] of PRESETS.entries()) {
    await page.keyboard.press(String(i + 1));
    await until(page, (id) => document.querySelector('main').dataset.preset === id, preset);
    const bad = await page.evaluate(() => [...document.querySelectorAll('main .pane')].filter((pane) => pane.getClientRects().length)
      .filter((pane) => { const { right, bottom } = pane.getBoundingClientRect(); return right > innerWidth + 1 || bottom > innerHeight + 1; }).map((pane) => pane.id));
    assert.deepEqual(bad, [], `${preset}: all panes are inside the window`);
  }
  assert.deepEqual(faults, []);
});
