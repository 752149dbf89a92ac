/**
 * What runs where: software on the left, hardware on the right, and the path of one lookup through either side.  A click
 * on a block opens what it stands for; a click on a place moves the memo unit there.
 */
import PLACES from '../../../hw/model/placements.json';
import { el, svg } from '../dom.js';
import { camAt } from '../graph/camState.js';
import { arrowHead, text } from '../graph/marks.js';

const W = 640;
const H = 372;
const SOFT = { x: 0, w: 196 };
const HARD = { x: 278, w: 190 };
const UNIT = { x: 516, w: 124 };
const BOX = 50;
const STEP = 66;
const TOP = 34;
/** The rows of the hardware, from the core outwards, and the placement whose memo unit stands beside each. */
const ROWS = [['core', 'core'], ['l2cache', 'l2'], ['llcache', 'llc'], ['controller', 'cxl'], ['dram', 'pcie']];
/** Blocks of the software, and the view that each opens. */
const SOFTWARE = [['deepcopy', 'source', 0], ['get', 'memo', 1.35], ['table', 'memo', 2.7]];
/** What is true of the proposal wherever the unit stands. */
const MUST = ['table', 'forward', 'clear'];

export default function blockDiagram({ store, t, settings, ui }) {
  const picture = svg('svg', { role: 'group', viewBox: `0 0 ${W} ${H}`, preserveAspectRatio: 'xMinYMin meet' });
  const must = el('ul', { class: 'must', 'aria-label': t('blocks.must') }, ...MUST.map((id) => el('li', {}, t(`blocks.must.${id}`))));
  const node = el('div', { class: 'cs-view blocks' }, picture, must);
  settings.subscribe(() => draw(store.state, store.trace));

  const yOf = (row) => TOP + row * STEP;
  const middle = (row) => yOf(row) + BOX / 2;

  /** The place whose way is nearest to the one assumed, on the logarithmic scale of the slider. */
  function placement() {
    const off = ({ ns }) => Math.abs(Math.log(ns / settings.now.way));
    return PLACES.reduce((best, place) => (off(place) < off(best) ? place : best));
  }

  function draw(state, trace) {
    const moment = trace?.cam && state ? camAt(trace.cam, state.n) : null;
    const op = moment?.exact ? moment.op : null;
    const row = ROWS.findIndex(([, place]) => place === placement().id);
    picture.replaceChildren(text(t('blocks.software'), 0, 18, 'sans i2'), text(t('blocks.hardware'), HARD.x, 18, 'sans i2'),
      svg('path', { class: 'hair', 'stroke-dasharray': '2 4', d: `M${(SOFT.x + SOFT.w + HARD.x) / 2},6 V${H}` }));
    drawPaths(op, row);
    for (const [id, view, at] of SOFTWARE) block({ x: SOFT.x, y: yOf(at), w: SOFT.w, title: t(`blocks.${id}`), note: t(`blocks.${id}.note`), cls: 'frame', act: () => ui.show(view) });
    ROWS.forEach(([id, place], i) => block({
      x: HARD.x, y: yOf(i), w: HARD.w, title: t(`blocks.${id}`), note: t(`blocks.${id}.note`), cls: 'frame',
      act: () => settings.set({ way: PLACES.find((one) => one.id === place).ns }), label: t('blocks.move', { place: t(`breakeven.${place}`) }),
    }));
    block({ x: UNIT.x, y: yOf(row), w: UNIT.w, title: t('blocks.unit'), note: t('blocks.unit.note', { ns: settings.now.way }), cls: 'sig', family: 'f-memo', act: () => ui.show('cam') });
    picture.setAttribute('aria-label', caption(op, row));
  }

  function caption(op, row) {
    const place = t(`breakeven.${ROWS[row][1]}`);
    return op ? t(op.spill ? 'blocks.says.spill' : op.hit ? 'blocks.says.hit' : 'blocks.says.miss', { place }) : t('blocks.says', { place });
  }

  function block({ x, y, w, title, note, cls, family = '', act, label = '' }) {
    const g = svg('g', { class: `block go ${family}`, tabindex: '0', role: 'button', 'aria-description': label || null },
      svg('rect', { class: 'bg', x, y, width: w, height: BOX }), svg('rect', { class: family ? 'tint' : 'none', x, y, width: w, height: BOX }),
      svg('rect', { class: cls, x, y, width: w, height: BOX }),
      text(`${title} `, x + w / 2, y + 22, 'sans mid b'), text(note, x + w / 2, y + 42, 'sans mid i2 sm'));
    g.addEventListener('click', act);
    g.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      event.stopPropagation();
      act();
    });
    picture.append(g);
  }

  /** Software's way and, where the CAM is asked at the cursor, hardware's. */
  function drawPaths(op, row) {
    const x = SOFT.x + SOFT.w / 2;
    for (const [from, to] of [[0, 1.35], [1.35, 2.7]]) wire(`M${x},${yOf(from) + BOX} V${yOf(to)}`, [x, yOf(to), 90], 'thin');
    const rail = HARD.x + HARD.w / 2;
    for (let i = 0; i + 1 < ROWS.length; i++) picture.append(svg('path', { class: 'hair', d: `M${rail},${yOf(i) + BOX} V${yOf(i + 1)}` }));
    const table = middle(2.7);
    const bend = SOFT.x + SOFT.w + 26;
    const asks = op?.op === 1;
    wire(`M${SOFT.x + SOFT.w},${table} H${bend} V${middle(0) + 10} H${HARD.x}`, [HARD.x, middle(0) + 10, 0], asks && !op.spill ? 'thin' : 'sig');
    const get = middle(1.35);
    const out = SOFT.x + SOFT.w + 56;
    const at = middle(row);
    const way = row === 0 ? `H${UNIT.x}` : `H${HARD.x + HARD.w + 24} V${at} H${UNIT.x}`;
    const lit = asks || op?.op === 2;
    wire(`M${SOFT.x + SOFT.w},${get} H${out} V${middle(0) - 10} H${HARD.x}`, [HARD.x, middle(0) - 10, 0], lit ? 'sig hot' : 'thin', 'f-memo', lit);
    wire(`M${HARD.x + HARD.w},${middle(0)} ${way}`, [UNIT.x, at, 0], lit ? 'sig hot' : 'thin', 'f-memo', lit);
  }

  function wire(d, [x, y, turn], cls, family = '', moving = false) {
    const head = arrowHead(0, 0);
    head.setAttribute('transform', `translate(${x},${y}) rotate(${turn})`);
    picture.append(svg('g', { class: `${family} ${moving ? 'flows' : ''}` }, svg('path', { class: cls, d }), head));
  }

  return {
    node,
    update: draw,
    resize() {},
    heading: () => ({ title: t('view.blockDiagram'), source: 'model' }),
    twin: () => ({
      caption: t('blocks.caption'), columns: [t('blocks.col.block'), t('blocks.col.what')],
      rows: [...SOFTWARE.map(([id]) => id), ...ROWS.map(([id]) => id)].map((id) => [t(`blocks.${id}`), t(`blocks.${id}.note`)]).concat(MUST.map((id) => [t('blocks.must'), t(`blocks.must.${id}`)])),
    }),
  };
}
