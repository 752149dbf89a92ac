import assert from 'node:assert/strict';
import { test } from 'node:test';
import { int, list, sampleTrace, tuple } from './sampleTrace.js';
import makeGate from '../../web/src/prediction/gate.js';
import questionAt, { questionsBetween } from '../../web/src/prediction/questions.js';
import { hashInt } from '../../web/src/probe.js';
import { TraceReader } from '../../web/src/reader.js';
import { createStore, stateAt } from '../../web/src/store.js';
import translator, { LANGUAGES } from '../../web/src/strings/index.js';

const t = translator('en');
const words = (parts) => parts.map((part) => (typeof part === 'string' ? part : part.code ?? `event ${part.event + 1}`)).join('');

function load(root, names = new Map()) {
  const reader = new TraceReader();
  reader.feed(sampleTrace(root, { names }).bytes);
  assert.equal(reader.error, null);
  return reader.finish();
}

/** Lists and tuples nested at random, with shared ones among them. */
function someTrace(seed) {
  let state = seed;
  const random = (n) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % n;
  };
  const made = [];
  const build = (depth) => {
    if (depth === 0 || random(4) === 0) return int(random(50));
    if (made.length && random(3) === 0) return made[random(made.length)];
    const items = Array.from({ length: 1 + random(4) }, () => build(depth - 1));
    const node = random(2) ? list(...items) : tuple(...items);
    made.push(node);
    return node;
  };
  return load(list(...Array.from({ length: 3 + random(4) }, () => build(4))));
}

const questionsOf = (trace, words = t) => Array.from({ length: trace.eventCount }, (_, n) => questionAt(trace, n, words)).filter(Boolean);

/** What is true, found out without the code under test. */
const TRUTH = {
  lookup: (trace, { n }) => (trace.event(n).outcome ? 'yes: a hit' : 'no: a miss'),
  depth(trace) {
    let deepest = 0;
    for (let n = 0; n < trace.eventCount; n++) deepest = Math.max(deepest, trace.event(n).depth + 1);
    return String(deepest);
  },
  copier: (trace, { n }) => `_deepcopy_${trace.objects[trace.event(n).obj].typeName} copies it`,
  tuple: (trace, { n }) => ({ tuple_new: 'a new tuple', tuple_same: 'the same tuple' })[trace.event(n + 1).event],
  slot(trace, { n }) {
    const key = trace.addr(trace.event(n).obj);
    return String([...stateAt(trace, n).memo.slots].findIndex((entry) => entry?.key === key));
  },
  after(trace) {
    const end = stateAt(trace, trace.eventCount - 1);
    const copy = end.copies.get(trace.event(0).obj);
    const elements = Array.from({ length: end.edgeCount }, (_, row) => end.edge(row)).filter((edge) => edge.from === copy);
    const second = elements.find((edge) => end.copyOf.has(edge.to) && elements.some((other) => other.to === edge.to && other.index < edge.index));
    const first = elements.find((edge) => edge.to === second.to);
    return new RegExp(`\\[${first.index}\\] is .*\\[${second.index}\\]$`);
  },
};

test('each right answer is what the trace holds, and stands among others that differ from it', () => {
  const kinds = new Map();
  for (let seed = 1; seed <= 60; seed++) {
    const trace = someTrace(seed);
    for (const question of questionsOf(trace)) {
      kinds.set(question.kind, (kinds.get(question.kind) ?? 0) + 1);
      const options = question.options.map(words);
      assert.equal(new Set(options).size, options.length);
      assert.ok(options.length >= 2 && options.length <= 4, options.join(' | '));
      const truth = TRUTH[question.kind](trace, question);
      if (truth instanceof RegExp) assert.match(options[question.right], truth);
      else assert.equal(options[question.right], truth, `${question.kind} at event ${question.n + 1}`);
      assert.ok(question.evidence >= 0 && question.evidence < trace.eventCount);
    }
  }
  for (const kind of Object.keys(TRUTH)) assert.ok(kinds.get(kind) >= 5, `${kind}: ${kinds.get(kind)}`);
});

test('a hit is proved by the store under its key, a slot by the table', () => {
  const inner = list(int(1));
  const trace = load(list(inner, inner), new Map([[inner, 'inner']]));
  const hit = questionsOf(trace).find(({ kind, n }) => kind === 'lookup' && trace.event(n).outcome);
  const proof = trace.event(hit.evidence);
  assert.equal(proof.event, 'memo_set');
  assert.equal(proof.obj, trace.event(hit.n).obj);
  assert.ok(proof.n < hit.n);
  const slot = questionsOf(trace).find(({ kind }) => kind === 'slot');
  assert.ok(slot.options.map(words).includes(String(hashInt(trace.addr(trace.event(slot.n).obj)) % 8n)));
});

test('no question\'s own words give its answer away, in any language', () => {
  for (const [language] of LANGUAGES) {
    for (const question of questionsOf(someTrace(7), translator(language))) {
      const asked = words(question.text);
      assert.doesNotMatch(asked, /undefined|\{|prediction\./);
      for (const option of question.options) assert.doesNotMatch(words(option), /undefined|\{\w+\}|prediction\./);
      assert.ok(!asked.includes(words(question.options[question.right])) || words(question.options[question.right]).length < 3, asked);
    }
  }
});

test('the right answer does not always stand at the same place', () => {
  const places = new Map();
  for (let seed = 1; seed <= 30; seed++) for (const { kind, right } of questionsOf(someTrace(seed))) places.set(kind, (places.get(kind) ?? new Set()).add(right));
  for (const kind of ['lookup', 'slot', 'tuple', 'after']) assert.ok(places.get(kind).size > 1, kind);
});

/** A store with a gate on it, and what the gate said. */
function gated(trace) {
  const store = createStore();
  const said = [];
  const gate = makeGate(store, t, { may: () => true, opened: (question) => said.push(['opened', question.n]), closed: () => said.push(['closed']), passed: (n) => said.push(['passed', n]) });
  store.setTrace(trace);
  gate.toggle();
  return { store, gate, said };
}

test('the cursor stops before an event that is asked about, and goes there with the answer', () => {
  const trace = someTrace(3);
  const { store, gate } = gated(trace);
  let asked = 0;
  for (let steps = 0; store.cursor < trace.eventCount - 1 && steps < 10000; steps++) {
    store.seek(store.cursor + 1);
    if (!gate.open) continue;
    asked++;
    assert.equal(store.cursor, gate.open.n - 1);
    assert.equal(store.gate, gate.open.n);
    assert.equal(gate.answer(9), null);
    const { n, right } = gate.open;
    assert.equal(gate.answer(asked % 2 ? right : right ? 0 : 1), asked % 2 === 1);
    assert.equal(store.cursor, n);
    assert.equal(store.gate, -1);
  }
  assert.equal(asked, questionsOf(trace).length);
  assert.deepEqual(gate.score, { right: Math.ceil(asked / 2), n: asked, passed: 0 });
  store.seek(0);
  const before = gate.score.n;
  for (let n = 1; n < trace.eventCount; n++) store.seek(n);
  assert.equal(gate.score.n, before, 'what was answered is not asked again');
});

test('a question can be stepped past, and a jump past some says how many', () => {
  const trace = someTrace(5);
  const { store, gate, said } = gated(trace);
  const [first] = questionsOf(trace);
  store.seek(first.n);
  assert.equal(store.cursor, first.n - 1);
  store.seek(store.cursor + 1);
  assert.equal(store.cursor, first.n);
  assert.deepEqual(said.filter(([what]) => what === 'passed').at(-1), ['passed', 1]);
  const plain = Array.from({ length: trace.eventCount }, (_, n) => n).findLast((n) => !questionAt(trace, n, t));
  store.seek(plain);
  assert.equal(store.cursor, plain);
  const jumped = questionsBetween(trace, first.n, plain, t, 1e9).count;
  assert.deepEqual(questionsBetween(trace, first.n, plain, t, 1), { count: 1, more: true });
  assert.equal(gate.score.passed, 1 + jumped);
  store.seek(0);
  assert.equal(store.cursor, 0);
});
