/**
 * The same lookup twice: the dict visits slot after slot, the CAM compares all its entries at once.  Probes are not
 * cycles and neither is a time: each has a column of its own, and the two lanes share no axis.
 */
import { el, svg } from '../dom.js';
import { OP_INSERT, camAt, entryOf } from '../graph/camState.js';
import { lookupAt } from '../graph/lookup.js';
import { arrowHead, text } from '../graph/marks.js';
import { identity } from '../identity.js';
import { stateAt } from '../store.js';
import { hardwareTime } from '../system/model.js';

const W = 1240;
const H = 278;
const LEFT = 130;
const LANES = { dict: 38, cam: 144 };
const TALL = 58;
const CAM_TALL = 84;
const PROBE_W = 128;
const PROBES_SHOWN = 5;
const LINES_SHOWN = 16;
const COLUMNS = { probes: 906, cycles: 1006, keys: 1124, ns: W - 2 };

const round = (x) => (x >= 10 ? Math.round(x) : Math.round(x * 10) / 10);

export default function race({ store, t, settings }) {
  const picture = svg('svg', { role: 'img', viewBox: `0 0 ${W} ${H}`, preserveAspectRatio: 'xMinYMin meet' });
  const node = el('div', { class: 'cs-view race' }, picture);
  settings.subscribe(() => draw(store.state, store.trace));

  /** What is compared at the cursor: the CAM's operation, and the dict's own walk for it. */
  function momentOf(state, trace) {
    const moment = trace?.cam && state ? camAt(trace.cam, state.n) : null;
    if (!moment) return null;
    const then = moment.op.event === state.n ? state : stateAt(trace, moment.op.event);
    return { ...moment, then, lookup: lookupAt(then, trace) };
  }

  function times(trace, op) {
    const { cost } = trace.meta;
    const dict = Number.isFinite(cost?.dict_ns) ? cost.dict_ns : null;
    const cam = hardwareTime(settings.now.way, op.cycles, settings.now.clock);
    return { dict, cam: op.spill && dict !== null ? cam + dict : cam };
  }

  function draw(state, trace) {
    picture.replaceChildren();
    const moment = momentOf(state, trace);
    node.classList.toggle('stale', Boolean(moment && !moment.exact));
    if (!moment) {
      const words = t(trace?.complete === false ? 'race.later' : trace?.cam ? 'race.none' : 'race.nocam');
      picture.append(text(words, 0, 24, 'sans i2'));
      picture.setAttribute('aria-label', words);
      return;
    }
    drawHeads();
    drawDict(moment);
    drawCam(moment, trace);
    drawColumns(moment, times(trace, moment.op));
    picture.setAttribute('aria-label', sentence(moment));
  }

  function sentence({ op, lookup, count }) {
    const probes = lookup?.path.length ?? 0;
    return `${t('race.dictsays', { n: probes })} ${op.op === OP_INSERT ? t('race.camstores', { n: op.cycles }) : t('race.camsays', { n: count })}`;
  }

  function drawHeads() {
    picture.append(text(t('race.axis.probes'), LEFT, 24, 'sans i3'), text(t('race.axis.cycles'), LEFT, LANES.cam - 14, 'sans i3'));
    for (const [name, x] of Object.entries(COLUMNS)) picture.append(text(t(`race.col.${name}`), x, 24, 'sans i3 end'));
  }

  function lane(name, y) {
    picture.append(text(t(`race.${name}`), 0, y + 28, 'sans b lg'), text(t(`race.${name}.how`), 0, y + 54, 'sans i2'));
  }

  function drawDict({ lookup }) {
    const y = LANES.dict;
    lane('dict', y);
    const path = lookup?.path ?? [];
    if (!path.length) {
      picture.append(text(t(lookup?.missing || 'race.noprobe'), LEFT, y + 38, 'sans i2'));
      return;
    }
    const cells = shownProbes(path);
    cells.forEach((cell, i) => {
      const x = LEFT + i * (PROBE_W + 10);
      if (cell.skipped) {
        picture.append(text(t('race.more', { n: cell.skipped }), x + PROBE_W / 2, y + 38, 'sans mid i2'));
        return;
      }
      const end = cell.k === path.length - 1;
      const g = svg('g', { class: `probe ${end ? 'f-memo' : ''}` },
        svg('rect', { class: end ? 'tint' : 'none', x, y, width: PROBE_W, height: TALL }),
        svg('rect', { class: end ? 'sig' : 'frame', x, y, width: PROBE_W, height: TALL }),
        text(t('race.slot', { slot: cell.slot }), x + 12, y + 26, end ? 'b' : ''),
        text(t(`race.${cell.outcome}`), x + 12, y + 50, `sans ${end ? 'b' : 'i2'}`));
      g.style.setProperty('--probe', String(cell.k));
      if (i) g.append(svg('path', { class: 'thin', d: `M${x - 10},${y + TALL / 2} h10` }));
      picture.append(g);
    });
  }

  function drawCam(moment, trace) {
    const { op, count } = moment;
    const y = LANES.cam;
    lane('cam', y);
    const insert = op.op === OP_INSERT;
    const lit = entryOf(op);
    const lines = Math.max(1, Math.min(count, LINES_SHOWN));
    const step = CAM_TALL / lines;
    const at = lit < 0 ? -1 : Math.min(lines - 1, Math.floor((lit * lines) / Math.max(count, 1)));
    for (let i = 0; i < lines; i++) {
      const on = i === at;
      picture.append(svg('g', { class: on ? 'f-memo' : '' },
        svg('rect', { class: on ? 'tint' : 'none', x: LEFT, y: y + i * step + 1, width: PROBE_W, height: Math.max(2, step - 2) }),
        svg('rect', { class: on ? 'sig' : 'hair', x: LEFT, y: y + i * step + 1, width: PROBE_W, height: Math.max(2, step - 2) })));
    }
    const mid = y + CAM_TALL / 2;
    const x = LEFT + PROBE_W + 34;
    const good = insert ? lit >= 0 : op.hit;
    picture.append(svg('g', { class: good ? 'f-memo' : '' },
      svg('path', { class: 'sig', d: `M${LEFT + PROBE_W},${mid} H${x - 10}` }), arrowHead(x, mid),
      svg('rect', { class: good ? 'tint' : 'none', x, y: y + (CAM_TALL - TALL) / 2, width: PROBE_W, height: TALL }),
      svg('rect', { class: 'sig', x, y: y + (CAM_TALL - TALL) / 2, width: PROBE_W, height: TALL })),
    text(t(insert ? 'race.write' : 'race.encoder'), x + 12, mid - 4, 'sans'),
    text(answer(op, lit), x + 12, mid + 20, `sans ${good ? 'b' : 'i2'}`));
    const who = op.hit && op.value ? identity(trace, op.value).name : '';
    const words = t(count > lines ? 'race.lines.some' : 'race.lines', { n: count, shown: lines });
    picture.append(text(words, x + PROBE_W + 20, mid - 4, 'sans i2'),
      text(who ? t('race.gives', { who }) : op.spill ? t('race.spill') : '', x + PROBE_W + 20, mid + 20, 'sans'));
  }

  function answer(op, lit) {
    if (op.op === OP_INSERT) return lit >= 0 ? t('race.entry', { entry: lit }) : t('race.full');
    return op.hit ? t('race.entry', { entry: lit }) : t('race.nomatch');
  }

  /** What each of them took: dict and CAM have no unit in common but the last. */
  function figures({ op, lookup, count }, ns) {
    const path = lookup?.path ?? [];
    return {
      dict: [path.length || '–', '–', path.length ? path.filter(({ outcome }) => outcome !== 'empty').length : '–', ns.dict === null ? '?' : round(ns.dict)],
      cam: ['–', op.cycles, op.op === OP_INSERT ? '–' : count, round(ns.cam)],
    };
  }

  function drawColumns(moment, ns) {
    const rows = figures(moment, ns);
    for (const [name, cells] of Object.entries(rows)) {
      const base = LANES[name] + 44;
      Object.values(COLUMNS).forEach((x, i) => picture.append(text(String(cells[i]), x, base, `end figure ${cells[i] === '–' ? 'i3' : 'b'}`)));
    }
    picture.append(svg('path', { class: 'hair', d: `M${COLUMNS.probes - 90},30 V${LANES.cam + CAM_TALL}` }),
      text(t('race.energy'), 0, H - 8, 'sans i3'), text(t('race.model', { way: round(settings.now.way), clock: settings.now.clock }), W, H - 8, 'sans end i3'));
  }

  return {
    node,
    update: draw,
    resize() {},
    heading: () => ({ title: t('view.race'), note: t('race.provenance'), source: '' }),

    twin(state, trace) {
      const moment = momentOf(state, trace);
      if (!moment) return { caption: t('race.none'), columns: [], rows: [] };
      const ns = times(trace, moment.op);
      return {
        caption: sentence(moment), columns: [t('race.col.side'), ...Object.keys(COLUMNS).map((name) => t(`race.col.${name}`))],
        rows: Object.entries(figures(moment, ns)).map(([name, cells]) => [t(`race.${name}`), ...cells]),
      };
    },
  };
}

/** First and last probes of a walk; what is left out is counted. @param {any[]} path @returns {any[]} */
export function shownProbes(path) {
  const all = path.map((probe, k) => ({ ...probe, k }));
  if (all.length <= PROBES_SHOWN) return all;
  return [...all.slice(0, 2), { skipped: all.length - PROBES_SHOWN + 1 }, ...all.slice(3 - PROBES_SHOWN)];
}
