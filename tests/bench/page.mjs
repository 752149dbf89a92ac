#!/usr/bin/env node
/**
 * Times the page in Chromium: a trace of a million events until it is ready, seeks, scrubbing, the heap; a step of a
 * lesson; the size of the bundle.  Prints rows as JSON for goals.py.  Nothing is asserted.  node tests/bench/page.mjs [--quick]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { drawn } from '../browser/runs.js';
import { findBrowser, startBrowser, startServer, until } from '../browser/serve.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const build = join(root, process.env.BUILD ?? 'build');
const quick = process.argv.includes('--quick');
const LISTS = quick ? 1285 : 12850; // of 78 events each
const SEEKS = quick ? 10 : 60;
const SCRUB = quick ? 500 : 3000; // ms
const STEPS = quick ? 10 : 42;

/** The trace, recorded here; a real one, so that identities, walks and nesting are what they are. */
function record(folder) {
  const path = join(folder, 'million.cst');
  const code = `[[i, str(i), {"k": i, "v": (i, [i])}] for i in range(${LISTS})]`;
  const ran = spawnSync(join(build, 'copyscope'), ['trace', '--python', join(root, '.venv/bin/python'), '-e', code, '-o', path],
    { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`copyscope trace ended with ${ran.status}: ${ran.stderr.trim().split('\n').pop()}`);
  return path;
}

/** Resolves with [ms from the last byte of the trace until all of it is drawn, the longest task among that]. */
async function ready(page, url) {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  let last = 0;
  session.on('Network.webSocketFrameReceived', ({ response }) => { if (response.opcode === 2) last = performance.now(); });
  await page.addInitScript(() => {
    window.longest = 0;
    new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration); }).observe({ type: 'longtask' });
  });
  await page.goto(url);
  await page.waitForSelector('.stage[data-state=done]', { timeout: 120000 });
  await drawn(page);
  const done = performance.now() - last;
  await session.detach();
  return [done, await page.evaluate(() => window.longest)];
}

/** From a click on the timeline until the frame after its events were drawn, in ms; events all over the trace. */
function seeks(page, count) {
  return page.evaluate(async (times) => {
    const lanes = document.querySelector('#timeline [role=slider]');
    const { left, top, width } = lanes.getBoundingClientRect();
    const frame = () => new Promise((done) => { requestAnimationFrame(() => { const port = new MessageChannel(); port.port1.onmessage = () => done(); port.port2.postMessage(0); }); });
    const out = [];
    for (let i = 0; i < times; i++) {
      await frame();
      const x = left + ((i * 0.618034) % 1) * width;
      const begun = performance.now();
      lanes.dispatchEvent(new PointerEvent('pointerdown', { clientX: x, clientY: top + 20, pointerId: 1, buttons: 1, bubbles: true }));
      lanes.dispatchEvent(new PointerEvent('pointerup', { clientX: x, clientY: top + 20, pointerId: 1, bubbles: true }));
      await frame();
      out.push(performance.now() - begun);
    }
    return out;
  }, count);
}

/** Frames a second while the pointer is dragged over the whole timeline and back, and the longest frame. */
function scrub(page, ms) {
  return page.evaluate((length) => new Promise((done) => {
    const lanes = document.querySelector('#timeline [role=slider]');
    const { left, top, width } = lanes.getBoundingClientRect();
    const send = (type, x) => lanes.dispatchEvent(new PointerEvent(type, { clientX: left + x * width, clientY: top + 20, pointerId: 1, buttons: 1, bubbles: true }));
    const begun = performance.now();
    let frames = 0;
    let before = begun;
    let longest = 0;
    send('pointerdown', 0);
    const step = (now) => {
      frames++;
      longest = Math.max(longest, now - before);
      before = now;
      const part = (now - begun) / length;
      if (part >= 1) done({ rate: (1000 * frames) / (now - begun), longest, frames });
      else {
        send('pointermove', part < 0.5 ? 2 * part : 2 - 2 * part);
        requestAnimationFrame(step);
      }
    };
    requestAnimationFrame(step);
  }), ms);
}

/** What the page's thread did while `act` ran, in ms of CPU: other programs on the machine do not lengthen it. */
async function worked(page, act) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const read = async () => Object.fromEntries((await session.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value])).TaskDuration * 1000;
  const before = await read();
  const result = await act();
  const ms = await read() - before;
  await session.send('Performance.disable');
  await session.detach();
  return [result, ms];
}

/** From a step's key until its frame is drawn, less the wait for the frame to begin: the work of all views together. */
function steps(page, count) {
  return page.evaluate(async (times) => {
    const out = [];
    for (let i = 0; i < times; i++) {
      await new Promise((done) => { requestAnimationFrame(() => setTimeout(done, 0)); });
      const begun = performance.now();
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, cancelable: true }));
      const keyed = performance.now() - begun;
      // Asked for after the page's own: runs in the same frame, when the views have drawn.
      const drawn = await new Promise((done) => {
        let start = 0;
        requestAnimationFrame((now) => { start = now; document.body.getBoundingClientRect(); done(performance.now() - start); });
      });
      out.push(keyed + drawn);
    }
    return out;
  }, count);
}

async function heap(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize = 0 } = /** @type {any} */ (await session.send('Runtime.getHeapUsage'));
  await session.detach();
  return (usedSize + backingStorageSize) / 1e6;
}

const sorted = (list) => [...list].sort((a, b) => a - b);
const median = (list) => sorted(list)[Math.floor(list.length / 2)];
const high = (list) => sorted(list)[Math.ceil(list.length * 0.95) - 1];

/** Bytes of what the page loads, fonts aside, as a server sends them. */
const bundle = () => ['app.js', 'app.css', 'index.html'].reduce((sum, name) => sum + gzipSync(readFileSync(join(build, 'web', name)), { level: 9 }).length, 0) / 1000;

/** name, goal, measured, unit; `more`: a higher figure is better. */
const row = (name, goal, value, unit, more = false) => ({ name, value, unit, relation: more ? '>=' : '<=', goal, note: '' });

async function measureBig(browser, path) {
  const server = await startServer(path);
  try {
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    const [done, longest] = await ready(page, server.url);
    const events = await page.$eval('#timeline [role=slider]', (node) => Number(node.getAttribute('aria-valuemax')));
    await seeks(page, 5);
    const [each, seekWork] = await worked(page, () => seeks(page, SEEKS));
    const [{ rate, longest: frame, frames }, scrubWork] = await worked(page, () => scrub(page, SCRUB));
    await page.keyboard.press('2');
    await drawn(page);
    const explore = await seeks(page, SEEKS);
    const used = await heap(page);
    await page.close();
    return [
      row(`${events.toLocaleString('en')} events: ready after the last byte`, 3000, done, 'ms'), row('longest task until then', 50, longest, 'ms'),
      row('seek, median', 100, median(each), 'ms'), row('seek, work of the page in CPU time, mean', 100, seekWork / SEEKS, 'ms'), row('seek, 95 of 100', 100, high(each), 'ms'), row('seek in Explore, 95 of 100', 100, high(explore), 'ms'),
      row('scrubbing', 55, rate, 'frames/s', true), row('scrubbed frame, work in CPU time, mean', 1000 / 55, scrubWork / frames, 'ms'), row('longest frame of it', 50, frame, 'ms'), row('heap', 400, used, 'MB'),
    ];
  } finally {
    await server.stop();
  }
}

async function measureLesson(browser) {
  const server = await startServer();
  try {
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 }, reducedMotion: 'reduce' });
    await page.goto(server.url);
    await page.waitForSelector('.stage[data-state=done]');
    await until(page, () => document.querySelector('.transport b').textContent !== '–');
    const [each, work] = await worked(page, () => steps(page, STEPS));
    return [row('step of a lesson, work in CPU time, mean', 16, work / STEPS, 'ms'), row('step of a lesson, all views of Teach, median', 16, median(each), 'ms'), row('step of a lesson, 95 of 100', 16, high(each), 'ms')];
  } finally {
    await server.stop();
  }
}

if (!findBrowser()) {
  console.error('the page: no Chromium (BROWSER=PATH names one)');
  process.exit(3);
}
const folder = mkdtempSync(join(tmpdir(), 'copyscope-page-'));
const browser = await startBrowser();
try {
  const big = await measureBig(browser, process.env.TRACE ?? record(folder));
  console.log(JSON.stringify([...big, ...await measureLesson(browser), row('bundle, gzip', 300, bundle(), 'kB')], null, 1));
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
