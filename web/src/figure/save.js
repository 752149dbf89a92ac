/** A figure as a file: the SVG itself, or the picture of it in points, with the page's fonts inside. */
import { toBase64 } from '../export/page.js';

const SCALE = 2;
const FONTS = [['Inter', 'inter-latin-wght-normal.woff2', '100 900'], ['JetBrains Mono', 'jetbrains-mono-latin-wght-normal.woff2', '100 800']];

/** @param {string} text of an SVG @returns {Promise<Blob>} */
export async function pngOf(text) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(await withFonts(text))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: image.width * SCALE, height: image.height * SCALE });
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, failed) => { canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error('too large'))), 'image/png'); });
}

/** @param {Blob} blob */
export async function base64Of(blob) { return [...toBase64(new Uint8Array(await blob.arrayBuffer()))].join(''); }

/** A picture is drawn without the page around it: it brings its fonts along. @param {string} text */
export async function withFonts(text) {
  const faces = await Promise.all(FONTS.map(async ([family, file, weight]) => `@font-face{font-family:'${family}';font-weight:${weight};src:url(${await fontData(file)}) format('woff2')}`));
  return text.replace(/(<svg[^>]*>)/, (open) => `${open}<style>${faces.join('')}</style>`);
}

async function fontData(file) {
  const carried = fontRules().find((rule) => rule.includes('data:font') && sameFont(rule, file));
  if (carried) return /url\("?(data:[^")]+)/.exec(carried)?.[1] ?? '';
  const answer = await fetch(`fonts/${file}`);
  return `data:font/woff2;base64,${await base64Of(await answer.blob())}`;
}

const fontRules = () => [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).filter((rule) => rule instanceof CSSFontFaceRule).map((rule) => rule.cssText);

/** The Latin face of a family is the one whose range, if it has one, begins at 0. */
const sameFont = (rule, file) => rule.includes(file.startsWith('inter') ? 'Inter' : 'JetBrains Mono') && (!/unicode-range/i.test(rule) || /unicode-range: U\+0-/i.test(rule));

/** Asks the browser to print it, on paper of its own size: the reader saves that as PDF. @param {string} text of an SVG @param {boolean} [ask] */
export function printed(text, ask = true) {
  const node = document.importNode(new DOMParser().parseFromString(text, 'image/svg+xml').documentElement, true);
  const paper = document.createElement('div');
  paper.className = 'paper';
  paper.attachShadow({ mode: 'open' }).append(node); // out of reach of the page's style sheets
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@page { size: ${node.getAttribute('width')}px ${node.getAttribute('height')}px; margin: 0 } @media print { html, body { background: #fff; height: auto; overflow: visible } body > :not(.paper) { display: none } } @media screen { .paper { display: none } }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  document.body.append(paper);
  const done = () => {
    paper.remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
  };
  if (!ask) return done;
  window.addEventListener('afterprint', done, { once: true });
  window.print();
  return done;
}
