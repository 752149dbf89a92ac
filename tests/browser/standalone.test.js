import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startBrowser, until } from './serve.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, process.env.BUILD ?? 'build', 'copyscope');
const HOSTILE = "a = ['</script><script>document.title=1</script>', '<!--']; [a, a]";
let browser;
let folder;

before(async () => {
  browser = await startBrowser();
  folder = await mkdtemp(join(tmpdir(), 'copyscope-page-'));
  execFileSync(program, ['trace', '--python', join(root, '.venv/bin/python'), '-e', HOSTILE, '-o', join(folder, 'it.cst')], { stdio: ['ignore', 'ignore', 'inherit'] });
});
after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

/** The page of an export, opened from disk with the network off. */
async function open(options = [], hash = '') {
  const path = join(folder, 'it.html');
  execFileSync(program, ['export', join(folder, 'it.cst'), '--to', 'html', '-o', path, ...options], { stdio: 'ignore' });
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, reducedMotion: 'reduce', offline: true });
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error') faults.push(message.text()); });
  page.on('request', (request) => { if (!/^(file|data|blob):/.test(request.url())) faults.push(`loads ${request.url()}`); });
  await page.goto(`${pathToFileURL(path)}${hash}`);
  await page.waitForSelector('.stage[data-state=done] .badge.equal');
  return { page, faults };
}

const cursor = (page, n) => until(page, (text) => document.querySelector('.transport .where b').textContent === text, String(n));

test('a page in one file shows its recording from disk, without a network, at the event chosen', async () => {
  const { page, faults } = await open(['--step', '9']);
  await cursor(page, 9);
  await page.keyboard.press('ArrowRight');
  await cursor(page, 10);
  assert.ok(await page.evaluate(() => document.querySelectorAll('#objects svg *').length > 20), 'the graph is drawn, by a worker');
  assert.match(await page.title(), /^it\.cst/);
  assert.equal(await page.$('.pick.policy'), null, 'nothing can be recorded');
  const fonts = await page.evaluate(async () => { await document.fonts.ready; return [...document.fonts].filter(({ status }) => status === 'loaded').length; });
  assert.ok(fonts >= 2, 'it has its own fonts');
  assert.deepEqual(faults, []);
  await page.context().close();
});

test('the address goes before the event of the export, and is kept', async () => {
  const { page, faults } = await open(['--step', '9'], '#event=12');
  await cursor(page, 12);
  await page.keyboard.press('Home');
  await until(page, () => /event=1(&|$)/.test(location.hash));
  assert.deepEqual(faults, []);
  await page.context().close();
});

test('views that were chosen stand side by side; a layout by its name', async () => {
  const { page, faults } = await open(['--views', 'memo,objects']);
  assert.deepEqual(await page.$$eval('main .pane', (panes) => panes.map(({ id }) => id)), ['memo', 'objects']);
  await page.waitForSelector('#timeline', { state: 'hidden' });
  await page.context().close();
  const other = await open(['--views', 'explore']);
  assert.equal(await other.page.getAttribute('main', 'data-preset'), 'explore');
  assert.deepEqual([...faults, ...other.faults], []);
  await other.page.context().close();
});
