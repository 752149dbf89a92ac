/** The rows around the cursor: what either side does, and whether it is the same. */
import { el, familyMark, icon, objectGlyph } from '../dom.js';
import sentence from '../sentence.js';

const CROSS = 'M5,5 L19,19 M19,5 L5,19';
const EQUAL = 'M3,9 H21 M3,15 H21';
const BEFORE = 2; // rows shown before the cursor's
const AROUND = 7;

/** How the two sides of a row stand to each other. */
const joint = (rows, row) => (rows.same[row] ? 'compare.same' : rows.left[row] >= 0 && rows.right[row] >= 0 ? 'compare.differs' : 'compare.apart');

/** @param {{t: (key: string, values?: any) => string, go(row: number): void}} on */
export default function lockstep({ t, go }) {
  const list = el('ol', { class: 'rows' });

  const told = (trace, n) => sentence(trace, trace.event(n), 'programmer', t);
  const part = (trace, piece) => {
    if (typeof piece === 'string') return piece;
    if ('event' in piece) return t('narration.event', { n: piece.event + 1 });
    return el('span', { class: 'thing' }, piece.ref ? objectGlyph(trace, piece.ref) : null, el('code', {}, piece.code));
  };

  function side(trace, n, over) {
    if (n < 0) return el('span', { class: 'side none' }, over ? t('compare.finished') : '');
    return el('span', { class: 'side' }, familyMark(trace.event(n).family), el('span', { class: 'said' }, ...told(trace, n).map((piece) => part(trace, piece))));
  }

  function rowNode({ rows, traces, row: current }, row) {
    const same = rows.same[row] === 1;
    const button = el('button', { type: 'button', class: `row ${same ? 'same' : 'apart'} ${row === current ? 'current' : ''}`, 'aria-current': row === current ? 'true' : null },
      side(traces[0], rows.left[row], row === rows.last[0] + 1),
      el('span', { class: 'join', role: 'img', 'aria-label': t(joint(rows, row)) }, icon(same ? EQUAL : CROSS)),
      el('span', { class: 'number mono' }, (row + 1).toLocaleString('en')),
      side(traces[1], rows.right[row], row === rows.last[1] + 1));
    button.addEventListener('click', () => go(row));
    return el('li', {}, button);
  }

  return {
    node: list,
    update(shown) {
      const { rows, row } = shown;
      if (!rows) {
        list.replaceChildren();
        return;
      }
      const first = Math.max(0, Math.min(row - BEFORE, rows.length - AROUND));
      list.replaceChildren(...Array.from({ length: Math.min(AROUND, rows.length) }, (_, i) => rowNode(shown, first + i)));
    },
    /** The same for a reader of tables. */
    cells({ rows, traces }, row) {
      const plain = (which, n) => (n < 0 ? '' : told(traces[which], n).map((piece) => (typeof piece === 'string' ? piece : 'event' in piece ? t('narration.event', { n: piece.event + 1 }) : piece.code)).join(''));
      return [row + 1, plain(0, rows.left[row]), t(joint(rows, row)), plain(1, rows.right[row])];
    },
  };
}
