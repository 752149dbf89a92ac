/* What others wrote shows as text wherever the page has it: no script runs, nothing is loaded, the CSP has nothing to stop. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import payloads from './payloads.js';
import { drawn, record } from './runs.js';
import { startBrowser, startServer, until } from './serve.js';

const START = 12; // of a payload: narrow places show no more of it
const TOGETHER = 5; // in one snippet, so that all of it is drawn
const PRESETS = ['1', '2', '3', '4', '5'];

/** Runs in the page before its own scripts: counts what must not happen. */
function watch() {
  window.hits = 0;
  window.hit = () => { window.hits++; };
  window.reports = [];
  document.addEventListener('securitypolicyviolation', (event) => window.reports.push(`${event.violatedDirective} ${event.blockedURI}`));
}

/** A page on a server of its own, which `check` asks whether anything hostile came through. */
async function watched(work, ...args) {
  const server = await startServer(...args);
  const browser = await startBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 }, reducedMotion: 'reduce', locale: 'en' });
    const faults = [];
    page.on('dialog', (dialog) => {
      faults.push(`dialog ${dialog.message()}`);
      dialog.dismiss();
    });
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => { if (message.type() === 'error') faults.push(message.text()); });
    page.on('request', (request) => { if (!request.url().startsWith(server.origin) && !/^(data|blob):/.test(request.url())) faults.push(`loads ${request.url()}`); });
    await page.addInitScript(watch);
    await page.goto(server.url);
    await page.waitForSelector('.stage[data-state=done]');
    await work(page, server);
    assert.deepEqual(faults, []);
    assert.deepEqual(await page.evaluate(() => [window.hits, window.reports]), [0, []]);
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** All that the page says now, by text or attribute. */
const said = (page) => page.evaluate(() => [...document.querySelectorAll('body, body *')].flatMap((node) => [
  ...[...node.childNodes].filter((child) => child.nodeType === 3).map((child) => child.data), ...[...node.attributes].map(({ value }) => value),
]).join('\n'));

const shows = (seen, text) => seen.includes(text.slice(0, START));

/** Seeks to a share of all events as the pointer does, where the layout has a timeline; else some steps on. */
async function seekTo(page, share) {
  const lanes = await (await page.$('#timeline [role=slider]'))?.boundingBox();
  if (lanes) await page.mouse.click(lanes.x + share * lanes.width, lanes.y + lanes.height / 2);
  else for (let i = 0; i < 10; i++) await page.keyboard.press('ArrowRight');
}

/** Goes through all layouts, in each to some events all over the trace, drawn and as tables; resolves with all that was said. */
async function walk(page, stops) {
  let seen = '';
  for (const preset of PRESETS) {
    await page.keyboard.press(preset);
    for (let i = 0; i <= stops; i++) {
      await seekTo(page, (i + 0.5) / (stops + 1));
      if (i === stops) await page.keyboard.press('a');
      await drawn(page);
      seen += await said(page);
    }
    await page.keyboard.press('a');
  }
  return seen;
}

const python = (text) => JSON.stringify(text); // a JSON string of these is a Python string

test('the watch sees what it is to see: markup put in as markup is stopped by the CSP and reported', async () => {
  const server = await startServer();
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    await page.addInitScript(watch);
    await page.goto(server.url);
    await page.evaluate((text) => { document.body.insertAdjacentHTML('beforeend', text); }, '<img src=x onerror=hit()>');
    await until(page, () => window.reports.length > 0);
    assert.equal(await page.evaluate(() => window.hits), 0);
  } finally {
    await browser.close();
    await server.stop();
  }
});

test('50 payloads are 50 different ones', () => {
  assert.equal(new Set(payloads).size, 50);
});

/** Each payload as a value, a key, an attribute, a type's name and a variable's, told apart by a letter before it. */
const snippet = (texts) => `x = []
for text in (${texts.map(python).join(', ')},):
    held = type('T' + text, (), {})()
    globals()['V' + text] = [text]
    setattr(held, 'A' + text, {'K' + text: globals()['V' + text]})
    x.append(held)
x`;

test('payloads in values, keys, attributes, names of types and of variables show as text', async () => {
  await watched(async (page) => {
    const shown = Object.fromEntries(['', 'K', 'A', 'T', 'V'].map((letter) => [letter, 0]));
    const nowhere = [];
    for (let i = 0; i < payloads.length; i += TOGETHER) {
      const texts = payloads.slice(i, i + TOGETHER);
      await record(page, snippet(texts));
      const seen = await walk(page, 2);
      for (const letter of Object.keys(shown)) shown[letter] += texts.filter((text) => shows(seen, letter + text)).length;
      nowhere.push(...texts.filter((text) => !Object.keys(shown).some((letter) => shows(seen, letter + text))));
    }
    assert.deepEqual(nowhere, []);
    for (const [letter, count] of Object.entries(shown)) assert.ok(count > 0, `nothing is shown of what begins with "${letter}"`);
  });
});

test('payloads that a snippet prints or raises show as text', async () => {
  await watched(async (page) => {
    await record(page, `for text in (${payloads.map(python).join(', ')}): print(text)\n[1]`);
    const printed = await page.$eval('dialog.editor .output', (node) => node.textContent);
    assert.deepEqual(payloads.filter((text) => !printed.includes(text)), []);
    for (const text of payloads.slice(0, 8)) {
      await record(page, `class E(Exception): pass\nE.__name__ = ${python(text)}\nclass A:\n    def __deepcopy__(self, memo): raise E(${python(text)})\nA()`);
      assert.ok(shows(await walk(page, 1), text), text);
    }
  });
});

test('payloads in notes show as text: written here, and taken from a file', async () => {
  await watched(async (page) => {
    await page.keyboard.press('5');
    for (const text of payloads.slice(0, 6)) {
      await page.keyboard.press('n');
      await page.fill('dialog.note textarea', text);
      await page.keyboard.press('Control+Enter');
      await until(page, (said) => document.querySelector('#notes .list').textContent.includes(said) && !document.querySelector('dialog[open]'), text);
    }
    const download = page.waitForEvent('download');
    await page.click('.notes .acts button:text("Save notes")');
    const sidecar = JSON.parse(await (await (await download).createReadStream()).toArray().then((parts) => Buffer.concat(parts).toString()));
    const shape = { kind: 'region', object: 0, pane: 'objects', from: [0.1, 0.1], to: [0.4, 0.4] };
    sidecar.notes = payloads.map((text, i) => ({ id: `n${i}`, event: i % 3, text, ...(i % 2 ? shape : { kind: 'text' }) }));
    await page.setInputFiles('.notes input[type=file]', { name: `${payloads[2]}.json`, mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(sidecar)) });
    await until(page, (count) => document.querySelectorAll('#notes .list li').length >= count, payloads.length);
    const listed = await page.$eval('#notes .list', (node) => node.textContent);
    assert.deepEqual(payloads.filter((text) => !listed.includes(text)), []);
    for (let n = 0; n < 3; n++) {
      await page.keyboard.press(n ? 'ArrowRight' : 'Home');
      await drawn(page);
    }
    await page.setInputFiles('.notes input[type=file]', { name: `${payloads[2]}.json`, mimeType: 'application/json', buffer: Buffer.from('{') });
    await until(page, (name) => document.querySelector('#notes .told').textContent.includes(name), payloads[2]);
  });
});

test('payloads as names of files show as text: opened by the server, dropped on the page', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'copyscope-hostile-'));
  const names = payloads.filter((text) => !text.includes('/')).map((text) => `${text}.cst`);
  try {
    const trace = await aTrace();
    await Promise.all(names.map((name) => writeFile(join(folder, name), trace)));
    await watched(async (page) => {
      const listed = await page.$$eval('.pick.lesson option', (nodes) => nodes.map((node) => node.textContent));
      assert.ok(names.filter((name) => listed.includes(name)).length >= 15, listed.join('\n'));
      for (const name of names.slice(0, 5)) {
        await page.evaluate(({ bytes, called }) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], called));
          document.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
        }, { bytes: [...trace.subarray(0, 40)], called: name });
        await until(page, (called) => document.body.textContent.includes(called), name);
      }
    }, ...names.map((name) => join(folder, name)));
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** A trace's bytes, from a server that runs a lesson. */
async function aTrace() {
  const server = await startServer();
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    await page.waitForSelector('.stage[data-state=done]');
    const href = await page.getAttribute('a[download]', 'href');
    const bytes = await page.evaluate(async (path) => Array.from(new Uint8Array(await (await fetch(path)).arrayBuffer())), href);
    return Uint8Array.from(bytes);
  } finally {
    await browser.close();
    await server.stop();
  }
}

test('payloads in a lesson show as text: title, summary, steps, exercises, its whole page', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'copyscope-hostile-'));
  const all = payloads.join(' ');
  try {
    await mkdir(join(folder, '01-hostile'));
    await writeFile(join(folder, '01-hostile/lesson.md'), `# Title\n\n${payloads.join('\n\n')}\n\n- ${payloads.join('\n- ')}\n\n| a |\n|---|\n${payloads.map((text) => `| ${text} |`).join('\n')}\n`);
    await writeFile(join(folder, '01-hostile/lesson.json'), JSON.stringify({
      id: '01-hostile', title: all, summary: all, question: all, code: 'a = [1]\n[a, a]', policy: 'cpython',
      steps: payloads.map((text, i) => ({ query: { event: 'call', nth: 1 }, text: `${i} ${text}` })),
      exercises: payloads.map((task) => ({ task, hint: task })), translations: { vi: { title: all, steps: payloads } },
    }));
    await watched(async (page) => {
      const title = await page.$eval('.pick.lesson option', (node) => node.textContent);
      assert.deepEqual(payloads.filter((text) => !title.includes(text)), []);
      for (const go of ['Home', 'ArrowRight', '.', 'End']) {
        await page.keyboard.press(go);
        await drawn(page);
      }
      await page.keyboard.press('l');
      const read = await page.$eval('dialog.lesson', (node) => node.textContent);
      assert.deepEqual(payloads.filter((text) => !read.includes(text)), []);
      assert.equal(await page.$('dialog.lesson :is(img, script, iframe, a[href], [onclick], [style])'), null);
    }, '--lessons', folder);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('payloads in the address show as text or not at all', async () => {
  await watched(async (page, server) => {
    for (const text of payloads) {
      const parts = new URLSearchParams(Object.fromEntries(['event', 'preset', 'lesson', 'trace', 'policy', 'for', 'q', 'zoom', 'break', 'lead', 'class'].map((name) => [name, text])));
      await page.evaluate((hash) => { window.location.hash = hash; }, parts.toString());
      if (payloads.indexOf(text) % 10) continue;
      await page.goto(`${server.url}?theme=${encodeURIComponent(text)}#${parts}`);
      await page.reload();
      await page.waitForSelector('.stage[data-state=done], .stage[data-state=error]');
    }
  });
});
