/** A canvas context that writes SVG: what the page's canvases use of the real one, and no more. */
import { svg } from '../dom.js';
import { textOf } from '../paths.js';
import { legal, painted } from './paint.js';

const BASELINES = { middle: 'central', top: 'text-before-edge', bottom: 'text-after-edge', hanging: 'hanging', alphabetic: 'alphabetic' };
const ANCHORS = { center: 'middle', right: 'end', end: 'end', left: 'start', start: 'start' };
const STATE = ['fillStyle', 'strokeStyle', 'lineWidth', 'globalAlpha', 'font', 'textAlign', 'textBaseline'];

export default class Ink {
  /** @param {HTMLCanvasElement} canvas whose real context measures texts and reads colours */
  constructor(canvas) {
    this.canvas = canvas;
    this.real = /** @type {CanvasRenderingContext2D} */ (document.createElement('canvas').getContext('2d'));
    this.real.font = getComputedStyle(canvas).font;
    this.nodes = svg('g');
    this.fillStyle = this.strokeStyle = '#000';
    this.lineWidth = this.globalAlpha = 1;
    this.textAlign = 'start';
    this.textBaseline = 'alphabetic';
    this.matrix = new DOMMatrix();
    this.dash = [];
    this.path = '';
    this.saved = [];
  }

  get font() { return this.real.font; }
  set font(font) { this.real.font = font; }

  /** The ratio of the screen's pixels is of no interest: units are those of the page. */
  setTransform() { this.matrix = new DOMMatrix(); }
  translate(x, y) { this.matrix = this.matrix.translate(x, y); }
  scale(x, y) { this.matrix = this.matrix.scale(x, y); }
  setLineDash(dash) { this.dash = dash; }
  measureText(text) { return this.real.measureText(text); }

  save() { this.saved.push({ matrix: this.matrix, dash: this.dash, values: STATE.map((name) => this[name]) }); }
  restore() {
    const last = this.saved.pop();
    if (!last) return;
    [this.matrix, this.dash] = [last.matrix, last.dash];
    STATE.forEach((name, i) => { this[name] = last.values[i]; });
  }

  clearRect() { this.nodes.replaceChildren(); } // the page's canvases are cleared whole

  beginPath() { this.path = ''; }
  moveTo(x, y) { this.path += `M${x},${y}`; }
  lineTo(x, y) { this.path += `L${x},${y}`; }
  rect(x, y, w, h) { this.path += `M${x},${y}h${w}v${h}h${-w}Z`; }
  closePath() { this.path += 'Z'; }
  arc(x, y, r) { this.path += `M${x - r},${y}a${r},${r} 0 1 1 ${2 * r},0a${r},${r} 0 1 1 ${-2 * r},0`; } // circles only

  fill(path) { this.#put('path', { d: path ? textOf(path) : this.path, ...this.#fill() }); }
  stroke(path) { this.#put('path', { d: path ? textOf(path) : this.path, fill: 'none', ...this.#stroke() }); }
  fillRect(x, y, width, height) { this.#put('rect', { x, y, width, height, ...this.#fill() }); }
  strokeRect(x, y, width, height) { this.#put('rect', { x, y, width, height, fill: 'none', ...this.#stroke() }); }

  fillText(text, x, y) {
    const family = /(?:[\d.]+px|\/[\d.]+\S*)\s+(.*)$/.exec(this.font)?.[1] ?? 'sans-serif';
    const size = Number(/([\d.]+)px/.exec(this.font)?.[1] ?? 16);
    const weight = /\b([5-9]00|bold)\b/.exec(this.font)?.[1];
    this.#put('text', {
      x, y, 'font-family': family.replaceAll('"', "'"), 'font-size': size, 'font-weight': weight ?? null, 'text-anchor': ANCHORS[this.textAlign],
      'dominant-baseline': BASELINES[this.textBaseline], ...this.#fill(),
    }, legal(String(text)));
  }

  #fill() { return painted('fill', this.#hex(this.fillStyle), this.globalAlpha); }
  #stroke() {
    return { ...painted('stroke', this.#hex(this.strokeStyle), this.globalAlpha), 'stroke-width': this.lineWidth, ...(this.dash.length ? { 'stroke-dasharray': this.dash.join(' ') } : {}) };
  }

  /** Any colour of CSS as the real canvas reads it. */
  #hex(css) {
    this.real.fillStyle = '#000';
    this.real.fillStyle = css;
    return String(this.real.fillStyle);
  }

  #put(tag, attributes, ...children) {
    const { a, b, c, d, e, f } = this.matrix;
    const moved = this.matrix.isIdentity ? {} : { transform: `matrix(${[a, b, c, d, e, f].join(' ')})` };
    this.nodes.append(svg(tag, { ...attributes, ...moved }, ...children));
  }
}
