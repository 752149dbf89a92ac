/** The dispatch table of deepcopy() as the picture of a table wants it: types that were looked up, and their copiers. */
import { dispatchSlots } from '../graph/lookup.js';
import { tail, text } from '../graph/marks.js';
import { shortAddress } from '../identity.js';
import { COPIERS } from '../vocabulary.js';

const X = { type: 120, address: 250, copier: 342 };
const NAME = 11;

/**
 * @param {import('../graph/lookup.js').Lookup} lookup @param {any} trace @param {(key: string, values?: any) => string} t
 * @returns {import('./picture.js').Table}
 */
export default function dispatchTable(lookup, trace, t) {
  const types = dispatchSlots(trace, lookup.lg);
  return {
    name: 'dispatch', lookup, lg: lookup.lg, head: '', aside: '', none: t('dispatch.none'),
    columns: [[t('table.type'), X.type], [t('table.address'), X.address], [t('table.copier'), X.copier]],
    entry: (slot) => types.get(slot), others: [...types.keys()], used: [...types.keys()], whole: false, status: '',
    fill(slot, row, base, cls) {
      const type = types.get(slot);
      row.append(text(tail(type.name, NAME), X.type, base, cls), text(shortAddress(type.addr), X.address, base, cls || 'i2'), text(copierOf(type), X.copier, base, cls));
    },
  };
}

/** The name of a type's copier, as the vocabulary has it. @param {any} type */
export const copierOf = (type) => COPIERS[type?.copier]?.name ?? 'none';
