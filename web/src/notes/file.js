/** Notes in files: behind the end of a trace, where the digest does not cover them, or in a sidecar of their own. */
import crc32 from '../crc32.js';

const HEADER = 16;
const APPENDED = 0xffffffff;
const SIDECAR = 1;

/** @param {Uint8Array} bytes @param {number} at */
function headOf(bytes, at) {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, HEADER);
  const length = view.getUint32(4, true);
  return { kind: String.fromCharCode(...bytes.subarray(at, at + 4)), seq: view.getUint32(12, true), length, size: HEADER + ((length + 15) & ~15) };
}

function noteChunk(json) {
  const payload = new TextEncoder().encode(JSON.stringify(json));
  const bytes = new Uint8Array(HEADER + ((payload.length + 15) & ~15));
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode('NOTE'));
  view.setUint32(4, payload.length, true);
  view.setUint32(8, crc32(payload), true);
  view.setUint32(12, APPENDED, true);
  bytes.set(payload, HEADER);
  return bytes;
}

/**
 * A trace's bytes with these notes and no others behind its end; null where it has no end: such a file only has a sidecar.
 * @param {Uint8Array} bytes @param {import('./model.js').Note[]} notes @returns {Uint8Array|null}
 */
export function withNotes(bytes, notes) {
  const parts = [bytes.subarray(0, HEADER)];
  const inside = new Set();
  let ended = false;
  for (let at = HEADER; at + HEADER <= bytes.length;) {
    const { kind, seq, length, size } = headOf(bytes, at);
    if (at + size > bytes.length) return null;
    if (kind === 'NOTE' && seq !== APPENDED) inside.add(idOf(bytes.subarray(at + HEADER, at + HEADER + length)));
    if (kind !== 'NOTE' || seq !== APPENDED) parts.push(bytes.subarray(at, at + size));
    ended ||= kind === 'END_';
    at += size;
  }
  if (!ended) return null;
  const kept = new Set(notes.map(({ id }) => id));
  const gone = [...inside].filter((id) => id && !kept.has(id)).map((id) => ({ id, deleted: true }));
  parts.push(...[...notes, ...gone].map(noteChunk));
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function idOf(payload) {
  try {
    return String(JSON.parse(new TextDecoder().decode(payload)).id ?? '');
  } catch {
    return '';
  }
}

/** @param {string} digest @param {import('./model.js').Note[]} notes */
export const toSidecar = (digest, notes) => `${JSON.stringify({ copyscope_notes: SIDECAR, digest, notes }, null, 1)}\n`;

/** @param {string} text @returns {{digest: string, notes: any[]}|null} null: it is no sidecar */
export function fromSidecar(text) {
  try {
    const json = JSON.parse(text);
    if (json?.copyscope_notes !== SIDECAR || !Array.isArray(json.notes)) return null;
    return { digest: String(json.digest ?? ''), notes: json.notes };
  } catch {
    return null;
  }
}
