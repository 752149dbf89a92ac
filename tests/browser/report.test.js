/** The study's flame graphs in a real browser, by themselves and in the page of a report: the search marks and adds up. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startBrowser } from './serve.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const DRAW = `
from copyscope.bench.report import flamegraph
print(flamegraph.flame("<b>t</b>", {"a;memo.get": 30.0, "a": 10, "c;memo.get;memo.get": 20, "<img src=x>": 40}, "ns"), end="")
`;

let browser, folder;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'copyscope-'));
  const svg = execFileSync(join(root, '.venv/bin/python'), ['-c', DRAW], { encoding: 'utf8' });
  writeFileSync(join(folder, 'flame.svg'), svg);
  writeFileSync(join(folder, 'page.html'), `<!doctype html><meta charset="utf-8"><title>t</title>${svg}${svg}`);
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

for (const name of ['flame.svg', 'page.html']) {
  test(`${name}: frames that hold the word are marked, and what stands under one of them counts once`, async () => {
    const page = await browser.newPage();
    const faults = [];
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(`file://${join(folder, name)}`);
    const field = page.locator('.seek').first();
    await field.fill('MEMO');
    const told = page.locator('.told').first();
    assert.equal(await told.textContent(), '3 frames, 50.0 % of the whole');
    assert.equal(await page.locator('rect.hit').count(), 3, 'another graph of the page is left alone');
    await field.fill('');
    assert.match(await told.textContent(), /width is cost/);
    assert.equal(await page.locator('rect.hit').count(), 0);
    assert.deepEqual(faults, []);
    await page.close();
  });
}
