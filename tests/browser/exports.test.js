import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { TraceReader } from '../../web/src/reader.js';
import { hosted, until } from './serve.js';

const host = hosted();
let folder;
before(async () => { folder = await mkdtemp(join(tmpdir(), 'copyscope-exports-')); });
after(() => rm(folder, { recursive: true, force: true }));

const shown = (page) => page.evaluate(() => Number(document.querySelector('.transport .where b').textContent));

/** Presses a format's button; resolves with the path of the file that is saved. */
async function save(page, format) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(`[data-format=${format}]`)]);
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

async function opened(page) {
  await page.keyboard.press('Control+s');
  await page.waitForSelector('dialog.export[open]');
  await until(page, () => document.querySelector('[data-format=cst] .size').textContent !== '');
}

test('the page saves itself with its recording and its notes: opened from disk it shows the same event', async () => {
  const { page, faults } = await host.open();
  for (let i = 0; i < 7; i++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('n');
  await page.fill('dialog.note textarea', 'kept </script> in the page');
  await page.keyboard.press('Control+Enter');
  await opened(page);
  await until(page, () => document.querySelector('[data-format=html] .size').textContent !== '');
  const size = await page.textContent('[data-format=html] .size');
  const path = await save(page, 'html');
  assert.ok(Math.abs((await readFile(path)).length / 1000 - Number(size.replace(/\D/g, ''))) < 1.5, `its size is told before: ${size}`);

  const context = await host.browser.newContext({ viewport: { width: 1920, height: 1080 }, reducedMotion: 'reduce', offline: true });
  const alone = await context.newPage();
  const own = [];
  alone.on('pageerror', (error) => own.push(String(error)));
  alone.on('request', (request) => { if (!/^(file|data|blob):/.test(request.url())) own.push(`loads ${request.url()}`); });
  await alone.goto(String(pathToFileURL(path)));
  await alone.waitForSelector('.stage[data-state=done][data-cam=yes] .badge.equal');
  assert.equal(await shown(alone), await shown(page));
  await until(alone, () => document.querySelector('.note-strip').textContent === 'kept </script> in the page');
  await opened(alone);
  assert.ok(await alone.isDisabled('[data-format=csv]') && await alone.isDisabled('[data-format=html]'));
  assert.match(await alone.textContent('.drawer.export .why'), /copyscope export/);
  const again = await save(alone, 'cst');
  const reader = new TraceReader();
  reader.feed(await readFile(again));
  assert.deepEqual([reader.error, reader.finish().notes.length], [null, 1]);
  assert.deepEqual([...faults, ...own], []);
  await context.close();
  await page.close();
});

test('data formats come from the program, whole or a range of events', async () => {
  const { page, faults } = await host.open();
  await opened(page);
  const all = Number((await page.textContent('.transport .where')).match(/(?:of|\/)\s*([\d,]+)/)[1].replace(',', ''));
  const csv = async () => (await readFile(await save(page, 'csv'), 'utf8')).trim().split('\n');
  assert.equal((await csv()).length, all + 1);
  await page.fill('dialog.export .range input >> nth=0', '3');
  await page.fill('dialog.export .range input >> nth=1', '12');
  const part = await csv();
  assert.deepEqual([part.length, part[1].split(',')[0]], [11, '3']);
  for (const format of ['chrome', 'speedscope']) JSON.parse(await readFile(await save(page, format), 'utf8'));
  for (const format of ['markdown', 'latex', 'ndjson', 'folded', 'dot', 'graphml']) assert.ok((await readFile(await save(page, format))).length > 0, format);
  assert.deepEqual(faults, []);
  await page.close();
});

test('signals of the simulated CAM are saved; where no event asks the memo, that is said', async () => {
  const { page, faults } = await host.open();
  await opened(page);
  const slide = JSON.parse(await readFile(await save(page, 'wavedrom'), 'utf8'));
  assert.ok(slide.signal.length > 5);
  assert.match(await readFile(await save(page, 'vcd'), 'utf8'), /\$enddefinitions[^]*#\d+/);
  assert.equal((await readFile(await save(page, 'fst')))[0], 0, 'an FST file begins with its header block');
  await page.fill('dialog.export .range input >> nth=0', '1');
  await page.fill('dialog.export .range input >> nth=1', '1');
  await page.click('[data-format=vcd]');
  await until(page, () => /none of these events/.test(document.querySelector('dialog.export .told').textContent));
  assert.deepEqual(faults.filter((fault) => !/422/.test(fault)), []);
  await page.close();
});
