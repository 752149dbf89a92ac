import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { findBrowser, hosted, until } from './serve.js';

const host = hosted();
const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, process.env.BUILD ?? 'build', 'copyscope');
const HOSTILE = "a = ['<b>&\"\\x01\\ud800', ['x']]; [a, a, {'k': a}]";
let folder;
let trace;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'copyscope-figures-'));
  trace = join(folder, 'it.cst');
  execFileSync(program, ['trace', '--python', join(root, '.venv/bin/python'), '-e', HOSTILE, '-o', trace], { stdio: ['ignore', 'ignore', 'inherit'] });
});
after(() => rm(folder, { recursive: true, force: true }));

/** `copyscope export`; resolves with the file's path, rejects with what it said. @param {...string} options */
async function drawn(name, ...options) {
  const path = join(folder, name);
  await promisify(execFile)(program, ['export', trace, '-o', path, ...options], { env: { ...process.env, COPYSCOPE_BROWSER: findBrowser() } });
  return path;
}

/** An SVG as the browser's XML parser has it: its texts, the names of its elements, and what has no business there. */
async function read(path) {
  const text = await readFile(path, 'utf8');
  const page = await host.browser.newPage();
  const found = await page.evaluate((source) => {
    const picture = new DOMParser().parseFromString(source, 'image/svg+xml');
    const all = [...picture.querySelectorAll('*')];
    return {
      faults: picture.querySelectorAll('parsererror').length, texts: [...picture.querySelectorAll('text')].map((node) => node.textContent), names: [...new Set(all.map((node) => node.localName))],
      odd: all.flatMap((node) => [...node.attributes]).filter(({ name, value }) => name === 'style' || name === 'class' || name.startsWith('on') || /var\(|color-mix|NaN|undefined/.test(value)).map(({ name, value }) => `${name}=${value}`),
      title: picture.querySelector('title')?.textContent, size: ['width', 'height'].map((name) => Number(picture.documentElement.getAttribute(name))),
    };
  }, text);
  await page.close();
  return { ...found, source: text };
}

test('a figure is valid SVG: texts as texts, no style sheet, no page inside; with caption and origin', async () => {
  const { faults, texts, names, odd, title, source } = await read(await drawn('teach.svg', '--to', 'svg', '--step', '8'));
  assert.equal(faults, 0);
  assert.deepEqual(odd, []);
  assert.ok(!names.some((name) => ['foreignObject', 'script', 'image', 'style', 'use'].includes(name)), names.join(' '));
  assert.ok(texts.includes('Call stack') && texts.some((text) => text.includes('memo.get(d, _nil)')));
  assert.match(title, /^it, event 8 of \d+: /);
  assert.ok(texts.some((text) => /copyscope \d.*CPython 3\.\d+\.\d+.*policy cpython/.test(text)));
  assert.ok(texts.some((text) => text.includes('recorded')) && texts.some((text) => text.includes('simulated')), 'where the data come from');
  assert.ok(texts.some((text) => text.includes('<b>&"')), 'hostile text is text');
  // eslint-disable-next-line no-control-regex -- none may be in it
  assert.ok(!/[\0-\x08\x0b-\x1f]/.test(source));
});

test('one view, with a caption of one\'s own; what is drawn on canvas is lines and texts too', async () => {
  const memo = await read(await drawn('memo.svg', '--to', 'svg', '--views', 'memo', '--step', '8', '--caption', 'Figure <1> & more'));
  assert.equal(memo.title, 'Figure <1> & more');
  assert.ok(memo.size[0] < 900 && memo.size[1] > 200);
  const timeline = await read(await drawn('timeline.svg', '--to', 'svg', '--views', 'timeline', '--step', '8'));
  assert.deepEqual([timeline.faults, timeline.odd], [0, []]);
  assert.ok(timeline.texts.includes('memo') && timeline.texts.includes('a') && timeline.source.match(/<path/g).length > 20);
});

test('PNG and PDF: a picture of twice the size, and a page whose text can be selected', async () => {
  const [svg, png, pdf] = [await read(await drawn('o.svg', '--to', 'svg', '--views', 'objects')), await readFile(await drawn('o.png', '--to', 'png', '--views', 'objects')), await readFile(await drawn('o.pdf', '--to', 'pdf', '--views', 'objects'))];
  assert.deepEqual([...png.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10]);
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], svg.size.map((side) => 2 * Math.round(side)));
  assert.match(pdf.subarray(0, 8).toString(), /^%PDF-1/);
  if (!existsSync('/usr/bin/pdftotext')) return;
  const text = execFileSync('pdftotext', [join(folder, 'o.pdf'), '-']).toString();
  assert.match(text, /Objects/);
  assert.match(text, /copyscope \d/);
});

test('frames are numbered by their events, and an animation has them all and plays', async () => {
  await drawn('f.svg', '--to', 'svg', '--views', 'objects', '--events', '5..7');
  assert.deepEqual((await readdir(folder)).filter((name) => /^f-/.test(name)), ['f-0005.svg', 'f-0006.svg', 'f-0007.svg']);
  const { faults, names, source } = await read(await drawn('a.svg', '--to', 'animation', '--views', 'objects', '--events', '5..8'));
  assert.equal(faults, 0);
  assert.ok(names.includes('animate'));
  assert.equal(source.match(/<g display=/g).length, 4);
  const page = await host.browser.newPage();
  await page.goto(String(pathToFileURL(join(folder, 'a.svg'))));
  const seen = await page.evaluate(async () => {
    const picture = /** @type {any} */ (document.documentElement);
    picture.pauseAnimations();
    const at = (second) => {
      picture.setCurrentTime(second);
      return [...picture.children].filter((node) => node.localName === 'g').map((node) => getComputedStyle(node).display !== 'none');
    };
    return [0.5, 1.5, 3.5].map(at);
  });
  assert.deepEqual(seen, [[true, false, false, false], [false, true, false, false], [false, false, false, true]]);
  await page.close();
});

test('without a browser, or for what cannot be, there is one line and no file', async () => {
  const refused = async (words, env, ...options) => {
    const failure = await promisify(execFile)(program, ['export', trace, '-o', join(folder, 'no.svg'), ...options], { env: { ...process.env, ...env } }).then(() => null, (fault) => fault);
    assert.equal(failure?.code, words[0]);
    assert.match(failure.stderr, words[1]);
    assert.equal(failure.stderr.trim().split('\n').length, 1);
    assert.ok(!(await readdir(folder)).some((name) => name.startsWith('no')));
  };
  const browser = { COPYSCOPE_BROWSER: findBrowser() };
  await refused([3, /none is installed: apt install chromium/], { COPYSCOPE_BROWSER: '/nowhere' }, '--to', 'svg');
  await refused([3, /does not answer|could not be started/], { COPYSCOPE_BROWSER: '/bin/true' }, '--to', 'svg');
  await refused([3, /a PDF is of one event/], browser, '--to', 'pdf', '--events', '1..2');
  await refused([2, /write it as 1600x900/], browser, '--to', 'svg', '--size', '10x10');
});

test('the page draws a figure of itself, and is afterwards what it was', async () => {
  const { page, faults } = await host.open();
  for (let i = 0; i < 8; i++) await page.keyboard.press('ArrowRight');
  const look = () => page.evaluate(() => [document.documentElement.dataset.theme, document.querySelector('main').dataset.preset, document.querySelector('.transport .where').textContent,
    [...document.querySelectorAll('main .pane')].map((pane) => [pane.id, pane.hidden, Math.round(pane.getBoundingClientRect().width)]).join()]);
  const old = await look();
  for (const [view, format] of [['memo', 'svg'], ['', 'png'], ['objects', 'animation']]) {
    await page.keyboard.press('Control+s');
    await page.waitForSelector('dialog.export[open]');
    await page.selectOption('.drawer.export select', view);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click(`[data-format=${format}]`)]);
    assert.match(download.suggestedFilename(), /-9\.(svg|png)$/);
    assert.ok((await readFile(await download.path())).length > 5000);
    await until(page, () => !document.querySelector('.curtain'));
  }
  assert.deepEqual(await look(), old);
  assert.deepEqual(faults, []);
  await page.close();
});

test('a long drawing says how far it is, and Escape ends it and puts the page back', async () => {
  const { page, faults } = await host.open();
  await page.keyboard.press('Control+s');
  await page.waitForSelector('dialog.export[open]');
  await page.click('[data-format=animation]');
  await until(page, () => /frame [2-9] of \d+/.test(document.querySelector('.curtain')?.textContent ?? ''));
  await page.keyboard.press('Escape');
  await until(page, () => !document.querySelector('.curtain') && document.documentElement.dataset.theme === 'dark');
  assert.equal(await page.textContent('.transport .where b'), '1');
  assert.deepEqual(faults, []);
  await page.close();
});
