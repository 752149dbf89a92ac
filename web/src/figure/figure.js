/**
 * Figures of the page's own views: what stands on the page is drawn once more on white, as SVG with a caption and where
 * it comes from.  Texts stay texts.  The page shows for that moment what is drawn, behind a curtain.
 */
import './figure.css';
import citation from '../citation.js';
import { el, svg } from '../dom.js';
import plain from '../plain.js';
import { chosen } from '../presets.js';
import sentence from '../sentence.js';
import Ink from './ink.js';
import { legal } from './paint.js';
import walk from './walk.js';

const QUIET = 120; // ms without a change after which the page has settled
const LONGEST = 8000; // ms that it may take
const MARGIN = 24;
const LINE = 26;
const CAPTION = 18; // px
const SMALL = 15;
/** How wide a view is that stands alone: as on the page, where a title row and a picture of some 500 px are read together. */
const ALONE = { objects: 1100, narration: 1000, race: 1100, source: 760, timeline: 0, events: 1000, flame: 1200 };
const OTHERS = 720;
const SANS = "Inter, 'Helvetica Neue', Arial, sans-serif";

/** @typedef {{views?: string[], step?: number, caption?: string|null}} Wish  step from 1; caption null: the event's own */

/** @param {any} page store, t, grid, look, panes, name(): string, version */
export default function figures({ store, t, grid, look, panes, name, version }) {
  const root = document.documentElement;
  let drawing = false;

  /** @param {(curtain: {say(line: string): void, stopped: boolean}) => Promise<any>} work on a page that looks as a figure does; afterwards it is what it was */
  async function staged(work) {
    const was = { theme: root.dataset.theme, motion: root.dataset.motion, preset: grid.preset?.id ?? '', step: store.cursor };
    const curtain = el('div', { class: 'curtain', role: 'status' }, t('figure.drawing'));
    const front = { say: (line) => { curtain.textContent = line; }, stopped: false };
    const stop = (event) => { front.stopped ||= event.key === 'Escape'; };
    document.addEventListener('keydown', stop, true);
    document.body.append(curtain);
    Object.assign(root.dataset, { theme: 'print', motion: 'off', figure: 'yes' });
    try {
      return await work(front);
    } finally {
      delete root.dataset.figure;
      root.dataset.theme = was.theme;
      if (was.motion === undefined) delete root.dataset.motion;
      else root.dataset.motion = was.motion;
      store.seek(was.step);
      if (grid.preset?.id !== was.preset) look.preset(was.preset);
      panes.resize();
      document.removeEventListener('keydown', stop, true);
      curtain.remove();
    }
  }

  /** @param {Wish} wish @returns {Promise<SVGSVGElement>} */
  async function draw({ views = [], step = 0, caption = null }) {
    if (!store.trace?.eventCount) throw new Error(t('export.nothing'));
    if (step) store.seek(step - 1);
    const own = chosen(views, panes.has)[0];
    if (own) grid.show({ ...own, id: 'figure' });
    else if (views[0]) look.preset(views[0]);
    const stage = /** @type {HTMLElement} */ (document.querySelector('.stage'));
    const timeline = stage.dataset.timeline;
    stage.dataset.timeline = own ? (own.timeline ? 'yes' : 'no') : timeline;
    const main = /** @type {HTMLElement} */ (document.querySelector('main'));
    main.style.width = own && views.length === 1 ? `min(100%, ${ALONE[views[0]] ?? OTHERS}px)` : '';
    const inks = inked();
    panes.resize();
    await settled();
    const picture = compose(inks, own !== undefined, caption);
    stage.dataset.timeline = timeline;
    main.style.width = '';
    return picture;
  }

  /** @param {Map<Element, Ink>} inks @param {boolean} crop @param {string|null} caption */
  function compose(inks, crop, caption) {
    const regions = [document.querySelector('main'), panes.sections.timeline].filter((node) => node.offsetParent && node.clientWidth > 1);
    const boxes = regions.map((node) => node.getBoundingClientRect());
    const origin = { x: Math.min(...boxes.map(({ x }) => x)), y: Math.min(...boxes.map(({ y }) => y)) };
    const body = svg('g', { transform: `translate(${MARGIN} ${MARGIN})` }, ...regions.map((node) => walk(node, origin, (canvas) => inks.get(canvas)?.nodes ?? null)));
    for (const canvas of inks.keys()) delete (/** @type {any} */ (canvas).getContext);
    return framed(body, extent(regions, boxes, origin, crop), caption ?? told());
  }

  /** Every canvas in sight writes what is drawn on it, until the figure is done. */
  function inked() {
    const inks = new Map();
    for (const canvas of document.querySelectorAll('main canvas, #timeline canvas')) {
      const ink = new Ink(/** @type {HTMLCanvasElement} */ (canvas));
      /** @type {any} */ (canvas).getContext = () => ink;
      inks.set(canvas, ink);
    }
    return inks;
  }

  /** How much of the page has something on it: a view alone needs no empty paper. */
  function extent(regions, boxes, origin, crop) {
    const whole = { width: Math.max(...boxes.map((box) => box.right)) - origin.x, height: Math.max(...boxes.map((box) => box.bottom)) - origin.y };
    if (!crop) return whole;
    const seen = regions.flatMap((node) => [...node.querySelectorAll('svg *, canvas, button, li, p, td, th, span, code, b')]).filter((node) => !node.children.length && node.checkVisibility?.({ opacityProperty: true, visibilityProperty: true }) !== false)
      .map((node) => node.getBoundingClientRect()).filter(({ width, height, bottom }) => width && height && bottom <= origin.y + whole.height + 1);
    return { width: whole.width, height: Math.min(whole.height, Math.max(80, ...seen.map(({ bottom }) => bottom - origin.y)) + 4) };
  }

  function told() {
    const { event } = store.state;
    return t('figure.caption', { name: name(), n: event.n + 1, all: store.trace.eventCount, what: plain(sentence(store.trace, event, 'programmer', t)) });
  }

  function framed(body, { width, height }, caption) {
    const cite = citation(store.trace, version, t);
    const [lines, small] = [wrapped(caption, width, CAPTION), wrapped(cite, width, SMALL)];
    const w = Math.ceil(width + 2 * MARGIN);
    const h = Math.ceil(height + 2 * MARGIN + (lines.length + small.length) * LINE + 8);
    const text = (line, i, more) => svg('text', { x: MARGIN, y: height + 2 * MARGIN + (i + 0.6) * LINE, 'font-family': SANS, ...more }, legal(line));
    const picture = svg('svg', { xmlns: 'http://www.w3.org/2000/svg', width: w, height: h, viewBox: `0 0 ${w} ${h}`, role: 'img' },
      svg('title', {}, legal(caption)), svg('desc', {}, legal(cite)), svg('rect', { width: w, height: h, fill: '#ffffff' }), body,
      svg('line', { x1: MARGIN, x2: w - MARGIN, y1: height + MARGIN + 4, y2: height + MARGIN + 4, stroke: '#999999' }),
      ...lines.map((line, i) => text(line, i, { 'font-size': CAPTION, fill: '#000000' })), ...small.map((line, i) => text(line, lines.length + i, { 'font-size': SMALL, fill: '#444444' })));
    return /** @type {SVGSVGElement} */ (picture);
  }

  /** The page as it is once nothing moves on it. */
  async function settled() {
    await document.fonts.ready;
    const main = /** @type {HTMLElement} */ (document.querySelector('.stage'));
    let changed = performance.now();
    const watch = new MutationObserver(() => { changed = performance.now(); });
    watch.observe(main, { subtree: true, childList: true, attributes: true, characterData: true });
    const end = changed + LONGEST;
    const busy = () => [...main.querySelectorAll('[aria-busy=true]')].some((node) => /** @type {HTMLElement} */ (node).offsetParent);
    do {
      await new Promise((done) => { setTimeout(done, 40); });
      for (const animation of document.getAnimations()) animation.finish();
    } while (performance.now() < end && (busy() || performance.now() - changed < QUIET));
    watch.disconnect();
  }

  return {
    /** @param {Wish[]} wishes @returns {Promise<string[]>} the text of a figure for each, in order */
    async make(wishes) {
      if (drawing) throw new Error(t('figure.busy'));
      drawing = true;
      try {
        return await staged(async (curtain) => {
          const texts = [];
          for (const wish of wishes) {
            if (wishes.length > 1) curtain.say(t('figure.frame', { at: texts.length + 1, of: wishes.length }));
            texts.push(textOf(await draw(wish)));
            if (curtain.stopped) throw new Error(t('figure.stopped'));
          }
          return texts;
        });
      } finally {
        drawing = false;
      }
    },
  };
}

/** @param {Element} picture */
const textOf = (picture) => `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(picture)}\n`;

/** A text in lines that fit. */
function wrapped(text, width, size) {
  const ink = /** @type {CanvasRenderingContext2D} */ (document.createElement('canvas').getContext('2d'));
  ink.font = `${size}px ${SANS}`;
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const last = lines[lines.length - 1];
    const longer = last ? `${last} ${word}` : word;
    if (last && ink.measureText(longer).width > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}
