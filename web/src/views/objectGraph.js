/* Originals on the left, their copies at the same places on the right, memo edges between.
 *
 * The scene is built once for a run and a set of boxes; an event only changes classes.  Each half is a
 * window of its own on the same plane, moved and zoomed together, so that an object and its copy are
 * always level with each other. */
import { select as d3select } from 'd3-selection';
import { zoom as d3zoom, zoomIdentity } from 'd3-zoom';
import { el, svg } from '../dom.js';
import { identity } from '../identity.js';
import { WAY_ROOM } from '../graph/layout.js';
import { markScene } from '../graph/marking.js';
import { happened, momentAt } from '../graph/moment.js';
import { ARROW, buildScene } from '../graph/scene.js';
import { NONE, structureOf } from '../graph/structure.js';

const DIAMOND = 'M0,-8 L8,0 L0,8 L-8,0 Z';
const MARGIN = 10;
const EDGE = 18;          /* beyond the last wire: strokes, the pile behind a box of many */
const HEAD = 40;          /* for the words "original" and "copy", in page pixels at 16px per rem */
const GAP_MIN = 116;
const GAP_MAX = 0.33;     /* of the pane */
const SCALE_MAX = 1.3;
const SCALE_READABLE = 0.62;
const GROWTH_MIN = 1.6;   /* a growing trace is laid out anew when it grew by this much, or ended */
const REM = 16;

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

  function show(state, trace) {
    const { run, shown } = scene;
    const moment = momentAt(trace, run, state.n);
    markScene(scene, moment);
    if (!moved && scene.home) follow(moment);
    else place();
    picture.setAttribute('aria-label', summary(trace, run, shown, moment));
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
    const width = placed.w + EDGE;
    const roomY = pane.h - HEAD * unit - MARGIN;
    const ideal = Math.min((pane.w - GAP_MIN * unit) / 2 / width, roomY / (placed.h + below), SCALE_MAX * unit);
    const scale = Math.max(ideal, SCALE_READABLE * unit);
    const gap = Math.min(Math.max(pane.w - 2 * (width * scale + MARGIN), GAP_MIN * unit), pane.w * GAP_MAX);
    pane.half = (pane.w - gap) / 2;
    const spare = Math.max(0, roomY - (placed.h + below) * scale);
    const to = zoomIdentity.translate(MARGIN, HEAD * unit + Math.min(spare / 2, 40 * unit)).scale(scale);
    scene.home = to;
    scene.edge = (pane.half - to.x) / to.k;
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
    const ofState = scene.run.node.fold[moment.target] !== NONE ? ', its state' : '';
    word.textContent = `memo ${moment.memo}${ofState}`;
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
        scene = buildScene(store, planes, trace, run);
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
