/**
 * A naive replay of a trace of lists, tuples and ints: every state from the start, by the logical events alone.  The
 * store, which looks states up, must say the same.
 */
import { rebuild } from '../../web/src/probe.js';
import { SITE, SITES } from '../../web/src/vocabulary.js';
import { int, list, sampleTrace, tuple } from './sampleTrace.js';

/** Numbers from 0 to n - 1, the same ones for a seed. @param {number} seed */
export function random(seed) {
  let state = (seed * 2654435761) >>> 0 || 1;
  return (n) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
}

/** A trace of a random object: shared parts, cycles through lists, tuples that stay themselves and tuples that do not. */
export function randomTrace(seed, size = 24) {
  const next = random(seed);
  const made = [];
  for (let i = 0; i < 3 + next(size); i++) {
    const items = Array.from({ length: next(5) }, () => (made.length && next(3) ? made[next(made.length)] : int(next(9))));
    made.push(next(3) ? list(...items) : tuple(...items));
  }
  const root = list(...Array.from({ length: 1 + next(6) }, () => made[next(made.length)]));
  for (const one of made) if (one.kind === 'list' && next(4) === 0) one.items.push(next(2) ? root : made.filter(({ kind }) => kind === 'list')[0]);
  return sampleTrace(root);
}

/** What there is after each event, in plain values: a list as long as the trace. */
export function* replay(trace) {
  const memoRef = trace.records.arg[0];
  const now = { frames: [], entries: new Map(), lg: 0, copies: [], edges: [], visits: new Array(SITES.length).fill(0), returned: false };
  const closing = [];
  for (let n = 0; n < trace.eventCount; n++) {
    const event = trace.event(n);
    for (; closing.length; closing.pop()) close(now);
    if (event.event === 'call') now.frames.push({ obj: event.obj, open: n, copy: 0, result: 0, items: [] });
    if (event.event === 'return' || event.event === 'raise') closing.push(n);
    now.visits[SITE[event.site]]++;
    apply(trace, now, event, memoRef, n);
    if (now.frames.length === 1 && event.event === 'return') now.returned = true;
    yield snapshot(trace, now);
  }
}

function close(now) {
  const { result } = now.frames.pop();
  now.last = result;
  now.frames[now.frames.length - 1]?.items.push(result);
}

function apply(trace, now, event, memoRef, n) {
  const frame = now.frames[now.frames.length - 1];
  const made = (copy) => {
    frame.copy = frame.result = copy;
    now.copies.push([event.obj, copy, n]);
  };
  const store = (key, value) => {
    const known = now.entries.get(key);
    if (!known) now.entries.set(key, { key, value, event: n });
    else if (known.value !== value) now.entries.set(key, { ...known, value });
    if (event.lg) now.lg = event.lg;
  };
  switch (event.event) {
    case 'list_new': made(event.arg); break;
    case 'tuple_new':
      made(event.arg);
      frame.items.forEach((to, index) => now.edges.push({ from: event.arg, to, index }));
      break;
    case 'tuple_same': case 'atomic': frame.result = event.obj; break;
    case 'memo_get': case 'memo_again': if (event.outcome) frame.result = event.arg; break;
    case 'memo_set': store(trace.addr(event.obj), event.arg); break;
    case 'keep_new': store(trace.addr(memoRef), 0); break;
    case 'append':
      now.edges.push({ from: frame.copy, to: now.last, index: frame.appended ?? 0 });
      frame.appended = (frame.appended ?? 0) + 1;
      break;
    default:
  }
}

function snapshot(trace, now) {
  const entries = [...now.entries.values()];
  return {
    stack: now.frames.map(({ obj, open }) => [obj, open]), copies: now.copies.map(([orig, copy]) => [orig, copy]),
    made: now.copies.map(([, copy, event]) => [copy, event]), edges: now.edges.slice(), visits: now.visits.slice(), returned: now.returned,
    lg: now.lg, entries: entries.map(({ key, value }) => [key, value]), slots: rebuild(now.lg ? entries : [], now.lg).map((entry) => entry?.key ?? null),
  };
}
