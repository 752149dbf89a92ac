import assert from 'node:assert/strict';
import { test } from 'node:test';
import makeCourse, { newsFrom } from '../../web/src/class/course.js';

/** A server that hears every page and tells all; `deliver` lets what is on its way arrive, in an order that a seed chooses. */
function classroom() {
  const pages = [];
  let seq = 1;
  let word = { trace: 0, event: 0, view: {}, question: null };
  const tell = () => { for (const page of pages) if (page.up) page.inbox = [...page.inbox.filter(({ op }) => op !== 'class'), { op: 'class', seq, ...word }]; };
  return {
    pages,
    get word() { return word; },
    join(role) {
      const page = { up: true, inbox: [{ op: 'class', seq, ...word }], at: { trace: 0, event: 0, view: {}, question: null }, shown: [], outbox: [], changes: 0 };
      page.course = makeCourse({
        role, here: () => (page.at.trace ? page.at : null), changed: () => { page.changes++; },
        send: (command) => page.up && Boolean(page.outbox.push(command)),
        show: ({ trace, event, view, question }) => {
          page.at = { trace, event, view, question };
          page.shown.push(event);
          page.course.moved(); // as a store tells all who listen, whoever moved it
        },
      });
      page.go = (event, more = {}) => {
        page.at = { ...page.at, trace: 1, event, ...more };
        page.course.moved();
      };
      page.drop = () => Object.assign(page, { up: false, inbox: [], outbox: [] });
      page.back = () => {
        page.up = true;
        page.course.online();
        page.inbox = [{ op: 'class', seq, ...word }];
      };
      pages.push(page);
      return page;
    },
    /** One message moves; false when none is left. */
    step(random) {
      const ways = pages.flatMap((page) => [page.outbox.length ? ['out', page] : null, page.inbox.length ? ['in', page] : null]).filter(Boolean);
      if (!ways.length) return false;
      const [way, page] = ways[random(ways.length)];
      if (way === 'in') page.course.message(page.inbox.shift());
      else {
        const { op, ...next } = page.outbox.shift();
        assert.equal(op, 'lead');
        word = next;
        seq++;
        tell();
        page.inbox.unshift({ op: 'led', seq }); // answers go before news
      }
      return true;
    },
    settle(random = () => 0) { while (this.step(random)); },
  };
}

const chance = (seed) => (n) => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return (seed >>> 8) % n;
};

test('a follower is where the presenter is, until it moves, and again when it rejoins', () => {
  const room = classroom();
  const presenter = room.join('presenter');
  const follower = room.join('follower');
  presenter.go(4, { view: { preset: 'teach' } });
  room.settle();
  assert.deepEqual(follower.at, { trace: 1, event: 4, view: { preset: 'teach' }, question: null });
  follower.go(2);
  assert.equal(follower.course.along, false);
  presenter.go(9);
  room.settle();
  assert.equal(follower.at.event, 2);
  assert.equal(follower.course.news.event, 9);
  assert.equal(follower.course.toggle(), true);
  assert.equal(follower.at.event, 9);
  presenter.go(10);
  room.settle();
  assert.equal(follower.at.event, 10);
});

test('a late comer and a page that is loaded again find the class where it is', () => {
  const room = classroom();
  const presenter = room.join('presenter');
  presenter.go(7);
  room.settle();
  const [late, again] = [room.join('follower'), room.join('presenter')];
  room.settle();
  assert.equal(late.at.event, 7);
  assert.equal(again.at.event, 7);
  assert.equal(room.word.event, 7);
});

test('a presenter says no word twice, and of many moves in a row the last', () => {
  const room = classroom();
  const presenter = room.join('presenter');
  room.settle();
  for (let n = 1; n <= 100; n++) presenter.go(n);
  assert.equal(presenter.outbox.length, 1);
  room.settle();
  assert.equal(room.word.event, 100);
  presenter.course.moved();
  assert.equal(presenter.outbox.length, 0);
});

test('pages of one presenter end at the same event, whatever the order in which their words meet', () => {
  for (let seed = 1; seed <= 400; seed++) {
    const random = chance(seed);
    const room = classroom();
    const pages = [room.join('presenter'), room.join('presenter'), room.join('presenter')];
    const follower = room.join('follower');
    for (let i = 0; i < 30; i++) {
      if (random(3) === 0) pages[random(3)].go(1 + random(50));
      else room.step(random);
    }
    room.settle(random);
    const events = [...pages, follower].map(({ at }) => at.event);
    assert.deepEqual(new Set(events), new Set([room.word.event]), `seed ${seed}: ${events}`);
  }
});

test('a presenter that pauses shows nobody what it looks up, and leads on from there', () => {
  const room = classroom();
  const presenter = room.join('presenter');
  const follower = room.join('follower');
  presenter.go(3);
  room.settle();
  assert.equal(presenter.course.toggle(), false);
  presenter.go(30);
  room.settle();
  assert.equal(follower.at.event, 3);
  presenter.course.toggle();
  room.settle();
  assert.equal(follower.at.event, 30);
});

test('after a lost connection a presenter says where it went meanwhile, and goes along where it did not', () => {
  const room = classroom();
  const [one, other] = [room.join('presenter'), room.join('presenter')];
  one.go(3);
  room.settle();
  one.drop();
  one.go(8);
  assert.equal(room.word.event, 3);
  one.back();
  room.settle();
  assert.equal(room.word.event, 8);
  one.drop();
  other.go(20);
  room.settle();
  one.back();
  room.settle();
  assert.equal(one.at.event, 20);
});

test('a trace that is not all there yet is come back to as it grows', () => {
  const room = classroom();
  const presenter = room.join('presenter');
  const follower = room.join('follower');
  presenter.go(5);
  room.settle();
  follower.shown.length = 0;
  follower.course.grew();
  assert.deepEqual(follower.shown, [5]);
  follower.go(1);
  follower.course.grew();
  assert.equal(follower.at.event, 1);
});

test('a presenter\'s page that is loaded again says nothing of its own until the class\'s trace has come', () => {
  const room = classroom();
  room.join('presenter').go(5);
  room.settle();
  const again = room.join('presenter');
  let come = 0;
  again.course = makeCourse({
    role: 'presenter', changed() {}, send: (command) => Boolean(again.outbox.push(command)),
    here: () => (come ? again.at : null), show: (word) => { again.at = { trace: word.trace, event: Math.min(word.event, come), view: word.view, question: null }; },
  });
  room.settle();
  for (come of [1, 3]) {
    again.course.grew();
    again.course.moved(false);
    assert.equal(again.outbox.length, 0);
  }
  come = 9;
  again.course.grew();
  assert.equal(again.at.event, 5);
  again.go(6);
  room.settle();
  assert.equal(room.word.event, 6);
});

test('a refused word is no reason to say nothing any more', () => {
  const room = classroom();
  const presenter = room.join('presenter');
  room.settle();
  presenter.go(5);
  presenter.outbox.length = 0;
  presenter.course.message({ op: 'error', message: 'no' });
  presenter.go(6);
  room.settle();
  assert.equal(room.word.event, 6);
});

test('news that are none are left out, and what is odd in them', () => {
  for (const json of [null, 1, {}, { seq: 1 }, { seq: 1, trace: -1, event: 0 }, { seq: 1, trace: 1, event: 1.5 }, { seq: 1, trace: 2 ** 40, event: 1 }, { seq: 'x', trace: 1, event: 1 }]) assert.equal(newsFrom(json), null);
  const odd = newsFrom({ seq: 1, trace: 1, event: 1, view: [1], question: { event: 1, options: 3, phase: 'ajar', serial: 1 }, followers: -1 });
  assert.deepEqual(odd, { seq: 1, trace: 1, other: 0, event: 1, view: {}, question: null, followers: 0 });
  const counted = (counts) => newsFrom({ seq: 1, trace: 1, event: 1, question: { event: 2, options: 3, phase: 'closed', serial: 1, counts } }).question.counts;
  assert.deepEqual(counted([1, 2, 3]), [1, 2, 3]);
  for (const counts of [[1, 2], [1, 2, -3], 'x', [1, 2, '3'], null]) assert.equal(counted(counts), undefined);
});

test('what is compared with the trace is news, and of another kind it is nothing', () => {
  const word = { op: 'class', seq: 1, trace: 1, event: 2, view: {}, question: null };
  assert.equal(newsFrom({ ...word, other: 7 }).other, 7);
  for (const other of [undefined, null, -1, 1.5, '7', 2 ** 32]) assert.equal(newsFrom({ ...word, other }).other, 0);
  const room = classroom();
  const [presenter, follower] = [room.join('presenter'), room.join('follower')];
  presenter.go(3);
  room.settle();
  const before = follower.shown.length;
  presenter.go(3, { other: 9 });
  room.settle();
  assert.equal(room.word.other, 9);
  assert.ok(follower.shown.length > before);
});
