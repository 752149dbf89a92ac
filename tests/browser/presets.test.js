import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { hosted, require, until } from './serve.js';

const PRESETS = ['teach', 'explore', 'hardware', 'compare', 'report'];
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const host = hosted();

const shownPreset = (page) => page.getAttribute('main', 'data-preset');
const names = (page) => page.$$eval('.presets [role=tab]', (tabs) => tabs.map((tab) => tab.title.match(/\((\d)\)/)[1]));

async function choose(page, key) {
  await page.keyboard.press(key);
  await until(page, (id) => document.querySelector('main').dataset.preset === id, PRESETS[Number(key) - 1]);
}

test('each layout has its key, and no pane leaves the window at any size', async () => {
  for (const [width, height] of [[1280, 720], [1920, 1080], [1024, 768]]) {
    for (const theme of ['dark', 'projector']) {
      const { page, faults } = await host.open({ width, height, theme });
      for (const key of await names(page)) {
        await choose(page, key);
        const loose = await page.evaluate(() => [...document.querySelectorAll('#header, #header > *, main, .pane:not([hidden]), #transport')]
          .filter((node) => {
            const { left, right, top, bottom } = node.getBoundingClientRect();
            return left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1;
          }).map((node) => node.id || node.className || node.tagName));
        assert.deepEqual(loose, [], `${PRESETS[Number(key) - 1]} ${width}x${height} ${theme}`);
      }
      assert.deepEqual(faults, []);
      await page.close();
    }
  }
});

test('on a projector no text is smaller than 24 px of 1080, in any layout', async () => {
  const { page } = await host.open({ theme: 'projector' });
  for (const key of await names(page)) {
    await choose(page, key);
    if (PRESETS[Number(key) - 1] === 'compare') await until(page, () => document.querySelector('.compare .row.current') !== null);
    const small = await page.evaluate(() => {
      const found = new Map();
      for (const node of document.querySelectorAll('#header *, main *, #timeline *, #transport *')) {
        const words = [...node.childNodes].filter((child) => child.nodeType === 3).map((child) => child.textContent.trim()).join('');
        const box = node.getBoundingClientRect();
        if (!words || !node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || box.width < 2 || box.height < 2 || node.closest('.visually-hidden, select, [hidden], title')) continue;
        const scale = node instanceof SVGElement && node.getScreenCTM ? Math.abs(node.getScreenCTM().a) : 1;
        const px = parseFloat(getComputedStyle(node).fontSize) * scale;
        if (px < 23.5) found.set(`${Math.round(px)} px: ${node.closest('[id]')?.id} ${node.tagName}.${node.getAttribute('class') ?? ''} ${words.slice(0, 20)}`, 1);
      }
      return [...found.keys()];
    });
    assert.deepEqual(small, [], PRESETS[Number(key) - 1]);
  }
  await page.close();
});

test('the size of all text is one key, and comes back with the page', async () => {
  const { page } = await host.open();
  const size = () => page.evaluate(() => parseFloat(getComputedStyle(document.querySelector('#narration .sentence')).fontSize) && parseFloat(getComputedStyle(document.documentElement).fontSize));
  const usual = await size();
  for (const times of [1.25, 1.6, 1]) {
    await page.keyboard.press('Shift+t');
    assert.ok(Math.abs((await size()) / usual - times) < 0.01, `${times}`);
  }
  await page.click('.tool.size');
  await page.evaluate(() => { history.replaceState(null, '', location.href.replace(/[?&]theme=\w+/, (found) => (found[0] === '?' ? '?' : ''))); });
  await page.reload();
  await page.waitForSelector('.stage[data-state=done]');
  assert.ok(Math.abs((await size()) / usual - 1.25) < 0.01);
  await page.close();
});

test('paper is light, and gets what the panes show without the controls', async () => {
  const { page } = await host.open({ theme: 'dark' });
  const theme = () => page.getAttribute('html', 'data-theme');
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  assert.equal(await theme(), 'light');
  assert.deepEqual(await page.$$eval('#header .run, #header .tools, .step, .hint', (nodes) => nodes.filter((node) => node.getClientRects().length).map((node) => node.className)), []);
  for (const shown of ['#objects .half', '.badge', '#memo']) await page.waitForSelector(shown, { state: 'visible' });
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  assert.equal(/\/Count (\d+)/.exec(pdf)[1], '1', 'one sheet');
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  assert.equal(await theme(), 'dark');
  await page.close();
});

test('the timeline is as wide as its lanes after a layout without it', async () => {
  const { page } = await host.open();
  for (const key of ['3', '5']) await choose(page, key);
  const [lanes, canvas] = await page.evaluate(() => [document.querySelector('.lanes').clientWidth, document.querySelector('.lanes canvas').width]);
  assert.ok(lanes > 400 && canvas >= lanes, `${canvas} for ${lanes}`);
  await page.close();
});

test('axe finds nothing in any layout, theme and language', async () => {
  for (const [theme, language] of [['dark', 'vi'], ['light', 'en'], ['projector', 'en']]) {
    const { page } = await host.open({ theme, language });
    await page.evaluate(axe);
    for (const key of await names(page)) {
      await choose(page, key);
      const found = await page.evaluate(async () => (await window.axe.run()).violations
        .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`));
      assert.deepEqual(found, [], `${PRESETS[Number(key) - 1]} ${theme} ${language}`);
    }
    await page.close();
  }
});

test('a bar between panes moves with the arrow keys, is remembered, and 0 puts it back', async () => {
  const { page } = await host.open();
  const width = () => page.$eval('#source', (node) => Math.round(node.getBoundingClientRect().width));
  const usual = await width();
  await page.focus('main .row > .bar[role=separator]');
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
  const wider = await width();
  assert.ok(wider > usual + 20, `${wider} from ${usual}`);
  await page.reload();
  await page.waitForSelector('.stage[data-state=done]');
  assert.equal(await width(), wider);
  await page.keyboard.press('0');
  assert.equal(await width(), usual);
  await page.close();
});

test('a layout that was stored by anybody is taken only where it makes sense', async () => {
  const { page, faults } = await host.open();
  for (const stored of ['{"version":1,"presets":{"teach":{"sizes":{"0":[1e999,-1,"x"]},"tabs":{"0":7}}}}', '[[[', '{"version":1,"presets":[1]}', '{"version":1,"presets":{"teach":{"sizes":{"0":[0,0,0]}}}}']) {
    await page.evaluate((text) => localStorage.setItem('copyscope.layout', text), stored);
    await page.reload();
    await page.waitForSelector('.stage[data-state=done]');
    assert.ok(await page.$eval('#source', (node) => node.getBoundingClientRect().width > 100));
  }
  assert.deepEqual(faults, []);
  await page.close();
});

test('F shows the pane in hand alone, and again all', async () => {
  const { page } = await host.open();
  await page.focus('#source .source');
  await page.keyboard.press('f');
  await page.waitForSelector('#source', { state: 'visible' });
  await page.waitForSelector('#objects', { state: 'hidden' });
  await page.keyboard.press('f');
  await page.waitForSelector('#objects', { state: 'visible' });
  await page.close();
});

test('the address brings lesson, layout and event back', async () => {
  const { page } = await host.open();
  await choose(page, '3');
  for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowRight');
  await until(page, () => /event=13/.test(location.hash) && /preset=hardware/.test(location.hash));
  const hash = await page.evaluate(() => location.hash);
  assert.match(hash, /lesson=03-/);
  assert.match(hash, /trace=[0-9a-f]{12}/);
  const other = await host.browser.newPage({ viewport: { width: 1280, height: 720 } });
  await other.goto(host.server.url + hash);
  await until(other, () => document.querySelector('.transport .where b').textContent === '13');
  assert.equal(await shownPreset(other), 'hardware');
  await other.close();
  await page.close();
});

test('the language is the browser\'s, can be changed, and stays', async () => {
  const { page } = await host.open({ language: 'vi' });
  assert.equal(await page.getAttribute('html', 'lang'), 'vi');
  assert.match(await page.textContent('.presets'), /Giảng dạy/);
  await Promise.all([page.waitForNavigation(), page.selectOption('.language', 'en')]);
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  await page.reload();
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  await page.close();
});

test('every view has a table of the same facts', async () => {
  const { page } = await host.open();
  await choose(page, '3');
  for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('a');
  await until(page, () => document.querySelectorAll('#breakEven .twin tbody tr').length === 5);
  await page.waitForSelector('#breakEven .twin table', { state: 'visible' });
  await page.keyboard.press('a');
  assert.ok(await page.$eval('#breakEven .twin', (node) => node.classList.contains('visually-hidden')));
  await page.close();
});
