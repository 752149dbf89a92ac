import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawn } from './runs.js';
import { hosted, until } from './serve.js';
import questionAt from '../../web/src/prediction/questions.js';
import { TraceReader } from '../../web/src/reader.js';
import translator from '../../web/src/strings/index.js';

const host = hosted();

const isOpen = (page) => page.evaluate(() => document.documentElement.dataset.gate === 'open');
const at = (page) => page.textContent('.transport .where b');

/** Steps on until a question is asked; returns it with its answers. */
async function toQuestion(page, limit = 60) {
  for (let i = 0; i < limit && !(await isOpen(page)); i++) await page.keyboard.press('ArrowRight');
  assert.ok(await isOpen(page), 'no question came');
  return { text: await page.textContent('.ask .sentence'), options: await page.$$eval('.ask .options span', (nodes) => nodes.map((node) => node.textContent).filter(Boolean)) };
}

/** Everything that can be read on the page outside of the question, by eye or by ear; the fields that cover nothing stay out. */
const readable = (page) => page.evaluate(() => [...document.querySelectorAll('.pane, #transport, .lesson-step p')]
  .flatMap((pane) => [...pane.querySelectorAll('*')])
  .filter((node) => !node.closest('.ask') && node.checkVisibility({ visibilityProperty: true }))
  .flatMap((node) => [[...node.childNodes].filter((child) => child.nodeType === 3).map((child) => child.textContent).join(''),
    node.getAttribute('aria-label') ?? '', node.getAttribute('aria-valuetext') ?? '', node.getAttribute('title') ?? ''])
  .filter(Boolean).join('\n'));

test('P asks before a memo lookup, and nothing on the page says hit or miss until it is answered', async () => {
  const { page, faults } = await host.open();
  for (const preset of ['1', '2']) {
    await page.keyboard.press(preset);
    await page.keyboard.press('Home');
    await page.keyboard.press('p');
    for (let asked = 0; asked < 2;) {
      const { text } = await toQuestion(page);
      if (/^Is id\(inner\) in the memo\?$/.test(text)) {
        asked++;
        await drawn(page);
        const seen = await readable(page);
        assert.doesNotMatch(seen, /memo lookup, (hit|miss)|memo hit|memo miss|is in the memo|is not in the memo|equal\b(?! to)/, `${preset}: ${seen}`);
      }
      await page.keyboard.press('1');
    }
    await page.keyboard.press('p');
    await page.reload();
    await page.waitForSelector('.stage[data-state=done] .badge.equal');
  }
  assert.deepEqual(faults, []);
  await page.close();
});

test('what lies ahead is hidden on the timeline and in the picture while the question is open', async () => {
  const { page } = await host.open();
  await page.keyboard.press('p');
  await toQuestion(page);
  assert.notEqual(await page.$eval('.lanes .base', (node) => getComputedStyle(node).maskImage), 'none');
  assert.deepEqual(await page.$$eval('.object-graph .ghost', (nodes) => nodes.filter((node) => node.checkVisibility({ visibilityProperty: true })).length), 0);
  await page.hover('.lanes');
  await page.waitForSelector('.lanes .tip', { state: 'hidden' });
  await page.keyboard.press('1');
  assert.equal(await page.$eval('.lanes .base', (node) => getComputedStyle(node).maskImage), 'none');
  await page.close();
});

test('an answer by key is judged by the trace, the score is kept, the proof is a jump', async () => {
  const { page } = await host.open();
  await page.keyboard.press('p');
  let text = '';
  let options = [];
  let right = 0;
  let n = 0;
  let seen = 0;
  while (seen < 2) {
    ({ text, options } = await toQuestion(page));
    if (/in the memo/.test(text)) seen++;
    if (seen < 2) await page.keyboard.press('2');
    n++;
    if (seen < 2 && /Right/.test(await page.textContent('.prediction .verdict'))) right++;
  }
  const before = Number(await at(page));
  assert.deepEqual(options, ['yes: a hit', 'no: a miss']);
  await page.keyboard.press('1');
  assert.match(await page.textContent('.prediction .verdict'), /^Right\. Event \d+ proves it$/);
  await until(page, (now) => document.querySelector('.transport .where b').textContent === String(now), before + 1);
  await until(page, () => /^id\(inner\) is in the memo/.test(document.querySelector('.narration .sentence').textContent));
  assert.match(await page.textContent('.narration .sentence'), /^id\(inner\) is in the memo/);
  assert.match(await page.textContent('.prediction .score'), new RegExp(`^${right + 1} of ${n} right$`));
  assert.equal(await page.getAttribute('main', 'data-preset'), 'teach', 'the digit did not choose a layout');
  await page.click('.prediction .verdict .link');
  await until(page, () => /^The memo stores inner′/.test(document.querySelector('.narration .sentence').textContent));
  await page.close();
});

test('a question can be stepped past, playing stops at one, and outside of questions the digits are the layouts\'', async () => {
  const { page } = await host.open();
  await page.keyboard.press('p');
  await page.keyboard.press(' ');
  await until(page, () => document.documentElement.dataset.gate === 'open');
  assert.ok(await page.$eval('.transport .play', (node) => !node.classList.contains('playing')));
  await page.keyboard.press('ArrowRight');
  assert.equal(await isOpen(page), false);
  assert.match(await page.textContent('.prediction .verdict'), /Passed 1 question/);
  await page.keyboard.press('2');
  assert.equal(await page.getAttribute('main', 'data-preset'), 'explore');
  await page.keyboard.press('p');
  await page.keyboard.press('ArrowRight');
  assert.equal(await isOpen(page), false);
  await page.close();
});

const KINDS = `import copyreg
class Plain: pass
class Hook:
    def __deepcopy__(self, memo): return Hook()
class Reg: pass
copyreg.pickle(Reg, lambda x: (Reg, ()))
plain, hook, reg = Plain(), Hook(), Reg()
plain.a = [1]
cycle = []
met = (cycle,)
cycle.append(met)
changed, same = ([1],), (1, 2)
[plain, hook, reg, changed, same, met]`;

const words = (parts) => parts.map((part) => (typeof part === 'string' ? part : part.code)).join('');

/** Records the snippet under a policy; returns what is asked about it, as "question": "right answer". */
async function asked(page, policy) {
  const before = await page.getAttribute('a[download]', 'href');
  await page.selectOption('.pick.policy select', policy);
  await until(page, (old) => document.querySelector('.stage').dataset.state === 'done' && document.querySelector('a[download]').getAttribute('href') !== old, before);
  const href = await page.getAttribute('a[download]', 'href');
  const bytes = await page.evaluate(async (path) => Array.from(new Uint8Array(await (await fetch(path)).arrayBuffer())), href);
  const reader = new TraceReader();
  reader.feed(Uint8Array.from(bytes));
  const trace = reader.finish();
  const t = translator('en');
  const questions = Array.from({ length: trace.eventCount }, (_, n) => questionAt(trace, n, t)).filter(Boolean);
  return Object.fromEntries(questions.map(({ text, options, right }) => [words(text), words(options[right])]));
}

test('answers about hooks, reductors, tuples and fast paths are those that these objects have', async () => {
  const { page, faults } = await host.open();
  await page.keyboard.press('e');
  await page.fill('dialog.editor textarea', KINDS);
  await page.keyboard.press('Escape');
  const report = await asked(page, 'report-merged');
  assert.equal(report['Is (1, 2) returned on the fast path for tuples?'], 'yes');
  assert.equal(report['Is changed returned on the fast path for tuples?'], 'no');
  const plain = await asked(page, 'cpython');
  for (const [question, answer] of Object.entries({
    'Who tells how plain is copied?': 'its own __reduce_ex__', 'Who tells how hook is copied?': 'its own __deepcopy__', 'Who tells how reg is copied?': 'a reductor of copyreg',
    'What does the dispatch table say about Plain?': 'nothing: a hook or a reductor must tell', 'What does the dispatch table say about tuple?': '_deepcopy_tuple copies it',
    'Its elements are copied. What is the copy of same?': 'the same tuple', 'Its elements are copied. What is the copy of changed?': 'a new tuple',
    'Its elements are copied. What is the copy of met?': 'one that a cycle has made meanwhile',
  })) assert.equal(plain[question], answer, question);
  assert.deepEqual(faults, []);
  await page.close();
});
