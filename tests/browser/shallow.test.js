import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TraceReader } from '../../web/src/reader.js';
import sentence from '../../web/src/sentence.js';
import { stateAt } from '../../web/src/store.js';
import { hosted, until } from './serve.js';

const host = hosted();

/** Runs a snippet with a function of the copy module and waits until the page shows the end of this very run. */
async function run(page, code, name) {
  const before = await page.getAttribute('a[download]', 'href');
  await page.keyboard.press('e');
  await page.fill('dialog.editor textarea', code);
  await page.selectOption('[aria-label="Function that copies"]', name);
  await page.click('.drawer.editor button.run');
  await until(page, (old) => {
    const href = document.querySelector('a[download]').getAttribute('href');
    return document.querySelector('.stage').dataset.state === 'error'
      || (Boolean(href) && href !== old && document.querySelector('.stage').dataset.state !== 'running');
  }, before);
}

async function traceOf(page) {
  const href = await page.getAttribute('a[download]', 'href');
  const bytes = await page.evaluate(async (path) => Array.from(new Uint8Array(await (await fetch(path)).arrayBuffer())), href);
  const reader = new TraceReader();
  reader.feed(Uint8Array.from(bytes));
  assert.equal(reader.error, null);
  return reader.finish();
}

const words = (parts) => parts.map((part) => (typeof part === 'string' ? part : part.code ?? `event ${part.event + 1}`)).join('');
const sentences = (trace) => Array.from({ length: trace.eventCount }, (_, n) => words(sentence(trace, trace.event(n))));

test('a shallow copy is recorded, checked and told as one', async () => {
  const { page, faults } = await host.open();
  await run(page, 'shared = [1]\nx = [shared, shared]\nx', 'copy');
  const badge = await page.textContent('.badge');
  assert.match(badge, /^\s*([\d,]+) of \1 equal to CPython/, badge);
  assert.equal(await page.$eval('.pick.policy select', (node) => node.disabled), true);
  await page.keyboard.press('End');
  await until(page, () => document.querySelector('.sentence').textContent.startsWith('copy(x) returns'));
  assert.match(await page.textContent('.callstack'), /copy\(x\)/);
  assert.match(await page.textContent('.line.current'), /return copier\(x\)/);
  assert.deepEqual(sentences(await traceOf(page)), [
    'copy(x) is called.',
    'The dispatch table of copy() has a copier for list.',
    'x copies itself: x′ holds the same elements.',
    'copy(x) returns x′.',
  ]);
  assert.deepEqual(faults, []);
  await page.close();
});

test('an instance is rebuilt with the state and the items of the original; user code that copies is told inside', async () => {
  const { page, faults } = await host.open();
  await run(page, `import copy
class Box(list):
    def __copy__(self):
        return copy.copy(list(self)) + copy.deepcopy([[2]])
class Plain(list):
    pass
x = Plain([[1], Box([1])])
x.note = ['n']
x`, 'copy');
  const told = sentences(await traceOf(page));
  for (const wanted of ['x.__reduce_ex__(4) tells how to rebuild it.', 'A new Plain is made: it will be the copy of x.',
    'The state of the original goes into x′.__dict__.', 'copy(x) returns x′.']) assert.ok(told.includes(wanted), told.join('\n'));
  assert.equal(told.filter((text) => /itself is appended to x′\.$/.test(text)).length, 2);

  await run(page, `import copy
class Box(list):
    def __copy__(self):
        return copy.copy(list(self)) + copy.deepcopy([[2]])
x = Box([1])`, 'copy');
  const trace = await traceOf(page);
  const inner = sentences(trace);
  assert.ok(inner.includes('x.__copy__() runs: it copies itself.'), inner.join('\n'));
  const deep = inner.findIndex((text) => text.includes('deepcopy(') && text.endsWith('is called.'));
  assert.deepEqual(stateAt(trace, deep).stack.map(({ op }) => op).slice(0, 2), ['copy', 'deepcopy']);
  assert.equal(stateAt(trace, deep).stack[0].site, 'copy_hook_call');
  assert.deepEqual(faults, []);
  await page.close();
});

test('what this Python cannot do is one line', async () => {
  const { page } = await host.open();
  await run(page, 'x = 1\nchanges = [2]\nx', 'replace');
  const told = await page.textContent('.narration');
  assert.match(told, /changes must stand for a dict|has no copy\.replace\(\), it came with 3\.13/);
  await page.close();
});
