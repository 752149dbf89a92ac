import assert from 'node:assert/strict';
import { test } from 'node:test';
import { find } from '../../web/src/query.js';
import { documents, explore, record, traceOf } from './runs.js';
import { hosted, until } from './serve.js';

const JSON_GRAPH = documents(26);
const host = hosted();

/** The event of the cursor, once what a key or a click asked for is drawn. */
const cursor = (page) => page.evaluate(() => new Promise((told) => {
  requestAnimationFrame(() => requestAnimationFrame(() => told(Number(document.querySelector('#timeline [role=slider]').getAttribute('aria-valuenow')) - 1)));
}));
const note = (page) => page.textContent('#objects h2 .r');

/** What of the graph is cut off, and the height of its smallest text in pixels. */
const measure = (page) => page.evaluate(() => {
  const loose = [];
  let least = Infinity;
  for (const half of document.querySelectorAll('#objects svg.half')) {
    const frame = half.getBoundingClientRect();
    const [x, y, w, h] = ['x', 'y', 'width', 'height'].map((name) => Number(half.getAttribute(name)));
    const pane = document.querySelector('#objects .graph').getBoundingClientRect();
    for (const node of half.querySelectorAll('.back, .arrow')) {
      const { left, right, top, bottom, width } = node.getBoundingClientRect();
      if (width && (left < pane.left + x - 2 || right > pane.left + x + w + 2 || top < pane.top + y - 2 || bottom > pane.top + y + h + 2)) loose.push(`${node.getAttribute('class')} ${Math.round(left)},${Math.round(top)}`);
    }
    for (const node of half.querySelectorAll('text')) {
      const scale = node.getScreenCTM().a;
      if (node.textContent) least = Math.min(least, parseFloat(getComputedStyle(node).fontSize) * scale);
    }
    if (!frame) loose.push('no frame');
  }
  return { loose, least };
});

/** Waits until the picture shows the object in hand. */
const drawn = (page) => until(page, () => document.querySelector('#objects .half .box.current') !== null);

const GRAPHS = {
  'a list that holds itself': 'a = [1, 2]\na.append(a)\na',
  'two lists that hold each other': "a = ['a']\nb = ['b', a]\na.append(b)\na",
  'ten objects in a dict': "{'customer': {'name': 'Ada Lovelace', 'address': ['12 St James Square', 'London']}, 'rows': [{'id': i, 'tags': ['red', 'green', 'blue']} for i in range(3)]}",
  'a dict with objects as keys': 'class Key:\n    def __init__(self, n): self.n = n\nk, j = Key(1), Key(2)\n{k: [1, 2], j: [k, j], (1, 2): "pair"}',
  'instances with slots and without': 'class P:\n    __slots__ = ("x", "y", "next")\n    def __init__(self, *a): self.x, self.y, self.next = a\nclass Node:\n    pass\nn = Node()\nn.left = P(1, [2, 3], P(4, 5, None))\nn.self = n\nn',
  'lists of forty elements': 'matrix = [[[i, j] for j in range(40)] for i in range(3)]\nmatrix',
  'a nest of 300 lists': 'x = []\nfor i in range(300): x = [x, i]\nx',
};

for (const [name, code] of Object.entries(GRAPHS)) {
  test(`${name}: all of the graph is in sight at its begin, middle and end, in text that can be read`, async () => {
    for (const size of [{ width: 1920, height: 1080 }, { width: 1280, height: 720, theme: 'projector' }]) {
      const { page, faults } = await host.open(size);
      await record(page, code);
      for (const layout of ['1', '2']) {
        await page.keyboard.press(layout);
        for (const part of [0.02, 0.5, 0.93]) {
          await seekTo(page, part);
          await until(page, () => /\d/.test(document.querySelector('#objects h2 .r').textContent));
          const { loose, least } = await settled(page);
          assert.deepEqual(loose, [], `${size.width}, layout ${layout}, at ${part}`);
          if (size.width === 1920 && layout === '1') assert.ok(least >= 17.99, `text of ${least} pixels at ${part}`);
        }
      }
      assert.deepEqual(faults, []);
      await page.close();
    }
  });
}

/** Clicks the timeline at a part of its width. */
async function seekTo(page, part) {
  const last = await page.$eval('[role=slider]', (node) => Number(node.getAttribute('aria-valuemax')));
  const box = await (await page.$('[role=slider]')).boundingBox();
  await page.mouse.click(box.x + part * box.width, box.y + box.height / 2);
  await until(page, (lo) => Number(document.querySelector('[role=slider]').getAttribute('aria-valuenow')) >= lo, Math.floor((part - 0.02) * last));
}

/** Measures once no picture is being arranged. */
async function settled(page) {
  await until(page, () => document.querySelector('.object-graph').getAttribute('aria-busy') !== 'true');
  return measure(page);
}

/** What `read` gives once it is `right`, or the last it gave: a large trace is drawn now and then. */
async function eventually(page, read, right) {
  let value = await read();
  for (let tries = 0; tries < 100 && !right(value); tries++) {
    await drawn(page);
    value = await read();
  }
  return value;
}

test('10,000 objects: folded and counted, unfolded and folded again by key, found by name, type, text and address', async () => {
  const { page, faults } = await host.open();
  const trace = await record(page, JSON_GRAPH);
  await until(page, () => /of [\d,]{6,} objects drawn/.test(document.querySelector('#objects h2 .r').textContent));
  const [, shown, all] = /(\d+) of ([\d,]+) objects/.exec(await note(page));
  assert.ok(Number(all.replaceAll(',', '')) >= 10_000, all);
  assert.ok(Number(shown) < 40);
  assert.match(await page.textContent('#objects .half .count'), /^\+[\d,]+/);
  assert.deepEqual((await measure(page)).loose, []);

  await page.keyboard.press('j');
  await page.keyboard.press('j');
  const names = () => page.$$eval('#objects .half:first-of-type .chip .name', (nodes) => nodes.map((node) => node.textContent));
  const picked = await page.textContent('#objects .picked .name');
  const before = await names();
  await page.keyboard.press('x');
  await until(page, (old) => [...document.querySelectorAll('#objects .half:first-of-type .chip .name')].map((node) => node.textContent).join() !== old, before.join());
  const unfolded = await names();
  assert.ok(unfolded.includes(picked), `${picked} is still drawn`);
  await page.keyboard.press('x');
  await until(page, (old) => [...document.querySelectorAll('#objects .half:first-of-type .chip .name')].map((node) => node.textContent).join() !== old, unfolded.join());

  for (const [text, pattern] of [['0.25.12', /0\.25\.12/], ['documents[7]', /documents\[7\]/]]) {
    await page.keyboard.press('o');
    await page.fill('#objects .find input', text);
    await until(page, () => /^1 of/.test(document.querySelector('#objects .find output').textContent));
    await page.keyboard.press('Escape');
    assert.match(await eventually(page, async () => {
      const object = trace.objects[trace.event(await cursor(page)).obj];
      return object.text || object.name || page.textContent('#objects .inset .name');
    }, (said) => pattern.test(said)), pattern, text);
    assert.deepEqual((await measure(page)).loose, [], text);
  }
  const target = trace.history.copies.copy[9000];
  await page.keyboard.press('o');
  await page.fill('#objects .find input', `0x${trace.addr(target).toString(16)}`);
  await until(page, () => /^1 of 1$/.test(document.querySelector('#objects .find output').textContent));
  await page.keyboard.press('Escape');
  const original = trace.history.copies.orig[9000];
  assert.equal(await eventually(page, async () => trace.event(await cursor(page)).obj, (obj) => obj === original), original);
  assert.deepEqual(faults, []);
  await page.close();
});

test('next and previous go through all that was found, and Escape gives the keys back', async () => {
  const { page } = await host.open();
  await record(page, '[["x", i] for i in range(5)]');
  await page.keyboard.press('o');
  await page.keyboard.type('list');
  await until(page, () => document.querySelector('#objects .find output').textContent === '1 of 6');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  assert.equal(await page.textContent('#objects .find output'), '3 of 6');
  await page.keyboard.press('Shift+Enter');
  assert.equal(await page.textContent('#objects .find output'), '2 of 6');
  await page.keyboard.press('Escape');
  await page.waitForSelector('#objects .find .field', { state: 'hidden' });
  const at = await cursor(page);
  await page.keyboard.press('ArrowRight');
  await until(page, (next) => document.querySelector('[role=slider]').getAttribute('aria-valuenow') === String(next + 1), at + 1);
  await page.close();
});

/** Asks why the object of this name is shared, by the keys. */
async function why(page, name) {
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press('j');
    if ((await page.textContent('#objects .picked .name')) === name) break;
  }
  await page.keyboard.press('y');
  await page.waitForSelector('#objects .why', { state: 'visible' });
  return page.$$eval('#objects .why .step', (nodes) => nodes.map((node) => [Number(node.dataset.n), node.textContent]));
}

test('why is a list shared: a memo hit; each line leads to its event, and the path is lit', async () => {
  const { page, faults } = await host.open();
  const trace = await record(page, 'inner = [1, 2, 3]\nouter = [inner, inner]\nouter');
  const steps = await why(page, 'inner');
  assert.match(await page.textContent('#objects .why .verdict'), /inner was reached 2 times and copied once/);
  const [n] = steps.find(([, text]) => /memo hit/.test(text));
  assert.deepEqual([trace.event(n).event, trace.event(n).outcome], ['memo_get', true]);
  assert.ok(await page.$$eval('#objects .half:first-of-type .ref.lit', (nodes) => nodes.length) >= 2);
  await page.click(`#objects .why .step[data-n="${n}"]`);
  assert.equal(await cursor(page), n);
  await until(page, (at) => document.querySelector(`#objects .why .step[data-n="${at}"]`).hasAttribute('aria-current'), n);
  await page.keyboard.press('Shift+y');
  await until(page, () => /was copied by these calls/.test(document.querySelector('#objects .why .verdict').textContent));
  await page.keyboard.press('Shift+y');
  await page.waitForSelector('#objects .why', { state: 'hidden' });
  assert.deepEqual(faults, []);
  await page.close();
});

/** Chooses a lesson and resolves with the trace of its run. */
async function openLesson(page, id) {
  const before = await page.getAttribute('a[download]', 'href');
  await page.locator('#header select', { has: page.locator(`option[value="lesson:${id}"]`) }).selectOption(`lesson:${id}`);
  await until(page, (old) => document.querySelector('a[download]').getAttribute('href') !== old && document.querySelector('.stage').dataset.state === 'done', before);
  return traceOf(page);
}

for (const lesson of ['03-shared-references', '04-cycle']) {
  test(`why is the object shared that the memo finds again, in the lesson ${lesson}`, async () => {
    const { page } = await host.open();
    const trace = await openLesson(page, lesson);
    const hit = trace.event(find(trace, { event: 'memo_get', outcome: true }));
    const { name } = trace.objects[hit.obj];
    await until(page, (shown) => [...document.querySelectorAll('#objects .half .name')].some((node) => node.textContent === shown), name);
    const steps = await why(page, name);
    assert.match(await page.textContent('#objects .why .verdict'), /reached \d times and copied once/);
    assert.ok(steps.some(([n]) => n === hit.n), JSON.stringify(steps));
    await page.close();
  });
}

test('why is a tuple shared that came back unchanged: none of its elements changed', async () => {
  const { page } = await host.open();
  const trace = await record(page, 'point = (1, (2, 3))\npath = [point, point]\npath');
  const steps = await why(page, 'point');
  assert.match(await page.textContent('#objects .why .verdict'), /no element of it changed/);
  assert.ok(steps.some(([n]) => trace.event(n).event === 'tuple_same'));
  assert.ok(steps.filter(([, text]) => /came back as itself/.test(text)).length >= 2);
  await page.close();
});

test('the memory map shows a copy in its pool from the event that makes it, and says what is reconstructed', async () => {
  const { page, faults } = await host.open();
  const trace = await record(page, '[[i] for i in range(300)]');
  await explore(page, 'memoryMap');
  assert.match(await page.textContent('#memoryMap h2 .r'), /reconstructed/);
  assert.match(await page.textContent('#memoryMap .said'), /No copy is made yet/);
  await page.keyboard.press('End');
  await until(page, () => /′/.test(document.querySelector('#memoryMap .said').textContent));
  const { copies } = trace.history;
  const pools = new Set(Array.from({ length: copies.length }, (_, row) => trace.addr(copies.copy[row]) >> 14n));
  const marks = await page.$$eval('#memoryMap .pool-copy', (nodes) => nodes.map((node) => node.getAttribute('d').split('M').length - 1).reduce((a, b) => a + b, 0));
  assert.ok(marks > 0 && marks <= pools.size, `${marks} marks of ${pools.size} pools`);
  await page.keyboard.press('a');
  await until(page, () => document.querySelectorAll('#memoryMap .twin tbody tr').length === 200);
  assert.deepEqual(faults, []);
  await page.close();
});
