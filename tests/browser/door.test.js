import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hosted, until } from './serve.js';

const host = hosted();

/** A page in a browser that has never been here. */
async function stranger() {
  const context = await host.browser.newContext();
  const page = await context.newPage();
  const asked = [];
  page.on('request', (request) => asked.push(request));
  return { context, page, asked };
}

async function isIn(page) {
  await page.waitForSelector('.stage[data-state=done] .badge.equal');
}

test('the printed address lets a page in, keeps what else it says, and the token is nowhere afterwards', async () => {
  const { context, page, asked } = await stranger();
  const token = new URL(host.server.link).hash.slice('#t='.length);
  await page.goto(`${host.server.link}&lesson=03-shared-references&event=7`);
  await isIn(page);
  await until(page, () => location.hash.includes('event=7'));
  assert.ok(!page.url().includes(token));
  assert.equal(await page.evaluate(() => document.cookie), '', 'no script reads the cookie');
  assert.equal(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state])).then((kept) => kept.includes(token)), false);
  for (const request of asked) {
    const sent = `${request.url().split('#')[0]} ${request.headers().referer ?? ''}`;
    assert.ok(!sent.includes(token), sent);
  }
  const [cookie] = await context.cookies();
  assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.name], [true, 'Strict', `cs_token_${new URL(host.server.origin).port}`]);
  await page.reload();
  await isIn(page);
  await context.close();
});

test('without a token, or with a wrong one, the page says where the address is', async () => {
  for (const hash of ['', '#t=', '#lesson=03-shared-references', `#t=${'0'.repeat(64)}`]) {
    const { context, page, asked } = await stranger();
    await page.goto(`${host.server.origin}/${hash}`);
    await until(page, () => document.documentElement.dataset.entering === undefined);
    assert.match(await page.innerText('main'), /copyscope serve/);
    assert.ok(asked.every((request) => /\/(enter|door\.\w+)?$/.test(new URL(request.url()).pathname)), 'nothing but the door is loaded');
    await context.close();
  }
});

test('a page that stands at the door is let in when the address is typed again', async () => {
  const { context, page } = await stranger();
  await page.goto(`${host.server.origin}/`);
  await page.evaluate((hash) => { location.hash = hash; }, `${new URL(host.server.link).hash}&lesson=03-shared-references`);
  await isIn(page);
  await page.goto(`${host.server.link}&lesson=03-shared-references`);
  await page.waitForURL((url) => !url.hash.includes('t=')); // which asks nothing of a document that is on its way out
  await isIn(page);
  await context.close();
});

test('a page elsewhere that opens the address, or shows it in a frame, gets nothing', async () => {
  const { context, page } = await stranger();
  await page.route('http://elsewhere.example/', (route) => route.fulfill({
    contentType: 'text/html', body: `<iframe src="${host.server.link}"></iframe><script>
      fetch('${host.server.origin}/enter', { method: 'POST', body: 'x', mode: 'no-cors', credentials: 'include' }).catch(() => {});
    </script>` }));
  await page.goto('http://elsewhere.example/');
  await page.waitForLoadState('networkidle');
  assert.deepEqual(await context.cookies(host.server.origin), []);
  const [, frame] = page.frames();
  assert.equal(await frame.evaluate(() => document.querySelector('main')).catch(() => null), null);
  await context.close();
});
