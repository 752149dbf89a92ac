/** The trace that query-cases.json asks: shared objects, a cycle, names, lines.  Run as a program it writes query.cst. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { endChunk, int, join, list, sampleTrace, tuple } from './sampleTrace.js';
import { TraceReader } from '../../web/src/reader.js';

const SOURCE = { role: 'copy.py', name: 'copy.py', first_line: 1, text: '', sites: { call: 128, memo_get: 137, dispatch: 143, atomic: 183, append: 206, list_new: 203 } };

/** @returns {Uint8Array} */
export default function queryTrace() {
  const inner = list(int(1), int(2), int(3));
  const pair = tuple(int(4), inner);
  const outer = list(inner, inner, pair, tuple(int(5), int(6)));
  outer.items.push(outer);
  const names = new Map([[inner, 'inner'], [outer, 'outer'], [pair, 'pair']]);
  const sample = sampleTrace(outer, { names, source: SOURCE, caller: { file: '/srv/app/models.py', func: 'Order.clone', line: 31 } });
  const reader = new TraceReader();
  reader.feed(sample.bytes);
  return join([sample.bytes, endChunk(sample.nextSeq, reader.trace.records.length, reader.trace.eventCount)]);
}

export const FIXTURE = fileURLToPath(new URL('query.cst', import.meta.url));

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(FIXTURE, queryTrace());
