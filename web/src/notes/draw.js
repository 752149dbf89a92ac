/** Arrows and regions over a pane: shown, and drawn anew with the pointer or the arrow keys. */
import { el, svg } from '../dom.js';

const STEP = 0.02; // of the pane, for an arrow key
const HEAD = 'M0,0 L-13,-6 L-13,6 Z';
const SMALLEST = 0.015; // a click is no arrow

const clamp = (x) => Math.max(0, Math.min(1, x));

/** The shape in a box of this size. @param {{kind: string, from: number[], to: number[]}} note @param {{width: number, height: number}} box */
function shape({ kind, from, to }, { width, height }) {
  const [x1, y1, x2, y2] = [from[0] * width, from[1] * height, to[0] * width, to[1] * height];
  if (kind === 'region') {
    return svg('rect', { class: 'line', x: Math.min(x1, x2), y: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1), rx: 4 });
  }
  const angle = (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI;
  return svg('g', {}, svg('path', { class: 'line', d: `M${x1},${y1} L${x2},${y2}` }),
    svg('path', { class: 'fill', d: HEAD, transform: `translate(${x2},${y2}) rotate(${angle})` }));
}

/** A layer over a pane with these notes. @param {HTMLElement} pane @param {import('./model.js').Note[]} notes */
export function layer(pane, notes) {
  const box = pane.getBoundingClientRect();
  const picture = svg('svg', { 'aria-hidden': 'true', width: box.width, height: box.height }, ...notes.map((note) => shape(note, box)));
  const labels = notes.map((note) => {
    const label = el('span', { class: 'label' }, note.text);
    const [x, y] = note.kind === 'arrow' ? note.from : [Math.min(note.from[0], note.to[0]), Math.max(note.from[1], note.to[1])];
    label.style.left = `${clamp(x) * 100}%`;
    label.style.top = `${clamp(y) * 100}%`;
    if (x > 0.6) label.classList.add('leftwards');
    return label;
  });
  return el('div', { class: 'note-layer' }, picture, ...labels);
}

/**
 * Lets the reader place an arrow or a region on a pane: drag, or arrow keys, Shift with them for the other end, Enter.
 * @param {HTMLElement} pane @param {string} kind @param {string} help what to do, in words
 * @returns {Promise<{from: [number, number], to: [number, number]}|null>} null: given up with Escape
 */
export function place(pane, kind, help) {
  const box = pane.getBoundingClientRect();
  /** @type {{kind: string, from: [number, number], to: [number, number]}} */
  const now = { kind, from: [0.3, 0.35], to: [0.6, 0.6] };
  const picture = svg('svg', { 'aria-hidden': 'true', width: box.width, height: box.height });
  const board = el('div', { class: 'note-board', tabindex: '0', role: 'application', 'aria-label': help }, picture, el('p', { class: 'help' }, help));
  const draw = () => picture.replaceChildren(shape(now, box));
  const at = (pointer) => /** @type {[number, number]} */ ([clamp((pointer.clientX - box.left) / box.width), clamp((pointer.clientY - box.top) / box.height)]);

  return new Promise((done) => {
    let over = false;
    const end = (result) => {
      if (over) return; // taking the board away takes its focus away, too
      over = true;
      board.remove();
      done(result);
    };
    const result = () => ({ from: now.from, to: now.to });
    board.addEventListener('pointerdown', (pointer) => {
      board.setPointerCapture(pointer.pointerId);
      now.from = now.to = at(pointer);
      draw();
    });
    board.addEventListener('pointermove', (pointer) => {
      if (!(pointer.buttons & 1)) return;
      now.to = at(pointer);
      draw();
    });
    board.addEventListener('pointerup', () => {
      if (Math.hypot(now.to[0] - now.from[0], now.to[1] - now.from[1]) > SMALLEST) end(result());
    });
    board.addEventListener('keydown', (event) => {
      const move = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
      if (!move && event.key !== 'Enter' && event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === 'Enter') end(result());
      else if (event.key === 'Escape') end(null);
      else shift(move, event.shiftKey);
    });
    function shift([dx, dy], one) {
      now.to = [clamp(now.to[0] + dx), clamp(now.to[1] + dy)];
      if (!one) now.from = [clamp(now.from[0] + dx), clamp(now.from[1] + dy)];
      draw();
    }
    board.addEventListener('blur', () => end(null));
    pane.append(board);
    draw();
    board.focus();
  });
}
