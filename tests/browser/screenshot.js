/*
 * Takes the README's pictures: each layout at the memo hit of the lesson on shared references, in a laptop's window, a
 * desktop's, and on a projector.  node tests/browser/screenshot.js [FOLDER]; into web/pictures/ where none is named.
 */
import { join } from 'node:path';
import { openPage, startBrowser, startServer, until } from './serve.js';

const folder = process.argv[2] ?? 'web/pictures';
const SIZES = [
  { name: '1280x720', width: 1280, height: 720, theme: 'light' },
  { name: '1920x1080', width: 1920, height: 1080, theme: 'dark' },
  { name: 'projector', width: 1920, height: 1080, theme: 'projector' },
];
const PRESETS = ['teach', 'explore', 'hardware', 'compare', 'report'];

/** A note, so that the report has something to show. */
async function note(page) {
  await page.keyboard.press('n');
  await page.keyboard.type('Asked a second time for the same list, the memo answers: nothing is copied.');
  await page.keyboard.press('Control+Enter');
}

async function settled(page) {
  await page.evaluate(() => document.fonts.ready);
  await until(page, () => document.querySelectorAll('[aria-busy=true]').length === 0);
  await page.evaluate(() => Promise.all(document.getAnimations().filter((animation) => animation.effect.getTiming().iterations !== Infinity).map((animation) => animation.finished)));
}

const server = await startServer();
const browser = await startBrowser();
try {
  for (const { name, ...look } of SIZES) {
    const { page } = await openPage(browser, server, look);
    for (let i = 0; i < 6; i++) await page.keyboard.press('.');
    await until(page, () => /is in the memo/.test(document.querySelector('.sentence').textContent));
    for (const [i, preset] of PRESETS.entries()) {
      await page.keyboard.press(String(i + 1));
      await until(page, (id) => document.querySelector('main').dataset.preset === id, preset);
      if (preset === 'report') await note(page);
      if (preset === 'compare') await until(page, () => document.querySelector('.compare .row.current') !== null);
      if (preset === 'hardware') await until(page, () => !document.querySelector('#waveform').offsetParent || document.querySelectorAll('#waveform tbody tr').length > 0);
      await settled(page);
      await page.screenshot({ path: join(folder, `${preset}-${name}.png`) });
      if (preset === 'compare') await page.keyboard.press('End');
    }
    await page.close();
  }
} finally {
  await browser.close();
  await server.stop();
}
