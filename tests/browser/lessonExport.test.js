/** Exported lessons in a browser that has no network: from the file alone; SHOTS=folder keeps pictures. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { require, startBrowser } from './serve.js';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const program = resolve(process.env.BUILD ?? 'build', 'copyscope');
const folder = mkdtempSync(join(tmpdir(), 'copyscope-export-'));
const SHOTS = process.env.SHOTS ?? '';
/** @type {any} */
let browser = null;
before(async () => { browser = await startBrowser(); });
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

/** Exports a lesson and opens the file. `asked` collects what it would load from elsewhere. */
async function opened(id, kind, ...more) {
  const file = join(folder, `${id}-${kind}.html`);
  execFileSync(program, ['lesson', 'export', id, '--to', kind, '-o', file, ...more], { stdio: 'pipe' });
  // axe-core is put in from outside, which the file's own policy forbids.
  const context = await browser.newContext({ offline: true, viewport: { width: 1280, height: 720 }, bypassCSP: true });
  const page = await context.newPage();
  const asked = [];
  page.on('request', (request) => { if (!request.url().startsWith('file:')) asked.push(request.url()); });
  page.on('pageerror', (error) => asked.push(String(error)));
  await page.goto(`file://${file}`);
  await page.evaluate(axe);
  return { page, asked, file };
}

async function seen(page, name) {
  if (!SHOTS) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: !name.includes('slides') });
}

const violations = (page) => page.evaluate(async () => (await window.axe.run()).violations
  .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`));

test('a page opens from its file, holds text, steps, questions and checked claims, and prints', async () => {
  const { page, asked } = await opened('7', 'html');
  const lesson = JSON.parse(readFileSync('lessons/07-tuples/lesson.json', 'utf8'));
  await seen(page, 'export-html');
  assert.equal(await page.textContent('h1'), lesson.title);
  assert.equal(await page.$$eval('.steps > li', (nodes) => nodes.length), lesson.steps.length);
  assert.ok(!(await page.isVisible(`text=${lesson.steps[2].text}`)), 'the answer is folded away');
  await page.click('summary');
  await page.waitForSelector(`text=${lesson.steps[2].text}`, { state: 'visible' });
  assert.deepEqual(await page.$$eval('.claims td:first-child', (nodes) => [...new Set(nodes.map((node) => node.textContent))]), ['✓']);
  assert.deepEqual(await violations(page), []);
  assert.ok((await page.pdf()).length > 10000);
  assert.deepEqual(asked, []);
  await page.context().close();
});

test('slides go by arrows and clicker, the question before its answer, and print one to a page', async () => {
  const { page, asked } = await opened('7', 'slides');
  const total = await page.$$eval('.slide', (nodes) => nodes.length);
  const shown = () => page.textContent('.slide.shown');
  assert.match(await shown(), /Why is the copy of a tuple sometimes the tuple itself\?/);
  const order = [];
  for (let i = 1; i < total; i++) {
    await page.keyboard.press(i % 2 ? 'ArrowRight' : 'PageDown');
    order.push(await shown());
    const { height, bottom } = await page.$eval('.slide.shown', (node) => ({ height: innerHeight, bottom: node.scrollHeight }));
    assert.ok(bottom <= height + 1, `slide ${i + 1} is ${bottom} of ${height} high`);
    if (i === 4) await seen(page, 'export-slides');
  }
  const asks = order.findIndex((text) => text.includes('New tuple, or the same?'));
  assert.ok(asks > 0 && order[asks + 1].includes('a new tuple would be no other'));
  await page.keyboard.press('Home');
  assert.match(await shown(), /Why is the copy/);
  assert.deepEqual(await violations(page), []);
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  assert.equal(pdf.match(/\/Type \/Page\b/g).length, total);
  assert.deepEqual(asked, []);
  await page.context().close();
});

test('no slide of any lesson is taller or wider than a small projector', async () => {
  for (const name of readdirSync('lessons').filter((one) => /^\d\d-/.test(one))) {
    const { page } = await opened(name.slice(0, 2), 'slides');
    const over = await page.$$eval('.slide', (slides) => slides.filter((slide) => {
      slides.forEach((other) => other.classList.toggle('shown', other === slide));
      return slide.scrollHeight > innerHeight + 1 || slide.scrollWidth > innerWidth + 1;
    }).map((slide) => slide.textContent.slice(0, 60)));
    assert.deepEqual(over, [], name);
    await page.context().close();
  }
});

test('a handout has room for answers, and what happened on a page of its own', async () => {
  const { page, asked } = await opened('4', 'handout', '--language', 'vi');
  await seen(page, 'export-handout');
  assert.equal(await page.getAttribute('html', 'lang'), 'vi');
  assert.equal(await page.textContent('h1'), 'Một chu trình');
  assert.ok(await page.$$eval('.predictions tbody tr', (rows) => rows.length) === 9);
  assert.equal(await page.$eval('.answers', (node) => getComputedStyle(node).breakBefore), 'page');
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(asked, []);
  await page.context().close();
});
