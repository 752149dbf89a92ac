/** A sentence as plain text, for what cannot hold code or links: a caption, a report. */

/** @param {import('./sentence.js').Part[]} said */
export default function plain(said) {
  return said.map((part) => (typeof part === 'string' ? part : 'code' in part ? part.code : String(part.event + 1))).join('');
}
