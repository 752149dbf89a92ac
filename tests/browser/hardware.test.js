import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hosted, until } from './serve.js';

const host = hosted();

/** The page in the Hardware layout, at the lookup that hits. */
async function atHit() {
  const { page, faults } = await host.open();
  await page.keyboard.press('3');
  for (let i = 0; i < 6; i++) await page.keyboard.press('.');
  await until(page, () => document.querySelector('#race table')?.rows.length === 3);
  return { page, faults };
}

const table = (page, id) => page.$$eval(`#${id} table tr`, (rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));

test('the race shows probes for the dict alone, cycles for the CAM alone, and the probes are those of the memo table', async () => {
  const { page, faults } = await atHit();
  const [, dict, cam] = await table(page, 'race');
  assert.equal(dict[2], '–');
  assert.equal(cam[1], '–');
  assert.ok(Number(cam[2]) >= 1 && Number(cam[3]) >= 1, cam.join());
  const visited = await page.$$eval('#memo .probe', (nodes) => nodes.length);
  assert.equal(Number(dict[1]), visited);
  const drawn = await page.$$eval('#race .probe', (nodes) => nodes.length);
  assert.equal(drawn, visited);
  assert.deepEqual(faults, []);
  await page.close();
});

test('a block of the diagram moves the memo unit, and break-even and race follow', async () => {
  const { page } = await atHit();
  const ns = async () => Number((await table(page, 'race'))[2][4]);
  const near = await ns();
  await page.click('#blockDiagram .block:has-text("DRAM")');
  await until(page, () => document.querySelector('#breakEven output').textContent.includes('850'));
  assert.match(await page.textContent('#breakEven .verdict'), /PCIe/);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowRight');
  await until(page, (was) => Number(document.querySelector('#race table').rows[2].cells[4].textContent) > was, near);
  await page.close();
});

test('a block opens the view that it stands for, in another layout if need be, and blocks answer to the keyboard', async () => {
  const { page } = await atHit();
  await page.focus('#blockDiagram .block:has-text("deepcopy")');
  await page.keyboard.press('Enter');
  await until(page, () => document.querySelector('main').dataset.preset === 'teach');
  await page.waitForSelector('#source', { state: 'visible' });
  await page.close();
});

test('three simulated memories answer the lookup as the dict did, with the probe engine\'s probes those of the dict', async () => {
  const { page, faults } = await atHit();
  await until(page, () => document.querySelectorAll('#waveform .memories tbody tr').length === 4 && document.querySelector('#waveform .waveform > svg path'));
  const rows = await page.$$eval('#waveform .memories tbody tr', (all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
  const [dict, probe, cam, hash] = rows;
  assert.equal(probe[1], dict[1]);
  assert.equal(dict[2], '–');
  assert.deepEqual([dict, probe, cam, hash].map((row) => row[4]), ['hit', 'hit', 'hit', 'hit']);
  assert.ok(Number(cam[2]) > 25, 'the way is in the cycles');
  await page.click('#blockDiagram .block:has-text("CPU core")');
  await until(page, () => Number(document.querySelectorAll('#waveform .memories tbody tr')[2]?.cells[2].textContent) < 10);
  await page.click('#waveform .memories button:has-text("probe engine")');
  assert.match(await page.textContent('#waveform .waveform > svg'), /probing/);
  assert.deepEqual(faults, []);
  await page.close();
});

test('a memory of one entry spills, and says that the dict is asked', async () => {
  const { page } = await atHit();
  await page.$eval('#breakEven label:last-of-type input', (input) => {
    input.value = '0';
    input.dispatchEvent(new Event('input'));
  });
  await until(page, () => /ask the dict/.test(document.querySelectorAll('#waveform .memories tbody tr')[2]?.textContent ?? ''));
  await page.close();
});
