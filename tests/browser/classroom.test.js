/* A class in browsers: the presenter's page leads, followers' go along, leave, rejoin and answer; the presenter's own window. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawn, goTo, record } from './runs.js';
import { openPage, require, startBrowser, startServer, until } from './serve.js';

const jsQR = require('jsqr');
const NOT_FOUND = /status of 404 \(Not Found\)$/;

/** A class on a server of its own: `presenter` is a page, `follow` opens another; afterwards none may have complained, but of
 * what was `refused` on purpose. */
async function inClass(work, refused = /^never$/) {
  const server = await startServer('--class');
  const browser = await startBrowser();
  const faults = [];
  const watch = (page) => {
    page.on('pageerror', (error) => faults.push(String(error.stack)));
    page.on('console', (message) => { if (message.type() === 'error') faults.push(message.text()); });
  };
  try {
    const { page: presenter, faults: first } = await openPage(browser, server);
    const { link } = await presenter.evaluate(async () => (await fetch('api/class')).json());
    const follow = async ({ language = 'en', width = 1920, height = 1080 } = {}) => {
      const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce', locale: language });
      const page = await context.newPage();
      await page.goto(link); // shows the door, which hands the code in and loads the page
      await page.waitForSelector('.class-line:not([hidden])');
      watch(page);
      return page;
    };
    await work({ presenter, follow, link, server, browser });
    assert.deepEqual([...first, ...faults].filter((fault) => !refused.test(fault)), []);
  } finally {
    await browser.close();
    await server.stop();
  }
}

const at = (page) => page.$eval('.transport .where b', (node) => Number(node.textContent.replace(',', '')));
const comesTo = (page, event) => until(page, (n) => document.querySelector('.transport .where b').textContent === String(n), event);
const line = (page) => page.$eval('.class-line', (node) => node.textContent);
const lineSays = (page, text) => until(page, (wanted) => document.querySelector('.class-line').textContent.includes(wanted), text);
const isAsked = (page) => until(page, () => document.documentElement.dataset.gate === 'open');
/** What a follower is to see of a page, once that is drawn. */
const alike = async (page) => {
  await drawn(page);
  return page.evaluate(look);
};
const becomesLike = async (page, wanted) => {
  const end = Date.now() + 30000;
  let seen = null;
  do seen = await alike(page);
  while (JSON.stringify(seen) !== JSON.stringify(wanted) && Date.now() < end);
  assert.deepEqual(seen, wanted);
};

function look() {
  return {
    event: document.querySelector('.transport .where b').textContent, preset: document.querySelector('main').dataset.preset,
    full: document.querySelector('main .alone .pane:not([hidden])')?.id ?? '', spot: document.querySelector('.stage').hasAttribute('data-spotlight'),
    sentence: document.querySelector('.narration .sentence')?.textContent ?? '',
  };
}

/** Steps the presenter on until a question is asked. */
async function toQuestion(presenter) {
  await presenter.keyboard.press('p');
  for (let i = 0; i < 60 && !(await presenter.evaluate(() => document.documentElement.dataset.gate === 'open')); i++) await presenter.keyboard.press('ArrowRight');
  await isAsked(presenter);
}

test('a follower sees the presenter\'s step, layout, pane, spotlight, picked object and search', async () => {
  await inClass(async ({ presenter, follow }) => {
    const one = await follow();
    assert.equal(await line(one), 'In class');
    await lineSays(presenter, 'Class: 1');
    for (const key of ['ArrowRight', 'ArrowRight', 'm', 'Shift+ArrowRight', '2', 'End', 's', '5', 's', '1', 'f', 'f', 'Home', '.', '.', '3', '1']) {
      await presenter.keyboard.press(key);
      await becomesLike(one, await alike(presenter));
    }
    await presenter.keyboard.press('End');
    await presenter.keyboard.press('j');
    const picked = (page) => page.$eval('.object-graph .picked', (node) => node.textContent);
    await until(one, (wanted) => document.querySelector('.object-graph .picked')?.textContent === wanted, await picked(presenter));
    await presenter.keyboard.press('2');
    await presenter.keyboard.press('/');
    await presenter.fill('#events .query-box input', 'event == "memo_get"');
    await until(one, () => document.querySelector('#events .query-box input').value === 'event == "memo_get"');
    await presenter.evaluate(() => document.activeElement.blur());
    assert.equal(await line(one), 'In class', 'what the presenter does is no move of the follower\'s');
    const delays = [];
    await presenter.keyboard.press('1');
    await presenter.keyboard.press('Home');
    await comesTo(one, 1);
    for (let n = 2; n < 20; n++) {
      const seen = one.evaluate((event) => new Promise((done) => {
        const number = document.querySelector('.transport .where b');
        const look = () => (number.textContent === event ? done(performance.timeOrigin + performance.now()) : requestAnimationFrame(look));
        look();
      }), String(n));
      const begun = await presenter.evaluate(() => {
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, cancelable: true }));
        return performance.timeOrigin + performance.now();
      });
      delays.push((await seen) - begun);
    }
    delays.sort((a, b) => a - b);
    console.log(`from the presenter's key to the follower's frame: median ${delays[9].toFixed(0)} ms, longest ${delays.at(-1).toFixed(0)} ms`);
  });
});

test('who steps alone leaves the class, is told where both are, and rejoins by key or button', async () => {
  await inClass(async ({ presenter, follow }) => {
    const one = await follow();
    await goTo(presenter, 11);
    await comesTo(one, 12);
    await one.keyboard.press('ArrowLeft');
    await presenter.keyboard.press('ArrowRight');
    await lineSays(one, 'You are at 11, the class is at 13');
    assert.equal(await at(one), 11);
    await one.click('.class-line button');
    await comesTo(one, 13);
    assert.equal(await line(one), 'In class');
    await one.keyboard.press('2');
    await presenter.keyboard.press('ArrowRight');
    await lineSays(one, 'You are at 13, the class is at 14');
    await one.keyboard.press('Shift+J');
    await becomesLike(one, await alike(presenter));
    await one.keyboard.press('Shift+J');
    await presenter.keyboard.press('Home');
    await lineSays(one, 'You are at 14, the class is at 1');
    await record(presenter, '[[1], [2]]');
    await lineSays(one, 'The class is at another recording');
    await one.keyboard.press('Shift+J');
    await until(one, () => document.querySelector('.stage').dataset.state === 'done');
    await becomesLike(one, await alike(presenter));
  });
});

test('a late comer, a page loaded again and the presenter\'s own page find the class where it is', async () => {
  await inClass(async ({ presenter, follow, server, browser }) => {
    const one = await follow();
    await record(presenter, 'a = [[]] * 3\na');
    await presenter.keyboard.press('2');
    await goTo(presenter, 9);
    const there = await alike(presenter);
    await becomesLike(one, there);
    await becomesLike(await follow(), there);
    await one.reload();
    await becomesLike(one, there);
    assert.equal(await line(one), 'In class');
    await presenter.reload();
    await becomesLike(presenter, there);
    const { page: other } = await openPage(browser, server);
    await becomesLike(other, there);
    await other.keyboard.press('ArrowRight');
    await becomesLike(presenter, await alike(other));
    await presenter.keyboard.press('End');
    await becomesLike(other, await alike(presenter));
    await becomesLike(one, await alike(presenter));
  });
});

test('a class answers a question: nobody sees how before it is shown, nobody what is so before it is told', async () => {
  await inClass(async ({ presenter, follow }) => {
    const [one, other, late] = [await follow(), await follow({ language: 'vi' }), await follow()];
    await toQuestion(presenter);
    for (const page of [one, other, late]) await isAsked(page);
    const options = await one.$$eval('.ballot .options button', (nodes) => nodes.length);
    assert.equal(await at(one), await at(presenter), 'the cursor stands before the event');
    await one.keyboard.press('1');
    await until(one, () => document.querySelector('.ballot [aria-pressed=true] kbd')?.textContent === '1');
    await one.keyboard.press('2');
    await until(one, () => document.querySelector('.ballot [aria-pressed=true] kbd')?.textContent === '2');
    await other.click('.ballot .options button >> nth=1');
    await until(presenter, () => /^2 answers of 3/.test(document.querySelector('.prediction .tally').textContent));
    for (const page of [presenter, one, other]) assert.equal(await page.$$eval('.ask .count', (nodes) => nodes.length), 0);
    await one.reload();
    await isAsked(one);
    assert.equal(await one.$eval('.ballot [aria-pressed=true] kbd', (node) => node.textContent), '2', 'the answer is kept');
    await late.keyboard.press('End');
    await presenter.keyboard.press('Shift+A');
    for (const page of [presenter, one, other]) {
      await until(page, () => document.querySelector('.ask:not([hidden]) .count'));
      assert.deepEqual(await page.$$eval('.ask:not([hidden]) .count', (nodes) => nodes.map((node) => node.textContent)), ['0', '2', '0', '0'].slice(0, options));
    }
    assert.equal(await late.$$eval('.ask .count', (nodes) => nodes.length), 0, 'who has left the class is not asked');
    await one.keyboard.press('1');
    const before = await at(one);
    assert.doesNotMatch(await one.textContent('.ballot'), /Right|Not so/);
    await presenter.keyboard.press('ArrowRight');
    await comesTo(one, before + 1);
    await until(one, () => /^(Right\.|Not so\.).* [02] of 2 in the class were right\.$/.test(document.querySelector('.ballot .verdict').textContent));
    await until(other, () => /^(Đúng\.|Không phải\.).* [02] trên 2 câu trả lời của lớp là đúng\.$/.test(document.querySelector('.ballot .verdict').textContent));
    await presenter.keyboard.press('ArrowRight');
    await until(one, () => document.querySelector('.ballot .verdict').hidden);
    assert.equal(await one.evaluate(() => document.documentElement.dataset.gate), undefined);
  });
});

test('a follower runs, edits and annotates nothing', async () => {
  await inClass(async ({ presenter, follow }) => {
    const one = await follow();
    await goTo(presenter, 5);
    await comesTo(one, 6);
    assert.deepEqual(await one.$$eval('#header :is(.run, .pick)', (nodes) => nodes.filter((node) => node.checkVisibility()).length), 0);
    const runs = () => presenter.evaluate(async () => (await (await fetch('api/state')).json()).traces.length);
    const before = await runs();
    for (const key of ['r', 'n', 'Control+Enter']) {
      await one.keyboard.press(key);
      assert.equal(await one.$('dialog[open]'), null);
    }
    await one.keyboard.press('e');
    assert.equal(await one.$eval('dialog.editor textarea', (node) => node.readOnly), true);
    await one.waitForSelector('dialog.editor .run', { state: 'hidden' });
    await one.keyboard.press('Escape');
    const answer = await one.evaluate(() => new Promise((done) => {
      const socket = new WebSocket(`ws://${window.location.host}/ws`);
      socket.onopen = () => socket.send(JSON.stringify({ op: 'run', code: '[]' }));
      socket.onmessage = ({ data }) => { if (JSON.parse(data).op === 'error') done(JSON.parse(data).message); };
    }));
    assert.equal(answer, 'in a class, only the presenter does that');
    assert.equal(await runs(), before);
    assert.equal(await one.evaluate(async () => (await fetch('api/class')).status), 404);
  }, NOT_FOUND);
});

test('the class may wait while the presenter looks something up', async () => {
  await inClass(async ({ presenter, follow }) => {
    const one = await follow();
    await goTo(presenter, 5);
    await comesTo(one, 6);
    await presenter.keyboard.press('Shift+H');
    await lineSays(presenter, 'Class waits: 1');
    await presenter.keyboard.press('End');
    await presenter.keyboard.press('Shift+H');
    await becomesLike(one, await alike(presenter));
  });
});

test('the presenter\'s own window shows what comes, notes and answers, and steps the page that is shown', async () => {
  await inClass(async ({ presenter, follow }) => {
    const one = await follow();
    const popup = presenter.waitForEvent('popup');
    await presenter.keyboard.press('Shift+P');
    const beside = await popup;
    await beside.waitForSelector('header');
    await until(beside, () => /event 1 of 42/.test(document.querySelector('header').textContent));
    await beside.waitForSelector('.notice', { state: 'hidden' });
    const text = (name) => beside.$eval(`.${name}`, (node) => node.textContent);
    const upcoming = (await text('next')).replace(/^Next/, '');
    await beside.keyboard.press('ArrowRight');
    await comesTo(one, 2);
    await comesTo(presenter, 2);
    await until(beside, (wanted) => document.querySelector('.now').textContent === `Now${wanted}`, upcoming);
    assert.match(await text('step'), /No memo was given.*Then: The copy of outer/);
    assert.ok((await text('teacher')).length > 200);
    await beside.click('footer button >> nth=3');
    await until(presenter, () => document.querySelector('.lesson-step .count').textContent.startsWith('3'));
    await presenter.keyboard.press('n');
    await presenter.fill('dialog.note textarea', 'say <b>why</b>');
    await presenter.keyboard.press('Control+Enter');
    await until(beside, () => document.querySelector('.notes').textContent.includes('say <b>why</b>'));
    assert.equal(await beside.$('.notes b'), null);
    await toQuestion(presenter);
    await isAsked(one);
    await one.keyboard.press('1');
    await until(beside, () => /1 answer of 1/.test(document.querySelector('.answers').textContent));
    assert.equal(await beside.$eval('.answers li:first-of-type b', (node) => node.textContent), '1', 'the presenter sees them before');
    assert.equal(await presenter.$('.ask .count'), null, 'the page that is shown does not');
    await beside.keyboard.press('Shift+A');
    await until(presenter, () => document.querySelector('.ask .count'));
    await presenter.goto('about:blank');
    await until(beside, () => !document.querySelector('.notice').hidden);
  });
});

test('the presenter shows an address and a code that leads to it', async () => {
  await inClass(async ({ presenter, link, browser }) => {
    await presenter.click('.class-line button');
    await presenter.waitForSelector('dialog.class .qr');
    assert.equal(await presenter.textContent('dialog.class .address'), link);
    const png = await (await presenter.$('dialog.class .qr')).screenshot({ type: 'png' });
    const camera = await browser.newPage(); // a page without the CSP, to read the picture's pixels
    const { data, width, height } = await camera.evaluate(async (base64) => {
      const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
      const pen = new OffscreenCanvas(image.width, image.height).getContext('2d');
      pen.drawImage(image, 0, 0);
      return { data: [...pen.getImageData(0, 0, image.width, image.height).data], width: image.width, height: image.height };
    }, png.toString('base64'));
    assert.equal(jsQR(Uint8ClampedArray.from(data), width, height)?.data, link);
  });
});

test('on the network, a follower\'s page comes by this machine\'s address and goes along; the presenter\'s does not', async (context) => {
  const server = await startServer('--lan');
  const browser = await startBrowser();
  try {
    const { page: presenter } = await openPage(browser, server);
    const { link, lan } = await presenter.evaluate(async () => (await fetch('api/class')).json());
    assert.equal(lan, true);
    if (!link) {
      context.skip('this machine is on no network');
      return;
    }
    const one = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage();
    const faults = [];
    one.on('pageerror', (error) => faults.push(String(error.stack)));
    await one.goto(link);
    await one.waitForSelector('.class-line:not([hidden])');
    assert.notEqual(new URL(one.url()).hostname, '127.0.0.1');
    assert.doesNotMatch(one.url(), /[#&]t=/, 'the code has gone out of the address');
    await goTo(presenter, 7);
    await comesTo(one, 8);
    await toQuestion(presenter);
    await isAsked(one);
    await one.keyboard.press('1');
    await until(presenter, () => /^1 answer of 1/.test(document.querySelector('.prediction .tally').textContent));
    const stolen = (await presenter.context().cookies()).find(({ name }) => name.startsWith('cs_token_'));
    const thief = await browser.newContext();
    await thief.addCookies([{ name: stolen.name, value: stolen.value, url: new URL(link).origin }]);
    assert.equal((await (await thief.newPage()).goto(new URL(link).origin)).status(), 403);
    assert.deepEqual(faults, []);
  } finally {
    await browser.close();
    await server.stop();
  }
});

test('the sheet of keys names those of a class to who is in one, and to a follower those of followers', async () => {
  await inClass(async ({ presenter, follow, server, browser }) => {
    const named = async (page) => {
      await page.keyboard.press('?');
      const rows = await page.$$eval('dialog.help tr[data-needs]', (nodes) => nodes.filter((node) => node.checkVisibility()).map((node) => node.querySelector('kbd').textContent));
      await page.keyboard.press('Escape');
      return rows;
    };
    assert.deepEqual(await named(presenter), ['Shift J', 'Shift A', 'Shift P', 'Shift H']);
    assert.deepEqual(await named(await follow()), ['Shift J']);
    const alone = await startServer();
    const { page } = await openPage(browser, alone);
    assert.deepEqual(await named(page), []);
    await page.waitForSelector('.class-line', { state: 'hidden' });
    await alone.stop();
    assert.ok(server.origin);
  });
});

test('whatever a presenter\'s word says of the view, a follower\'s page lives on', async () => {
  await inClass(async ({ presenter, follow }) => {
    const one = await follow();
    await goTo(presenter, 3);
    await comesTo(one, 4);
    const words = [
      { preset: '<img src=x onerror=alert(1)>', front: [{}, null, '__proto__', 'constructor', '"]'], full: '__proto__', lit: 'constructor', spot: 'yes', query: '(((', object: '-1', lesson: '../../etc/passwd' },
      { preset: 7, front: 'objects', full: { id: 'memo' }, lit: 3, spot: true, query: { a: 1 }, object: [1], lesson: 9 },
      { preset: 'teach', front: [], full: '', spot: false, query: '<script>alert(1)</script>', object: '999999999', lesson: '03-shared-references' },
    ];
    for (const [i, view] of words.entries()) {
      await presenter.evaluate(([word, event]) => new Promise((done) => {
        const socket = new WebSocket(`ws://${window.location.host}/ws`);
        socket.onmessage = ({ data }) => {
          const message = typeof data === 'string' ? JSON.parse(data) : {};
          if (message.op === 'class' && message.trace && !socket.said) {
            socket.said = true;
            socket.send(JSON.stringify({ op: 'lead', trace: message.trace, event, view: word, question: { event: event + 1, options: 7, phase: 'open' } }));
          } else if (message.op === 'led') done(socket.close());
        };
      }), [view, 10 + i]);
      await comesTo(one, 11 + i);
    }
    await presenter.keyboard.press('ArrowRight');
    await becomesLike(one, await alike(presenter));
  }, NOT_FOUND); // lessons that there are not
});

test('a follower sees both recordings that the presenter compares, at the presenter\'s event', async () => {
  await inClass(async ({ presenter, follow }) => {
    const one = await follow();
    const laid = (page) => until(page, () => { const board = document.querySelector('.compare .board'); return Boolean(board) && !board.hidden; });
    const whose = (page) => page.$$eval('.compare .whos b', (names) => names.map((name) => name.textContent));
    await presenter.keyboard.press('4');
    await laid(presenter);
    await laid(one);
    assert.deepEqual(await whose(one), await whose(presenter));
    for (const key of ['Home', 'ArrowRight', 'ArrowRight', 'End']) {
      await presenter.keyboard.press(key);
      await becomesLike(one, await alike(presenter));
    }
    assert.equal(await line(one), 'In class', 'what is laid beside the trace does not take a follower away');
    const late = await follow();
    await laid(late);
    assert.deepEqual(await whose(late), await whose(presenter));
  });
});
