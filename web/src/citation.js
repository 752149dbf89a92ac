/** What a trace says of where it comes from, in one line that can be cited. */

/** @param {any} trace @param {string} version of copyscope @param {(key: string, values?: any) => string} t */
export default function citation(trace, version, t) {
  const { python, policy, op = 'deepcopy', recorder, created } = trace.meta;
  const by = recorder === 'witness' ? t('cite.witness') : t('cite.engine');
  const text = (value) => (typeof value === 'string' && value ? value.slice(0, 80) : '');
  return [
    `copyscope ${version}`, `${text(op)}()`, text(python) && `CPython ${text(python)}`, text(policy) && t('cite.policy', { policy: text(policy) }), by,
    text(created).slice(0, 10), trace.digest && `SHA-256 ${trace.digest.slice(0, 16)}…`,
  ].filter(Boolean).join(' · ');
}
