/* Originals on the left, their copies at the same places on the right, memo edges between.
 *
 * A picture is made of a run, of the room there is and of what is unfolded; it is arranged in a worker and kept.  An event only
 * changes classes in it.  All of it is always in sight: where it would get too small to read, boxes become lines, and what hangs
 * far below the root is folded and counted.  Each half is a window of its own on the same plane, moved and zoomed together, so
 * that an object and its copy are always level with each other. */
import { select as d3select } from 'd3-selection';
import { zoom as d3zoom, zoomIdentity } from 'd3-zoom';
import { el, svg } from '../dom.js';
import { identity } from '../identity.js';
import arranger from '../graph/arranger.js';
import { EDGE } from '../graph/layout.js';
import { markScene } from '../graph/marking.js';
import { drawMemoEdges } from '../graph/memoEdges.js';
import { happened, momentAt } from '../graph/moment.js';
import makePictures from '../graph/pictures.js';
import { buildScene } from '../graph/scene.js';
import { holderOf, objectsIn } from '../graph/shown.js';
import { NONE, structureOf } from '../graph/structure.js';
import { whatCopied, whyShared } from '../graph/why.js';
import { answerPanel, findBar } from './graphTools.js';

const MARGIN = 8;
const HEAD = 34;          /* for the words "original" and "copy", in page pixels at 16px per rem */
const GAP_MIN = 100;
const GAP_MAX = 0.33;     /* of the pane */
const SCALE_MAX = 1.3;
const TOP_MAX = 40;       /* above a picture that is lower than the pane */
const REM = 16;
const LEAST_LARGE = 0.78; /* of large text: 24 px on a projector */
const TABLE_ROWS = 200;

export default function objectGraph({ t, ui, redraw, arrange = arranger() }) {
  const left = svg('svg', { class: 'half' });
  const right = svg('svg', { class: 'half' });
  const planes = [svg('g'), svg('g')];
  left.append(planes[0]);
  right.append(planes[1]);
  const edges = svg('g', { class: 'memo-edges' });
  const heads = [svg('text', { class: 'head' }, t('objects.original')), svg('text', { class: 'head' }, t('objects.copy'))];
  const picture = svg('svg', { class: 'graph', role: 'img' }, ...heads, edges, left, right);
  const fitButton = el('button', { type: 'button', class: 'fit', title: t('objects.fit.title'), hidden: true }, t('objects.fit'));
  const whyButton = el('button', { type: 'button', class: 'fit', title: t('objects.why.open') }, t('objects.why.short'));
  const find = findBar(t, reveal, () => last && { trace: last.trace, run: structureOf(last.trace).runAt(last.state.n) });
  const tools = el('div', { class: 'tools' }, fitButton, whyButton, find.node);
  const why = answerPanel(t, ui, () => { if (last) update(last.state, last.trace); });
  const empty = el('p', { class: 'quiet' });
  const frame = el('div', { class: 'frame' }, picture, tools, empty);
  const node = el('div', { class: 'cs-view object-graph' }, frame, why.node);

  /** @type {any} */
  let scene = null;
  /** @type {{state: any, trace: any}|null} */
  let last = null;
  let wish = 0;          /* an object to be picked once there is a picture */
  let moved = false;     /* the reader has zoomed or panned */
  let view = zoomIdentity;
  let asked = whyShared; /* what the answer on the page is to */
  let pane = { w: 0, h: 0, half: 0, unit: 1, least: 1 };
  const pictures = makePictures(arrange, draw);
  const on = { seek: ui.go, pick, toggle };

  const zoom = d3zoom().scaleExtent([0.12, 4]).on('zoom', (event) => {
    view = event.transform;
    if (event.sourceEvent) moved = true;
    fitButton.toggleAttribute('hidden', !moved);
    place();
  });
  d3select(picture).call(zoom).on('dblclick.zoom', null);
  picture.addEventListener('dblclick', refit);
  fitButton.addEventListener('click', refit);
  whyButton.addEventListener('click', () => explain(whyShared));
  if (typeof ResizeObserver !== 'undefined') new ResizeObserver(() => resize()).observe(frame);

  function refit() {
    moved = false;
    fitButton.toggleAttribute('hidden', true);
    fit();
  }

  /** @param {number} id */
  function pick(id) {
    pictures.pick(id);
    if (scene) scene.picked = id;
    ui.remember?.();
    if (why.answer && last) explain(whyShared, false);
    else if (last && scene) show(last.state, last.trace);
  }

  /** Picks what was found and goes to where it was met. @param {import('../graph/find.js').Match} match */
  function reveal({ node: id, link }) {
    const { run } = scene;
    pick(id);
    ui.go(link === NONE ? run.node.seen[id] : run.link.event[link]);
  }

  /** Says why the picked object is shared, or what copied it; said already, it is taken away. @param {typeof whyShared} question @param {boolean} [again] */
  function explain(question, again = true) {
    if (!last || !scene) return;
    const id = pickedOrTarget();
    if (id === NONE) return;
    const found = question(last.trace, scene.run, id);
    if (again && why.answer?.node === id && why.answer.verdict === found.verdict && question === asked) {
      why.close();
      return;
    }
    asked = question;
    why.show(last.trace, scene.run, found, again);
    update(last.state, last.trace);
  }

  /** Unfolds what hangs below an object, or folds it. @param {number} id */
  function toggle(id) {
    if (!last || id === NONE) return;
    const unfolded = pictures.toggle(id, scene?.shown);
    ui.announce(t(unfolded ? 'objects.unfolded' : 'objects.folded', { name: identity(last.trace, scene.run.node.ref[id]).name }));
    update(last.state, last.trace);
  }

  /** Draws what the arranger made. @param {import('../graph/pictures.js').Picture} made */
  function draw(made) {
    if (!last || scene?.made === made) return;
    scene = buildScene(planes, last.trace, made.run, made.shown, made.layout, on);
    scene.made = made;
    scene.late = made.late;
    scene.picked = pictures.picked;
    node.setAttribute('aria-busy', String(pictures.busy));
    fit();
    show(last.state, last.trace);
    redraw();
    if (wish) pickRef(wish);
  }

  /** Picks an object of the trace, as soon as it is drawn. @param {number} ref 0: none */
  function pickRef(ref) {
    wish = scene ? 0 : ref;
    if (!scene) return;
    const id = ref ? scene.run.node.ref.indexOf(ref) : NONE;
    if (id !== pictures.picked && (!ref || id >= 0)) pick(id);
  }

  function show(state, trace) {
    const { run, shown } = scene;
    const moment = momentAt(trace, run, state.n);
    scene.lit = why.answer;
    markScene(scene, moment);
    why.mark(state.n);
    place();
    picture.setAttribute('aria-label', summary(t, trace, run, shown, moment));
  }

  /* ---- where it is on the pane ---- */

  function resize() {
    const box = frame.getBoundingClientRect();
    const unit = (parseFloat(getComputedStyle(document.documentElement).fontSize) || REM) / REM;
    if (!box.width || !box.height || (box.width === pane.w && box.height === pane.h && unit === pane.unit)) return;
    pane = { w: box.width, h: box.height, half: (box.width * (1 - GAP_MAX)) / 2, unit, least: unit * (document.documentElement.dataset.large ? LEAST_LARGE : 1) };
    picture.setAttribute('viewBox', `0 0 ${box.width} ${box.height}`);
    if (last) update(last.state, last.trace);
    if (!scene) return;
    if (moved) place();
    else fit();
    if (last) show(last.state, last.trace);
  }

  /** What a picture has to fit in, in layout units at the least size that can be read. */
  const room = () => ({
    w: ((pane.w - GAP_MIN * pane.unit) / 2 - MARGIN) / pane.least,
    h: (pane.h - HEAD * pane.unit - MARGIN) / pane.least,
  });

  /** All of it, as large as it fits. */
  function fit() {
    if (!scene || !pane.w) return;
    const { unit, least } = pane;
    const { placed } = scene;
    const { below } = scene.made.plan;
    const [w, h] = [room().w * least, room().h * least];
    const scale = Math.min(w / (placed.w + EDGE), h / (placed.h + below), (scene.shown.detail === 'chips' ? 1 : SCALE_MAX) * unit);
    const width = below ? w : (placed.w + EDGE) * scale;
    const gap = Math.min(Math.max(pane.w - 2 * (width + MARGIN), GAP_MIN * unit), pane.w * GAP_MAX);
    pane.half = (pane.w - gap) / 2;
    const spare = Math.max(0, h - (placed.h + below) * scale);
    const to = zoomIdentity.translate(MARGIN, HEAD * unit + (below ? 0 : Math.min(spare / 2, TOP_MAX * unit))).scale(scale);
    scene.edge = (pane.half - to.x) / to.k;
    scene.insetRoom = { w: scene.edge, h: h / scale };
    d3select(picture).call(zoom.transform, to);
  }

  /** Moves both halves to where the zoom is, and draws the memo edges between them. */
  function place() {
    if (!scene || !pane.w) return;
    const { unit } = pane;
    const head = HEAD * unit;
    const offset = pane.w - pane.half;
    [left, right].forEach((half, side) => {
      for (const [k, v] of Object.entries({ x: side * offset, y: head, width: pane.half, height: Math.max(0, pane.h - head) })) half.setAttribute(k, String(v));
      planes[side].setAttribute('transform', `translate(${view.x},${view.y - head}) scale(${view.k})`);
      heads[side].setAttribute('x', String(side * offset + MARGIN));
      heads[side].setAttribute('y', String(22 * unit));
    });
    drawMemoEdges(edges, scene, { ...pane, offset, head, view }, t);
  }

  /** @param {any} state @param {any} trace */
  function update(state, trace) {
    last = null;
    const run = state && trace ? structureOf(trace).runAt(state.n) : null;
    node.classList.toggle('is-empty', !run);
    empty.textContent = run ? '' : t('objects.none');
    if (!run || !state.event) return;
    last = { state, trace };
    if (scene && scene.run !== run) {
      moved = false;
      why.close();
    }
    if (!pane.w) resize();
    const box = why.answer ? run.boxOf(why.answer.node) : momentAt(trace, run, state.n).box;
    if (pane.w) pictures.want(trace, run, room(), run.isAtom(box) ? holderOf(run, box) : box, !why.answer);
    node.setAttribute('aria-busy', String(pictures.busy));
    if (scene && scene.run === run) show(state, trace);
  }

  const picked = () => (pictures.picked !== NONE ? scene.run.boxOf(pictures.picked) : scene?.moment?.box ?? NONE);
  const pickedOrTarget = () => (pictures.picked !== NONE ? pictures.picked : scene?.moment?.target ?? NONE);

  /** Picks the next of the drawn objects, or the one before. @param {1|-1} by */
  function pickNext(by) {
    if (!scene || !last) return;
    const drawn = [...scene.placed.places].filter(([id]) => id[0] === 'n').sort(([, a], [, b]) => a.row - b.row || a.x - b.x).map(([id]) => Number(id.slice(1)));
    const at = drawn.indexOf(picked());
    pick(drawn[(at + by + drawn.length) % drawn.length]);
    ui.announce(identity(last.trace, scene.run.node.ref[pictures.picked]).name);
  }

  return {
    node,
    mount(parent) { parent.append(node); resize(); },
    resize,
    update,

    heading(state, trace) {
      const run = state && trace ? structureOf(trace).runAt(state.n) : null;
      if (!run || scene?.run !== run) return { title: t('view.objects'), note: '', source: '' };
      const total = objectsIn(trace, run);
      const drawn = scene.shown.boxes.size;
      const note = drawn < total ? t('objects.drawn', { drawn, n: total }) : t('objects.count', { n: total });
      return { title: t('view.objects'), note: scene.late ? `${t('objects.late')}, ${note}` : note, source: '' };
    },

    twin: (state, trace) => table(t, trace, structureOf(trace).runAt(state.n), state.n),

    link: {
      name: 'object',
      get: () => (scene && pictures.picked !== NONE ? String(scene.run.node.ref[pictures.picked] ?? '') : ''),
      set: (text) => pickRef(/^\d{1,9}$/.test(text) ? Number(text) : 0),
    },

    commands: [
      { keys: ['x'], shown: ['X'], text: 'objects.keys.toggle', run: () => toggle(picked()) },
      { keys: ['z'], shown: ['Z'], text: 'objects.keys.fit', run: refit },
      { keys: ['o'], shown: ['O'], text: 'objects.keys.find', run: find.toggle },
      { keys: ['y'], shown: ['Y', 'Shift Y'], text: 'objects.keys.why', run: () => explain(whyShared) },
      { keys: ['Shift+y'], shown: [], text: '', run: () => explain(whatCopied) },
      { keys: ['j'], shown: ['J', 'K'], text: 'objects.keys.pick', run: () => pickNext(1) },
      { keys: ['k'], shown: [], text: '', run: () => pickNext(-1) },
    ],
  };
}

/** The picture in words. @param {any} t @param {any} trace @param {import('../graph/structure.js').Run} run @param {any} shown @param {import('../graph/moment.js').Moment} moment */
function summary(t, trace, run, shown, moment) {
  let copies = 0;
  for (const id of shown.boxes.keys()) if (happened(run.node.made[id], moment.n)) copies++;
  const now = moment.box === NONE ? '' : t('objects.summary.at', { name: identity(trace, run.node.ref[moment.box]).name });
  const memo = moment.memo ? t(`objects.memo.${moment.memo}`) : '';
  return [t('objects.summary', { n: shown.boxes.size, copies }), now, memo].filter(Boolean).join('; ');
}

/** The originals and what became of them so far. @param {any} t @param {any} trace @param {import('../graph/structure.js').Run|null} run @param {number} n */
function table(t, trace, run, n) {
  if (!run) return null;
  const rows = [];
  let current;
  const { box } = momentAt(trace, run, n);
  for (let id = 0; id < run.node.ref.length && rows.length < TABLE_ROWS; id++) {
    if (run.isAtom(id) || run.node.fold[id] !== NONE || run.node.seen[id] > n) continue;
    if (id === box) current = rows.length;
    const who = identity(trace, run.node.ref[id]);
    const copies = run.copiesBy(id, n);
    const made = copies ? `${identity(trace, run.node.copy[id]).name}${copies > 1 ? ` ×${copies.toLocaleString('en')}` : ''}` : run.node.same[id] ? t('objects.same') : t('objects.not');
    rows.push([who.name, trace.objects[run.node.ref[id]]?.typeName ?? '', run.node.links[id], who.short, made]);
  }
  const total = objectsIn(trace, run);
  const caption = rows.length < total ? t('objects.table.part', { rows: rows.length, n: total }) : t('objects.table', { n: total });
  const columns = ['name', 'type', 'references', 'address', 'copy'].map((name) => t(`objects.col.${name}`));
  return { caption, columns, rows, current };
}
