import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { lookupAt } from '../../web/src/graph/lookup.js';
import { PROBES_MAX } from '../../web/src/probe.js';
import { TraceReader } from '../../web/src/reader.js';
import { stateAt } from '../../web/src/store.js';

const PROGRAM = join(process.env.BUILD || 'build', 'copyscope');
const PYTHON = process.env.COPYSCOPE_PYTHON || '.venv/bin/python';

/** A random object of lists, dicts, tuples, sets and instances, with shared parts and cycles. */
const OBJECT = (seed, size) => `
import random
r = random.Random(${seed})
class Node:
    def __init__(self, **fields): self.__dict__.update(fields)
made = [[], {}, "text", 1.5]
for i in range(${size}):
    pick = lambda: r.choice(made) if r.random() < 0.6 else r.choice([r.randrange(10**6), str(i), None, float(i), b"bytes"])
    kind = r.randrange(5)
    parts = [pick() for _ in range(r.randrange(6))]
    made.append([parts, tuple(parts), {j: part for j, part in enumerate(parts)}, Node(a=parts, b=pick()), {"k%d" % i: pick(), i: parts}][kind])
    if kind == 0 and r.random() < 0.2: parts.append(parts)
made
`;

function recorded(seed, size) {
  const folder = mkdtempSync(join(tmpdir(), 'recorded-'));
  try {
    const path = join(folder, 'one.cst');
    execFileSync(PROGRAM, ['trace', '--python', PYTHON, '-e', OBJECT(seed, size), '-o', path], { stdio: ['ignore', 'ignore', 'pipe'] });
    const reader = new TraceReader();
    reader.feed(readFileSync(path));
    assert.equal(reader.error, null);
    return reader.finish();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const [seed, size] of [[1, 12], [2, 60], [3, 400]]) {
  test(`the walks recomputed are those that CPython's dict made: a random object of ${size} parts`, () => {
    const trace = recorded(seed, size);
    let [walks, longest] = [0, 0];
    for (let n = 0; n < trace.eventCount; n++) {
      const lookup = lookupAt(stateAt(trace, n), trace);
      if (!lookup?.path.length) continue;
      assert.equal(lookup.warning, null, `event ${n + 1}: ${lookup.warning}`);
      walks++;
      longest = Math.max(longest, lookup.path.length);
      assert.ok(lookup.path.length <= PROBES_MAX);
    }
    assert.ok(walks > 4 * size && longest > 1, `${walks} walks, the longest of ${longest}`);
  });
}
