/* The memo's lookup in a content-addressable memory: every entry compares at once, the priority encoder
 * picks the match.  All of it is simulated; the dict's probes beside it are recorded. */
import { el, svg } from '../dom.js';
import { identity, shortAddress } from '../identity.js';
import { OP_INSERT, camAt, camRows, entryOf, matches } from '../graph/camState.js';
import { isMemoOp, keyRef } from '../graph/lookup.js';
import { CHAR, arrowHead, glyph, object, tail, text } from '../graph/marks.js';
import { FLAGS } from '../vocabulary.js';

const W = 536;
const FOOT = 56; // letters that fit side by side below the picture
const ROW = 32;
const ROWS = 4;
const TOP = 34;
const ENTRY_W = 220;
const ENCODER = { x: 300, w: 88 };
const MATCH_X = 260;
const WORDS_MAX = 20;  /* beyond, the words need the room of the column's title */
const H = TOP + ROWS * ROW + 36;

/** The object ref whose id was the key of an operation. @param {any} trace @param {any} op @param {any} memo */
function refOf(trace, op, memo) {
  const event = trace.event(op.event);
  return event ? keyRef(event, memo?.ref ?? 0) : 0;
}

/** @typedef {(key: string, values?: any) => string} T */

/** The outcome in a few words. @param {any} op @param {T} t */
export function verdict(op, t) {
  const after = (key) => t(key, { cycles: t('cam.cycles', { n: op.cycles }) });
  if (op.op === OP_INSERT) {
    if (op.spill || (op.full && entryOf(op) < 0)) return { words: t('cam.kept'), good: false };
    return { words: after('cam.stored'), good: true };
  }
  if (op.hit) return { words: after('cam.hit'), good: true };
  if (op.spill) return { words: t('cam.ask'), good: false };
  return { words: after('cam.miss'), good: false };
}

/** Agreement over the whole trace. @param {any} header @param {T} t */
export function agreement(header, t) {
  return t('cam.agreed', { agreed: header.agreed, lookups: header.lookups });
}

/** The dict's cost beside the CAM's; a probe is no cycle. @param {any} event @param {any} op @param {T} t */
export function costs(event, op, t) {
  const cam = t('cam.cost', { cycles: t('cam.cycles', { n: op.cycles }) });
  if (!event || !event.lg || event.flags & FLAGS.NO_PROBE) return cam;
  return t('cam.costs', { probes: t('cam.probes', { n: event.probes }), cam });
}

export default function cam({ store, t }) {
  const picture = svg('svg', { role: 'img', viewBox: `0 0 ${W} ${H}` });
  const node = el('div', { class: 'cs-view cam' }, picture);

  function draw(state, trace) {
    picture.replaceChildren();
    node.classList.remove('stale');
    if (!trace?.cam) return note(t(trace?.complete ? 'race.nocam' : 'race.later'));
    const moment = camAt(trace.cam, state?.n ?? -1);
    if (!moment) return note(t('race.none'));
    const { op } = moment;
    const event = trace.event(op.event);
    node.classList.toggle('stale', !moment.exact);
    const ref = refOf(trace, op, state.memo);
    const lit = entryOf(op);
    const { words, good } = verdict(op, t);
    const insert = op.op === OP_INSERT;
    picture.append(text(t('cam.key'), 0, 20, 'sans i3 sm'), ...keyMarks(trace, ref),
      text(words.length > WORDS_MAX ? '' : t(insert ? 'cam.write' : 'cam.match'), MATCH_X, 20, 'sans mid i3 sm'), text(words, W, 20, `end b ${good ? '' : 'i2'}`));
    const { depth } = trace.cam.header;
    const rows = camRows(moment.count, depth, lit, ROWS);
    rows.forEach((row, i) => drawRow(trace, moment, row, TOP + i * ROW, lit));
    drawEncoder(trace, op, lit);
    drawFoot(trace, moment, event);
    picture.setAttribute('aria-label', `${t('cam.says', { depth, used: moment.count, key: `id(${identity(trace, ref).name})`, words })} ${agreement(trace.cam.header, t)}.`);
    return undefined;
  }

  function keyMarks(trace, ref) {
    const short = shortAddress(trace.objects[ref]?.addr ?? 0n);
    const who = identity(trace, ref);
    if (who.glyph) return [glyph(trace, ref, 48, 13.5), text(short, 62, 20, 'b')];
    const name = tail(who.name, 8);
    return [text(name, 38, 20, ''), text(short, 50 + name.length * CHAR, 20, 'b')];
  }

  function note(words) {
    picture.append(text(words, 0, 20, 'sans i2'));
    picture.setAttribute('aria-label', words);
  }

  function drawRow(trace, moment, row, y, lit) {
    const { op } = moment;
    const base = y + ROW / 2 + 6.5;
    const mid = y + ROW / 2;
    const on = 'index' in row && row.index === lit && (op.op === OP_INSERT || matches(op, row.index));
    const g = svg('g', { class: on ? 'f-memo' : '' });
    g.append(svg('rect', { class: on ? 'tint' : 'none', x: 0, y, width: ENTRY_W, height: ROW }),
      svg('rect', { class: on ? 'sig' : 'hair', x: 0, y, width: ENTRY_W, height: ROW }),
      svg('path', { class: on ? 'sig' : 'hair', d: `M${ENTRY_W},${mid} H${ENCODER.x}` }));
    if ('index' in row) {
      const entry = moment.entry(row.index);
      const ref = entry ? refOf(trace, entry.op, { ref: memoRef(trace, entry.op) }) : 0;
      if (entry && ref) {
        const label = svg('g', { class: 'go' }, object(trace, ref, 10, base, 8, on ? 'b' : ''),
          text(shortAddress(trace.objects[ref]?.addr ?? 0n), ENTRY_W - 10, base, `end ${on ? '' : 'i2'}`));
        label.addEventListener('click', () => store.seek(entry.op.event));
        g.append(label);
      }
      const mark = on ? svg('path', { class: 'fill', d: 'M0,-8 L8,0 L0,8 L-8,0 Z', transform: `translate(${MATCH_X},${mid})` })
        : svg('circle', { class: 'off', cx: MATCH_X, cy: mid, r: 4 });
      g.append(mark);
    } else {
      const range = row.from === row.to ? `${row.from}` : t('cam.range', { from: row.from, to: row.to });
      g.append(text(`${range} ${row.empty ? t('cam.empty') : ''}`.trim(), 10, base, 'sans i3 sm'));
      if (!row.empty) g.append(svg('circle', { class: 'off', cx: MATCH_X, cy: mid, r: 4 }));
    }
    picture.append(g);
  }

  function drawEncoder(trace, op, lit) {
    const bottom = TOP + ROWS * ROW;
    const inset = 20;
    const { x, w } = ENCODER;
    const mid = (TOP + bottom) / 2;
    picture.append(svg('path', { class: 'frame', d: `M${x},${TOP} L${x + w},${TOP + inset} V${bottom - inset} L${x},${bottom} Z` }));
    picture.append(text(t('cam.priority'), x + w / 2, mid - 4, 'sans mid i2'), text(t('cam.encoder'), x + w / 2, mid + 17, 'sans mid i2'));
    if (op.op === OP_INSERT || !op.hit) {
      const words = op.op === OP_INSERT ? (lit >= 0 ? t('race.entry', { entry: lit }) : t('race.full')) : t('race.nomatch');
      picture.append(svg('path', { class: 'hair', d: `M${x + w},${mid} H${x + w + 34}` }), text(words, x + w + 42, mid + 6.5, 'sans i2'));
      return;
    }
    picture.append(svg('g', { class: 'f-memo' }, svg('path', { class: 'sig hot', d: `M${x + w},${mid} H${x + w + 26}` }), arrowHead(x + w + 36, mid, 1.15)));
    picture.append(op.value ? object(trace, op.value, x + w + 44, mid + 6.5, 8, 'b') : text(t('race.entry', { entry: lit }), x + w + 44, mid + 6.5, 'b'));
  }

  function drawFoot(trace, moment, event) {
    const { header } = trace.cam;
    const y = H - 8;
    if (!moment.exact) {
      picture.append(text(t('cam.then', { event: moment.op.event + 1 }), 0, y, 'sans i2'));
      return;
    }
    const spilled = header.spilled ? `, ${t('cam.spilled', { spilled: header.spilled })}` : '';
    const disagrees = moment.op.op !== OP_INSERT && !moment.op.agreed;
    const said = disagrees ? `✕ ${t('cam.disagrees')}` : `${agreement(header, t)}${spilled}`;
    const cost = header.spilled ? '' : costs(event, moment.op, t);
    picture.append(text(said, 0, y, disagrees ? 'sans b warning' : 'sans i2'));
    if (said.length + cost.length <= FOOT) picture.append(text(cost, W, y, 'sans end i2'));
  }

  return {
    node,
    mount(parent) { parent.append(node); },
    resize() {},
    heading(state, trace) {
      const event = state?.event;
      const insert = event && (event.event === 'memo_set' || event.event === 'keep_new');
      const title = event && isMemoOp(event.event) ? t(insert ? 'cam.title.store' : 'cam.title.lookup') : t('view.cam');
      return { title, note: trace?.cam ? t('cam.entries', { n: trace.cam.header.depth }) : '', source: 'simulated' };
    },
    update: draw,
  };
}

/** The memo object in force at an operation: the CAM replays the first memo only. @param {any} trace @param {any} op */
function memoRef(trace, op) {
  const event = trace.event(op.event);
  if (!event || (event.event !== 'keep_get' && event.event !== 'keep_new')) return 0;
  const first = trace.history?.memos?.[0];
  return first ? first.ref : 0;
}

