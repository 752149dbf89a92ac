/** The picture of a table for who does not see it: one sentence with the lookup's walk.  No DOM here. */
import { identity } from '../identity.js';

const SAID = 8; // of a longer walk the first ones are said, how many follow, and the last, which is the answer

/** @param {import('./picture.js').Table} table @param {any} trace @param {(key: string, values?: any) => string} t */
export default function summary({ lookup, lg, status }, trace, t) {
  const size = `${t('table.say.size', { n: lg ? 2 ** lg : 0 })}${status ? ` ${status};` : ''}`;
  if (!lookup) return `${size} ${t('table.nothing')}.`;
  const key = lookup.ref ? `id(${identity(trace, lookup.ref).name})` : `${t('table.type')} ${lookup.label}`;
  const warned = lookup.warning ? t(lookup.warning.key, lookup.warning.values) : '';
  if (!lookup.path.length) return `${size} ${key}: ${lookup.missing ? t(lookup.missing) : warned}.`;
  return `${size} ${key}: ${walk(lookup.path, t)}.${warned ? ` ${warned}.` : ''}`;
}

function walk(path, t) {
  const steps = path.map((probe) => t('table.say.slot', { slot: String(probe.slot), outcome: t(`table.${probe.outcome}`) }));
  const most = steps.length > SAID ? [...steps.slice(0, SAID - 1), t('table.say.more', { n: steps.length - SAID }), ...steps.slice(-1)] : steps;
  return most.join(', ');
}
