/* Places boxes in layers and routes the references between them.
 *
 * dagre orders the boxes (and breaks cycles); rows, channels between the rows and the right-angled wires in
 * the channels are made here.  Copies are drawn at the same places, moved to the right as a whole, so one
 * layout serves both sides and a memo edge is a horizontal line. */
import dagre from '@dagrejs/dagre';

const NONE = -1;
const GAP_X = 20;
const WIRE_GAP = 16;
const TRACK = 12;
const FIRST_TRACK = 11; /* below the row above it */
const LANDING = 24;    /* between two arrows that land on the same name */
const SIDE = 20;
const NAME_MIN = 40;   /* an arrow lands on the first of a name at least */
const PASS_W = 12;     /* room for a wire that passes a row */
const PASS_GAP = 4;
const PASS_STEP = 5;
/** Ways to arrange, the plainest first: a later one must be clearly better. */
const WAYS = [{ squeeze: false, split: false }, { squeeze: true, split: false }, { squeeze: true, split: true }];
const BETTER = 1.08;
const LARGEST = 1.3;   /* beyond that no way of arranging is better than another */

/**
 * @typedef {{x: number, y: number}} Point
 * @typedef {object} Item what is placed: a box, a chip, a pile
 * @property {string} id @property {number} w @property {number} h of the box alone
 * @property {number} head height of the name above it, 0: none @property {number} name width of its name @property {number} stubs room for wires at its right
 * @typedef {object} Edge
 * @property {string} from @property {string} to @property {number[]} links that it stands for, none: towards a pile
 * @property {Point} port where it begins, in its box @property {number} out how far right it goes before it turns down
 * @property {boolean} [bus] it shares its way with the others of its box
 * @typedef {{items: Item[], edges: Edge[], below: number, channel: number}} Plan
 * below: room kept free under the graph; channel: between two rows without tracks, arrow included
 *
 * @typedef {object} Place
 * @property {number} x of the box @property {number} y of the name above it @property {number} top of the box
 * @property {number} w @property {number} h of the box alone @property {number} row @property {number} rank position in the row @property {number} [cut] its row once wide ones are cut
 * @typedef {{links: number[], from: string, to: string, points: Point[]}} Wire
 * @typedef {{places: Map<string, Place>, wires: Wire[], w: number, h: number}} Layout
 * @typedef {{w: number, h: number}} Room in layout units
 */

/** Room beside a layout for strokes and the pile behind a box of many. */
export const EDGE = 18;

/** The first plan that fits, with its layout; the last one if none does.
 * @param {Plan[]} plans the richest first @param {Room} room @returns {{index: number, layout: Layout}} */
export function best(plans, room) {
  const last = plans.length - 1;
  for (let index = 0; index < last; index++) {
    if (!mayFit(plans[index], room)) continue;
    const made = layout(plans[index], room);
    if (scaleOf(made, plans[index].below, room) >= 1) return { index, layout: made };
  }
  return { index: last, layout: layout(plans[last], room) };
}

/** How large it may be drawn and still fit. @param {{w: number, h: number}} made @param {number} below @param {Room} room */
export const scaleOf = (made, below, room) => Math.min(room.w / (made.w + EDGE), room.h / (made.h + below));

/** Is there room for the boxes at all, however they are arranged? @param {Plan} plan @param {Room} room */
function mayFit({ items, below }, room) {
  let area = 0;
  for (const { w, h, head } of items) {
    if (w > room.w) return false;
    area += w * (h + head);
  }
  return area <= room.w * (room.h - below);
}

/** @param {Plan} plan @param {Room} room what to aim at @returns {Layout} */
export function layout(plan, room) {
  /** @type {Layout|null} */
  let made = null;
  let score = 0;
  const g = order(plan);
  for (const way of WAYS) {
    const next = assemble(plan, g, { squeeze: way.squeeze, split: way.split ? room.w - EDGE : Infinity });
    const better = Math.min(LARGEST, scaleOf(next, plan.below, room));
    if (!made || better > score * BETTER) { made = next; score = better; }
    if (score >= 1 || plan.items.length < 3) break;
  }
  return /** @type {Layout} */ (made);
}

/** Layers and the order in them. @param {Plan} plan @returns {any} dagre's graph */
function order({ items, edges }) {
  const g = new dagre.graphlib.Graph({ multigraph: true });
  g.setGraph({ rankdir: 'TB', align: 'UL', nodesep: GAP_X, edgesep: WIRE_GAP, ranksep: 60, marginx: 0, marginy: 0 });
  g.setDefaultEdgeLabel(() => ({}));
  for (const item of items) g.setNode(item.id, { width: Math.max(item.w + item.stubs, item.name), height: item.h + item.head });
  edges.forEach((e, i) => { if (e.from !== e.to) g.setEdge(e.from, e.to, { weight: 2 }, String(i)); });
  dagre.layout(g);
  return g;
}

/** @param {Plan} plan @param {any} g @param {{squeeze: boolean, split: number}} way split: rows wider than that become several @returns {Layout} */
function assemble({ items, edges, channel: gap }, g, { squeeze, split }) {
  const ys = [...new Set(g.nodes().map((/** @type {string} */ v) => Math.round(g.node(v).y)))].sort((a, b) => a - b);
  const rowOf = new Map(ys.map((y, i) => [y, i]));
  const itemOf = new Map(items.map((item) => [item.id, item]));
  /** @type {Map<string, Place>} */
  const places = new Map(items.map(({ id, w, h, head }) => {
    const v = g.node(id);
    return [id, { x: Math.round(v.x - v.width / 2), y: 0, top: head, w, h, row: rowOf.get(Math.round(v.y)) ?? 0, rank: 0 }];
  }));
  const all = [...places.values()];
  let count = ys.length;
  const passes = passesOf();
  if (split < Infinity) cutRows();
  if (squeeze) compact();
  const left = Math.min(...all.map((p) => p.x));
  for (const p of all) p.x -= left;

  const rows = Array.from({ length: count }, () => ({ h: 0, right: 0 }));
  for (const { id, name } of items) {
    const p = /** @type {Place} */ (places.get(id));
    rows[p.row].h = Math.max(rows[p.row].h, p.top + p.h);
    rows[p.row].right = Math.max(rows[p.row].right, p.x + Math.max(p.w, name));
  }
  for (const row of rows.keys()) all.filter((p) => p.row === row).sort((a, b) => a.x - b.x).forEach((p, i) => { p.rank = i; });

  /** @type {Map<string, string[]>} */
  const taken = new Map();
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
  return { places, wires, w: right, h: y };

  /** The x of a wire in every channel that it crosses. @param {Edge} e @param {number} i */
  function sketch(e, i) {
    const a = /** @type {Place} */ (places.get(e.from));
    const b = /** @type {Place} */ (places.get(e.to));
    const exit = a.x + (e.out || e.port.x);
    const route = { e, a, b, back: b.row <= a.row, xs: [exit], land: 0, side: 0, level: 0, sideName: false, ys: /** @type {number[]} */ ([]) };
    if (route.back) return route;
    for (let row = a.row + 1; row < b.row; row++) {
      const at = passes.get(`${i} ${row}`);
      route.xs.push(at ? Math.round(at.x - left) : passBy(row, route.xs[route.xs.length - 1], e.bus ? e.from : String(i)));
    }
    return route;
  }

  /** Makes several rows of one that is too wide. */
  function cutRows() {
    let next = 0;
    for (let row = 0; row < ys.length; row++, next++) {
      const line = all.filter((p) => p.row === row).sort((p, q) => p.x - q.x);
      let used = 0;
      for (const p of line) {
        if (used && used + p.w > split) {
          next++;
          used = 0;
        }
        p.cut = next;
        used += p.w + GAP_X;
      }
    }
    for (const p of all) p.row = /** @type {number} */ (p.cut);
    count = next;
    passes.clear();
  }

  /** Where a wire that comes down at x gets past a row: straight, or through the nearest gap.
   * @param {number} row @param {number} x @param {string} bus the wires that it may lie upon */
  function passBy(row, x, bus) {
    const line = all.filter((p) => p.row === row).sort((p, q) => p.x - q.x);
    if (line.every((p) => x < p.x - PASS_GAP || x > p.x + p.w + PASS_GAP)) return x;
    const gaps = line.map((p, i) => (i + 1 < line.length ? (p.x + p.w + line[i + 1].x) / 2 : p.x + p.w + PASS_W));
    if (line[0].x >= PASS_W) gaps.push(line[0].x - PASS_W);
    const at = gaps.reduce((a, b) => (Math.abs(b - x) < Math.abs(a - x) ? b : a));
    const others = taken.get(`${row} ${at}`) ?? [];
    if (!others.includes(bus)) others.push(bus);
    taken.set(`${row} ${at}`, others);
    const before = others.indexOf(bus);
    return Math.round(at + (before % 2 ? -1 : 1) * Math.ceil(before / 2) * PASS_STEP);
  }

  /** Where wires cross rows that lie between their ends, by edge and row. */
  function passesOf() {
    /** @type {Map<string, {x: number, row: number}>} */
    const found = new Map();
    edges.forEach((e, i) => {
      const points = g.edge({ v: e.from, w: e.to, name: String(i) })?.points ?? [];
      for (const p of points.slice(1, -1)) {
        const row = ys.findIndex((y) => Math.abs(y - p.y) < 2);
        if (row >= 0) found.set(`${i} ${row}`, { x: p.x, row });
      }
    });
    return found;
  }

  /** Draws every row together to the width of the widest, keeping the order in it. */
  function compact() {
    const lines = Array.from({ length: count }, (_, row) => [
      ...[...places].filter(([, p]) => p.row === row).map(([id, p]) => ({ at: p, w: g.node(id).width, gap: GAP_X })),
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
      const lastInRow = all.every((p) => p.row !== b.row || p.x <= b.x);
      const item = /** @type {Item} */ (itemOf.get(group[0].e.to));
      const width = item.head ? Math.max(NAME_MIN, item.name) : item.w;
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
        r.level = item.head ? item.head / 2 - 3 : item.h / 2;
      }
    }
  }

  /** Gives each horizontal stretch a track of its own in its channel; channel c lies above row c.
   * @param {ReturnType<typeof sketch>[]} list @param {number} count */
  function tracks(list, count) {
    /** @typedef {{a: number, b: number, set: ((t: number) => void)[]}} Span */
    /** @type {{size: number, height: number, spans: Map<any, Span>}[]} */
    const channels = Array.from({ length: count + 1 }, () => ({ size: 0, height: gap, spans: new Map() }));
    /** @param {ReturnType<typeof sketch>} r @param {number} c @param {number} x1 @param {number} x2 @param {number} slot */
    const span = (r, c, x1, x2, slot) => {
      r.ys[slot] = NONE;
      const key = r.e.bus && !r.back ? r.e.from : {};
      const shared = channels[c].spans.get(key) ?? { a: Infinity, b: -Infinity, set: [] };
      shared.a = Math.min(shared.a, x1, x2);
      shared.b = Math.max(shared.b, x1, x2);
      shared.set.push((t) => { r.ys[slot] = t; });
      channels[c].spans.set(key, shared);
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
      for (const s of [...channel.spans.values()].sort((p, q) => p.a - q.a || p.b - q.b)) {
        let t = ends.findIndex((end) => end + 6 < s.a);
        if (t < 0) t = ends.push(0) - 1;
        ends[t] = s.b;
        for (const set of s.set) set(t);
      }
      channel.size = channel.spans.size;
      channel.height = gap + TRACK * Math.max(0, ends.length - 1);
    }
    return channels;
  }

  /** @param {ReturnType<typeof sketch>} r @returns {Wire} */
  function draw(r) {
    /** Height of track t in the channel above row c. @param {number} c @param {number} t */
    const level = (c, t) => (c === 0 ? 0 : top[c - 1] + rows[c - 1].h) + FIRST_TRACK + TRACK * t;
    const points = [{ x: r.a.x + r.e.port.x, y: r.a.top + r.e.port.y }];
    const exit = r.xs[0];
    if (r.e.out) points.push({ x: exit, y: points[0].y });
    const b = r.b;
    if (r.back) {
      const y0 = level(r.a.row + 1, r.ys[0]);
      points.push({ x: exit, y: y0 }, { x: r.side, y: y0 });
      if (r.sideName) points.push({ x: r.side, y: b.y + r.level }, { x: r.land, y: b.y + r.level });
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
    return { links: r.e.links, from: r.e.from, to: r.e.to, points };
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

const OUTLINE = { gap: 12, indent: 30, stem: 16, side: 22 };

/** Placed without any search, in time that grows with the plan alone: one item below the other, indented under its holder.
 * @param {Plan} plan @returns {Layout} */
export function outline({ items, edges }) {
  const holder = new Map();
  for (const e of edges) if (!holder.has(e.to) && e.from !== e.to) holder.set(e.to, e.from);
  /** @type {Map<string, Place>} */
  const places = new Map();
  let y = 0;
  let right = 0;
  for (const { id, w, h, head, name } of items) {
    const above = places.get(holder.get(id));
    const x = above ? above.x + OUTLINE.indent : 0;
    places.set(id, { x, y, top: y + head, w, h, row: places.size, rank: 0 });
    right = Math.max(right, x + w, x + name);
    y += head + h + OUTLINE.gap;
  }
  let back = right;
  const wires = edges.map((e) => {
    const a = /** @type {Place} */ (places.get(e.from));
    const b = /** @type {Place} */ (places.get(e.to));
    const middle = b.y + (b.top - b.y || b.h) / 2;
    if (holder.get(e.to) === e.from && b.row > a.row) {
      const stem = a.x + OUTLINE.stem;
      return { links: e.links, from: e.from, to: e.to, points: [{ x: stem, y: a.top + a.h }, { x: stem, y: middle }, { x: b.x, y: middle }] };
    }
    back += OUTLINE.side / 2;
    const from = { x: a.x + a.w, y: a.top + Math.min(e.port.y, a.h / 2) };
    return { links: e.links, from: e.from, to: e.to, points: [from, { x: back, y: from.y }, { x: back, y: middle }, { x: b.x + b.w + 2, y: middle }] };
  });
  return { places, wires, w: back, h: Math.max(0, y - OUTLINE.gap) };
}
