import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { TraceReader } from '../../web/src/reader.js';
import Trace from '../../web/src/trace.js';

const PROGRAM = join(process.env.BUILD || 'build', 'tests/trace/test_rows'); // made by `make test`
const COLUMNS = ['kind', 'flags', 'lg', 'role', 'probes', 'obj', 'arg', 't', 'first', 'call'];

/** The same random records and objects, written by the C writer as version 2 and row by row as version 1. */
function pair() {
  const folder = mkdtempSync(join(tmpdir(), 'rows-'));
  try {
    const paths = [join(folder, 'two.cst'), join(folder, 'one.cst')];
    execFileSync(PROGRAM, paths);
    return paths.map((path) => readFileSync(path));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function read(bytes) {
  const reader = new TraceReader();
  reader.feed(bytes);
  assert.equal(reader.error, null);
  return reader.finish();
}

test('rows that leave out what is expected are the records and objects of the rows that leave out nothing', () => {
  const bytes = pair();
  const [two, one] = bytes.map(read);
  assert.deepEqual([two.version, one.version, two.complete, one.complete], [2, 1, true, true]);
  assert.ok(two.records.length > 5000 && bytes[0].length * 2 < bytes[1].length);
  assert.deepEqual([two.records.length, two.eventCount], [one.records.length, one.eventCount]);
  for (const name of COLUMNS) {
    assert.deepEqual(two.records[name].subarray(0, two.records.length), one.records[name].subarray(0, one.records.length), name);
  }
  assert.deepEqual(two.objects, one.objects);
});

test('a hostile row is refused with a word', () => {
  const rows = [
    [0, 0], [0], [0, 1, 2, 0, 0], [0, 3, 2, 0, 0, 0, 0x80], [0, 1, 2, 0, 0, 2], [0, 0xf1, 2, 0, 0, 0, 0x80, 1],
    [0, 3, 2, 0, 0, 0, 255, 255, 255, 255, 0x7f], [0, 3, 2, 0, 0, 0, ...Array(10).fill(0x80), 1], [0, 1, 254, 0, 0x60, 0],
  ];
  for (const row of rows) assert.match(String(new Trace().addRecords(Uint8Array.from(row))), /malformed/, String(row));
  for (const row of [[0], [0x31, 0], [0, 0, 0], [1, ...Array(11).fill(255)]]) {
    assert.match(String(new Trace().addObjects(Uint8Array.from(row))), /malformed/, String(row));
  }
});
