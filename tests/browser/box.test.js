import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hosted } from './serve.js';

const host = hosted();

async function noteOf(page) {
  await page.keyboard.press('e');
  await page.waitForSelector('dialog.editor textarea:visible');
  return page.$eval('.drawer .note[data-about=box]', (node) => (node.hidden ? '' : node.textContent)); // known before a run began
}

test('the snippet\'s drawer says what of the box this machine lacks, and nothing where it lacks nothing', async () => {
  const { page, faults } = await host.open();
  const { box } = await page.evaluate(async () => (await fetch('api/state')).json());
  assert.ok(box.seccomp !== undefined && box.landlock !== undefined);
  const note = await noteOf(page);
  assert.equal(note === '', box.lacks.length === 0, note);
  assert.deepEqual(faults, []);
  await page.close();
});

for (const [language, words] of [['en', /except here: it can read what.*; it can use the network/], ['vi', /ngoại trừ.*đọc được.*; nó dùng được mạng/]]) {
  test(`a machine without Landlock and seccomp is told of in ${language}`, async () => {
    const page = await host.browser.newPage({ locale: language, viewport: { width: 1920, height: 1080 } });
    await page.route('**/api/state*', async (route) => {
      const answer = await route.fetch();
      const state = await answer.json();
      const lacks = ['landlock', 'seccomp', '<b>new</b>'].map((id) => ({ id, text: id }));
      await route.fulfill({ response: answer, json: { ...state, box: { ...state.box, lacks } } });
    });
    await page.goto(`${host.server.url}#lesson=03-shared-references`);
    await page.waitForSelector('.stage[data-state=done]');
    const note = await noteOf(page);
    assert.match(note, words);
    assert.ok(!note.includes('new'), 'a wall that this page does not know is not drawn');
    if (process.env.SHOT) await page.screenshot({ path: `${process.env.SHOT}/box-${language}.png` });
    await page.close();
  });
}
