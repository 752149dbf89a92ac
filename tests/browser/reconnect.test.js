import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hosted, until } from './serve.js';

const host = hosted();

/** A page whose connection is cut once, when `frames` binary frames of a trace have come; `sent` collects its commands. */
async function cutPage(frames) {
  const page = await host.browser.newPage({ viewport: { width: 1280, height: 720 } });
  const sent = [];
  let [seen, cut] = [0, false];
  await page.routeWebSocket('**/ws', (ws) => {
    const server = ws.connectToServer();
    ws.onMessage((message) => {
      sent.push(JSON.parse(String(message)));
      server.send(message);
    });
    server.onMessage((message) => {
      if (cut || typeof message === 'string') ws.send(message);
      else if (seen < frames) {
        seen += 1;
        ws.send(message);
      } else {
        cut = true;
        ws.close();
        server.close();
      }
    });
  });
  return { page, sent };
}

for (const frames of [1, 2]) {
  test(`a connection that is lost after ${frames} frames goes on there, and the trace is whole`, async () => {
    const { page, sent } = await cutPage(frames);
    await page.goto(`${host.server.url}#lesson=03-shared-references`);
    await page.waitForSelector('.stage[data-state=done] .badge.equal');
    await until(page, () => document.querySelector('.badge.equal').textContent.includes('42 of 42'));
    const [run, again] = sent;
    assert.equal(run.op, 'run');
    assert.deepEqual(again, { op: 'open', trace: again.trace, frame: frames });
    assert.ok(again.trace >= 1);
    assert.equal(sent.filter(({ op }) => op === 'run').length, 1, 'the snippet runs once');
    await page.close();
  });
}
