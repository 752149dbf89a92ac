/** The page with a recording in it, in one file: what `copyscope export --to html` writes. */

const PLACE = '<!--recording-->';
const PIECE = 3 * 2 ** 13; // bytes that become base64 at once

/**
 * @param {string} template standalone.html
 * @param {Uint8Array} bytes of the trace
 * @param {{name: string, step: number, views: string[]}} choices see carried.js
 * @returns {string[]} the parts of the file
 */
export default function pageWith(template, bytes, choices) {
  const at = template.indexOf(PLACE);
  if (at < 0) throw new Error('the page has no place for a recording');
  return [
    template.slice(0, at),
    `<script type="application/json" id="carried">${JSON.stringify(choices).replace(/</g, '\\u003c')}</script>\n`,
    '<script type="text/plain" id="recording">', ...toBase64(bytes), '</script>',
    template.slice(at + PLACE.length),
  ];
}

/** @param {Uint8Array} bytes @returns {Generator<string>} */
export function* toBase64(bytes) {
  for (let at = 0; at < bytes.length; at += PIECE) yield btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE)));
}

/** How long such a file is. @param {number} template @param {number} bytes both in bytes */
export const pageSize = (template, bytes) => template + Math.ceil(bytes / 3) * 4;
