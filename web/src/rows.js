/**
 * The rows of OBJS and EVTS as a file of version 2 has them: what is as expected was left out, and is put in again
 * here.  tracer/trace/FORMAT.md, "Rows", says what is expected; tracer/trace/context.h does the same in C.
 */
import { hashInt } from './probe.js';
import { FLAGS, REC, RECS, ROLE, opensCall } from './vocabulary.js';

const ROW = { HEAD: 1, OBJ: 2, ARG: 4, T: 8, MANY: 15, ITEM_PROBES: 3 };
const ITEM = 254; // rows of a dict's item: of atom
const FITEM = 255; // and of fast_atom
const REMEMBERED = 2 ** 20; // as tracer/trace/limits.h has it
const OBJECT = { TYPE: 0x0f, TEXT: 0x30, TEXT_NEXT: 0x10, LEN: 0x40, FLAGS: 0x80 };
const NOT_PROBED = FLAGS.NO_GET | FLAGS.NO_PROBE;
const MALFORMED = 'a row is malformed';
const OBJECT_REFS = new Set(['x', 'y', 'last', 'new', 'memo']);

/** Bytes that are read from the front.  Past the end, or after a number too large, `bad` is set and all is 0. */
class Bytes {
  /** @param {Uint8Array} data */
  constructor(data) {
    this.data = data;
    this.at = 0;
    this.bad = false;
  }

  get done() { return this.bad || this.at >= this.data.length; }

  byte() {
    if (this.at < this.data.length) return this.data[this.at++];
    this.bad = true;
    return 0;
  }

  word() {
    const low = this.byte() | (this.byte() << 8) | (this.byte() << 16);
    return (low | (this.byte() << 24)) >>> 0;
  }

  /** A number of at most 53 bits; larger ones are left to big(). */
  small() {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 42; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    this.bad = true;
    return 0;
  }

  word32() {
    const value = this.small();
    if (value > 0xffffffff) this.bad = true;
    return value >>> 0;
  }

  big() {
    const start = this.at;
    const value = this.small();
    if (!this.bad) return BigInt(value);
    this.bad = false;
    this.at = start;
    let big = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      big |= BigInt(byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      if (big < 2n ** 64n) return big;
      break;
    }
    this.bad = true;
    return 0n;
  }
}

/** What a head says of its rows, and lets expect of them. */
function plan(head) {
  const kind = head & 0xff;
  const flags = (head >>> 8) & 0xff;
  const { call = 'none', obj = 'none', arg = 'none', t = 'none' } = RECS[kind] ?? {};
  const opens = opensCall(kind, flags);
  const whole = call === 'whole';
  const closes = whole || call === 'closes';
  return {
    head, kind, flags, pack: (head >>> 16) & 0x1ff, lg: (head >>> 16) & 31, role: (head >>> 21) & 15,
    obj: obj === 'x' && opens ? 'next' : obj, arg: whole && arg === 'y' ? 'next' : arg,
    probed: !(flags & NOT_PROBED), timed: t === 'time',
    meetsObj: OBJECT_REFS.has(obj), meetsArg: OBJECT_REFS.has(arg),
    pushes: opens && !whole, pops: closes && !opens, makes: arg === 'y' && !whole,
    gives: closes, givesArg: arg === 'x' || arg === 'y',
  };
}

export default class Rows {
  /** @param {{addr: (ref: number) => bigint}} trace where addresses are asked for */
  constructor(trace) {
    this.trace = trace;
    this.heads = new Array(256).fill(null);
    this.call = { x: 0, y: 0 };
    this.calls = [];
    this.met = 0;
    this.last = 0;
    this.time = 0;
    this.setitem = null;
    /** @type {Map<number, bigint>} the last address of a type, and of its copies */
    this.lanes = new Map();
    this.strings = 0;
    /** By ref, from 1: the address's lower 32 bits, where they are those of its hash; else -1. */
    this.low = [-1];
  }

  /**
   * Hands each record to take; returns a fault in words, or null.
   * @param {Uint8Array} payload
   * @param {(kind: number, flags: number, pack: number, obj: number, arg: number, t: number) => void} take
   */
  records(payload, take) {
    const bytes = new Bytes(payload);
    while (!bytes.done) {
      const at = bytes.byte();
      const bits = bytes.byte();
      if (bits & ROW.HEAD) {
        const head = bytes.word();
        if (head >>> 25) return MALFORMED;
        this.heads[at] = plan(head);
      }
      const head = this.heads[at];
      if (!head || bytes.bad) return MALFORMED;
      const fine = head.kind >= ITEM ? this.#item(bytes, head, bits, take) : this.#record(bytes, head, bits, take);
      if (!fine) return MALFORMED;
    }
    return bytes.bad ? MALFORMED : null;
  }

  #record(bytes, head, bits, take) {
    let probes = bits >>> 4;
    if (probes === ROW.MANY) probes = bytes.word32();
    if (probes > 127) return false;
    const obj = bits & ROW.OBJ ? bytes.word32() : this.#expectObj(head);
    if (head.meetsObj) this.#meet(obj);
    if (head.pushes) {
      this.calls.push(this.call);
      this.call = { x: obj, y: 0 };
    }
    const arg = bits & ROW.ARG ? bytes.word32() : this.#expectArg(head, obj, probes);
    const t = ((head.timed ? this.time : 0) + (bits & ROW.T ? bytes.word32() : 0)) >>> 0;
    if (bytes.bad) return false;
    take(head.kind, head.flags, head.pack | (probes << 9), obj, arg, t);
    this.#end(head, obj, arg, t);
    return true;
  }

  #expectObj(head) {
    switch (head.obj) {
      case 'next': return this.met + 1;
      case 'x': return this.call.x;
      case 'y': return this.call.y;
      default: return 0;
    }
  }

  #expectArg(head, obj, probes) {
    switch (head.arg) {
      case 'x': return obj;
      case 'y': return this.call.y || this.met + 1;
      case 'next': case 'new': case 'memo': return this.met + 1;
      case 'last': return this.last;
      case 'slot': return head.probed ? this.#slot(obj, head.lg, probes) : 0;
      default: return 0;
    }
  }

  #end(head, obj, arg, t) {
    if (head.meetsArg) this.#meet(arg);
    if (head.timed) this.time = t;
    if (head.makes) this.call.y = arg;
    if (head.gives) this.last = head.givesArg ? arg : obj;
    if (head.kind === REC.setitem) this.setitem = head;
    if (head.pops) this.call = this.calls.pop() ?? { x: 0, y: 0 };
  }

  #meet(ref) { if (ref > this.met) this.met = ref; }

  /** The slot that a walk of `probes` slots for an object's address ends on. */
  #slot(obj, lg, probes) {
    const low = this.low[obj];
    if (!obj || low === undefined || this.low.length - 1 - obj >= REMEMBERED) return 0;
    if (probes <= 1 && low >= 0) return lg ? low % 2 ** lg : 0;
    let perturb = hashInt(this.trace.addr(obj));
    let slot = BigInt.asUintN(lg, perturb);
    for (let i = 1; i < probes; i++) {
      perturb >>= 5n;
      slot = BigInt.asUintN(lg, slot * 5n + perturb + 1n);
    }
    return Number(slot);
  }

  /** The item of a plain dict: the value's record if the role says so, the key's, and setitem. */
  #item(bytes, head, bits, take) {
    const valued = head.role === ROLE.dict_value;
    const kind = head.kind === FITEM ? REC.fast_atom : REC.atom;
    const probed = kind === REC.atom && head.probed;
    const counts = bits >>> 4;
    if (!this.setitem || (!valued && (head.role !== ROLE.dict_key || bits & ROW.ARG || counts & ROW.ITEM_PROBES))) return false;
    if (!probed && counts) return false;
    const value = valued ? this.#atom(bytes, bits & ROW.ARG) : 0;
    const key = this.#atom(bytes, bits & ROW.OBJ);
    if (bits & ROW.T) this.time = (this.time + bytes.word32()) >>> 0;
    if (bytes.bad) return false;
    const give = (ref, role, probes) => take(kind, head.flags, head.lg | (role << 5) | (probes << 9), ref,
      probed ? this.#slot(ref, head.lg, probes) : 0, this.time);
    if (valued) give(value, ROLE.dict_value, probed ? (counts & ROW.ITEM_PROBES) + 1 : 0);
    give(key, ROLE.dict_key, probed ? (counts >>> 2) + 1 : 0);
    take(REC.setitem, this.setitem.flags, this.setitem.pack, this.call.y, key, this.time);
    return true;
  }

  #atom(bytes, given) {
    const ref = given ? bytes.word32() : this.met + 1;
    this.#meet(ref);
    this.last = ref;
    return ref;
  }

  /**
   * Hands each object to take; returns a fault in words, or null.
   * @param {Uint8Array} payload
   * @param {(addr: bigint, type: number, text: number, name: number, len: number, flags: number) => void} take
   */
  objects(payload, take) {
    const bytes = new Bytes(payload);
    while (!bytes.done) {
      const bits = bytes.byte();
      if ((bits & OBJECT.TEXT) === OBJECT.TEXT) return MALFORMED;
      const type = bits & OBJECT.TYPE || bytes.word32();
      const text = !(bits & OBJECT.TEXT) ? 0 : bits & OBJECT.TEXT_NEXT ? this.strings + 1 : bytes.word32();
      const len = bits & OBJECT.LEN ? bytes.word32() : 0;
      const told = bits & OBJECT.FLAGS ? bytes.small() : 0;
      const flags = Math.floor(told / 2);
      const name = told % 2 ? bytes.word32() : 0;
      const addr = this.#address(bytes, type * 2 + (flags & 1));
      if (bytes.bad || flags > 0xffffffff || !type) return MALFORMED;
      this.strings = Math.max(this.strings, text, name);
      this.low.push(hashInt(addr) === addr ? Number(addr & 0xffffffffn) : -1);
      take(addr, type, text, name, len, flags);
    }
    return bytes.bad ? MALFORMED : null;
  }

  /** An address: its distance from the last of its lane in units of 8, or itself. */
  #address(bytes, lane) {
    const told = bytes.big();
    let addr = 0n;
    if (told & 1n) {
      if (told !== 1n) bytes.bad = true;
      addr = BigInt(bytes.word()) | (BigInt(bytes.word()) << 32n);
    } else {
      const distance = told >> 1n;
      const last = this.lanes.get(lane) ?? 0n;
      addr = BigInt.asUintN(64, last + (distance & 1n ? -(distance >> 1n) - 1n : distance >> 1n) * 8n);
    }
    this.lanes.set(lane, addr);
    return addr;
  }
}
