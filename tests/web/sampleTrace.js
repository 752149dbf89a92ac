/**
 * Makes trace bytes for the tests: a small model of deepcopy() that records what a memo dict of CPython would do.
 * Object descriptions: list(...), tuple(...), int(n); a description that occurs twice is one object.
 */
import crc32 from '../../web/src/crc32.js';
import { find, hashInt, rebuild } from '../../web/src/probe.js';
import { FLAGS, REC, ROLE } from '../../web/src/vocabulary.js';

const MAGIC = [0x89, 0x43, 0x53, 0x54, 0x0d, 0x0a, 0x1a, 0x0a];
const OBJ_COPY = 1;
const OBJ_MEMO = 2;
const TYPES = ['list', 'tuple', 'int', 'dict'];
const COPIERS = [2, 3, 1, 4];

export const list = (...items) => ({ kind: 'list', items });
export const tuple = (...items) => ({ kind: 'tuple', items });
export const int = (value) => ({ kind: 'int', value });

export function fileHeader(version = 1) {
  const bytes = new Uint8Array(16);
  bytes.set(MAGIC);
  new DataView(bytes.buffer).setUint16(8, version, true);
  return bytes;
}

export function chunk(kind, payload, seq) {
  const bytes = new Uint8Array(16 + ((payload.length + 15) & ~15));
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(kind));
  view.setUint32(4, payload.length, true);
  view.setUint32(8, crc32(payload), true);
  view.setUint32(12, seq, true);
  bytes.set(payload, 16);
  return bytes;
}

export function join(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const json = (value) => new TextEncoder().encode(JSON.stringify(value));

/** A dict's index table as CPython keeps it: which slots a key visits, when it grows. */
class Memo {
  constructor() {
    this.lg = 0;
    this.slots = [null];
    this.entries = new Map();
  }

  walk(key) {
    const { found, path } = find(this.slots, hashInt(key), (entry) => entry.key === key);
    return { found, probes: path.length, slot: path[path.length - 1].slot, lg: this.lg };
  }

  set(key, value) {
    let resized = false;
    if (!this.entries.has(key) && this.entries.size >= Math.floor((2 ** this.lg * 2) / 3)) {
      this.lg = this.lg === 0 ? 3 : Math.max(3, Math.ceil(Math.log2(this.entries.size * 3 + 1)));
      this.slots = rebuild(this.entries.values(), this.lg);
      resized = true;
    }
    const walk = this.walk(key);
    const entry = { key, value };
    if (!walk.found) {
      this.entries.set(key, entry);
      this.slots[walk.slot] = entry;
    } else this.entries.get(key).value = value;
    return { ...walk, resized };
  }
}

/** Records deepcopy(root) and returns { bytes, chunks, records, tables }; tables: the memo's slots after each store. */
export function sampleTrace(root, { names = new Map(), source = null, verdict = null, caller = null } = {}) {
  const strings = [];
  const string = (text) => {
    if (!text) return 0;
    if (!strings.includes(text)) strings.push(text);
    return strings.indexOf(text) + 1;
  };
  const typeNames = TYPES.map(string);
  const objects = [];
  const refs = new Map();
  const records = [];
  const tables = [];
  const memo = new Memo();
  let clock = 0;

  const newObject = (kind, flags = 0, text = '', name = '') => {
    const addr = 0x7f21b6000000n + BigInt(objects.length) * 0x1240n;
    objects.push({ addr, type: TYPES.indexOf(kind) + 1, text: string(text), name: string(name), flags });
    return objects.length;
  };
  const refOf = (node) => {
    if (!refs.has(node)) refs.set(node, newObject(node.kind, 0, node.kind === 'int' ? String(node.value) : '', names.get(node)));
    return refs.get(node);
  };
  const addr = (ref) => objects[ref - 1].addr;
  const put = (kind, flags, role, obj, arg, { lg = 0, probes = 0 } = {}) => {
    clock += 100;
    records.push([kind | (flags << 8) | ((lg | (role << 5) | (Math.min(127, probes) << 9)) << 16), obj, arg, clock]);
  };
  const store = (kind, role, obj, value) => {
    const done = memo.set(addr(obj), value);
    put(kind, done.resized ? FLAGS.RESIZED : 0, role, obj, value, done);
    noteTable();
  };
  const noteTable = () => {
    tables.push({ record: records.length - 1, slots: memo.slots.map((entry) => entry?.key ?? null) });
  };
  const memoRef = () => objects.findIndex((object) => object.flags & OBJ_MEMO) + 1;

  function copy(node, role, flags) {
    const ref = refOf(node);
    const walk = memo.walk(addr(ref));
    if (walk.found) {
      const found = memo.entries.get(addr(ref)).value;
      put(REC.hit, flags, role, ref, found, walk);
      return found;
    }
    if (node.kind === 'int') {
      put(REC.atom, flags, role, ref, walk.slot, walk);
      return ref;
    }
    put(REC.miss, flags, role, ref, walk.slot, walk);
    return node.kind === 'list' ? copyList(node, ref, role) : copyTuple(node, ref, role);
  }

  function copyList(node, ref, role) {
    const made = newObject('list', OBJ_COPY);
    store(REC.list, role, ref, made);
    node.items.forEach((item) => copy(item, ROLE.list_elem, 0));
    store(REC.set, role, ref, made);
    keepAlive(ref, role, made);
    return made;
  }

  function copyTuple(node, ref, role) {
    const items = node.items.map((item) => copy(item, ROLE.tuple_elem, 0));
    const walk = memo.walk(addr(ref));
    const same = items.every((item, i) => item === refs.get(node.items[i]));
    if (same) {
      put(REC.tuple_same, 0, role, ref, ref, walk);
      put(REC.same, 0, role, ref, ref);
      return ref;
    }
    const made = newObject('tuple', OBJ_COPY);
    put(REC.tuple_new, 0, role, ref, made, walk);
    store(REC.set, role, ref, made);
    keepAlive(ref, role, made);
    return made;
  }

  /** The first object kept alive makes the list under id(memo), later ones join it. */
  function keepAlive(ref, role, made) {
    const key = addr(memoRef());
    const walk = memo.walk(key);
    if (walk.found) {
      put(REC.keep, 0, role, ref, made, walk);
      return;
    }
    const done = memo.set(key, 0);
    put(REC.keep_first, done.resized ? FLAGS.RESIZED : 0, role, ref, made, done);
    noteTable();
  }

  if (caller) records.push([REC.caller, string(caller.file), string(caller.func), caller.line]);
  const rootRef = refOf(root);
  put(REC.root, 0, ROLE.root, rootRef, newObject('dict', OBJ_MEMO));
  copy(root, ROLE.root, FLAGS.NO_CALL);
  return { ...encode(), records, tables, refs };

  function encode() {
    const parts = [['META', json({ python: '3.11.7', policy: 'cpython', ...(verdict ? { verdict } : {}) })]];
    if (source) parts.push(['SRC_', json(source)]);
    parts.push(['STRS', join(strings.map((text) => {
      const bytes = new TextEncoder().encode(text);
      return join([new Uint8Array(Uint32Array.of(bytes.length).buffer), bytes]);
    }))]);
    parts.push(['TYPE', rows(TYPES.length, 32, (view, at, i) => {
      view.setBigUint64(at, 0x9000n + BigInt(i) * 0x100n, true);
      view.setUint32(at + 8, typeNames[i], true);
      view.setUint8(at + 20, COPIERS[i]);
    })]);
    parts.push(['OBJS', rows(objects.length, 32, (view, at, i) => {
      const object = objects[i];
      view.setBigUint64(at, object.addr, true);
      view.setUint32(at + 8, object.type, true);
      view.setUint32(at + 12, object.text, true);
      view.setUint32(at + 16, object.name, true);
      view.setUint32(at + 24, object.flags, true);
    })]);
    parts.push(['EVTS', rows(records.length, 16, (view, at, i) => {
      records[i].forEach((word, w) => view.setUint32(at + w * 4, word >>> 0, true));
    })]);
    const chunks = [fileHeader(), ...parts.map(([kind, payload], seq) => chunk(kind, payload, seq))];
    return { chunks, bytes: join(chunks), nextSeq: parts.length };
  }
}

function rows(count, size, write) {
  const bytes = new Uint8Array(count * size);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < count; i++) write(view, i * size, i);
  return bytes;
}

/** An END_ chunk with these counts. */
export function endChunk(seq, records, events) {
  return chunk('END_', rows(1, 64, (view) => {
    view.setBigUint64(0, BigInt(records), true);
    view.setBigUint64(8, BigInt(events), true);
  }), seq);
}

/** outer = [inner, inner] with inner = [1, 2, 3]. */
export function shared() {
  const inner = list(int(1), int(2), int(3));
  const outer = list(inner, inner);
  return sampleTrace(outer, { names: new Map([[inner, 'inner'], [outer, 'outer']]) });
}
