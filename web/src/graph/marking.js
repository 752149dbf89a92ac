/* What an event changes in the drawn graph: classes, the live cells, and the way to an object without a box. */
import { svg } from '../dom.js';
import { identity } from '../identity.js';
import { NAME, boxFor, entriesOf } from './boxes.js';
import { filledAt, happened } from './moment.js';
import { drawBox } from './scene.js';
import { PATH_MAX, hiddenPath } from './shown.js';
import { NONE } from './structure.js';
import { accessor, atomText } from './text.js';

const ASIDE_CHAR = 11;
const WAY_GAP = 54;
const WAY_STEP = 20;
const WAY_SHIFT = 30;

/** Brings the whole scene to an event. @param {any} scene @param {import('./moment.js').Moment} moment */
export function markScene(scene, moment) {
  drawWay(scene, moment);
  for (const part of scene.sides) {
    for (const frame of part.frames.values()) mark(scene, frame, part.side, moment);
    for (const cell of part.cells) markCell(scene, cell, part.side, moment);
    for (const { g, wire } of part.links) markWire(scene, g, wire, part.side, moment);
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
  frame.group.classList.toggle('ghost', side === 1 && !happened(made, moment.n));
  frame.group.classList.toggle('absent', side === 1 && run.node.same[id]);
  frame.group.classList.toggle('unseen', side === 0 && run.node.seen[id] > moment.n);
  const lit = id === moment.box;
  let words = '';
  if (lit && side === 0) words = identity(scene.trace, run.node.ref[id]).short;
  else if (lit && happened(made, moment.n)) words = `event ${made + 1}`;
  if (words.length * ASIDE_CHAR > Math.min(frame.room, scene.edge - frame.end)) words = '';
  frame.aside.textContent = [frame.type, words].filter(Boolean).join('  ');
}

function markCell(scene, { g, link, keyLink, box }, side, moment) {
  const { run } = scene;
  const filled = filledAt(run, box, link);
  g.classList.toggle('ghost', side === 1 && !happened(filled, moment.n));
  const followed = side === 0 && moment.link !== NONE && (moment.link === link || moment.link === keyLink);
  const passed = side === 0 && scene.way.includes(link);
  g.classList.toggle('hot', followed || passed || (side === 1 && filled === moment.n));
}

function markWire(scene, g, wire, side, moment) {
  const { run } = scene;
  if (wire.more) {
    g.classList.toggle('hot', side === 0 && onWay(scene, wire.from, moment));
    g.classList.toggle('ghost', side === 1 && !happened(run.node.made[wire.from], moment.n));
    g.classList.toggle('absent', side === 1 && run.node.same[wire.from]);
    return;
  }
  const filled = filledAt(run, wire.from, wire.link);
  g.classList.toggle('absent', side === 1 && (run.node.same[wire.to] || run.node.same[wire.from]));
  g.classList.toggle('ghost', side === 1 && !happened(filled, moment.n));
  g.classList.toggle('unseen', side === 0 && run.link.event[wire.link] > moment.n);
  g.classList.toggle('hot', (side === 0 && moment.link === wire.link) || (side === 1 && filled === moment.n));
  if (g.classList.contains('hot')) g.parentNode.append(g);
}

/** Does the way to the current object leave the shown boxes at this one? */
function onWay(scene, id, moment) {
  return scene.way.length > 0 && scene.run.boxOf(scene.run.link.parent[scene.way[0]]) === id && moment.box !== id;
}

function markLive(scene, live, id, side, moment) {
  const { run, trace, way, shown } = scene;
  const count = live.box.count - live.box.entries.length;
  let link = NONE;
  const drawn = (/** @type {number} */ l) => live.box.entries.some((e) => e.link === l || e.keyLink === l);
  const step = moment.fill !== NONE ? moment.fill : moment.at;
  if (way.length && !drawn(way[0]) && run.boxOf(run.link.parent[way[0]]) === id) link = way[0];
  else if (step !== NONE && run.boxOf(run.link.parent[step]) === id && !shown.links.has(step) && !drawn(step)) link = step;
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

/** The way from the shown boxes to an object that has none: its last boxes, below the graph.
 * @param {any} scene @param {import('./moment.js').Moment} moment */
function drawWay(scene, moment) {
  const { run, shown, placed, trace } = scene;
  scene.way = moment.box === NONE ? [] : hiddenPath(run, shown, moment.box);
  for (const part of scene.sides) {
    part.way.replaceChildren();
    for (const id of scene.ways) part.frames.delete(id);
    part.cells = part.cells.filter((c) => !c.way);
    part.links = part.links.filter((l) => !l.way);
    for (const id of scene.ways) part.lives.delete(id);
  }
  scene.ways = [];
  const boxes = [...new Set(scene.way.map((l) => run.boxOf(run.link.child[l])))].filter((b) => !shown.boxes.has(b));
  const kept = boxes.slice(-PATH_MAX);
  const skipped = boxes.length - kept.length;
  let y = placed.h + WAY_GAP;
  const places = kept.map((id, i) => {
    const now = moment.fill !== NONE ? moment.fill : moment.at;
    const step = now !== NONE && run.boxOf(run.link.parent[now]) === id ? now : scene.way[scene.way.findIndex((l) => run.boxOf(run.link.child[l]) === kept[i + 1])];
    const index = step === undefined ? 0 : entriesOf(run, id).findIndex((e) => e.link === step || e.keyLink === step);
    const box = boxFor(trace, run, id, Math.max(0, index - 1));
    const at = { x: i * WAY_SHIFT, y, top: y + NAME.height, w: box.w, h: box.h };
    y = at.top + box.h + WAY_STEP;
    return { id, box, at };
  });
  for (const part of scene.sides) {
    if (places.length) {
      const note = svg('text', { class: 'aside', x: 0, y: placed.h + WAY_GAP - 16 });
      note.textContent = skipped ? `after ${skipped.toLocaleString('en')} more` : 'further down';
      part.way.append(note);
    }
    const before = part.cells.length;
    for (const { box, at } of places) drawBox(scene, part, part.way, box, at);
    for (const c of part.cells.slice(before)) c.way = true;
  }
  scene.ways = kept;
  scene.wayPlaces = new Map(places.map((p) => [p.id, p.at]));
}
