/** The event that runs a line of copy.py.  No DOM here. */
import { stepsOf } from '../vocabulary.js';

/** The next event on a line, or from the beginning the first; -1: none. @param {any} trace @param {number} from event @param {number} line */
export default function nextAtLine(trace, from, line) {
  const { records } = trace;
  const start = Math.max(0, trace.recordOf(from));
  for (let i = 0; i <= records.length; i++) {
    const r = (start + i) % records.length;
    const steps = stepsOf(records.kind[r], records.flags[r], records.role[r]);
    for (let s = 0; s < steps.length; s++) {
      const n = records.first[r] + s;
      const passed = i === 0 && n <= from; // the same record comes again at the very end
      if (!passed && trace.lineOf(steps[s].site) === line) return n;
    }
  }
  return -1;
}
