/* Places boxes in layers and routes the references between them.
 *
 * dagre orders the boxes (and breaks cycles); rows, channels between the rows and the right-angled wires in
 * the channels are made here.  Copies are drawn at the same places, moved to the right as a whole, so one
 * layout serves both sides and a memo edge is a horizontal line. */
import dagre from '@dagrejs/dagre';
import { NAME } from './boxes.js';
import { BOXES_MAX, select } from './shown.js';
import { NONE } from './structure.js';

const GAP_X = 28;
const WIRE_GAP = 16;
const TRACK = 14;
const CHANNEL = 40;    /* of a channel without tracks, arrow included */
const LANDING = 26;    /* between two arrows that land on the same name */
const STUB = 10;       /* a row's wire leaves its box this far to the right */
const STUB_STEP = 7;
const SIDE = 26;
const MORE = { w: 204, h: 44 };
/** Ways to arrange, the plainest first: a later one must be clearly better. */
const WAYS = [{ wrap: Infinity, squeeze: false }, { wrap: Infinity, squeeze: true }, { wrap: 640, squeeze: true }, { wrap: 320, squeeze: true }];
const BETTER = 1.08;
const PASS_W = 12;     /* room for a wire that passes a row */
const NOMINAL = { w: 716, h: 428, gap: 190 }; /* the pane that wrapping aims at; not the real one, so that nothing moves on a resize */

/**
 * @typedef {{x: number, y: number}} Point
 * @typedef {object} Place
 * @property {number} x of the box @property {number} y of the name above it @property {number} top of the box
 * @property {number} w @property {number} h of the box alone @property {number} row @property {number} rank position in the row
 * @typedef {{link: number, from: number, to: number, more: boolean, points: Point[]}} Wire
 * @typedef {{places: Map<number, Place>, more: Map<number, Place>, wires: Wire[], w: number, h: number}} Layout
 */

/** Boxes to try, until they fit the nominal pane at a readable size; a graph that has no more than WHOLE is never cut. */
const BUDGETS = [BOXES_MAX, 36, 24, 16, 12, 9, 7, 5, 3];
const WHOLE = 16;
const READABLE = 0.6;
const HOPELESS = 0.25; /* no other way of arranging would make that readable */
export const WAY_ROOM = 280;  /* below the graph, for the way to an object that has no box */

/** @param {number} holder */
const moreId = (holder) => `m${holder}`;
/** @param {number} node */
const boxId = (node) => `n${node}`;

/** @param {number} h @param {boolean} named */
const full = (h, named) => h + (named ? NAME.height : 0);

/**
 * @param {import('./structure.js').Run} run @param {import('./shown.js').Shown} shown
 * @param {(node: number) => number} nameWidth
 * @returns {Layout}
 */
export function layout(run, shown, nameWidth) {
  const edges = edgesOf(run, shown);
  /** @type {Layout|null} */
  let best = null;
  let bestScore = 0;
  for (const way of WAYS) {
    const made = arrange(shown, edges, nameWidth, way);
    const score = fitOf(made, shown.more.size ? WAY_ROOM : 0);
    if (!best || score > bestScore * BETTER) { best = made; bestScore = score; }
    if (bestScore >= 1 || bestScore < HOPELESS || shown.boxes.size < 3) break;
  }
  return /** @type {Layout} */ (best);
}

/** How large a layout is drawn in the nominal pane. @param {Layout} made @param {number} below */
const fitOf = (made, below) => Math.min(1.2, NOMINAL.w / (2 * made.w + NOMINAL.gap), NOMINAL.h / (made.h + below));

/**
 * What to show of a run, and where: the whole graph if it is small, else as much of its top as stays readable.
 * @param {any} trace @param {import('./structure.js').Run} run @param {(node: number) => number} nameWidth
 * @returns {{shown: import('./shown.js').Shown, placed: Layout}}
 */
export function overview(trace, run, nameWidth) {
  let shown = select(trace, run);
  if (shown.boxes.size <= WHOLE && !shown.more.size) return { shown, placed: layout(run, shown, nameWidth) };
  for (const budget of BUDGETS) {
    if (budget < shown.boxes.size + shown.more.size) shown = select(trace, run, budget);
    if (!mayFit(shown)) continue;
    const placed = layout(run, shown, nameWidth);
    if (fitOf(placed, shown.more.size ? WAY_ROOM : 0) >= READABLE) return { shown, placed };
  }
  return { shown, placed: layout(run, shown, nameWidth) };
}

/** Is there room for the boxes at all, however they are arranged? @param {import('./shown.js').Shown} shown */
function mayFit(shown) {
  let area = 0;
  for (const box of shown.boxes.values()) area += box.w * full(box.h, true);
  area += shown.more.size * MORE.w * MORE.h;
  const below = shown.more.size ? WAY_ROOM : 0;
  return area <= ((NOMINAL.w / READABLE - NOMINAL.gap) / 2) * (NOMINAL.h / READABLE - below);
}

/** @typedef {{link: number, from: number, to: number, more: boolean, port: Point, out: number, entry: number}} Edge */

/** @param {import('./structure.js').Run} run @param {import('./shown.js').Shown} shown @returns {Edge[]} */
function edgesOf(run, shown) {
  /** @type {Edge[]} */
  const edges = [];
  for (const [from, box] of shown.boxes) {
    box.entries.forEach((e, i) => {
      for (const l of [e.link, e.keyLink]) {
        if (l === NONE) continue;
        const to = run.boxOf(run.link.child[l]);
        if (run.isAtom(to) || !shown.boxes.has(to)) continue;
        edges.push({ link: l, from, to, more: false, ...portOf(box, e, l === e.keyLink, i) });
      }
    });
    if (shown.more.has(from)) {
      const e = box.live ?? box.entries[box.entries.length - 1];
      edges.push({ link: NONE, from, to: from, more: true, ...portOf(box, e, false, box.entries.length) });
    }
  }
  return edges;
}

/** Where a reference begins: the dot in its cell, and how far right its wire goes before it turns down.
 * @param {import('./boxes.js').Box} box @param {import('./boxes.js').Entry} e @param {boolean} isKey @param {number} i
 * @returns {{port: Point, out: number, entry: number}} */
export function portOf(box, e, isKey, i) {
  if (box.shape !== 'rows') return { port: { x: e.x + e.w / 2, y: e.y + e.h * 0.62 }, out: 0, entry: i };
  const x = isKey ? e.split - 14 : (e.split + e.w) / 2;
  return { port: { x, y: e.y + e.h / 2 }, out: box.w + STUB + STUB_STEP * (box.entries.length - i), entry: i };
}

/** @param {import('./shown.js').Shown} shown @param {Edge[]} edges @param {(node: number) => number} nameWidth @param {{wrap: number, squeeze: boolean}} way */
function arrange(shown, edges, nameWidth, { wrap, squeeze }) {
  const g = new dagre.graphlib.Graph({ multigraph: true });
  g.setGraph({ rankdir: 'TB', align: 'UL', nodesep: GAP_X, edgesep: WIRE_GAP, ranksep: 60, marginx: 0, marginy: 0 });
  g.setDefaultEdgeLabel(() => ({}));
  const outer = new Map();
  for (const [node, box] of shown.boxes) {
    const stubs = box.shape === 'rows' ? STUB + STUB_STEP * box.entries.length : 0;
    outer.set(boxId(node), Math.max(box.w + stubs, nameWidth(node)));
    g.setNode(boxId(node), { width: outer.get(boxId(node)), height: full(box.h, true) });
  }
  for (const holder of shown.more.keys()) {
    outer.set(moreId(holder), MORE.w);
    g.setNode(moreId(holder), { width: MORE.w, height: MORE.h });
  }
  const used = new Map();
  const reached = new Set();
  edges.forEach((e, i) => {
    const to = e.more ? moreId(e.to) : boxId(e.to);
    if (!e.more && e.from === e.to) return;
    /* A holder with many children stacks them in several rows: the later ones get longer edges. */
    let minlen = 1;
    if (!reached.has(to)) {
      const before = used.get(e.from) ?? 0;
      minlen = 1 + Math.floor(before / wrap);
      used.set(e.from, before + outer.get(to) + GAP_X);
      reached.add(to);
    }
    g.setEdge(boxId(e.from), to, { minlen, weight: minlen > 1 ? 1 : 2 }, String(i));
  });
  dagre.layout(g);
  return assemble(shown, edges, nameWidth, g, squeeze);
}

/** @param {import('./shown.js').Shown} shown @param {Edge[]} edges @param {(node: number) => number} nameWidth @param {any} g @param {boolean} squeeze @returns {Layout} */
function assemble(shown, edges, nameWidth, g, squeeze) {
  const ys = [...new Set(g.nodes().map((/** @type {string} */ v) => Math.round(g.node(v).y)))].sort((a, b) => a - b);
  const rowOf = new Map(ys.map((y, i) => [y, i]));
  /** @param {any} v @param {number} w @param {number} h @param {boolean} named @returns {Place} */
  const place = (v, w, h, named) => ({
    x: Math.round(v.x - v.width / 2), y: 0, top: named ? NAME.height : 0, w, h, row: rowOf.get(Math.round(v.y)) ?? 0, rank: 0,
  });
  /** @type {Map<number, Place>} */
  const places = new Map();
  /** @type {Map<number, Place>} */
  const more = new Map();
  for (const [node, box] of shown.boxes) places.set(node, place(g.node(boxId(node)), box.w, box.h, true));
  for (const holder of shown.more.keys()) more.set(holder, place(g.node(moreId(holder)), MORE.w, MORE.h, false));
  const all = [...places.values(), ...more.values()];
  const passes = passesOf();
  if (squeeze) compact();
  const left = Math.min(...all.map((p) => p.x));
  for (const p of all) p.x -= left;

  const rows = ys.map(() => ({ h: 0, right: 0 }));
  for (const [, p] of [...places, ...more]) rows[p.row].h = Math.max(rows[p.row].h, p.top + p.h);
  for (const [node, p] of places) rows[p.row].right = Math.max(rows[p.row].right, p.x + Math.max(p.w, nameWidth(node)));
  for (const p of more.values()) rows[p.row].right = Math.max(rows[p.row].right, p.x + p.w);
  for (const row of rows.keys()) [...places.values()].filter((p) => p.row === row).sort((a, b) => a.x - b.x).forEach((p, i) => { p.rank = i; });

  const routes = edges.map((e, i) => sketch(e, i));
  land(routes);
  const channels = tracks(routes, rows.length);
  let y = channels[0].size ? channels[0].height : 0;
  const top = rows.map((row, r) => {
    const at = y;
    y += row.h + (r + 1 < rows.length || channels[r + 1].size ? channels[r + 1].height : 0);
    return at;
  });
  for (const p of all) { p.y = top[p.row]; p.top += p.y; }
  const wires = routes.map((r) => draw(r));
  const right = Math.max(...all.map((p) => p.x + p.w), ...rows.map((r) => r.right), ...wires.flatMap((w) => w.points.map((p) => p.x)));
  return { places, more, wires, w: right, h: y };

  /** The x of a wire in every channel that it crosses. @param {Edge} e @param {number} i */
  function sketch(e, i) {
    const a = /** @type {Place} */ (places.get(e.from));
    const b = /** @type {Place} */ (e.more ? more.get(e.to) : places.get(e.to));
    const exit = a.x + (e.out || e.port.x);
    const route = { e, a, b, back: b.row <= a.row, xs: [exit], land: 0, side: 0, sideName: false, ys: /** @type {number[]} */ ([]) };
    if (route.back) return route;
    for (let row = a.row + 1; row < b.row; row++) {
      const at = passes.get(`${i} ${row}`);
      route.xs.push(at ? Math.round(at.x - left) : route.xs[route.xs.length - 1]);
    }
    return route;
  }

  /** Where wires cross rows that lie between their ends, by edge and row. */
  function passesOf() {
    /** @type {Map<string, {x: number, row: number}>} */
    const found = new Map();
    edges.forEach((e, i) => {
      const points = g.edge({ v: boxId(e.from), w: e.more ? moreId(e.to) : boxId(e.to), name: String(i) })?.points ?? [];
      for (const p of points.slice(1, -1)) {
        const row = ys.findIndex((y) => Math.abs(y - p.y) < 2);
        if (row >= 0) found.set(`${i} ${row}`, { x: p.x, row });
      }
    });
    return found;
  }

  /** Draws every row together to the width of the widest, keeping the order in it. */
  function compact() {
    const lines = ys.map((_, row) => [
      ...[...places].filter(([, p]) => p.row === row).map(([id, p]) => ({ at: p, w: g.node(boxId(id)).width, gap: GAP_X })),
      ...[...more.values()].filter((p) => p.row === row).map((p) => ({ at: p, w: p.w, gap: GAP_X })),
      ...[...passes.values()].filter((p) => p.row === row).map((p) => ({ at: p, w: PASS_W, gap: PASS_W })),
    ].sort((p, q) => p.at.x - q.at.x));
    const narrow = Math.max(...lines.map((line) => line.reduce((sum, item) => sum + item.w + item.gap, 0)));
    const from = Math.min(...lines.flat().map((item) => item.at.x));
    const wide = Math.max(...lines.flat().map((item) => item.at.x + item.w)) - from;
    const ratio = Math.min(1, narrow / wide);
    for (const line of lines) {
      let next = 0;
      for (const item of line) {
        item.at.x = Math.max(next, Math.round((item.at.x - from) * ratio));
        next = item.at.x + item.w + item.gap;
      }
      let limit = narrow;
      for (const item of line.reverse()) {
        item.at.x = Math.min(item.at.x, limit - item.w - item.gap);
        limit = item.at.x;
      }
    }
  }

  /** Where each wire meets its target's name. @param {ReturnType<typeof sketch>[]} list */
  function land(list) {
    /** @type {Map<Place, ReturnType<typeof sketch>[]>} */
    const byTarget = new Map();
    for (const r of list) byTarget.set(r.b, [...(byTarget.get(r.b) ?? []), r]);
    let sides = 0;
    for (const [b, group] of byTarget) {
      const lastInRow = [...places.values(), ...more.values()].every((p) => p.row !== b.row || p.x <= b.x);
      const width = group[0].e.more ? b.w : Math.max(40, nameWidth(group[0].e.to));
      const above = group.filter((r) => !r.back || !lastInRow).sort((p, q) => p.xs[p.xs.length - 1] - q.xs[q.xs.length - 1]);
      /* Straight down where that meets the name, else side by side over it. */
      let free = b.x + 11;
      for (const r of above) {
        const x = r.xs[r.xs.length - 1];
        const straight = x >= free && x <= b.x + width + 6;
        r.land = straight ? x : Math.min(free, b.x + Math.max(11, width));
        free = r.land + LANDING;
      }
      for (const r of group) {
        if (!r.back) continue;
        r.sideName = lastInRow;
        const between = rows.slice(r.b.row, r.a.row + 1);
        r.side = Math.max(...between.map((row) => row.right), r.xs[0]) + SIDE + TRACK * sides++;
        if (lastInRow) r.land = b.x + width + 4;
      }
    }
  }

  /** Gives each horizontal stretch a track of its own in its channel; channel c lies above row c.
   * @param {ReturnType<typeof sketch>[]} list @param {number} count */
  function tracks(list, count) {
    /** @type {{size: number, height: number, spans: {a: number, b: number, set: (t: number) => void}[]}[]} */
    const channels = Array.from({ length: count + 1 }, () => ({ size: 0, height: CHANNEL, spans: [] }));
    /** @param {ReturnType<typeof sketch>} r @param {number} c @param {number} x1 @param {number} x2 @param {number} slot */
    const span = (r, c, x1, x2, slot) => {
      r.ys[slot] = NONE;
      channels[c].spans.push({ a: Math.min(x1, x2), b: Math.max(x1, x2), set: (t) => { r.ys[slot] = t; } });
    };
    for (const r of list) {
      if (r.back) {
        span(r, r.a.row + 1, r.xs[0], r.side, 0);
        if (!r.sideName) span(r, r.b.row, r.side, r.land, 1);
      } else {
        const xs = [...r.xs, r.land];
        for (let k = 0; k + 1 < xs.length; k++) if (xs[k] !== xs[k + 1]) span(r, r.a.row + 1 + k, xs[k], xs[k + 1], k);
      }
    }
    for (const channel of channels) {
      /** @type {number[]} */
      const ends = [];
      for (const s of channel.spans.sort((p, q) => p.a - q.a || p.b - q.b)) {
        let t = ends.findIndex((end) => end + 6 < s.a);
        if (t < 0) t = ends.push(0) - 1;
        ends[t] = s.b;
        s.set(t);
      }
      channel.size = channel.spans.length;
      channel.height = CHANNEL + TRACK * Math.max(0, ends.length - 1);
    }
    return channels;
  }

  /** @param {ReturnType<typeof sketch>} r @returns {Wire} */
  function draw(r) {
    /** Height of track t in the channel above row c. @param {number} c @param {number} t */
    const level = (c, t) => (c === 0 ? 0 : top[c - 1] + rows[c - 1].h) + 16 + TRACK * t;
    const points = [{ x: r.a.x + r.e.port.x, y: r.a.top + r.e.port.y }];
    const exit = r.xs[0];
    if (r.e.out) points.push({ x: exit, y: points[0].y });
    const b = r.b;
    if (r.back) {
      const y0 = level(r.a.row + 1, r.ys[0]);
      points.push({ x: exit, y: y0 }, { x: r.side, y: y0 });
      if (r.sideName) points.push({ x: r.side, y: b.y + NAME.height / 2 - 3 }, { x: r.land, y: b.y + NAME.height / 2 - 3 });
      else {
        const y1 = level(b.row, r.ys[1]);
        points.push({ x: r.side, y: y1 }, { x: r.land, y: y1 }, { x: r.land, y: b.y });
      }
    } else {
      const xs = [...r.xs, r.land];
      for (let k = 0; k + 1 < xs.length; k++) {
        if (xs[k] === xs[k + 1]) continue;
        const y0 = level(r.a.row + 1 + k, r.ys[k]);
        points.push({ x: xs[k], y: y0 }, { x: xs[k + 1], y: y0 });
      }
      points.push({ x: r.land, y: b.y });
    }
    return { link: r.e.link, from: r.e.from, to: r.e.to, more: r.e.more, points };
  }
}

/** An SVG path of straight lines. @param {Point[]} points @param {number} [dx] @param {number} [short] leave out at the end, for the arrow */
export function pathOf(points, dx = 0, short = 0) {
  const last = points[points.length - 1];
  const before = points[points.length - 2];
  const end = { x: last.x - Math.sign(last.x - before.x) * short, y: last.y - Math.sign(last.y - before.y) * short };
  return `M${[...points.slice(0, -1), end].map((p) => `${p.x + dx},${p.y}`).join('L')}`;
}

/** Direction in which a wire arrives, in degrees. @param {Point[]} points */
export function headingOf(points) {
  const last = points[points.length - 1];
  const before = points[points.length - 2];
  return Math.round((Math.atan2(last.y - before.y, last.x - before.x) * 180) / Math.PI);
}
