import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startBrowser, startServer, until } from './serve.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, process.env.BUILD ?? 'build', 'copyscope');
const folder = mkdtempSync(join(tmpdir(), 'copyscope-gallery-'));
const SNIPPETS = { 'shared.cst': 'a = [1]; [a, a]', '<b>deep.cst': "x = 1\nfor i in range(30): x = [x]\nx", 'plain.cst': '[1, 2, 3]' };
let server;
let browser;

before(async () => {
  for (const [name, code] of Object.entries(SNIPPETS)) execFileSync(program, ['trace', '--python', join(root, '.venv/bin/python'), '-e', code, '-o', join(folder, name)], { stdio: ['ignore', 'ignore', 'inherit'] });
  const whole = readFileSync(join(folder, 'plain.cst'));
  writeFileSync(join(folder, 'cut.cst'), whole.subarray(0, whole.length - 100));
  server = await startServer(...Object.keys(SNIPPETS).map((name) => join(folder, name)), join(folder, 'cut.cst'));
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function open(hash = '', language = 'en') {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 }, reducedMotion: 'reduce', locale: language });
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error') faults.push(message.text()); });
  await page.goto(`${server.url}${hash}`);
  return { page, faults };
}

test('several files open as a gallery: a picture, a title and the counts of each; a card opens its trace', async () => {
  const { page, faults } = await open();
  await page.waitForSelector('dialog.gallery[open]');
  await until(page, () => document.querySelectorAll('.gallery .picture svg').length === 4);
  const cards = await page.$$eval('.gallery li', (all) => all.map((node) => ({ title: node.querySelector('b').textContent, text: node.textContent, marks: node.querySelectorAll('rect').length })));
  assert.deepEqual(cards.map(({ title }) => title), [...Object.keys(SNIPPETS), 'cut.cst']);
  for (const { title, text, marks } of cards) {
    const told = JSON.parse(spawnSync(program, ['info', join(folder, title), '--json']).stdout.toString());
    assert.match(text, new RegExp(`${told.events.toLocaleString('en')} events, ${told.objects} objects`));
    assert.ok(marks > 10, title);
  }
  await page.click('.gallery li:nth-child(2) button');
  await until(page, () => !document.querySelector('dialog.gallery').open && /of 3\d\d|of [2-9]\d\d/.test(document.querySelector('.transport .where').textContent));
  await page.keyboard.press('Control+o');
  await page.waitForSelector('dialog.gallery[open]');
  await page.keyboard.press('Escape');
  await until(page, () => !document.querySelector('dialog.gallery').open);
  assert.deepEqual(faults, []);
  await page.close();
});

test('an address that names an event opens it, without the gallery before it', async () => {
  const { page, faults } = await open('#event=5');
  await until(page, () => document.querySelector('.transport .where b').textContent === '5');
  assert.equal(await page.$('dialog.gallery[open]'), null);
  assert.deepEqual(faults, []);
  await page.close();
});

test('axe finds nothing in the gallery and the sheet of exports, in either language', async () => {
  const axe = readFileSync(join(root, 'web/node_modules/axe-core/axe.min.js'), 'utf8');
  for (const language of ['en', 'vi']) {
    const { page, faults } = await open('', language);
    await page.waitForSelector('dialog.gallery[open]');
    await until(page, () => document.querySelectorAll('.gallery .picture svg').length === 4);
    await page.evaluate(axe);
    const look = (selector) => page.evaluate(async (where) => (await window.axe.run(where)).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), selector);
    assert.deepEqual(await look('dialog.gallery'), []);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+s');
    await page.waitForSelector('dialog.export[open]');
    assert.deepEqual(await look('dialog.export'), []);
    assert.deepEqual(faults, []);
    await page.close();
  }
});
