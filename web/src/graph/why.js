/* Why an object is shared, or what copied it: the events that made it so, from the recording alone. */
import { countUpTo } from '../columns.js';
import { EVENTS, stepsOf } from '../vocabulary.js';
import { entriesOf } from './boxes.js';
import { holderOf } from './shown.js';
import { NONE } from './structure.js';

const STEPS_MAX = 30;
const ELEMENTS_MAX = 5;
/** What an event tells of the object of its call. */
const TELLS = new Map(Object.entries({
  memo_set: 'set', atomic: 'atomic', fast_atomic: 'atomic', hook_call: 'hook', copier_call: 'copier', reduce: 'reduce', reduce_str: 'string',
  list_new: 'made', dict_new: 'made', make: 'made', tuple_new: 'made', method_new: 'made', tuple_same: 'tuple',
  shallow: 'shallow', replace_call: 'replace', raise: 'raise',
}));
const ASKED = new Map([['memo_get', { hit: 'hit', miss: 'miss' }], ['memo_again', { hit: 'hit', miss: 'again' }],
  ['fast_tuple', { hit: 'tuple', miss: '' }], ['class_check', { hit: 'class', miss: '' }]]);

/**
 * @typedef {{n: number, key: string, link: number, node: number}} Step event, what it tells, the reference or the object it is about
 * @typedef {object} Answer
 * @property {string} verdict atomic, class, tuple, hook, string, same, memo, shallow, alone, none
 * @property {number} node
 * @property {number} times  how often it was reached
 * @property {Step[]} steps  in order of time
 * @property {number} left   that are not listed
 * @property {Set<number>} links of the lit path @property {Set<number>} nodes on it
 */

/** The calls made on an object in a run, and what happened in each. @param {any} trace @param {import('./structure.js').Run} run @param {number} node
 * @returns {{open: number, link: number, parent: number, facts: {n: number, key: string}[]}[]} */
function callsOn(trace, run, node) {
  const { calls } = trace.history;
  const { records } = trace;
  const ref = run.node.ref[node];
  const found = new Map();
  const end = run.event + run.events;
  for (let c = Math.max(0, countUpTo(calls.open, calls.length, run.event) - 1); c < calls.length && calls.open[c] < end; c++) {
    if (calls.obj[c] !== ref || calls.open[c] < run.event) continue;
    found.set(c, { open: calls.open[c], link: run.recordLink[calls.rec[c] - run.record] ?? NONE, parent: calls.parent[c], facts: [] });
  }
  for (let r = run.record; r < run.record + run.records; r++) {
    const call = found.get(records.call[r]);
    if (!call || records.obj[r] === 0) continue;
    stepsOf(records.kind[r], records.flags[r], records.role[r]).forEach(({ event, outcome }, i) => {
      const name = EVENTS[event].name;
      const asked = ASKED.get(name);
      const key = asked ? asked[outcome ? 'hit' : 'miss'] : TELLS.get(name);
      if (key) call.facts.push({ n: records.first[r] + i, key });
    });
  }
  return [...found.values()];
}

/** Links and boxes from the root to a reference. @param {import('./structure.js').Run} run @param {number} link @param {Answer} into */
function light(run, link, into) {
  for (let guard = run.node.ref.length; link !== NONE && guard > 0; guard--) {
    into.links.add(link);
    const holder = run.boxOf(run.link.parent[link]);
    into.nodes.add(holder);
    if (holderOf(run, holder) === NONE) return;
    link = run.node.tree[holder];
  }
}

/** @param {import('./structure.js').Run} run @param {number} node @returns {Answer} */
const blank = (run, node) => ({ verdict: 'none', node, times: 0, steps: [], left: 0, links: new Set(), nodes: new Set([run.boxOf(node)]) });

/** @param {Answer} answer */
function cut(answer) {
  answer.steps.sort((a, b) => a.n - b.n);
  answer.left = Math.max(0, answer.steps.length - STEPS_MAX);
  answer.steps.length -= answer.left;
  return answer;
}

/** Why is the copy of this object shared, or the object itself? @param {any} trace @param {import('./structure.js').Run} run @param {number} node @returns {Answer} */
export function whyShared(trace, run, node) {
  const answer = blank(run, node);
  const calls = callsOn(trace, run, node);
  answer.times = calls.length;
  const keys = new Set(calls.flatMap(({ facts }) => facts.map(({ key }) => key)));
  answer.verdict = verdictOf(run, node, keys);
  for (const { open, link, facts } of calls) {
    answer.steps.push({ n: open, key: link === NONE ? 'root' : 'call', link, node });
    for (const { n, key } of facts) answer.steps.push({ n, key, link, node });
    if (link !== NONE) light(run, link, answer);
  }
  if (answer.verdict === 'tuple') elements(trace, run, node, answer);
  return cut(answer);
}

/** @param {import('./structure.js').Run} run @param {number} node @param {Set<string>} keys what was told */
function verdictOf(run, node, keys) {
  if (keys.has('shallow')) return 'shallow';
  if (run.node.same[node] || (!run.node.copy[node] && run.isAtom(node))) {
    for (const key of ['class', 'tuple', 'string', 'hook', 'atomic']) if (keys.has(key)) return key;
    return 'same';
  }
  if (!run.node.copy[node]) return keys.has('raise') ? 'raise' : 'none';
  return keys.has('hit') ? 'memo' : 'alone';
}

/** The elements of a tuple that came back as themselves: the reason that it did. @param {any} trace @param {import('./structure.js').Run} run
 * @param {number} node @param {Answer} answer */
function elements(trace, run, node, answer) {
  const all = entriesOf(run, node);
  for (const { link } of all.slice(0, ELEMENTS_MAX)) {
    const n = run.link.event[link];
    if (n >= 0) answer.steps.push({ n, key: 'element', link, node: run.link.child[link] });
    answer.links.add(link);
  }
}

/** What copied this object: the calls around the one that made its copy, and how that was made. @param {any} trace
 * @param {import('./structure.js').Run} run @param {number} node @returns {Answer} */
export function whatCopied(trace, run, node) {
  const answer = blank(run, node);
  const { calls } = trace.history;
  const own = callsOn(trace, run, node);
  answer.times = own.length;
  const first = own.find(({ facts }) => facts.some(({ key }) => key !== 'hit')) ?? own[0];
  if (!first) return answer;
  answer.verdict = run.node.copy[node] ? 'copied' : run.node.same[node] || run.isAtom(node) ? 'kept' : 'none';
  for (let c = first.parent; c >= 0; c = calls.parent[c]) {
    const link = run.recordLink[calls.rec[c] - run.record] ?? NONE;
    const holder = run.nodeOf.get(calls.obj[c]) ?? NONE;
    answer.steps.push({ n: calls.open[c], key: link === NONE ? 'root' : 'call', link, node: holder });
  }
  answer.steps.push({ n: first.open, key: first.link === NONE ? 'root' : 'call', link: first.link, node });
  for (const { n, key } of first.facts) answer.steps.push({ n, key, link: first.link, node });
  if (first.link !== NONE) light(run, first.link, answer);
  return cut(answer);
}
