/** What the check against copy.py found, in words for the badge. */

const COMPARED = 'Compared event for event: calls and returns, memo reads and writes, dispatch, keep-alive, new objects, '
  + 'exceptions. What cannot be watched from outside copy.py (hook tests, appends, how state is set) is not counted.';

const COMPARED_LINES = 'Compared line for line: the lines of copy.py that run in each call of copy() and replace() and have an event, '
  + 'what the call returns or raises.';

const count = (n) => Number(n ?? 0).toLocaleString('en');

/** @param {any} trace @returns {{state: string, text: string, note: string}|null} */
export default function verdictOf(trace) {
  const verdict = trace.meta.verdict;
  if (!trace.eventCount) return null;
  if (!verdict || verdict.state === 'unchecked') return { state: 'unchecked', text: 'not checked against copy.py', note: String(verdict?.where ?? '') };
  const against = verdict.against ?? 'copy.py';
  const note = (trace.meta.op ?? 'deepcopy') === 'deepcopy' ? COMPARED : COMPARED_LINES;
  const text = `${count(verdict.equal)} of ${count(verdict.total)} events equal to ${against.replace("'s copy.py", '')}`;
  if (verdict.state === 'equal') return { state: 'equal', text, note };
  return { state: 'differs', text: `${text}; differs: ${verdict.where ?? ''}`, note };
}
