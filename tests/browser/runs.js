/** What tests of single views do with a page: record a snippet under a policy, read its trace, go to an event, a pane. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { TraceReader } from '../../web/src/reader.js';
import { until } from './serve.js';

const OF_A_PACKAGE = ['version', 'dev', 'dependencies', 'engines'];

/** A snippet that makes `documents`, copies of a real document of some 400 objects: what the page is built of. @param {number} copies */
export function documents(copies) {
  const { packages } = JSON.parse(readFileSync(new URL('../../web/package-lock.json', import.meta.url), 'utf8'));
  const kept = Object.entries(packages).filter(([name]) => !/@esbuild\/|@types/.test(name))
    .map(([name, facts]) => [name, Object.fromEntries(Object.entries(facts).filter(([fact]) => OF_A_PACKAGE.includes(fact)))]);
  const text = JSON.stringify(JSON.stringify(Object.fromEntries(kept)));
  return `import json\ntext = ${text}\ndocuments = [json.loads(text) for _ in range(${copies})]\ndocuments`;
}

/** The trace that the page shows, read here from the server's file. */
export async function traceOf(page) {
  const href = await page.getAttribute('a[download]', 'href');
  const bytes = await page.evaluate(async (path) => Array.from(new Uint8Array(await (await fetch(path)).arrayBuffer())), href);
  const reader = new TraceReader();
  reader.feed(Uint8Array.from(bytes));
  assert.equal(reader.error, null);
  return reader.finish();
}

/** Runs a snippet under a policy and waits until the page shows the end of this very run; resolves with its trace. */
export async function record(page, code, policy = 'cpython') {
  const before = await page.getAttribute('a[download]', 'href');
  await page.keyboard.press('e');
  await page.fill('dialog.editor textarea', code);
  const select = '.pick.policy select';
  if ((await page.$eval(select, (node) => node.value)) === policy) await page.keyboard.press('Control+Enter');
  else {
    await page.keyboard.press('Escape');
    await page.$eval(select, (node, value) => { node.value = value; }, policy);
    await page.dispatchEvent(select, 'change');
  }
  await until(page, (old) => {
    const href = document.querySelector('a[download]').getAttribute('href');
    return Boolean(href) && href !== old && document.querySelector('.stage').dataset.state !== 'running';
  }, before);
  return traceOf(page);
}

/** Goes to event n, 0-based, by the keys nearest to it. */
export async function goTo(page, n) {
  const now = () => page.$eval('[role=slider]', (node) => Number(node.getAttribute('aria-valuenow')) - 1);
  for (let at = await now(); at !== n; at = await now()) {
    const key = at < n ? 'ArrowRight' : 'ArrowLeft';
    for (let i = 0; i < Math.abs(n - at); i++) await page.keyboard.press(key);
    await until(page, (shown) => document.querySelector('[role=slider]').getAttribute('aria-valuenow') === shown, String(n + 1));
  }
  await drawn(page);
}

/** Waits until what was asked for has been drawn. */
export const drawn = (page) => page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(() => done())); }));

/** Shows a view in the Explore layout. */
export async function explore(page, view) {
  await page.keyboard.press('2');
  await until(page, () => document.querySelector('main').dataset.preset === 'explore');
  if (await page.isHidden(`#${view}`)) await page.click(`[role=tab][aria-controls="${view}"]`);
  await page.waitForSelector(`#${view}`, { state: 'visible' });
  await page.evaluate(() => document.activeElement.blur()); // arrow keys on a tab choose the next tab
}

/** Opens Compare, which records what is shown beside the same without a memo. */
export async function opened(page) {
  await page.keyboard.press('4');
  await until(page, () => !document.querySelector('.compare .board').hidden && !/Stop/.test(document.querySelector('.compare .choice .run').textContent));
}

/** Opens Compare and records a ready pair. @param {1|2|3} pair */
export async function compared(page, pair) {
  await opened(page);
  const before = await page.getAttribute('a[download]', 'href');
  await page.click(`.compare .ready button:nth-child(${pair})`);
  await until(page, (old) => document.querySelector('a[download]').getAttribute('href') !== old, before);
  await until(page, (wanted) => {
    const names = [...document.querySelectorAll('.compare .whos b')].map((node) => node.textContent);
    return !document.querySelector('.compare .board').hidden && names.join() === wanted && document.querySelector('.compare .row.current') !== null;
  }, ['cpython-3.11,cpython-3.14', 'cpython,no-memo', 'report-merged,sound-merged'][pair - 1]);
}
