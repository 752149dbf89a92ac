/**
 * What a page brings along that was exported with its recording.  Such a page asks no server for anything: its trace
 * stands in the page itself as base64, and what was chosen at the export as JSON beside it.
 */

/**
 * @typedef {object} Carried
 * @property {string} name of the trace's file
 * @property {number} step the event to begin at, from 1; 0: none was chosen
 * @property {string[]} views what to show: a layout's name, or views
 * @property {() => Uint8Array} bytes
 */

/** @returns {Carried|null} null: this page was served */
export default function carried() {
  const told = document.getElementById('carried');
  const data = document.getElementById('recording');
  if (!told || !data) return null;
  const { name = '', step = 0, views = [] } = fields(told.textContent);
  return {
    name: String(name), step: Number.isSafeInteger(step) && step > 0 ? step : 0, views: Array.isArray(views) ? views.map(String) : [],
    bytes: () => fromBase64(data.textContent ?? ''),
  };
}

function fields(text) {
  try {
    return Object(JSON.parse(text ?? ''));
  } catch {
    return {}; // the recording is shown all the same
  }
}

/** @param {string} text */
export function fromBase64(text) {
  const letters = atob(text.trim());
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

/** A worker of the page by its file's name, which a page in one file has as the text of an element. @param {string} name */
export function workerOf(name) {
  const text = document.getElementById(name)?.textContent;
  if (!text) return new Worker(`${name}.js`);
  const href = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const worker = new Worker(href);
  URL.revokeObjectURL(href);
  return worker;
}
