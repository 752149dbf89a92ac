/* Takes the README's picture, web/screenshot.png: the first lesson at its memo hit.  node tests/browser/screenshot.js [OUT] */
import { openPage, startBrowser, startServer, until } from './serve.js';

const out = process.argv[2] ?? 'web/screenshot.png';
const server = await startServer();
const browser = await startBrowser();
try {
  const { page } = await openPage(browser, server);
  for (let i = 0; i < 6; i++) await page.keyboard.press('.');
  await until(page, () => /is in the memo/.test(document.querySelector('.sentence').textContent));
  await page.evaluate(() => document.fonts.ready);
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
  await page.screenshot({ path: out });
} finally {
  await browser.close();
  await server.stop();
}
