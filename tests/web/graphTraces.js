/* Hand-made traces in the reader's shape: a small deepcopy that notes the records CPython 3.11 would give.
 * Values: numbers, strings and null are atomic; others are made with list(), dict(), tuple() and instance(). */
import { FLAGS, REC, ROLE } from '../../web/src/vocabulary.js';
import { find, hashInt, insertSlot, rebuild } from '../../web/src/probe.js';

export const list = (...items) => ({ type: 'list', items });
export const tuple = (...items) => ({ type: 'tuple', items });
export const dict = (...pairs) => ({ type: 'dict', pairs });
export const instance = (cls, ...pairs) => ({ type: cls, state: dict(...pairs) });
export const named = (name, value) => Object.assign(value, { name });

const COPY = 1;
const MEMO = 2;
const COLUMNS = ['kind', 'flags', 'role', 'obj', 'arg', 'lg', 'probes', 't'];
const GROWTH = 3;

class Recorder {
  constructor(base) {
    this.objects = [null];
    this.types = [null];
    this.records = { length: 0 };
    for (const c of COLUMNS) this.records[c] = [];
    this.refs = new Map();
    this.base = base;
    this.slots = [null];
    this.entries = [];
  }

  object(type, fields = {}) {
    let t = this.types.findIndex((x) => x && x.name === type);
    if (t < 0) t = this.types.push({ ref: this.types.length, name: type, addr: 0x9000n + BigInt(this.types.length) * 0x1a0n, lg: 0, probes: 0, slot: 0, copier: 0 }) - 1;
    const ref = this.objects.length;
    this.objects.push({ ref, addr: this.base + BigInt(ref) * 0x40n, type: t, typeName: type, text: '', name: '', len: 0, flags: 0, ...fields });
    return ref;
  }

  ref(x) {
    const key = x !== null && typeof x === 'object' ? x : `${typeof x}${x}`;
    if (!this.refs.has(key)) {
      const type = x === null ? 'NoneType' : typeof x === 'string' ? 'str' : typeof x === 'number' ? 'int' : x.type;
      const text = x === null ? 'None' : typeof x === 'string' ? `'${x}'` : typeof x === 'number' ? String(x) : '';
      this.refs.set(key, this.object(type, { text, name: x?.name ?? '' }));
    }
    return this.refs.get(key);
  }

  note(kind, role, obj, arg = 0, probe = {}, flags = 0) {
    const row = { kind: REC[kind], flags, role: ROLE[role], obj, arg, lg: probe.lg ?? 0, probes: probe.probes ?? 0, t: this.records.length };
    for (const c of COLUMNS) this.records[c].push(row[c]);
    this.records.length++;
  }

  look(ref) {
    const key = this.objects[ref].addr;
    const { path, slot } = find(this.slots, hashInt(key), (e) => e.key === key);
    return { lg: Math.log2(this.slots.length), probes: path.length, slot };
  }

  store(ref) {
    const key = this.objects[ref].addr;
    let flags = 0;
    if (!this.entries.some((e) => e.key === key)) {
      const usable = this.slots.length < 8 ? 0 : Math.floor((this.slots.length * 2) / 3);
      if (this.entries.length >= usable) {
        let size = 8;
        while (size * 2 < (this.entries.length * GROWTH + 1) * 3 && this.entries.length) size *= 2;
        this.slots = rebuild(this.entries, Math.log2(size));
        flags = FLAGS.RESIZED;
      }
      const entry = { key };
      this.entries.push(entry);
      this.slots[insertSlot(this.slots, key)] = entry;
    }
    return [this.look(ref), flags];
  }

  copy(x, role, flags = 0) {
    const ref = this.ref(x);
    const probe = this.look(ref);
    if (x === null || typeof x !== 'object') {
      this.note('atom', role, ref, probe.slot, probe, flags);
      return ref;
    }
    if (x.copied) {
      this.note('hit', role, ref, x.copied, probe, flags);
      return x.copied;
    }
    this.note('miss', role, ref, probe.slot, probe, flags);
    const made = () => (x.copied = this.object(x.type, { flags: COPY }));
    const put = (kind) => { const y = made(); const [p, f] = this.store(ref); this.note(kind, role, ref, y, p, f); return y; };
    if (x.type === 'tuple') this.#tuple(x, role, ref, made);
    else if (x.type === 'list') {
      put('list');
      for (const item of x.items) this.copy(item, 'list_elem');
    } else if (x.type === 'dict') {
      const y = put('dict');
      for (const [k, v] of x.pairs) {
        const value = this.copy(v, 'dict_value');
        this.copy(k, 'dict_key');
        this.note('setitem', role, y, value);
      }
    } else this.#instance(x, role, ref, put);
    if (x.copied === undefined) {
      this.note('same', role, ref, ref);
      return ref;
    }
    const found = this.entries.some((e) => e.key === this.objects[this.memo].addr);
    const [p] = found ? [this.look(this.memo)] : this.store(this.memo);
    this.note(found ? 'keep' : 'keep_first', role, ref, x.copied, p);
    return x.copied;
  }

  #tuple(x, role, ref, made) {
    let changed = false;
    for (const item of x.items) changed = this.copy(item, 'tuple_elem') !== this.ref(item) || changed;
    const probe = this.look(ref);
    if (x.copied) return this.note('tuple_hit', role, ref, x.copied, probe);
    if (!changed) return this.note('tuple_same', role, ref, ref, probe);
    this.note('tuple_new', role, ref, made(), probe);
    const [p, f] = this.store(ref);
    return this.note('set', role, ref, x.copied, p, f);
  }

  #instance(x, role, ref, put) {
    this.note('nohook', role, ref);
    this.note('reduce', role, ref);
    const y = put('new');
    const state = this.copy(x.state, 'state');
    this.note('state_dict', role, y, state);
  }

  run(x) {
    this.memo = this.object('dict', { flags: MEMO });
    const ref = this.ref(x);
    this.note('root', 'root', ref, this.memo);
    this.copy(x, 'root', FLAGS.NO_CALL);
  }
}

/** The trace of copy.deepcopy(x). */
export function traceOf(x, base = 0x7fb7334b0000n) {
  const recorder = new Recorder(base);
  recorder.run(x);
  return recorder;
}

/** outer = [inner, inner] */
export function shared() {
  const inner = named('inner', list(1, 2, 3));
  return traceOf(named('outer', list(inner, inner)));
}
