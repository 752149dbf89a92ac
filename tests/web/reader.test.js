import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TraceReader } from '../../web/src/reader.js';
import { chunk, endChunk, fileHeader, int, sampleTrace, shared } from './sampleTrace.js';

function read(...parts) {
  const reader = new TraceReader();
  for (const part of parts) reader.feed(part);
  return reader;
}

test('a trace read whole and byte by byte is the same', () => {
  const { bytes } = shared();
  const whole = read(bytes).trace;
  const bits = read(...Array.from(bytes, (_, i) => bytes.subarray(i, i + 1))).trace;
  assert.equal(bits.eventCount, whole.eventCount);
  for (let n = 0; n < whole.eventCount; n++) assert.deepEqual(bits.event(n), whole.event(n));
});

test('records expand to the events of events.def', () => {
  const { trace } = read(shared().bytes);
  const names = Array.from({ length: 6 }, (_, n) => trace.event(n).event);
  assert.deepEqual(names, ['call', 'memo_new', 'memo_get', 'dispatch', 'list_new', 'memo_set']);
  assert.equal(trace.event(-1), null);
  assert.equal(trace.event(trace.eventCount), null);
});

test('addresses keep all 64 bits', () => {
  const { trace } = read(shared().bytes);
  assert.equal(typeof trace.objects[1].addr, 'bigint');
  assert.equal(trace.objects[1].addr, 0x7f21b6000000n);
});

test('END_ with the right counts completes a trace, with wrong counts it is a fault', () => {
  const { bytes, nextSeq, records } = shared();
  const { eventCount } = read(bytes).trace;
  const good = read(bytes, endChunk(nextSeq, records.length, eventCount));
  assert.equal(good.error, null);
  assert.equal(good.finish().complete, true);
  assert.equal(good.trace.cut, false);
  const bad = read(bytes, endChunk(nextSeq, records.length, eventCount + 1));
  assert.match(bad.error, /count of events differs/);
  assert.equal(bad.finish().cut, true);
});

test('a trace without END_ is a valid prefix, marked as cut', () => {
  const reader = read(shared().bytes);
  assert.equal(reader.error, null);
  assert.equal(reader.finish().cut, true);
});

test('a flipped byte is found, and what came before stays readable', () => {
  const { chunks } = shared();
  const last = chunks[chunks.length - 1].slice();
  last[20] ^= 1;
  const reader = read(...chunks.slice(0, -1), last);
  assert.match(reader.error, /EVTS: checksum differs \(at byte \d+\)/);
  assert.ok(reader.trace.objects.length > 1);
});

test('hostile bytes give one line and no exception', () => {
  const json = (text) => new TextEncoder().encode(text);
  const cases = [
    [new Uint8Array(64)],
    [fileHeader(99)],
    [fileHeader(), chunk('META', json('{'), 0)],
    [fileHeader(), chunk('META', json('[1]'), 0)],
    [fileHeader(), chunk('META', json('null'), 0)],
    [fileHeader(), chunk('META', json('{}'), 7)],
    [fileHeader(), chunk('STRS', Uint8Array.of(255, 255, 255, 255), 0)],
    [fileHeader(), chunk('STRS', Uint8Array.of(1), 0)],
    [fileHeader(), chunk('OBJS', new Uint8Array(31), 0)],
    [fileHeader(), chunk('EVTS', new Uint8Array(17), 0)],
    [fileHeader(), chunk('CAM_', new Uint8Array(64).fill(255), 0)],
    [fileHeader(), chunk('END_', new Uint8Array(3), 0)],
  ];
  for (const parts of cases) {
    const reader = read(...parts);
    assert.equal(typeof reader.error, 'string');
    assert.doesNotMatch(reader.error, /\n/);
    reader.feed(fileHeader());
    assert.equal(reader.finish().cut, true);
  }
});

test('a chunk that claims to be huge is refused before it is waited for', () => {
  const head = chunk('EVTS', new Uint8Array(0), 0);
  new DataView(head.buffer).setUint32(4, 0xfffffff0, true);
  assert.match(read(fileHeader(), head).error, /larger than the reader's limit/);
});

test('records that point nowhere still give events', () => {
  const wild = new Uint8Array(16 * 40);
  for (let i = 0; i < 40; i++) wild.set([i, 0x51, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0xee, 0xee, 0xee, 0xee], i * 16);
  const { trace, error } = read(fileHeader(), chunk('EVTS', wild, 0));
  assert.equal(error, null);
  for (let n = 0; n < trace.eventCount; n++) assert.equal(trace.event(n).n, n);
});

test('random damage never throws', () => {
  const { bytes } = shared();
  let seed = 1;
  const random = (below) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return seed % below;
  };
  for (let round = 0; round < 300; round++) {
    const damaged = bytes.slice(0, 1 + random(bytes.length));
    for (let i = 0; i < 3; i++) damaged[random(damaged.length)] = random(256);
    read(damaged).finish();
  }
});

test('a million events are held and found', () => {
  const items = Array.from({ length: 200000 }, (_, i) => int(i % 100));
  const { trace, error } = read(sampleTrace({ kind: 'list', items }).bytes);
  assert.equal(error, null);
  assert.ok(trace.eventCount > 1000000);
  const middle = Math.floor(trace.eventCount / 2);
  assert.equal(trace.event(middle).n, middle);
  assert.equal(trace.event(trace.eventCount - 1).event, 'return');
});

test('CAM results are tied to their events', () => {
  const { bytes } = shared();
  const payload = new Uint8Array(64);
  const view = new DataView(payload.buffer);
  view.setUint32(0, 16, true);
  view.setUint32(4, 1, true);
  view.setUint32(32, 1, true);
  view.setUint8(36, 0);
  view.setUint8(37, 1);
  view.setUint8(38, 9);
  const { trace, error } = read(bytes, chunk('CAM_', payload, 0xffffffff));
  assert.equal(error, null);
  const [op] = trace.cam.ops;
  assert.deepEqual([op.event, op.hit, op.agreed, op.spill], [2, true, true, false]);
});

