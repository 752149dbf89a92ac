/** Files that the page itself makes. */
import { el } from './dom.js';

const KEPT = 60000; // ms: a browser may ask the reader where to, first

/** @param {BlobPart|BlobPart[]} content @param {string} name @param {string} [type] */
export default function download(content, name, type = 'application/octet-stream') {
  const href = URL.createObjectURL(new Blob(Array.isArray(content) ? content : [content], { type }));
  el('a', { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), KEPT);
}
