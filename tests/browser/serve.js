/** A copyscope server of this build and a browser page on it, for one test file. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before } from 'node:test';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const require = createRequire(join(root, 'web/package.json'));
const { chromium } = require('playwright-core');

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Of the servers that were started. @type {{name: string, value: string, url: string}[]} */
const cookies = [];

/** A server and a browser for the tests of one file; `open` opens a page on them. @param {...string} args the server's */
export function hosted(...args) {
  const host = { server: null, browser: null, open: (options = {}) => openPage(host.browser, host.server, options) };
  before(async () => {
    host.server = await startServer(...args);
    host.browser = await startBrowser();
  });
  after(async () => {
    await host.browser?.close();
    await host.server?.stop();
  });
  return host;
}

/** Starts the server on a port of its own choice and resolves with its address. */
export function startServer(...args) {
  const build = process.env.BUILD ?? 'build';
  const child = spawn(join(root, build, 'copyscope'),
    ['serve', '--python', join(root, '.venv/bin/python'), ...args], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('exit', (code) => failed(new Error(`copyscope ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const link = /http:\/\/127\S+/.exec(line)?.[0];
      if (link) done(entered(link, child));
    });
  });
}

/** What the address that a server printed is exchanged for. */
async function entered(link, child) {
  const { origin, hash } = new URL(link);
  const { headers } = await fetch(`${origin}/enter`, { method: 'POST', headers: { origin }, body: hash.slice('#t='.length) });
  const [name, value] = headers.get('set-cookie').split(';')[0].split('=');
  cookies.push({ name, value, url: origin });
  return { link, url: `${origin}/`, origin, stop: () => stop(child) };
}

function stop(child) {
  return new Promise((done) => {
    child.removeAllListeners('exit');
    child.on('exit', done);
    child.kill('SIGTERM');
  });
}

/** The Chromium that is used, if there is one. */
export const findBrowser = () => process.env.BROWSER ?? BROWSERS.find(existsSync);

/** A browser whose pages have been let in by every server of this file. */
export async function startBrowser() {
  const browser = await chromium.launch({ executablePath: findBrowser(), args: FLAGS });
  const bare = browser.newPage.bind(browser);
  browser.newPage = async (options) => {
    const page = await bare(options);
    await page.context().addCookies(cookies);
    return page;
  };
  return browser;
}

/** A page with the run of the lesson on shared references shown; `faults` collects what the page complained of or loaded from elsewhere. */
export async function openPage(browser, server, { width = 1920, height = 1080, theme = 'dark', language = 'en' } = {}) {
  const page = await browser.newPage({ viewport: { width, height }, reducedMotion: 'reduce', locale: language });
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error') faults.push(message.text()); });
  page.on('request', (request) => {
    if (!request.url().startsWith(server.origin) && !request.url().startsWith('data:')) faults.push(`loads ${request.url()}`);
  });
  await page.goto(`${server.url}?theme=${theme}#lesson=03-shared-references`);
  await page.waitForSelector('.stage[data-state=done] .badge.equal');
  return { page, faults };
}

/**
 * Waits until fn(arg) is true in the page.  It is asked from here: the page's CSP forbids the eval that
 * page.waitForFunction() polls with.  While fn throws, what it reads is not there yet.
 */
export async function until(page, fn, arg = undefined, limit = 30000) {
  const end = Date.now() + limit;
  for (;;) {
    let cause = null;
    const so = await page.evaluate(fn, arg).catch((error) => { cause = error; });
    if (so) return;
    if (page.isClosed() || Date.now() > end) throw new Error(`not within ${limit} ms: ${fn}`, { cause });
    await page.evaluate(() => new Promise((done) => { requestAnimationFrame(done); })).catch(() => {}); // it may be loading
  }
}
