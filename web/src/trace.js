/**
 * A trace as the page holds it: tables, records in typed columns, and by `event(n)` the logical events that the
 * records expand to.  Events are numbered from 0 here and shown from 1.  It only ever grows.
 */
import listing from './code/listing.js';
import CamOp, { CAM_OP } from './camOp.js';
import columns, { countUpTo } from './columns.js';
import History from './history.js';
import Rows from './rows.js';
import { EV, EVENTS, FAMILY_OF, FLAGS, REC, RECS, ROLES, SITES, stepsOf } from './vocabulary.js';

const RECORD = 16;
const OBJECT = 32;
const TYPE = 32;
const CAM_HEADER = 32;
const END = 64;
const MAX_RECORDS = 1 << 26;
const NOT_PROBED = FLAGS.NO_PROBE | FLAGS.NO_GET;

/** Version 1 had 16 bytes for each record. */
function fixedRecords(payload, take) {
  if (payload.length % RECORD) return 'not whole records';
  const words = new Uint32Array(payload.buffer);
  for (let at = 0; at < words.length; at += 4) {
    const head = words[at];
    take(head & 0xff, (head >>> 8) & 0xff, head >>> 16, words[at + 1], words[at + 2], words[at + 3]);
  }
  return null;
}

/**
 * @typedef {object} LogicalEvent
 * @property {number} n         position in the trace, from 0
 * @property {number} rec       the record it comes from
 * @property {number} step      its position among that record's steps
 * @property {string} event     its name
 * @property {string} family
 * @property {string} text      what it says in general
 * @property {number} obj       object ref
 * @property {number} arg       as the record's kind says
 * @property {string} role
 * @property {boolean|null} outcome
 * @property {number} lg        log2 of the table's size, 0 when no probe was read
 * @property {number} probes    slots visited
 * @property {number|null} slot where a miss ended
 * @property {string} site      name of the source line
 * @property {number|null} line its number in copy.py
 * @property {number} t         ns since the trace began
 * @property {boolean} tAfter   it happened then or later: the clock was not read for this record
 * @property {number} depth     calls open around it, from 0
 * @property {number} callIndex into trace.calls
 * @property {number} flags
 */

export default class Trace {
  constructor() {
    this.records = columns({
      kind: Uint8Array, flags: Uint8Array, lg: Uint8Array, role: Uint8Array, probes: Uint8Array,
      obj: Uint32Array, arg: Uint32Array, t: Float64Array, first: Uint32Array, call: Int32Array,
    });
    /** Who made the outermost calls, in the trace of a program: the record that says so, string refs, a line. */
    this.callers = columns({ record: Uint32Array, file: Uint32Array, func: Uint32Array, line: Uint32Array });
    /** One byte per event: its number and its family's. */
    this.events = columns({ kind: Uint8Array, family: Uint8Array });
    this.strings = [''];
    this.types = [null];
    this.objects = [null];
    /** Of the file's format; 1 had rows of fixed size. */
    this.version = 2;
    this.rows = new Rows(this);
    this.meta = {};
    this.sources = [];
    this.notes = [];
    this.cam = null;
    this.complete = false;
    this.cut = false;
    this.truncated = 0;
    this.failed = false;
    /** SHA-256 of the trace, hexadecimal, once it is complete. */
    this.digest = '';
    this.clock = 0;
    /** Line numbers by site number, made when first asked for. */
    this.lines = null;
    this.history = new History(this);
  }

  get eventCount() { return this.events.length; }
  get calls() { return this.history.calls; }

  string(ref) { return this.strings[ref] ?? ''; }
  addr(ref) { return this.objects[ref]?.addr ?? 0n; }

  addMeta(json) { Object.assign(this.meta, json); }
  addNote(json) { this.notes.push(json); }
  addSource(json) {
    this.sources.push({
      role: String(json.role ?? ''),
      name: String(json.name ?? ''),
      first_line: Number.isSafeInteger(json.first_line) ? json.first_line : 1,
      text: String(json.text ?? ''),
      sites: json.sites !== null && typeof json.sites === 'object' ? json.sites : {},
      listing: listing(json),
    });
    this.lines = null;
  }

  addStrings(payload) {
    const view = new DataView(payload.buffer);
    const decoder = new TextDecoder();
    let at = 0;
    while (at < payload.length) {
      if (payload.length - at < 4) return 'a string is cut';
      const length = view.getUint32(at, true);
      at += 4;
      if (length > payload.length - at) return 'a string is longer than its chunk';
      this.strings.push(decoder.decode(payload.subarray(at, at + length)));
      at += length;
    }
    return null;
  }

  addTypes(payload) {
    if (payload.length % TYPE) return 'not whole records';
    const view = new DataView(payload.buffer);
    for (let at = 0; at < payload.length; at += TYPE) {
      const name = view.getUint32(at + 8, true);
      const module = view.getUint32(at + 12, true);
      this.types.push({
        ref: this.types.length,
        addr: view.getBigUint64(at, true),
        name: this.string(name),
        module: this.string(module),
        slot: view.getUint32(at + 16, true),
        copier: payload[at + 20],
        lg: payload[at + 21],
        probes: payload[at + 22],
        flags: payload[at + 23],
      });
    }
    return null;
  }

  addObjects(payload) {
    if (this.version > 1) return this.rows.objects(payload, (addr, type, text, name, len, flags) => this.#object(addr, type, text, name, len, flags));
    if (payload.length % OBJECT) return 'not whole records';
    const addrs = new BigUint64Array(payload.buffer);
    const words = new Uint32Array(payload.buffer);
    for (let i = 0; i < payload.length / OBJECT; i++) {
      const [type, text, name, len, flags] = words.subarray(i * 8 + 2, i * 8 + 7);
      this.#object(addrs[i * 4], type, text, name, len, flags);
    }
    return null;
  }

  #object(addr, type, text, name, len, flags) {
    this.objects.push({
      ref: this.objects.length, addr, type, typeName: this.types[type]?.name ?? '?',
      text: this.string(text), name: this.string(name), len, flags,
    });
  }

  addRecords(payload) {
    let full = false;
    const take = (kind, flags, pack, obj, arg, t) => {
      full ||= this.records.length >= MAX_RECORDS;
      if (!full) this.#record(kind, flags, pack, obj, arg, t);
    };
    const fault = this.version > 1 ? this.rows.records(payload, take) : fixedRecords(payload, take);
    return full ? 'more records than the reader holds' : fault;
  }

  #caller(record, file, func, line) {
    const { callers } = this;
    const i = callers.extend(1);
    callers.record[i] = record;
    callers.file[i] = file;
    callers.func[i] = func;
    callers.line[i] = line;
  }

  #record(kind, flags, pack, obj, arg, t) {
    const { records, events } = this;
    const r = records.extend(1);
    const role = (pack >>> 5) & 15;
    records.kind[r] = kind;
    records.flags[r] = flags;
    records.lg[r] = pack & 31;
    records.role[r] = role;
    records.probes[r] = pack >>> 9;
    records.obj[r] = obj;
    records.arg[r] = arg;
    if (kind === REC.clock) this.clock = obj + arg * 2 ** 32;
    if (kind === REC.caller) this.#caller(r, obj, arg, t);
    if (kind === REC.trunc) this.truncated += obj + arg * 2 ** 32;
    records.t[r] = RECS[kind]?.t === 'time' ? this.clock + t : t;
    const steps = stepsOf(kind, flags, role);
    const first = events.extend(steps.length);
    records.first[r] = first;
    for (let s = 0; s < steps.length; s++) {
      events.kind[first + s] = steps[s].event;
      events.family[first + s] = FAMILY_OF[steps[s].event];
    }
    this.history.take(r, steps);
  }

  addCam(payload) {
    if (payload.length < CAM_HEADER || (payload.length - CAM_HEADER) % CAM_OP) return 'not whole records';
    const view = new DataView(payload.buffer);
    const header = {
      depth: view.getUint32(0, true), ops: view.getUint32(4, true), lookups: view.getUint32(8, true),
      agreed: view.getUint32(12, true), spilled: view.getUint32(16, true), skipped: view.getUint32(20, true),
      cycles: Number(view.getBigUint64(24, true)),
    };
    const ops = new Array((payload.length - CAM_HEADER) / CAM_OP);
    for (let i = 0, at = CAM_HEADER; i < ops.length; i++, at += CAM_OP) {
      const rec = view.getUint32(at, true);
      if (rec >= this.records.length) return 'an operation on a record that does not exist';
      ops[i] = new CamOp(view, at, this.records.first[rec]);
    }
    this.cam = { header, ops };
    return null;
  }

  end(payload) {
    if (payload.length !== END) return 'has the wrong size';
    const view = new DataView(payload.buffer);
    if (Number(view.getBigUint64(0, true)) !== this.records.length) return 'its count of records differs';
    if (Number(view.getBigUint64(8, true)) !== this.eventCount) return 'its count of events differs';
    this.failed = (view.getUint32(28, true) & 2) !== 0;
    this.digest = Array.from(payload.subarray(32), (byte) => byte.toString(16).padStart(2, '0')).join('');
    this.complete = true;
    return null;
  }

  /** The record that event n comes from: the last one that starts at or before it and has events. */
  recordOf(n) { return countUpTo(this.records.first, this.records.length, n) - 1; }

  /**
   * Who made the outermost call that event n belongs to; null where the trace does not say.
   * @param {number} n @returns {{ file: string, func: string, line: number }|null}
   */
  callerOf(n) {
    const { callers } = this;
    const i = countUpTo(callers.record, callers.length, this.recordOf(n)) - 1;
    if (i < 0) return null;
    return { file: this.string(callers.file[i]), func: this.string(callers.func[i]), line: callers.line[i] };
  }

  /** @param {number} n @returns {LogicalEvent|null} */
  event(n) {
    if (!(n >= 0 && n < this.eventCount)) return null;
    const { records } = this;
    const rec = this.recordOf(n);
    const kind = records.kind[rec];
    const flags = records.flags[rec];
    const role = records.role[rec];
    const step = n - records.first[rec];
    const { event, outcome, site } = stepsOf(kind, flags, role)[step];
    const callIndex = this.history.callAt(rec, event);
    return {
      n, rec, step, event: EVENTS[event].name, family: EVENTS[event].family, text: EVENTS[event].text,
      obj: records.obj[rec], arg: records.arg[rec], role: ROLES[role]?.name ?? 'root', outcome,
      ...this.probeOf(rec, kind, event, outcome),
      site: SITES[site].name, line: this.lineOf(site), t: records.t[rec], tAfter: this.#isAtOrAfter(rec),
      depth: callIndex < 0 ? 0 : this.calls.depth[callIndex], callIndex, flags,
    };
  }

  /** Where the clock is read at composites only, a record without a time of its own has that of the one before. */
  #isAtOrAfter(rec) {
    if (this.meta.clock !== 'composites') return false;
    let before = rec - 1;
    while (before >= 0 && RECS[this.records.kind[before]]?.t !== 'time') before--;
    return before >= 0 && this.records.t[before] === this.records.t[rec];
  }

  /** The dict walk behind an event: the memo's from the record, the dispatch table's from the type. */
  probeOf(rec, kind, event, outcome) {
    const { records } = this;
    if (kind === REC.copy || kind === REC.copy_atom) {
      if (event !== EV.dispatch || records.flags[rec] & FLAGS.NO_PROBE) return { lg: 0, probes: 0, slot: null };
      return { lg: records.lg[rec], probes: records.probes[rec], slot: records.arg[rec] };
    }
    if (event === EV.dispatch && kind !== REC.copy_holders) {
      const type = this.types[this.objects[records.obj[rec]]?.type];
      if (type?.lg) return { lg: type.lg, probes: type.probes, slot: type.slot };
    }
    const isMemo = event === EV.memo_get || event === EV.memo_set || event === EV.memo_again
      || event === EV.keep_get || event === EV.keep_new;
    if (!isMemo || records.flags[rec] & NOT_PROBED) return { lg: 0, probes: 0, slot: null };
    const missSlot = event === EV.memo_get && outcome === false && (kind === REC.atom || kind === REC.miss);
    return { lg: records.lg[rec], probes: records.probes[rec], slot: missSlot ? records.arg[rec] : null };
  }

  /** The interpreter's copy.py, if the trace carries it. */
  get copyPy() { return this.sources.find((source) => source.role === 'copy.py') ?? this.sources[0] ?? null; }

  /** Line number in copy.py of a site number, or null. */
  lineOf(site) {
    this.lines ??= SITES.map(({ name }) => {
      const line = this.copyPy?.sites[name];
      return Number.isSafeInteger(line) && line > 0 ? line : null;
    });
    return this.lines[site];
  }
}
