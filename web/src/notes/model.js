/**
 * Notes on a recording: text, an arrow or a region, each anchored to an event.  What comes from a file is checked field
 * by field; what is no note is left out and counted.  Every change can be undone.  No DOM here.
 */
export const TEXT_MAX = 1000;
export const AUTHOR_MAX = 60;
export const NOTES_MAX = 500;
const UNDO_MAX = 100;
const KINDS = ['text', 'arrow', 'region'];
const ID = /^[\w-]{1,40}$/;
const PANE = /^[A-Za-z]{1,20}$/;

/**
 * @typedef {object} Note
 * @property {string} id
 * @property {number} event  from 0
 * @property {string} text
 * @property {'text'|'arrow'|'region'} kind
 * @property {number} object a ref, 0 for none
 * @property {string} pane   where an arrow or a region is drawn, else ''
 * @property {[number, number]} from as fractions of the pane
 * @property {[number, number]} to
 * @property {string} [author] who wrote it, if that is said
 */

/** What a JSON value says as a note, or null. @param {any} json @param {{eventCount: number, objects: any[]}} trace @returns {Note|null} */
export function noteFrom(json, trace) {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return null;
  const { id, event, text, kind = 'text', object = 0, pane = '', from = [0, 0], to = [0, 0], author = '' } = json;
  if (typeof id !== 'string' || !ID.test(id) || typeof text !== 'string' || !text.trim() || text.length > TEXT_MAX) return null;
  if (!Number.isInteger(event) || event < 0 || event >= trace.eventCount || !KINDS.includes(kind)) return null;
  if (!Number.isInteger(object) || object < 0 || object >= trace.objects.length) return null;
  if (typeof author !== 'string' || author.length > AUTHOR_MAX) return null;
  if (kind !== 'text' && (typeof pane !== 'string' || !PANE.test(pane) || !isPoint(from) || !isPoint(to))) return null;
  const place = kind === 'text' ? { pane: '', from: [0, 0], to: [0, 0] } : { pane, from: [...from], to: [...to] };
  return /** @type {Note} */ ({ id, event, text, kind, object, ...place, ...(author.trim() ? { author: author.trim() } : {}) });
}

const isPoint = (point) => Array.isArray(point) && point.length === 2 && point.every((x) => typeof x === 'number' && x >= 0 && x <= 1);

/** @param {() => void} changed */
export default function notes(changed) {
  /** @type {{eventCount: number, objects: any[]}|null} */
  let trace = null;
  /** @type {Map<string, Note>} */
  let byId = new Map();
  /** @type {Map<string, Note>[]} */
  let before = [];
  let refused = 0;

  function change(next) {
    before.push(byId);
    if (before.length > UNDO_MAX) before.shift();
    byId = next;
    changed();
  }

  /** Takes what a file has; of two with one id the later counts. @returns {number} how many were no notes */
  function take(list) {
    let bad = 0;
    for (const json of list) {
      if (json?.deleted === true && typeof json.id === 'string') {
        byId.delete(json.id);
        continue;
      }
      const note = trace && (byId.has(json?.id) || byId.size < NOTES_MAX) ? noteFrom(json, trace) : null;
      if (note) byId.set(note.id, note);
      else bad++;
    }
    return bad;
  }

  return {
    /** In the order of their events. @returns {Note[]} */
    get list() { return [...byId.values()].sort((a, b) => a.event - b.event); },
    get refused() { return refused; },
    get canUndo() { return before.length > 0; },
    at(event) { return this.list.filter((note) => note.event === event); },

    /** Notes of another trace: those in it, then those kept elsewhere. @param {any} next @param {any[]} kept */
    open(next, kept = []) {
      trace = next;
      byId = new Map();
      before = [];
      refused = take([...(next?.notes ?? []), ...kept]);
      changed();
    },

    /** More notes, as from a sidecar; can be undone. @param {any[]} list @returns {number} how many were no notes */
    add(list) {
      const old = byId;
      byId = new Map(byId);
      const bad = take(list);
      const next = byId;
      byId = old;
      change(next);
      return bad;
    },

    /** A new note, or another version of one. @param {Omit<Note, 'id'> & {id?: string}} fields @returns {Note|null} null: it is no note, or there are too many */
    put(fields) {
      const id = fields.id ?? freshId(byId);
      const note = trace ? noteFrom({ ...fields, id }, trace) : null;
      if (!note || (!byId.has(id) && byId.size >= NOTES_MAX)) return null;
      change(new Map(byId).set(id, note));
      return note;
    },

    /** @param {string} id */
    remove(id) {
      if (!byId.has(id)) return;
      const next = new Map(byId);
      next.delete(id);
      change(next);
    },

    undo() {
      const last = before.pop();
      if (!last) return false;
      byId = last;
      changed();
      return true;
    },
  };
}

function freshId(taken) {
  let n = taken.size + 1;
  while (taken.has(`note-${n}`)) n++;
  return `note-${n}`;
}
