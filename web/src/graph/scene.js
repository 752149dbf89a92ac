/* The drawn object graph: built once for a run and its boxes; later only classes change. */
import { svg } from '../dom.js';
import { GLYPHS, identity } from '../identity.js';
import { NAME } from './boxes.js';
import { headingOf, overview, pathOf } from './layout.js';
import { filledAt } from './moment.js';
import { NONE } from './structure.js';
import { atomText } from './text.js';

export const ARROW = 'M0,0 L-11,-5.5 L-11,5.5 Z';
const TYPES_UNSAID = new Set(['list', 'dict']);

/** @param {any} trace @param {import('./structure.js').Run} run @param {number} node */
function nameParts(trace, run, node) {
  const who = identity(trace, run.node.ref[node]);
  const { type } = boxType(trace, run, node);
  const said = TYPES_UNSAID.has(type) || who.name.startsWith(type);
  return { ...who, type: said ? '' : type };
}

/** @param {any} trace @param {import('./structure.js').Run} run @param {number} node */
function boxType(trace, run, node) {
  const object = trace.objects[run.node.ref[node]];
  return { type: String(object?.typeName ?? '') };
}

/** @param {{name: string, type: string}} parts */
const widthOfName = ({ name, type }) => NAME.glyph + (name.length + 1) * NAME.char + (type ? 10 + type.length * 11 : 0);

/** Builds the picture of a run: one group per side, with what an event changes listed in parts.
 * @param {any} store @param {SVGElement[]} planes where the two sides are drawn @param {any} trace
 * @param {import('./structure.js').Run} run */
export function buildScene(store, planes, trace, run) {
  const { shown, placed } = overview(trace, run, (id) => widthOfName(nameParts(trace, run, id)));
  const made = { store, trace, run, shown, placed, size: run.node.ref.length, complete: run.closed, sides: [], ways: [], way: [], edge: Infinity };
  for (const side of [0, 1]) {
    planes[side].replaceChildren();
    const layers = { wires: svg('g'), boxes: svg('g'), way: svg('g') };
    planes[side].append(layers.wires, layers.boxes, layers.way);
    const part = { ...layers, side, cells: [], lives: new Map(), frames: new Map(), links: [] };
    for (const [id, box] of shown.boxes) drawBox(made, part, layers.boxes, box, placed.places.get(id));
    for (const [holder, more] of shown.more) drawMore(part, more, placed.more.get(holder));
    for (const wire of placed.wires) drawWire(part, layers.wires, wire);
    made.sides.push(part);
  }
  return made;
}

/** One object: name, cells or rows. @param {any} made the scene @param {any} part its side @param {SVGElement} into
 * @param {import('./boxes.js').Box} box @param {{x: number, top: number, row?: number}} at */
export function drawBox(made, part, into, box, at) {
  const { trace, run } = made;
  const id = box.node;
  const who = nameParts(trace, run, id);
  const copied = part.side === 1;
  const group = svg('g', { class: `box o${who.hue}`, transform: `translate(${at.x},${at.top})` });
  const label = svg('text', { class: 'name', x: NAME.glyph - 4, y: -12 });
  label.textContent = copied ? `${who.name}′` : who.name;
  const glyph = svg('path', { class: copied ? 'line' : 'fill', d: GLYPHS[who.glyph] ?? '', transform: 'translate(11,-19) scale(1.05)' });
  const header = svg('g', { class: 'header' }, glyph, label);
  const aside = svg('text', { class: 'aside', x: NAME.glyph + (label.textContent.length + 0.4) * NAME.char, y: -12 });
  aside.textContent = who.type;
  header.append(aside);
  header.addEventListener('click', () => made.store.seek(copied ? Math.max(0, run.node.made[id]) : run.node.seen[id]));
  group.append(header);
  const frame = { id, group, aside, type: who.type, at, box, room: roomFor(made, id, at) - widthOfName(who), end: at.x + widthOfName(who) };
  part.frames.set(id, frame);
  if (box.shape === 'opaque') group.append(drawOpaque(made, box));
  for (const e of box.entries) part.cells.push(drawEntry(made, part, group, box, e));
  if (box.live) part.lives.set(id, drawLive(part, group, box));
  into.append(group);
  return frame;
}

/** From a box's left to the next box in its row; none where a wire comes in from the side. */
function roomFor(made, id, at) {
  const { places, wires } = made.placed;
  const sideways = wires.some((w) => w.to === id && headingOf(w.points) === 180);
  if (sideways) return 0;
  return Math.min(Infinity, ...[...places.values()].filter((p) => p.row === at.row && p.x > at.x).map((p) => p.x - at.x));
}

function drawOpaque(made, box) {
  const text = svg('text', { class: 'value', x: box.w / 2, y: box.h / 2 + 7 });
  const object = made.trace.objects[made.run.node.ref[box.node]];
  text.textContent = made.run.isAtom(box.node) ? atomText(made.trace, made.run.node.ref[box.node], 9) : object?.text ?? '';
  return svg('g', { class: 'cell none' }, svg('rect', { class: 'back', width: box.w, height: box.h }), text);
}

function drawEntry(made, part, group, box, e) {
  const { trace, run } = made;
  const child = run.boxOf(run.link.child[e.link]);
  const rows = box.shape === 'rows';
  const g = svg('g', { class: `cell ${rows ? 'row' : ''}`, transform: `translate(${e.x},${e.y})` });
  g.append(svg('rect', { class: 'back', width: e.w, height: e.h }));
  if (rows) g.append(svg('path', { class: 'split', d: `M${e.split},0 V${e.h}` }));
  const label = svg('text', { class: rows ? 'key' : 'index', x: rows ? 11 : 8, y: rows ? e.h / 2 + 6.5 : 20 });
  label.textContent = e.label;
  g.append(label);
  const cx = rows ? (e.split + e.w) / 2 : e.w / 2;
  const cy = rows ? e.h / 2 : e.h * 0.62;
  if (e.text) {
    const value = svg('text', { class: `value ${rows ? 'small' : ''}`, x: cx, y: cy + (rows ? 6.5 : 10) });
    value.textContent = e.text;
    g.append(value);
  } else if (part.side === 1 && run.node.same[child]) {
    const who = identity(trace, run.node.ref[child]);
    g.append(svg('path', { class: `fill o${who.hue}`, d: GLYPHS[who.glyph] ?? GLYPHS.circle, transform: `translate(${cx},${cy})` }));
  } else g.append(svg('circle', { class: 'dot', cx, cy, r: 5 }));
  if (e.keyLink !== NONE && !run.isAtom(run.boxOf(run.link.child[e.keyLink])))
    g.append(svg('circle', { class: 'dot', cx: e.split - 14, cy: e.h / 2, r: 4 }));
  const at = () => (part.side === 0 ? run.link.event[e.link] : filledAt(run, box.node, e.link));
  g.addEventListener('click', () => { const n = at(); if (n >= 0) made.store.seek(n); });
  group.append(g);
  return { g, link: e.link, keyLink: e.keyLink, box: box.node };
}

function drawLive(part, group, box) {
  const { live } = box;
  const g = svg('g', { class: 'cell live', transform: `translate(${live.x},${live.y})` });
  const rows = box.shape === 'rows';
  const index = svg('text', { class: rows ? 'key' : 'index', x: rows ? 11 : 8, y: rows ? live.h / 2 + 6.5 : 20 });
  const value = svg('text', { class: 'value small', x: rows ? (live.split + live.w) / 2 : live.w / 2, y: rows ? live.h / 2 + 6.5 : live.h * 0.62 + 9 });
  g.append(svg('rect', { class: 'back', width: live.w, height: live.h }), index, value);
  group.append(g);
  return { g, index, value, box };
}

function drawMore(part, more, at) {
  const text = svg('text', { class: 'value small', x: at.w / 2, y: at.h / 2 + 6 });
  text.textContent = `+ ${more.count.toLocaleString('en')} object${more.count === 1 ? '' : 's'}`;
  const g = svg('g', { class: 'more', transform: `translate(${at.x},${at.top})` },
    svg('path', { class: 'pile', d: `M6,-4 H${at.w + 4} V${at.h - 6} M12,-8 H${at.w + 8} V${at.h - 12}` }),
    svg('rect', { class: 'back', width: at.w, height: at.h }), text);
  part.boxes.append(g);
  part.frames.set(`more ${more.holder}`, { id: NONE, holder: more.holder, group: g });
}

function drawWire(part, into, wire) {
  const end = wire.points[wire.points.length - 1];
  const g = svg('g', { class: 'ref' },
    svg('path', { class: 'wire', d: pathOf(wire.points, 0, 9) }),
    svg('path', { class: 'arrow', d: ARROW, transform: `translate(${end.x},${end.y}) rotate(${headingOf(wire.points)})` }));
  into.append(g);
  part.links.push({ g, wire });
}
