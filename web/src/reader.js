/**
 * Reads a trace as its bytes come: header, then chunks.  Whole chunks are taken in, a partial one waits.  Bytes are
 * treated as hostile: after the first fault nothing more is taken, `error` says what and where in one line, and what
 * came before stays readable.
 */
import crc32 from './crc32.js';
import Trace from './trace.js';

const MAGIC = [0x89, 0x43, 0x53, 0x54, 0x0d, 0x0a, 0x1a, 0x0a];
const VERSION = 2; // the newest that is known
const HEADER = 16;
const CHUNK_LIMIT = 2 ** 26; // as tracer/trace/limits.h has it
const SEQ_AFTER_END = 0xffffffff;

export class TraceReader {
  constructor() {
    this.trace = new Trace();
    /** @type {string|null} */
    this.error = null;
    /** Somebody wants no more of it. */
    this.stopped = false;
    this.offset = 0;
    this.parts = [];
    this.held = 0;
    this.wanted = HEADER;
    this.headed = false;
    this.seq = 0;
  }

  /**
   * Takes the next bytes; returns whether the trace grew.
   * @param {ArrayBuffer|Uint8Array} data
   */
  feed(data) {
    if (this.error) return false;
    const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
    this.parts.push(bytes);
    this.held += bytes.length;
    if (this.held < this.wanted) return false;
    return this.#take(this.#join());
  }

  /** The stream has ended: a trace without its END_ chunk was cut short. */
  finish() {
    if (!this.trace.complete) this.trace.cut = true;
    return this.trace;
  }

  #join() {
    const whole = new Uint8Array(this.held);
    let at = 0;
    for (const part of this.parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  #take(bytes) {
    let at = 0;
    let grew = false;
    this.wanted = HEADER;
    while (!this.error && bytes.length - at >= HEADER) {
      const used = this.headed ? this.#chunk(bytes, at) : this.#header(bytes);
      if (!used) break;
      grew ||= this.headed;
      at += used;
      this.offset += used;
    }
    const rest = bytes.subarray(at);
    this.parts = this.error ? [] : [rest];
    this.held = this.error ? 0 : rest.length;
    return grew;
  }

  #header(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER);
    if (MAGIC.some((byte, i) => bytes[i] !== byte)) return this.#fail('not a copyscope trace');
    const version = view.getUint16(8, true);
    if (version > VERSION) return this.#fail('written by a newer format version');
    this.trace.version = version;
    this.headed = true;
    return HEADER;
  }

  /** Takes the chunk at `at`; returns the bytes used, 0 when it is not whole yet or faulty. */
  #chunk(bytes, at) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, HEADER);
    const kind = String.fromCharCode(...bytes.subarray(at, at + 4));
    const length = view.getUint32(4, true);
    if (length > CHUNK_LIMIT) return this.#fail(`chunk ${printable(kind)} is larger than the reader's limit`);
    const padded = (length + 15) & ~15;
    if (bytes.length - at < HEADER + padded) {
      this.wanted = HEADER + padded;
      return 0;
    }
    // A fresh copy, so that typed arrays over it are aligned.
    const payload = bytes.slice(at + HEADER, at + HEADER + length);
    if (crc32(payload) !== view.getUint32(8, true)) return this.#fail(`chunk ${printable(kind)}: checksum differs`);
    const seq = view.getUint32(12, true);
    if (seq !== this.seq && seq !== SEQ_AFTER_END) return this.#fail(`chunk ${printable(kind)}: out of sequence`);
    if (seq === this.seq) this.seq++;
    const fault = takeChunk(this.trace, kind, payload);
    if (fault) return this.#fail(`chunk ${printable(kind)}: ${fault}`);
    return HEADER + padded;
  }

  #fail(what) {
    this.error = `${what} (at byte ${this.offset})`;
    this.trace.cut = true;
    return 0;
  }
}

const printable = (kind) => kind.replace(/[^\x20-\x7e]/g, '?');

/** Hands a chunk to the trace; returns a fault in words, or null.  Unknown kinds are passed over. */
function takeChunk(trace, kind, payload) {
  if (trace.complete && kind !== 'CAM_' && kind !== 'NOTE') return 'comes after the end';
  switch (kind) {
    case 'META': return withJson(payload, (json) => trace.addMeta(json));
    case 'SRC_': return withJson(payload, (json) => trace.addSource(json));
    case 'NOTE': return withJson(payload, (json) => trace.addNote(json));
    case 'STRS': return trace.addStrings(payload);
    case 'TYPE': return trace.addTypes(payload);
    case 'OBJS': return trace.addObjects(payload);
    case 'EVTS': return trace.addRecords(payload);
    case 'CAM_': return trace.addCam(payload);
    case 'END_': return trace.end(payload);
    default: return null;
  }
}

function withJson(payload, take) {
  let json;
  try {
    json = JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return 'its JSON cannot be read';
  }
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return 'its JSON is no object';
  take(json);
  return null;
}
