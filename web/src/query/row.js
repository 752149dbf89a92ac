/** One event under a query's eye: the columns of its record, without an object for each event of a million. */
import { EV, FLAGS, stepsOf } from '../vocabulary.js';

/** Kinds of events that look the object up in the memo; that of id(memo) itself is bookkeeping. */
const LOOKS_UP = new Set([EV.memo_get, EV.memo_again]);
const STORES = new Set([EV.memo_set, EV.keep_new]);

export default class Row {
  /** @param {any} trace */
  constructor(trace) {
    this.trace = trace;
    this.records = trace.records;
    this.n = -1;
    this.rec = -1;
    this.next = 0; // first event of the record after this one
    /** @type {any} */
    this.walk = null;
    /** @type {{event: number, outcome: boolean|null, site: number}[]} */
    this.steps = [];
    /** @type {{event: number, outcome: boolean|null, site: number}} */
    this.step = { event: 0, outcome: null, site: 0 };
  }

  /** Goes to event n; one step forward is cheapest. @param {number} n */
  seek(n) {
    const { records } = this;
    if (n < this.n || n >= this.next || this.rec < 0) this.#record(n);
    this.n = n;
    this.step = this.steps[n - records.first[this.rec]];
    this.walk = null;
    return this;
  }

  #record(n) {
    const { records, trace } = this;
    let rec = this.rec;
    if (rec < 0 || n !== this.next) rec = trace.recordOf(n);
    else while (rec + 1 < records.length && records.first[rec + 1] <= n) rec++;
    this.rec = rec;
    this.steps = stepsOf(records.kind[rec], records.flags[rec], records.role[rec]);
    this.next = records.first[rec] + this.steps.length;
  }

  get obj() { return this.records.obj[this.rec]; }
  get object() { return this.trace.objects[this.obj]; }
  get type() { return this.trace.types[this.trace.objects[this.obj]?.type]; }
  get role() { return this.records.role[this.rec]; }
  get call() { return this.trace.history.callAt(this.rec, this.step.event); }
  get looksUp() { return LOOKS_UP.has(this.step.event); }
  get resized() { return STORES.has(this.step.event) && (this.records.flags[this.rec] & FLAGS.RESIZED) !== 0; }

  /** The dict walk of the event: { lg, probes, slot }; no probes where none was read. */
  get probe() {
    this.walk ??= this.trace.probeOf(this.rec, this.records.kind[this.rec], this.step.event, this.step.outcome);
    return this.walk;
  }
}
