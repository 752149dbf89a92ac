/* Where originals and copies lie: spans of addresses as large as an arena, the pools in them, and the blocks of the two pools that
 * the cursor's object and its copy are in.  Originals are filled, copies outlined, as everywhere. */
import { countUpTo } from '../columns.js';
import { el, objectGlyph, svg } from '../dom.js';
import { identity, shortAddress } from '../identity.js';
import { blockOf, blocksIn, heapOf, isThere, lastCopies, objectAt, stepTo } from '../graph/pools.js';

const REM = 16;
const SPAN = { label: 24, height: 20, gap: 14 };
const SPANS_MAX = 4;
const GRID = { label: 54, gap: 40, cell: 22, inset: 2 };
const TABLE_ROWS = 200;
const PLACE = { name: '\uE000', before: '\uE001' }; /* where objects stand in a sentence; no text has these characters */

/** @param {bigint} at */
const hex = (at) => `0x${at.toString(16)}`;

export default function memoryMap({ t, ui }) {
  const sentence = el('p', { class: 'said' });
  const picture = svg('svg', { role: 'img' });
  const note = el('p', { class: 'note' });
  const node = el('div', { class: 'cs-view memory-map' }, sentence, el('div', { class: 'frame' }, picture), note);
  const frame = /** @type {HTMLElement} */ (node.querySelector('.frame'));
  /** @type {{x: number, y: number, w: number, h: number, n: number}[]} where a click goes to */
  let targets = [];
  /** @type {{state: any, trace: any}|null} */
  let last = null;
  let scale = 1;

  picture.addEventListener('click', (event) => {
    const box = picture.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / scale, (event.clientY - box.top) / scale];
    const hit = targets.find((at) => x >= at.x && x < at.x + at.w && y >= at.y && y < at.y + at.h);
    if (hit) ui.go(hit.n);
  });

  /** The object in hand, its copy or the copy made last. @param {any} trace @param {number} n @param {import('../graph/pools.js').Heap} heap */
  function facts(trace, n, heap) {
    const original = objectAt(trace, n);
    const { copies, copyRows } = trace.history;
    const row = copyRows.last(original, countUpTo(copies.event, copies.length, n));
    const [latest, before] = lastCopies(trace, n);
    const copy = row < 0 ? latest : copies.copy[row];
    return { original: heap.spots.get(original) ?? null, copy: heap.spots.get(copy) ?? null, latest, before };
  }

  function draw() {
    if (!last) return;
    const { state, trace } = last;
    const heap = heapOf(trace);
    const now = facts(trace, state.n, heap);
    sentence.replaceChildren(...say(trace, heap, now));
    picture.setAttribute('aria-label', sentence.textContent ?? '');
    note.textContent = [t('memory.note', { pool: 2 ** (heap.sizes.pool - 10) }), heap.large ? t('memory.large', { n: heap.large }) : ''].filter(Boolean).join(' ');
    const box = frame.getBoundingClientRect();
    if (!box.width || !box.height) return;
    scale = (parseFloat(getComputedStyle(document.documentElement).fontSize) || REM) / REM;
    const [w, h] = [box.width / scale, box.height / scale];
    picture.setAttribute('viewBox', `0 0 ${w} ${h}`);
    targets = [];
    picture.replaceChildren();
    const y = drawSpans(trace, heap, now, state.n, w, h);
    const width = (w - GRID.gap) / 2;
    drawPool(trace, heap, now.original, state.n, 0, y, width, h - y, t('memory.original'));
    drawPool(trace, heap, now.copy, state.n, width + GRID.gap, y, width, h - y, t('memory.copy'));
  }

  /** Spans of addresses with their pools; those in hand first. @returns {number} where the next thing may begin */
  function drawSpans(trace, heap, now, n, w, h) {
    const step = 2 ** (heap.sizes.arena - heap.sizes.pool);
    const inHand = [now.original, now.copy].filter((spot) => spot).map((spot) => Math.floor(spot.pool / step));
    const room = Math.max(1, Math.min(SPANS_MAX, Math.floor((h * 0.45) / (SPAN.label + SPAN.height + SPAN.gap))));
    const shown = [...new Set([...inHand, ...heap.spans])].slice(0, room).sort((a, b) => a - b);
    let y = 0;
    for (const span of shown) {
      picture.append(text(t('memory.span', { size: heap.sizes.arena === 20 ? '1 MiB' : '256 KiB', address: hex(BigInt(span) << BigInt(heap.sizes.arena)) }), 0, y + 17, 'i2'));
      drawPools(trace, heap, now, n, span * step, step, y + SPAN.label, w);
      y += SPAN.label + SPAN.height + SPAN.gap;
    }
    const left = heap.spans.length - shown.length;
    if (left > 0) {
      picture.append(text(t('memory.more', { n: left }), 0, y + 12, 'i3'));
      y += SPAN.label;
    }
    return y + 6;
  }

  function drawPools(trace, heap, now, n, first, count, y, w) {
    const cell = w / count;
    const paths = { grid: '', original: '', copy: '', hot: '' };
    for (let i = 0; i < count; i++) {
      const x = i * cell;
      const at = `M${x + 1},${y} h${cell - 2} v${SPAN.height} h${2 - cell} Z`;
      const pool = heap.pools.get(first + i);
      paths.grid += at;
      if (!pool) continue;
      if (pool.spots.some(({ kind }) => kind !== 'copy')) paths.original += at;
      if (pool.spots.some((spot) => spot.kind === 'copy' && isThere(spot, n))) paths.copy += `M${x + 2},${y + SPAN.height - 5} h${cell - 4}`;
      if (pool.base === now.original?.pool || pool.base === now.copy?.pool) paths.hot += `M${x},${y - 2} h${cell} v${SPAN.height + 4} h${-cell} Z`;
      targets.push({ x, y, w: cell, h: SPAN.height, n: Math.max(0, pool.spots.reduce((least, { from }) => Math.min(least, from), Infinity)) });
    }
    picture.append(svg('path', { class: 'pool-grid', d: paths.grid }), svg('path', { class: 'pool-original', d: paths.original }),
      svg('path', { class: 'pool-copy', d: paths.copy }), svg('path', { class: 'pool-hot', d: paths.hot }));
  }

  /** One pool: its blocks in rows, in the order of their addresses. */
  function drawPool(trace, heap, spot, n, x, y, w, h, title) {
    picture.append(text(title, x, y + 18, 'sans i2'));
    const pool = spot && heap.pools.get(spot.pool);
    if (!pool) {
      picture.append(text(t('memory.none'), x, y + 44, 'i3'));
      return;
    }
    const blocks = blocksIn(heap, pool);
    const size = pool.block ? t('memory.block', { n: pool.block }) : t('memory.noblock');
    picture.append(text(`${shortAddress(BigInt(pool.base) << BigInt(heap.sizes.pool))}  ${size}`, x, y + 42, 'i3'));
    const top = y + GRID.label;
    const cols = Math.max(1, Math.ceil(Math.sqrt((blocks * w) / Math.max(1, h - GRID.label))));
    const rows = Math.ceil(blocks / cols);
    const cw = Math.min(w / cols, GRID.cell * 3);
    const ch = Math.min(GRID.cell, Math.max(3, (h - GRID.label) / rows));
    const inset = Math.min(GRID.inset, cw / 8, ch / 8);
    const at = (i) => ({ x: x + (i % cols) * cw + inset, y: top + Math.floor(i / cols) * ch + inset });
    const rect = (i) => {
      const p = at(i);
      return `M${p.x},${p.y} h${cw - 2 * inset} v${ch - 2 * inset} h${2 * inset - cw} Z`;
    };
    let grid = '';
    for (let i = 0; i < blocks; i++) grid += rect(i);
    const paths = { unmet: '', original: '', copy: '', memo: '' };
    for (const one of pool.spots) {
      const i = blockOf(pool, one);
      if (i < 0 || i >= blocks || !isThere(one, n)) continue;
      paths[one.kind === 'original' && one.from > n ? 'unmet' : one.kind] += rect(i);
      targets.push({ ...at(i), w: cw - 2 * inset, h: ch - 2 * inset, n: Math.max(0, one.from) });
    }
    picture.append(svg('path', { class: 'block-grid', d: grid }), ...Object.entries(paths).map(([kind, d]) => svg('path', { class: `block-${kind}`, d })));
    const i = blockOf(pool, spot);
    if (i < 0 || i >= blocks || !isThere(spot, n)) return;
    const { hue } = identity(trace, spot.ref);
    picture.append(svg('path', { class: `block-hot ${spot.kind} o${hue}`, d: rect(i) }));
  }

  /** The picture in a sentence. @returns {(Node|string)[]} */
  function say(trace, heap, { latest, before }) {
    if (latest === undefined) return [t('memory.say.originals', { n: [...heap.pools.values()].filter((pool) => pool.spots.some(({ kind }) => kind === 'original')).length })];
    const named = (ref) => [objectGlyph(trace, ref), identity(trace, ref).name].filter((part) => part !== null && part !== '');
    const step = stepTo(heap, latest, before);
    const words = t(`memory.say.${step.key}`, { name: PLACE.name, before: PLACE.before, bytes: step.bytes });
    return words.split(/([\uE000\uE001])/).flatMap((part) => (part === PLACE.name ? named(latest) : part === PLACE.before ? named(before) : [part]));
  }

  return {
    node,
    mount(parent) { parent.append(node); },
    resize: draw,

    update(state, trace) {
      last = state?.event ? { state, trace } : null;
      draw();
    },

    heading(state, trace) {
      if (!state || !trace) return { title: t('view.memoryMap') };
      return { title: t('view.memoryMap'), note: t('memory.pools', { n: heapOf(trace).pools.size }), source: 'reconstructed' };
    },

    twin(state, trace) {
      const heap = heapOf(trace);
      const now = facts(trace, state.n, heap);
      const there = [...heap.spots.values()].filter((spot) => isThere(spot, state.n) && (spot.kind === 'copy' || spot.from <= state.n));
      const rows = there.slice(-TABLE_ROWS).map((spot) => [identity(trace, spot.ref).name, t(`memory.kind.${spot.kind}`), hex(trace.objects[spot.ref].addr),
        hex(BigInt(spot.pool) << BigInt(heap.sizes.pool)), spot.at, heap.pools.get(spot.pool)?.block || '?']);
      const current = there.slice(-TABLE_ROWS).findIndex((spot) => spot === now.original);
      const caption = `${sentence.textContent} ${there.length > rows.length ? t('memory.table.part', { rows: rows.length, n: there.length }) : t('memory.table', { n: there.length })}`;
      return { caption, columns: ['name', 'kind', 'address', 'pool', 'at', 'block'].map((name) => t(`memory.col.${name}`)), rows, current: current < 0 ? undefined : current };
    },
  };
}

/** @param {string} words @param {number} x @param {number} y @param {string} cls */
function text(words, x, y, cls) {
  const node = svg('text', { x, y, class: cls });
  node.textContent = words;
  return node;
}
