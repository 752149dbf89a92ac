import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { TraceReader } from '../../web/src/reader.js';
import { hosted, until } from './serve.js';

const host = hosted();
const HOSTILE = '<img src=x onerror="document.title=1"> & "quotes"';

async function write(page, text, kind = 'text') {
  await page.keyboard.press('n');
  await page.waitForSelector('dialog.note[open]');
  await page.fill('dialog.note textarea', text);
  await page.selectOption('dialog.note select >> nth=0', kind);
  await page.keyboard.press('Control+Enter');
}

const to = async (page, event) => {
  await page.keyboard.press('Home');
  for (let n = 1; n < event; n++) await page.keyboard.press('ArrowRight');
};

test('N writes a note at the event; it is shown there, listed, flagged, and undone', async () => {
  const { page, faults } = await host.open();
  await to(page, 6);
  await write(page, HOSTILE);
  await until(page, (text) => document.querySelector('.note-strip').textContent === text, HOSTILE);
  assert.equal(await page.$('.note-strip img'), null);
  await page.keyboard.press('ArrowRight');
  await until(page, () => document.querySelector('.note-strip').hidden);
  await page.keyboard.press('5');
  await until(page, () => document.querySelectorAll('#notes .list li').length === 1);
  assert.match(await page.textContent('#notes .list li'), /^6/);
  assert.equal(await page.$('#notes img'), null);
  await page.click('#notes .list .go');
  await until(page, () => document.querySelector('.transport .where b').textContent === '6');
  await page.click('#notes .list .tool >> nth=1');
  await until(page, () => document.querySelectorAll('#notes .list li').length === 0);
  await page.keyboard.press('Control+z');
  await until(page, () => document.querySelectorAll('#notes .list li').length === 1);
  await page.click('#notes .list .tool >> nth=0');
  await page.fill('dialog.note textarea', 'another text');
  await page.fill('dialog.note input', '<i>An');
  await page.focus('dialog.note textarea');
  await page.keyboard.press('Control+Enter');
  await until(page, () => /another text<i>An/.test(document.querySelector('#notes .list').textContent));
  assert.deepEqual(faults, []);
  await page.close();
});

test('an arrow and a region lie on their pane, at their event only', async () => {
  const { page, faults } = await host.open();
  await to(page, 4);
  await write(page, 'look here', 'arrow');
  await page.waitForSelector('.note-board');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#objects .note-layer path.line');
  await write(page, 'this part', 'region');
  await page.waitForSelector('.note-board');
  const box = await (await page.$('.note-board')).boundingBox();
  await page.mouse.move(box.x + 40, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + 160, box.y + 140);
  await page.mouse.up();
  await page.waitForSelector('#objects .note-layer rect.line');
  const rect = await page.$eval('#objects .note-layer rect.line', (node) => [Number(node.getAttribute('width')), Number(node.getAttribute('height'))].map(Math.round));
  assert.deepEqual(rect, [120, 80]);
  await page.keyboard.press('ArrowRight');
  await until(page, () => !document.querySelector('.note-layer'));
  assert.deepEqual(faults, []);
  await page.close();
});

test('the trace is saved with its notes as the same recording, and brings them back; so does a sidecar', async () => {
  const { page, faults } = await host.open();
  await to(page, 3);
  await write(page, 'kept in the file');
  const [saved] = await Promise.all([page.waitForEvent('download'), page.click('a[download][href^="trace/"]')]);
  const reader = new TraceReader();
  const bytes = await readFile(await saved.path());
  reader.feed(bytes);
  assert.equal(reader.error, null);
  const trace = reader.finish();
  assert.deepEqual(trace.notes.map(({ event, text }) => [event, text]), [[2, 'kept in the file']]);
  assert.ok(trace.complete);
  const path = join(tmpdir(), `copyscope-notes-${process.pid}.cst`);
  await writeFile(path, bytes);
  const told = execFileSync(fileURLToPath(new URL(`../../${process.env.BUILD ?? 'build'}/copyscope`, import.meta.url)), ['info', path]).toString();
  assert.match(told, /file\s+whole/);
  await rm(path);

  await page.keyboard.press('5');
  const [aside] = await Promise.all([page.waitForEvent('download'), page.click('#notes .acts button >> nth=3')]);
  const sidecar = await aside.path();
  await page.click('#notes .list .tool >> nth=1');
  await page.setInputFiles('#notes input[type=file]', { name: 'notes.json', mimeType: 'application/json', buffer: await readFile(sidecar) });
  await until(page, () => /1 note read/.test(document.querySelector('#notes .told').textContent) && document.querySelectorAll('#notes .list li').length === 1);
  await page.setInputFiles('#notes input[type=file]', { name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{"a":[') });
  await until(page, () => /x\.json holds no notes/.test(document.querySelector('#notes .told').textContent));
  const other = JSON.stringify({ copyscope_notes: 1, digest: 'ff', notes: [] });
  await page.setInputFiles('#notes input[type=file]', { name: 'y.json', mimeType: 'application/json', buffer: Buffer.from(other) });
  await until(page, () => /another recording/.test(document.querySelector('#notes .told').textContent));
  assert.deepEqual(faults, []);
  await page.close();
});

test('a tour goes from note to note, brings what they point at into sight, and stops when one steps away', async () => {
  const { page, faults } = await host.open();
  await to(page, 4);
  await write(page, `first${' long'.repeat(150)}`); // it takes a minute to read
  await to(page, 9);
  await write(page, `second${' long'.repeat(150)}`);
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+N');
  await until(page, () => document.querySelector('.transport .where b').textContent === '4' && /1 of 2/.test(document.querySelector('.note-tour').textContent));
  await page.click('.note-tour .tool >> nth=1');
  await until(page, () => document.querySelector('.transport .where b').textContent === '9' && /second/.test(document.querySelector('.note-strip').textContent));
  await page.keyboard.press('ArrowRight');
  await until(page, () => !document.querySelector('.note-tour'));
  await page.keyboard.press('5');
  await page.click('#notes .acts button >> nth=1');
  await until(page, () => /1 of 2/.test(document.querySelector('.note-tour')?.textContent ?? ''));
  await page.keyboard.press('Shift+N');
  await until(page, () => !document.querySelector('.note-tour'));
  assert.deepEqual(faults, []);
  await page.close();
});
