/**
 * What a query can ask of an event: each name's kind, how it is read, and which values it is known to take.  A field
 * that an event does not have is null, `none` in a query.  web/QUERY.md explains the names; a test holds them together.
 */
import { COPIERS, EVENTS, FAMILIES, ROLES, SITES, opOf } from '../vocabulary.js';

/** @typedef {import('./row.js').default} Row */
/** @typedef {{kind: 'number'|'text'|'yesno', read(row: Row): any, values?(trace: any): string[]}} Field */

const names = (list) => list.flatMap((entry) => (entry?.name ? [entry.name] : []));
/** @param {(row: Row) => any} read @returns {Field} */
const number = (read) => ({ kind: 'number', read });
/** @param {(row: Row) => any} read @returns {Field} */
const yesno = (read) => ({ kind: 'yesno', read });
/** @param {(row: Row) => any} read @param {(trace: any) => string[]} [values] @returns {Field} */
const text = (read, values) => ({ kind: 'text', read, values });
const unique = (list) => [...new Set(list)].filter(Boolean);
const callerOf = (row) => row.trace.callerOf(row.n);

/** @type {Record<string, Field>} */
const FIELDS = {
  n: number((row) => row.n + 1),
  event: text((row) => EVENTS[row.step.event].name, () => names(EVENTS)),
  family: text((row) => EVENTS[row.step.event].family, () => names(FAMILIES)),
  outcome: yesno((row) => row.step.outcome),
  'memo.lookup': yesno((row) => row.looksUp),
  'memo.hit': yesno((row) => row.looksUp && row.step.outcome === true),
  'memo.miss': yesno((row) => row.looksUp && row.step.outcome === false),
  'memo.resize': yesno((row) => row.resized),
  ref: number((row) => row.obj || null),
  arg: number((row) => row.records.arg[row.rec]),
  addr: text((row) => (row.object ? `0x${row.object.addr.toString(16)}` : null)),
  name: text((row) => row.object?.name || null, (trace) => unique(trace.objects.map((object) => object?.name))),
  type: text((row) => row.object?.typeName ?? null, (trace) => unique(trace.types.map((type) => type?.name))),
  module: text((row) => row.type?.module || null, (trace) => unique(trace.types.map((type) => type?.module))),
  text: text((row) => row.object?.text || null),
  size: number((row) => row.object?.len ?? null),
  copier: text((row) => COPIERS[row.type?.copier]?.name ?? null, () => names(COPIERS)),
  role: text((row) => ROLES[row.role]?.name ?? null, () => names(ROLES)),
  op: text((row) => (row.call < 0 ? null : opOf(row.records.kind[row.trace.calls.rec[row.call]])), () => ['deepcopy', 'copy', 'replace']),
  depth: number((row) => (row.call < 0 ? null : row.trace.calls.depth[row.call] + 1)),
  call: number((row) => (row.call < 0 ? null : row.call + 1)),
  line: number((row) => row.trace.lineOf(row.step.site)),
  site: text((row) => SITES[row.step.site].name, () => names(SITES)),
  ns: number((row) => row.records.t[row.rec]),
  lg: number((row) => (row.probe.probes ? row.probe.lg : null)),
  probes: number((row) => row.probe.probes || null),
  slot: number((row) => row.probe.slot),
  policy: text((row) => row.trace.meta.policy ?? null),
  file: text((row) => callerOf(row)?.file ?? null),
  func: text((row) => callerOf(row)?.func ?? null),
};

export default FIELDS;
