import test from 'node:test';
import assert from 'node:assert/strict';
import { GLYPHS, HUES, identity, originalOf, shortAddress } from '../../web/src/identity.js';
import { dict, instance, list, named, shared, traceOf } from './graphTraces.js';

const refNamed = (trace, name) => trace.objects.findIndex((o) => o && o.name === name);

test('a copy has its original\'s glyph and hue, and a prime', () => {
  const trace = shared();
  const ref = refNamed(trace, 'inner');
  const copy = trace.objects.findIndex((o) => o && o.flags & 1 && originalOf(trace, o.ref) === ref);
  const [original, made] = [identity(trace, ref), identity(trace, copy)];
  assert.equal(original.prime, false);
  assert.equal(made.prime, true);
  assert.equal(made.name, 'inner′');
  assert.deepEqual([made.glyph, made.hue], [original.glyph, original.hue]);
});

test('two objects differ in glyph or hue', () => {
  const trace = traceOf(list(...Array.from({ length: 40 }, () => list())));
  const seen = new Set();
  for (const o of trace.objects) {
    if (!o || o.flags) continue;
    const { glyph, hue } = identity(trace, o.ref);
    assert.ok(glyph in GLYPHS);
    assert.ok(hue >= 1 && hue <= HUES);
    seen.add(`${glyph} ${hue}`);
  }
  assert.ok(seen.size >= 40);
});

test('an atomic value is called by its text and has no glyph', () => {
  const trace = traceOf(list(7));
  const ref = trace.objects.findIndex((o) => o && o.text === '7');
  assert.equal(identity(trace, ref).glyph, '');
  assert.equal(identity(trace, ref).atom, true);
});

test('an object without a name is called by the way to it', () => {
  const trace = traceOf(named('outer', list(list(), dict(['k', list()]), instance('P', ['f', list()]))));
  const names = trace.objects.filter((o) => o && !o.flags).map((o) => identity(trace, o.ref).name);
  for (const name of ['outer', 'outer[0]', "outer[1]['k']", 'outer[2]', 'outer[2].f', 'outer[2].__dict__']) assert.ok(names.includes(name), name);
});

test('a way that is too long to say gives type and number', () => {
  const deep = (n) => (n ? list(deep(n - 1)) : list());
  const trace = traceOf(named('x', deep(12)));
  const names = trace.objects.filter((o) => o && !o.flags).map((o) => identity(trace, o.ref).name);
  assert.ok(names.some((name) => /^list \d+$/.test(name)));
  assert.ok(names.every((name) => name.length <= 20));
});

test('the memo has a glyph of its own', () => {
  const trace = shared();
  assert.equal(identity(trace, trace.memo).name, 'memo');
  assert.equal(identity(trace, trace.memo).glyph, 'triangle');
});

test('addresses are shortened from the front', () => {
  assert.equal(shortAddress(0x7fb7334b9340n), '…4b9340');
  assert.equal(shortAddress(0x40n), '…000040');
});

test('identities stay while the trace grows', () => {
  const trace = shared();
  const total = trace.records.length;
  const ref = refNamed(trace, 'inner');
  trace.records.length = total - 4;
  const before = identity(trace, ref);
  trace.records.length = total;
  assert.deepEqual(identity(trace, ref), before);
});
