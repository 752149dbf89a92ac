import assert from 'node:assert/strict';
import { test } from 'node:test';
import { int, list, sampleTrace, tuple } from './sampleTrace.js';
import align, { common, rowOf } from '../../web/src/compare/align.js';
import { TraceReader } from '../../web/src/reader.js';

function load(root) {
  const reader = new TraceReader();
  reader.feed(sampleTrace(root).bytes);
  assert.equal(reader.error, null);
  return reader.finish();
}

function randomly(seed) {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % n;
  };
}

/** An object at random, and one that differs from it in a few places. */
function pairOf(seed) {
  const random = randomly(seed);
  const build = (depth, twist) => {
    const [kind, size] = [random(4), 1 + random(4)];
    const twisted = random(7) === 0 && twist;
    if (depth === 0 || kind === 0) return twisted ? list(int(9)) : int(1);
    const items = Array.from({ length: size }, () => build(depth - 1, twist));
    if (twisted) items.push(int(7));
    return kind === 1 ? tuple(...items) : list(...items);
  };
  const shape = (twist) => {
    const before = seed;
    return { before, node: list(build(3, twist), build(3, twist), build(3, twist)) };
  };
  const one = shape(false).node;
  return [load(one), load(shape(true).node)];
}

/** The path of the call that an event is in, from the root, and what the event is: found by walking up. */
function told(trace, n) {
  const event = trace.event(n);
  const path = [];
  for (let c = event.callIndex; c >= 0; c = trace.calls.parent[c]) path.unshift(`${trace.calls.role[c]}:${trace.calls.index[c]}`);
  const itself = event.event === 'return' ? trace.calls.result[event.callIndex] === trace.calls.obj[event.callIndex] : '';
  return { path: path.join('/'), what: `${event.event} ${event.outcome} ${itself}` };
}

/**
 * A naive alignment's size: for each call path that both have, and whose callers both have it too, the longest common
 * subsequence of the events that stand between two calls that both make.
 */
function naive(a, b) {
  const groups = (trace) => {
    const found = new Map();
    for (let n = 0; n < trace.eventCount; n++) {
      const { path, what } = told(trace, n);
      if (!found.has(path)) found.set(path, []);
      found.get(path).push({ n, what });
    }
    return found;
  };
  const [one, other] = [groups(a), groups(b)];
  let matched = 0;
  for (const [path, events] of one) {
    if (!other.has(path)) continue;
    const begins = (events_, trace, n) => [...events_.entries()].filter(([p, list_]) => p !== '' && p.slice(0, p.lastIndexOf('/')) === path && p.includes('/') && list_[0].n < n && trace).map(([p]) => p);
    const both = (n, m) => {
      const mine = begins(one, a, n).filter((p) => other.has(p)).length;
      const theirs = begins(other, b, m).filter((p) => one.has(p)).length;
      return mine === theirs;
    };
    matched += lcs(events, other.get(path), both);
  }
  return matched;
}

function lcs(xs, ys, allowed) {
  const table = Array.from({ length: xs.length + 1 }, () => new Array(ys.length + 1).fill(0));
  for (let i = xs.length - 1; i >= 0; i--) {
    for (let j = ys.length - 1; j >= 0; j--) {
      const meet = xs[i].what === ys[j].what && allowed(xs[i].n, ys[j].n) ? table[i + 1][j + 1] + 1 : 0;
      table[i][j] = Math.max(meet, table[i + 1][j], table[i][j + 1]);
    }
  }
  return table[0][0];
}

test('each event of either side stands in one row, in its order', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const [a, b] = pairOf(seed);
    const rows = align(a, b);
    assert.deepEqual([...rows.left].filter((n) => n >= 0), Array.from({ length: a.eventCount }, (_, n) => n));
    assert.deepEqual([...rows.right].filter((n) => n >= 0), Array.from({ length: b.eventCount }, (_, n) => n));
  }
});

test('events that share a row are the same event of the same call path', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const [a, b] = pairOf(seed);
    const rows = align(a, b);
    for (let row = 0; row < rows.length; row++) {
      if (rows.same[row]) assert.deepEqual(told(a, rows.left[row]), told(b, rows.right[row]));
      else if (rows.left[row] >= 0 && rows.right[row] >= 0) {
        assert.equal(told(a, rows.left[row]).path, told(b, rows.right[row]).path, 'one stands in the place of the other');
        assert.notEqual(told(a, rows.left[row]).what, told(b, rows.right[row]).what);
      } else assert.ok(rows.left[row] >= 0 || rows.right[row] >= 0);
    }
  }
});

test('as many events meet as a naive alignment by path finds', () => {
  let differed = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const [a, b] = pairOf(seed);
    const rows = align(a, b);
    const met = rows.same.reduce((sum, same) => sum + same, 0);
    assert.equal(met, naive(a, b), `seed ${seed}`);
    differed += rows.parts.length > 1 ? 1 : 0;
  }
  assert.ok(differed > 20, `${differed} pairs part more than once`);
});

test('a trace beside itself never parts', () => {
  const [a] = pairOf(3);
  const rows = align(a, a);
  assert.deepEqual(rows.parts, []);
  assert.equal(rows.length, a.eventCount);
});

test('after a difference both meet again at the next call that they have in common', () => {
  const a = load(list(int(1), list(int(2)), int(3)));
  const b = load(list(int(1), tuple(int(2)), int(3)));
  const rows = align(a, b);
  const last = rows.length - 1;
  assert.equal(rows.same[last], 1);
  const third = [...rows.left].findIndex((n) => n >= 0 && told(a, n).path.endsWith('1:2') && a.event(n).event === 'call');
  assert.equal(rows.same[third], 1, 'the call for element 2 is in step again');
});

test('a row is found by an event of either side', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const [a, b] = pairOf(seed);
    const rows = align(a, b);
    for (let n = 0; n < a.eventCount; n++) assert.equal(rows.left[rowOf(rows, n, 0)], n);
    for (let n = 0; n < b.eventCount; n++) assert.equal(rows.right[rowOf(rows, n, 1)], n);
    assert.equal(rowOf(rows, a.eventCount, 0), -1);
  }
});

test('a stretch too long for its common part to be sought counts as different', () => {
  const long = Array.from({ length: 600 }, (_, i) => i);
  assert.equal(common(long, long).length, 1200);
  assert.deepEqual(common([1, 2, 3], [2, 3, 4]), [[0, -1], [1, 0], [2, 1], [-1, 2]]);
});
