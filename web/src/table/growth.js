/* A dict that grows: the old table at the left, the new one at the right, and where each key goes. */
import { svg } from '../dom.js';
import { arrowHead, object, text } from '../graph/marks.js';
import { shortAddress } from '../identity.js';
import { drawnOf, movesAt } from './moves.js';
import { W } from './picture.js';

const OLD = { x: 40, w: 160 };
const NEW = { x: 336, w: 200 };
const HEAD = 90;
const TOP = 98;
const ROW_MAX = 33;
const LABELLED = 17; /* height from which a row has room for a name */
const NUMBERED = 11;
const NAME = 9;
const BINS = 64;
const FEW = 40; /* keys up to which each act's are lit */

/**
 * @param {SVGElement} node @param {{moves: import('./moves.js').Move[], from: number, to: number, keys: number, used: {old: any, new: any}, trace: any, act: number, height: number}} grown
 * from, to: slots of both tables; keys: how many move; used: slots in order of insertion @param {(key: string, values?: any) => string} t
 */
export default function growth(node, { moves, from, to, keys, used, trace, act, height }, t) {
  const room = height - TOP - 34;
  const [hOld, hNew] = [from, to].map((size) => Math.min(ROW_MAX, room / size));
  const { done, now } = movesAt(moves, act);
  node.append(text(t('memo.slots', { n: from }), OLD.x, HEAD, 'sans i3 sm'), text(t('memo.slots', { n: to }), NEW.x, HEAD, 'sans i3 sm'));
  table(node, OLD, from, hOld);
  table(node, NEW, to, hNew);
  const middle = (slot, h) => TOP + (slot + 0.5) * h;
  const left = new Set(done.map((move) => move.from));
  const last = now[now.length - 1];
  if (hOld < LABELLED) strip(node, OLD, used.old, from, hOld * from);
  else for (const move of moves) if (move.from >= 0) label(node, trace, move.entry, OLD, middle(move.from, hOld), left.has(move.from) ? 'i3' : '');
  if (hNew < LABELLED) strip(node, NEW, used.new.slice(0, Math.ceil((used.new.length * done.length) / moves.length)), to, hNew * to);
  else for (const move of done) label(node, trace, move.entry, NEW, middle(move.to, hNew), now.includes(move) ? 'b' : 'i2');
  for (const move of drawnOf(done)) {
    const hot = moves.length > FEW || now.length === moves.length ? move === last : now.includes(move);
    wire(node, move, { y: middle(move.from, hOld), end: middle(move.to, hNew), hot });
  }
  const y = TOP + Math.max(from * hOld, to * hNew) + 24;
  const undrawn = keys + 1 - drawnOf(moves).length;
  node.append(text(t('memo.moved', { n: keys }) + (undrawn > 0 ? ` ${t('memo.undrawn', { n: undrawn })}` : ''), 0, y, 'sans i2'));
  if (last) node.append(text(words(last, from, to), W, 60, 'end b'));
}

/** One column of slots. */
function table(node, { x, w }, size, h) {
  let d = `M${x},${TOP} h${w} v${size * h} h${-w} Z`;
  if (h >= 4) for (let slot = 1; slot < size; slot++) d += ` M${x},${TOP + slot * h} h${w}`;
  node.append(svg('path', { class: 'hair', d }));
  if (h >= NUMBERED) for (let slot = 0; slot < size; slot++) node.append(text(String(slot), x - 8, TOP + (slot + 0.5) * h + 6, `end sm ${h < LABELLED ? 'tiny' : ''} i3`));
}

function label(node, trace, entry, { x }, y, cls) {
  node.append(entry.obj ? object(trace, entry.obj, x + 8, y + 6.5, NAME, cls) : text(shortAddress(entry.key), x + 8, y + 6.5, cls));
}

/** Slots too low for names: each stretch as dark as it is full. */
function strip(node, { x, w }, slots, size, height) {
  const bins = new Array(Math.min(size, BINS)).fill(0);
  for (const slot of slots) bins[Math.floor((slot * bins.length) / size)]++;
  const h = height / bins.length;
  bins.forEach((count, i) => {
    if (count) node.append(svg('rect', { class: 'used', x: x + 2, y: TOP + i * h + 0.3, width: w - 4, height: Math.max(0.8, h - 0.6), opacity: (0.7 * count * bins.length) / size }));
  });
}

/** From the old slot to the new; the key that made the table grow comes from outside. */
function wire(node, move, { y, end, hot }) {
  const x = move.from < 0 ? NEW.x - 60 : OLD.x + OLD.w + 4;
  const tip = NEW.x - 30;
  const start = move.from < 0 ? end : y;
  const bend = (tip - x) / 2;
  node.append(svg('g', { class: `f-memo ${hot ? 'hot' : 'quiet'}` },
    svg('path', { class: hot ? 'sig' : 'thin', d: `M${x},${start} C${x + bend},${start} ${tip - bend},${end} ${tip - 9},${end}` }), arrowHead(tip, end, hot ? 1.1 : 0.8)));
}

const words = (move, from, to) => (move.from < 0 ? `→ ${move.to}` : `${move.from} of ${from} → ${move.to} of ${to}`);
