import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { require, startBrowser } from './serve.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, process.env.BUILD ?? 'build', 'copyscope');
const viewer = join(dirname(require.resolve('speedscope/package.json')), 'dist/release/index.html');
let browser;
let folder;

before(async () => {
  browser = await startBrowser();
  folder = await mkdtemp(join(tmpdir(), 'copyscope-speedscope-'));
  execFileSync(program, ['trace', '--python', join(root, '.venv/bin/python'), '-e', '[[i, (i, [i])] for i in range(200)]', '-o', join(folder, 'it.cst')], { stdio: ['ignore', 'ignore', 'inherit'] });
});
after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

/** What speedscope itself shows of an export: of each frame what it took in all, itself, and its name. */
async function opened(format) {
  const text = execFileSync(program, ['export', join(folder, 'it.cst'), '--to', format]);
  const local = join(folder, `${format}.js`);
  await writeFile(local, `speedscope.loadFileFromBase64(${JSON.stringify(`it.${format}`)}, ${JSON.stringify(text.toString('base64'))})`);
  const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.goto(`${pathToFileURL(viewer)}#localProfilePath=${local}`);
  await page.waitForSelector('text=Sandwich');
  await page.click('text=Sandwich');
  await page.waitForSelector('tr:nth-child(2)');
  const rows = await page.$$eval('tr', (all) => all.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)));
  await page.close();
  return { faults, text: text.toString(), rows: rows.filter((cells) => cells.length >= 3) };
}

/** A weight as it is shown: nanoseconds, or a count. */
const weightOf = (cell) => {
  const [, number, unit] = /^([\d.,]+)(ns|µs|ms|s)?/.exec(cell);
  return Number(number.replaceAll(',', '')) * { ns: 1, µs: 1e3, ms: 1e6, s: 1e9 }[unit ?? 'ns'];
};

test('speedscope reads its own format: each type is a frame, with the time that the calls of it took', async () => {
  const { faults, text, rows } = await opened('speedscope');
  assert.deepEqual(faults, []);
  const { profiles: [{ events }], shared: { frames } } = JSON.parse(text);
  const own = new Map();
  const stack = [];
  let at = events[0].at;
  for (const event of events) {
    if (stack.length) own.set(stack[stack.length - 1], (own.get(stack[stack.length - 1]) ?? 0) + event.at - at);
    at = event.at;
    if (event.type === 'O') stack.push(event.frame);
    else stack.pop();
  }
  const names = rows.map((cells) => cells[2]);
  const used = [...new Set(events.map(({ frame }) => frames[frame].name))];
  assert.deepEqual([...names].sort(), used.sort());
  for (const [frame, self] of own) {
    const row = rows[names.indexOf(frames[frame].name)];
    assert.ok(Math.abs(weightOf(row[1]) - self) <= self / 1000 + 10, `${row}: ${self}`);
  }
});

test('speedscope reads the folded stacks: their weights add up to the events of each type', async () => {
  const { faults, text, rows } = await opened('folded');
  assert.deepEqual(faults, []);
  const weights = new Map();
  for (const line of text.trim().split('\n')) {
    const [, stack, weight] = /^(.*) (\d+)$/.exec(line);
    const last = stack.split(';').pop();
    weights.set(last, (weights.get(last) ?? 0) + Number(weight));
  }
  for (const [name, weight] of weights) {
    const row = rows.find((cells) => cells[2] === name);
    assert.ok(row && weightOf(row[1]) === weight, `${name}: ${row}`);
  }
});
