/** What the check against copy.py found, in words for the badge. */

/** @param {any} trace @param {(key: string, values?: any) => string} t @returns {{state: string, text: string, note: string}|null} */
export default function verdictOf(trace, t) {
  const verdict = trace.meta.verdict;
  if (!trace.eventCount) return null;
  if (!verdict || verdict.state === 'unchecked') return { state: 'unchecked', text: t('verdict.unchecked'), note: String(verdict?.where ?? '') };
  const against = String(verdict.against ?? 'copy.py').replace("'s copy.py", '');
  const note = t((trace.meta.op ?? 'deepcopy') === 'deepcopy' ? 'verdict.events' : 'verdict.lines');
  const state = verdict.state === 'equal' ? 'equal' : 'differs';
  return { state, text: t(`verdict.${state}`, { equal: Number(verdict.equal ?? 0), total: Number(verdict.total ?? 0), against, where: String(verdict.where ?? '') }), note };
}
