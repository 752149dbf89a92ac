/* What an event changes in the drawn graph: classes, the live cells, and the way to an object without a box. */
import { identity } from '../identity.js';
import { NAME, boxFor, entriesOf, opened } from './boxes.js';
import { filledAt, happened } from './moment.js';
import { INSET } from './plan.js';
import { drawBox } from './scene.js';
import { NONE } from './structure.js';
import { accessor, atomText } from './text.js';

const ASIDE_CHAR = 11;

/** Brings the whole scene to an event. @param {any} scene @param {import('./moment.js').Moment} moment */
export function markScene(scene, moment) {
  drawInset(scene, moment);
  for (const part of scene.sides) {
    for (const frame of part.frames.values()) mark(scene, frame, part.side, moment);
    for (const cell of part.cells) markCell(scene, cell, part.side, moment);
    for (const link of part.links) markWire(scene, link, part.side, moment);
    for (const [id, live] of part.lives) markLive(scene, live, id, part.side, moment);
  }
  scene.moment = moment;
}

function mark(scene, frame, side, moment) {
  const { run } = scene;
  if (frame.id === NONE) {
    frame.group.classList.toggle('ghost', side === 1 && !happened(run.node.made[frame.holder], moment.n));
    frame.group.classList.toggle('absent', side === 1 && run.node.same[frame.holder]);
    return;
  }
  const { id } = frame;
  const made = run.node.made[id];
  frame.group.classList.toggle('current', id === moment.box && (side === 0 || happened(made, moment.n)));
  const shared = side === 1 && run.node.same[id];
  const line = frame.box.shape === 'chip';
  frame.group.classList.toggle('ghost', side === 1 && !(shared ? run.node.seen[id] <= moment.n : happened(made, moment.n)));
  frame.group.classList.toggle('absent', shared && !line);
  frame.group.classList.toggle('unseen', side === 0 && run.node.seen[id] > moment.n);
  frame.group.classList.toggle('picked', id === run.boxOf(scene.picked));
  frame.group.classList.toggle('lit', Boolean(scene.lit?.nodes.has(id)));
  if (!frame.aside) return;
  if (frame.pile) markPile(frame, run.copiesBy(id, moment.n));
  const lit = id === moment.box;
  let words = '';
  if (lit && side === 0) words = identity(scene.trace, run.node.ref[id]).short;
  else if (lit && happened(made, moment.n)) words = `event ${made + 1}`;
  if ((words.length + 2) * ASIDE_CHAR > Math.min(frame.room, scene.edge - frame.end)) words = '';
  const type = frame.end <= scene.edge ? frame.type : '';
  frame.aside.textContent = [type, words].filter(Boolean).join('  ');
}

/** Of several copies of one object one is drawn, and the others counted. */
function markPile(frame, copies) {
  frame.pile.toggleAttribute('hidden', copies < 2);
  frame.label.textContent = copies < 2 ? frame.name : `${frame.name} ×${copies.toLocaleString('en')}`;
  frame.aside.setAttribute('x', String(NAME.glyph + (frame.label.textContent.length + 0.4) * NAME.char));
}

function markCell(scene, { g, link, keyLink, box }, side, moment) {
  const { run } = scene;
  const filled = filledAt(run, box, link);
  g.classList.toggle('ghost', side === 1 && !happened(filled, moment.n));
  const followed = side === 0 && moment.link !== NONE && (moment.link === link || moment.link === keyLink);
  g.classList.toggle('hot', followed || (side === 1 && filled === moment.n));
}

function markWire(scene, { g, wire, from, to, pile }, side, moment) {
  const { run } = scene;
  if (pile) {
    g.classList.toggle('ghost', side === 1 && !happened(run.node.made[from], moment.n));
    g.classList.toggle('absent', side === 1 && run.node.same[from]);
    return;
  }
  const lines = isLine(scene, to);
  const filled = wire.links.map((/** @type {number} */ l) => (run.node.same[from] ? run.link.event[l] : filledAt(run, from, l)));
  const reached = filled.some((/** @type {number} */ n) => happened(n, moment.n));
  g.classList.toggle('absent', side === 1 && !lines && (run.node.same[to] || run.node.same[from]));
  g.classList.toggle('ghost', side === 1 && !reached);
  g.classList.toggle('unseen', side === 0 && wire.links.every((/** @type {number} */ l) => run.link.event[l] > moment.n));
  g.classList.toggle('hot', side === 0 ? wire.links.includes(moment.link) : filled.includes(moment.n));
  g.classList.toggle('lit', Boolean(scene.lit) && wire.links.some((/** @type {number} */ l) => scene.lit.links.has(l)));
  if (g.classList.contains('hot') || g.classList.contains('lit')) g.parentNode.append(g);
}

/** Is it drawn as a line? Then one that is shared is drawn on both sides. */
const isLine = (scene, id) => scene.shown.boxes.get(id)?.shape === 'chip';

function markLive(scene, live, id, side, moment) {
  const { run, trace, shown } = scene;
  const count = live.box.count - live.box.entries.length;
  let link = NONE;
  const drawn = (/** @type {number} */ l) => live.box.entries.some((e) => e.link === l || e.keyLink === l);
  const step = moment.fill !== NONE ? moment.fill : moment.at;
  if (step !== NONE && run.boxOf(run.link.parent[step]) === id && !shown.links.has(step) && !drawn(step)) link = step;
  const filled = link === NONE ? NONE : filledAt(run, id, link);
  live.g.classList.toggle('hot', link !== NONE && (side === 0 ? moment.fill === NONE : filled === moment.n));
  live.g.classList.toggle('ghost', side === 1 && (link === NONE ? !happened(run.node.made[id], moment.n) : !happened(filled, moment.n)));
  if (link === NONE) {
    live.index.textContent = '';
    live.value.textContent = `+ ${count.toLocaleString('en')}`;
    return;
  }
  const child = run.link.child[link];
  live.index.textContent = accessor(trace, run, link).replace(/^[.[\s]|\]$/g, '');
  live.value.textContent = run.isAtom(child) ? atomText(trace, run.node.ref[child], 6) : '●';
}

/** The object in hand, opened below the graph, where in the graph it is but a line.
 * @param {any} scene @param {import('./moment.js').Moment} moment */
function drawInset(scene, moment) {
  const { run, shown, placed, trace } = scene;
  for (const part of scene.sides) {
    part.inset.replaceChildren();
    part.cells = part.cells.filter((c) => !c.inset);
    part.frames.delete('inset');
    if (scene.inset !== NONE) part.lives.delete(scene.inset);
  }
  const id = moment.box;
  scene.inset = NONE;
  scene.insetPlace = null;
  if (id === NONE || !scene.made.plan.below || (shown.boxes.has(id) && shown.boxes.get(id).shape !== 'chip')) return;
  scene.inset = id;
  const step = moment.fill !== NONE ? moment.fill : moment.at;
  const index = step === NONE ? 0 : entriesOf(run, id).findIndex((e) => e.link === step || e.keyLink === step);
  const box = boxFor(trace, run, id, Math.max(0, index - 1), opened(scene.insetRoom.w - 4));
  const y = Math.max(placed.h + INSET.gap, scene.insetRoom.h - INSET.room);
  const at = { x: 0, y, top: y + NAME.height, w: box.w, h: box.h };
  scene.insetPlace = at;
  for (const part of scene.sides) {
    const before = part.cells.length;
    const chip = part.frames.get(id);
    const frame = drawBox(scene, part, part.inset, box, at);
    part.frames.delete(id);
    if (chip) part.frames.set(id, chip);
    if (box.entries.length < box.count) frame.type = `${box.start + 1}–${box.start + box.entries.length} / ${box.count.toLocaleString('en')}`;
    frame.end += frame.type.length * ASIDE_CHAR;
    part.frames.set('inset', frame);
    for (const c of part.cells.slice(before)) c.inset = true;
  }
}
