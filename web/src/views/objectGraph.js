/* Originals on the left, their copies at the same places on the right, memo edges between.
 *
 * The scene is built once for a run and a set of boxes; an event only changes classes.  Each half is a
 * window of its own on the same plane, moved and zoomed together, so that an object and its copy are
 * always level with each other. */
import { select as d3select } from 'd3-selection';
import { zoom as d3zoom, zoomIdentity } from 'd3-zoom';
import { el, svg } from '../dom.js';
import { GLYPHS, identity } from '../identity.js';
import { NAME, boxFor, entriesOf } from '../graph/boxes.js';
import { WAY_ROOM, headingOf, overview, pathOf } from '../graph/layout.js';
import { filledAt, happened, momentAt } from '../graph/moment.js';
import { PATH_MAX, hiddenPath } from '../graph/shown.js';
import { NONE, structureOf } from '../graph/structure.js';
import { accessor, atomText } from '../graph/text.js';

const TYPES_UNSAID = new Set(['list', 'dict']);
const ARROW = 'M0,0 L-11,-5.5 L-11,5.5 Z';
const DIAMOND = 'M0,-8 L8,0 L0,8 L-8,0 Z';
const MARGIN = 10;
const HEAD = 40;          /* for the words "original" and "copy", in page pixels at 16px per rem */
const GAP_MIN = 116;
const GAP_MAX = 0.33;     /* of the pane */
const SCALE_MAX = 1.3;
const SCALE_READABLE = 0.62;
const ASIDE_CHAR = 11;
const WAY_GAP = 54;
const WAY_STEP = 20;
const WAY_SHIFT = 30;
const GROWTH_MIN = 1.6;   /* a growing trace is laid out anew when it grew by this much, or ended */
const REM = 16;

/** @param {any} trace @param {import('../graph/structure.js').Run} run @param {number} node */
function nameParts(trace, run, node) {
  const who = identity(trace, run.node.ref[node]);
  const { type } = boxType(trace, run, node);
  const said = TYPES_UNSAID.has(type) || who.name.startsWith(type);
  return { ...who, type: said ? '' : type };
}

/** @param {any} trace @param {import('../graph/structure.js').Run} run @param {number} node */
function boxType(trace, run, node) {
  const object = trace.objects[run.node.ref[node]];
  return { type: String(object?.typeName ?? '') };
}

/** @param {{name: string, type: string}} parts */
const widthOfName = ({ name, type }) => NAME.glyph + (name.length + 1) * NAME.char + (type ? 10 + type.length * 11 : 0);

export default function objectGraph({ store }) {
  const left = svg('svg', { class: 'half' });
  const right = svg('svg', { class: 'half' });
  const planes = [svg('g'), svg('g')];
  left.append(planes[0]);
  right.append(planes[1]);
  const edges = svg('g', { class: 'memo-edges' });
  const heads = [svg('text', { class: 'head' }), svg('text', { class: 'head' })];
  heads[0].textContent = 'original';
  heads[1].textContent = 'copy';
  const picture = svg('svg', { class: 'graph', role: 'img' }, ...heads, edges, left, right);
  const fitButton = el('button', { type: 'button', class: 'fit', title: 'Show the whole graph' }, 'fit');
  const empty = el('p', { class: 'quiet' });
  const node = el('div', { class: 'cs-view object-graph' }, picture, fitButton, empty);

  /** @type {any} */
  let scene = null;
  /** @type {{state: any, trace: any}|null} */
  let last = null;
  let moved = false;     /* the reader has zoomed or panned */
  let view = zoomIdentity;
  let pane = { w: 0, h: 0, half: 0, rem: REM };

  const zoom = d3zoom().scaleExtent([0.12, 4]).on('zoom', (event) => {
    view = event.transform;
    if (event.sourceEvent) moved = true;
    fitButton.hidden = !moved;
    place();
  });
  d3select(picture).call(zoom).on('dblclick.zoom', null);
  picture.addEventListener('dblclick', refit);
  fitButton.addEventListener('click', refit);
  fitButton.hidden = true;
  if (typeof ResizeObserver !== 'undefined') new ResizeObserver(() => resize()).observe(node);

  function refit() {
    moved = false;
    fitButton.hidden = true;
    fit();
  }

  /* ---- the scene: built once ---- */

  function build(trace, run) {
    const { shown, placed } = overview(trace, run, (id) => widthOfName(nameParts(trace, run, id)));
    const made = { trace, run, shown, placed, size: run.node.ref.length, complete: run.closed, sides: [], ways: [], parts: null };
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

  function drawBox(made, part, into, box, at) {
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
    header.addEventListener('click', () => store.seek(copied ? Math.max(0, run.node.made[id]) : run.node.seen[id]));
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
    g.addEventListener('click', () => { const n = at(); if (n >= 0) store.seek(n); });
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

  /* ---- an event: classes only ---- */

  function show(state, trace) {
    const { run, shown } = scene;
    const n = state.n;
    const moment = momentAt(trace, run, n);
    drawWay(moment);
    for (const part of scene.sides) {
      for (const frame of part.frames.values()) mark(frame, part.side, moment);
      for (const cell of part.cells) markCell(cell, part.side, moment);
      for (const { g, wire } of part.links) markWire(g, wire, part.side, moment);
      for (const [id, live] of part.lives) markLive(live, id, part.side, moment);
    }
    scene.moment = moment;
    if (!moved && scene.home) follow(moment);
    else place();
    picture.setAttribute('aria-label', summary(trace, run, shown, moment));
  }

  function mark(frame, side, moment) {
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
    const edge = scene.home ? (pane.half - scene.home.x) / scene.home.k : Infinity;
    if (words.length * ASIDE_CHAR > Math.min(frame.room, edge - frame.end)) words = '';
    frame.aside.textContent = [frame.type, words].filter(Boolean).join('  ');
  }

  function markCell({ g, link, keyLink, box }, side, moment) {
    const { run } = scene;
    const filled = filledAt(run, box, link);
    g.classList.toggle('ghost', side === 1 && !happened(filled, moment.n));
    const followed = side === 0 && moment.link !== NONE && (moment.link === link || moment.link === keyLink);
    const passed = side === 0 && scene.way.includes(link);
    g.classList.toggle('hot', followed || passed || (side === 1 && filled === moment.n));
  }

  function markWire(g, wire, side, moment) {
    const { run } = scene;
    if (wire.more) {
      g.classList.toggle('hot', side === 0 && onWay(wire.from, moment));
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
  function onWay(id, moment) {
    return scene.way.length > 0 && scene.run.boxOf(scene.run.link.parent[scene.way[0]]) === id && moment.box !== id;
  }

  function markLive(live, id, side, moment) {
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

  /** The way from the shown boxes to an object that has none: its last boxes, below the graph. */
  function drawWay(moment) {
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

  /* ---- where it is on the pane ---- */

  function resize() {
    const box = node.getBoundingClientRect();
    if (!box.width || !box.height) return;
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) || REM;
    pane = { w: box.width, h: box.height, half: (box.width * (1 - GAP_MAX)) / 2, rem };
    picture.setAttribute('viewBox', `0 0 ${box.width} ${box.height}`);
    if (!scene) return;
    if (moved) place();
    else fit();
    if (last) show(last.state, last.trace);
  }

  /** As large as it fits, but readable: what does not fit then is panned to. */
  function fit() {
    if (!scene || !pane.w) return;
    const unit = pane.rem / REM;
    const { placed, shown } = scene;
    const below = shown.more.size ? WAY_ROOM : 10;
    const roomY = pane.h - HEAD * unit - MARGIN;
    const ideal = Math.min((pane.w - GAP_MIN * unit) / 2 / (placed.w + MARGIN), roomY / (placed.h + below), SCALE_MAX * unit);
    const scale = Math.max(ideal, SCALE_READABLE * unit);
    const gap = Math.min(Math.max(pane.w - 2 * (placed.w + MARGIN) * scale, GAP_MIN * unit), pane.w * GAP_MAX);
    pane.half = (pane.w - gap) / 2;
    const spare = Math.max(0, roomY - (placed.h + below) * scale);
    const to = zoomIdentity.translate(MARGIN, HEAD * unit + Math.min(spare / 2, 40 * unit)).scale(scale);
    scene.home = to;
    if (scene.moment) follow(scene.moment);
    else d3select(picture).call(zoom.transform, to);
  }

  /** From the fitted place, pans no further than is needed to bring the current object into sight. */
  function follow(moment) {
    const at = placeOf(moment.box);
    const { k, x, y } = scene.home;
    let [dx, dy] = [0, 0];
    if (at) {
      const nudge = (lo, hi, min, max) => (lo < min ? min - lo : hi > max ? Math.max(max - hi, min - lo) : 0);
      dx = nudge(at.x * k + x, (at.x + at.w) * k + x, MARGIN, pane.half - MARGIN);
      dy = nudge(at.y * k + y, (at.top + at.h) * k + y, HEAD * (pane.rem / REM), pane.h - 2 * MARGIN);
    }
    const to = zoomIdentity.translate(x + dx, y + dy).scale(k);
    if (to.x === view.x && to.y === view.y && to.k === view.k) place();
    else d3select(picture).call(zoom.transform, to);
  }

  const placeOf = (id) => scene.placed.places.get(id) ?? scene.wayPlaces?.get(id);

  /** Moves both halves to where the zoom is, and draws the memo edges between them. */
  function place() {
    if (!scene || !pane.w) return;
    const unit = pane.rem / REM;
    const head = HEAD * unit;
    const offset = pane.w - pane.half;
    [left, right].forEach((half, side) => {
      for (const [k, v] of Object.entries({ x: side * offset, y: head, width: pane.half, height: Math.max(0, pane.h - head) })) half.setAttribute(k, String(v));
      planes[side].setAttribute('transform', `translate(${view.x},${view.y - head}) scale(${view.k})`);
      heads[side].setAttribute('x', String(side * offset + MARGIN));
      heads[side].setAttribute('y', String(22 * unit));
    });
    drawMemo(offset, head);
  }

  function drawMemo(offset, head) {
    edges.replaceChildren();
    const { moment, run, placed } = scene;
    if (!moment) return;
    const all = new Map([...placed.places, ...(scene.wayPlaces ?? [])]);
    for (const [id, at] of all) {
      const lit = moment.memo !== '' && id === run.boxOf(moment.target);
      const exists = happened(run.node.memo[id], moment.n) || (lit && moment.memo === 'hit');
      if (!exists && !lit) continue;
      const y = (at.top + at.h / 2) * view.k + view.y + ((at.rank ?? 0) % 4) * 7 * view.k;
      if (y < head || y > pane.h) continue;
      const x1 = Math.max(0, Math.min((at.x + at.w) * view.k + view.x, pane.half)) + 9;
      const x2 = offset + Math.max(at.x * view.k + view.x, 0) - 9;
      edges.append(memoEdge(lit, exists, Math.min(x1, pane.half + 4), Math.max(x2, offset), y));
    }
  }

  function memoEdge(lit, exists, x1, x2, y) {
    const { moment } = scene;
    const unit = pane.rem / REM;
    const mid = (pane.half + (pane.w - pane.half)) / 2;
    const g = svg('g', { class: `memo-edge ${lit ? 'hot' : ''} ${exists ? '' : 'missing'}` });
    if (exists) {
      g.append(svg('path', { class: 'dash', d: `M${x1},${y} H${x2 - 9 * unit}` }),
        svg('path', { class: 'arrow', d: ARROW, transform: `translate(${x2},${y}) scale(${unit * (lit ? 1.15 : 0.9)})` }));
    } else g.append(svg('path', { class: 'dash none', d: `M${x1},${y} H${mid - 22 * unit}` }));
    if (!lit) return g;
    g.append(svg('circle', { class: 'mask', cx: mid, cy: y, r: 24 * unit }),
      svg('path', { class: moment.memo === 'miss' ? 'line diamond' : 'fill', d: DIAMOND, transform: `translate(${mid},${y}) scale(${1.9 * unit})` }));
    const word = svg('text', { class: 'word', x: mid, y: y - 30 * unit });
    word.textContent = { hit: 'memo hit', miss: 'memo miss', set: 'memo set' }[moment.memo] ?? '';
    g.append(word);
    return g;
  }

  return {
    node,
    mount(parent) { parent.append(node); resize(); },
    resize,

    heading(state, trace) {
      if (!state || !trace || !scene) return { title: 'Objects', note: '', source: '' };
      const drawn = scene.shown.boxes.size;
      const hidden = [...scene.shown.more.values()].reduce((sum, m) => sum + m.count, 0);
      const note = hidden ? `${drawn} drawn, ${hidden.toLocaleString('en')} folded` : `${drawn} object${drawn === 1 ? '' : 's'}`;
      return { title: 'Objects', note, source: '' };
    },

    /** @param {any} state @param {any} trace */
    update(state, trace) {
      last = null;
      const run = state && trace ? structureOf(trace).runAt(state.n) : null;
      node.classList.toggle('is-empty', !run);
      empty.textContent = run ? '' : 'No objects yet.';
      if (!run || !state.event) return;
      const known = scene && scene.run === run;
      const grew = known && (run.node.ref.length >= scene.size * GROWTH_MIN || (run.closed && !scene.complete));
      if (!known || grew) {
        scene = build(trace, run);
        if (!known) moved = false;
        if (pane.w && !moved) fit();
      }
      last = { state, trace };
      show(state, trace);
      if (!pane.w) resize();
    },
  };
}

/** The picture in words. @param {any} trace @param {import('../graph/structure.js').Run} run @param {any} shown @param {import('../graph/moment.js').Moment} moment */
function summary(trace, run, shown, moment) {
  let copies = 0;
  for (const id of shown.boxes.keys()) if (happened(run.node.made[id], moment.n)) copies++;
  const now = moment.box === NONE ? '' : `; at ${identity(trace, run.node.ref[moment.box]).name}`;
  const memo = moment.memo ? `, memo ${moment.memo}` : '';
  return `Object graph: ${shown.boxes.size} originals on the left, ${copies} of their copies made${now}${memo}.`;
}
