/* The drawn object graph: built once for a run and its boxes; later only classes change. */
import { svg } from '../dom.js';
import { GLYPHS, identity } from '../identity.js';
import { CHIP, NAME } from './boxes.js';
import { headingOf, pathOf } from './layout.js';
import { filledAt } from './moment.js';
import { boxId, chipName, nameParts, skipId, skipText } from './plan.js';
import { NONE } from './structure.js';
import { atomText } from './text.js';

export const ARROW = 'M0,0 L-11,-5.5 L-11,5.5 Z';

/**
 * Builds the picture of a run: one group per side, with what an event changes listed in parts.
 * @param {SVGElement[]} planes where the two sides are drawn @param {any} trace @param {import('./structure.js').Run} run
 * @param {import('./plan.js').Drawable} shown @param {import('./layout.js').Layout} placed
 * @param {{seek: (n: number) => void, pick: (node: number) => void, toggle: (node: number) => void}} on what a click does
 */
export function buildScene(planes, trace, run, shown, placed, on) {
  const made = { on, trace, run, shown, placed, size: run.node.ref.length, complete: run.closed, sides: [], inset: NONE, picked: NONE, lit: null, edge: Infinity };
  for (const side of [0, 1]) {
    planes[side].replaceChildren();
    const layers = { wires: svg('g'), boxes: svg('g'), inset: svg('g', { class: 'inset' }) };
    planes[side].append(layers.wires, layers.boxes, layers.inset);
    const part = { ...layers, side, cells: [], lives: new Map(), frames: new Map(), links: [] };
    for (const [id, box] of shown.boxes) {
      if (box.shape === 'chip') drawChip(made, part, box, placed.places.get(boxId(id)));
      else drawBox(made, part, layers.boxes, box, placed.places.get(boxId(id)));
    }
    for (const skip of shown.skips) drawSkip(part, skip.from, skipText(skip), placed.places.get(skipId(skip)));
    for (const wire of placed.wires) drawWire(part, layers.wires, wire);
    made.sides.push(part);
  }
  return made;
}

/** One object as a line. */
function drawChip(made, part, box, at) {
  const { trace, run, on } = made;
  const id = box.node;
  const who = identity(trace, run.node.ref[id]);
  const copied = part.side === 1;
  const group = svg('g', { class: `box chip o${who.hue}`, transform: `translate(${at.x},${at.top})` });
  const name = svg('text', { class: 'name', x: CHIP.glyph, y: CHIP.height / 2 + 6.5 });
  const own = copied && !run.node.same[id]; /* else the copy holds the original itself */
  name.textContent = own ? `${chipName(trace, run, id)}′` : chipName(trace, run, id);
  if (copied && run.node.again.has(id)) name.append(svg('title', {}, `×${run.copiesBy(id, Infinity).toLocaleString('en')}`));
  const glyph = svg('path', { class: own ? 'line' : 'fill', d: GLYPHS[who.glyph] ?? '', transform: `translate(17,${CHIP.height / 2}) scale(.95)` });
  if (box.folded) group.append(svg('path', { class: 'pile', d: `M4,${box.h + 4} H${box.w + 4} V4 M8,${box.h + 8} H${box.w + 8} V8` }));
  group.append(svg('rect', { class: 'back', width: box.w, height: box.h }), glyph, name);
  if (box.folded) group.append(drawFold(box, (event) => { event.stopPropagation(); on.pick(id); on.toggle(id); }));
  group.addEventListener('click', () => { on.pick(id); seekBox(made, part.side, id); });
  group.addEventListener('dblclick', (event) => { event.stopPropagation(); on.toggle(id); });
  part.frames.set(id, { id, group, aside: null, type: '', at, box, room: 0, end: at.x + box.w });
  part.boxes.append(group);
}

/** @param {any} made @param {number} side @param {number} id */
function seekBox(made, side, id) {
  const { run } = made;
  made.on.seek(side ? Math.max(0, run.node.made[id]) : run.node.seen[id]);
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
  const pile = copied && run.node.again.has(id) ? svg('path', { class: 'pile', d: `M5,${box.h} V${box.h + 6} H${box.w + 6} V5 H${box.w}` }) : null;
  if (pile) group.append(pile);
  const aside = svg('text', { class: 'aside', x: NAME.glyph + (label.textContent.length + 0.4) * NAME.char, y: -12 });
  aside.textContent = who.type;
  header.append(aside);
  header.addEventListener('click', () => { made.on.pick(id); seekBox(made, part.side, id); });
  group.append(header);
  const frame = { id, group, aside, label, pile, name: label.textContent, type: who.type, at, box, room: roomFor(made, id, at) - who.width, end: at.x + who.width };
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
  const sideways = wires.some((w) => w.to === boxId(id) && headingOf(w.points) === 180);
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
    const value = svg('text', { class: `value ${rows || box.small ? 'small' : ''}`, x: cx, y: cy + (rows ? 6.5 : 10) });
    value.textContent = e.text;
    g.append(value);
  } else if (part.side === 1 && run.node.same[child]) {
    const who = identity(trace, run.node.ref[child]);
    g.append(svg('path', { class: `fill o${who.hue}`, d: GLYPHS[who.glyph] ?? GLYPHS.circle, transform: `translate(${cx},${cy})` }));
  } else g.append(svg('circle', { class: 'dot', cx, cy, r: 5 }));
  if (e.keyLink !== NONE && !run.isAtom(run.boxOf(run.link.child[e.keyLink])))
    g.append(svg('circle', { class: 'dot', cx: e.split - 14, cy: e.h / 2, r: 4 }));
  const at = () => (part.side === 0 ? run.link.event[e.link] : filledAt(run, box.node, e.link));
  g.addEventListener('click', () => {
    made.on.pick(run.link.child[e.link]);
    const n = at();
    if (n >= 0) made.on.seek(n);
  });
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

/** The count of what is folded below a chip; a click unfolds it. @param {import('./boxes.js').Box} box @param {(event: Event) => void} open */
function drawFold(box, open) {
  const text = svg('text', { class: 'count', x: box.fold, y: CHIP.height / 2 + 6.5 });
  text.textContent = box.folded;
  const g = svg('g', { class: 'fold' }, svg('rect', { class: 'hit', x: box.fold - 5, width: box.w - box.fold + 5, height: box.h }), text);
  g.addEventListener('click', open);
  return g;
}

/** What stands for the objects of a long way that are left out. @param {any} part @param {number} holder @param {string} words @param {import('./layout.js').Place} at */
function drawSkip(part, holder, words, at) {
  const text = svg('text', { class: 'pile-text', x: at.w / 2, y: at.h / 2 + 6 });
  text.textContent = words;
  const g = svg('g', { class: 'more', transform: `translate(${at.x},${at.top})` }, svg('rect', { class: 'back', width: at.w, height: at.h }), text);
  part.boxes.append(g);
  part.frames.set(`skip ${holder}`, { id: NONE, holder, group: g });
}

function drawWire(part, into, wire) {
  const end = wire.points[wire.points.length - 1];
  const g = svg('g', { class: 'ref' },
    svg('path', { class: 'wire', d: pathOf(wire.points, 0, 9) }),
    svg('path', { class: 'arrow', d: ARROW, transform: `translate(${end.x},${end.y}) rotate(${headingOf(wire.points)})` }));
  if (wire.links.length > 1) {
    const times = svg('text', { class: 'times', x: end.x + 9, y: end.y - 5 });
    times.textContent = `×${wire.links.length.toLocaleString('en')}`;
    g.append(times);
  }
  into.append(g);
  part.links.push({ g, wire, from: Number(wire.from.slice(1)), to: Number(wire.to.slice(1)), pile: wire.from[0] === 's' || wire.to[0] !== 'n' });
}
