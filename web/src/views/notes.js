/** All notes of a recording in the order of their events; each leads to its event, can be changed and taken away. */
import './notes.css';
import { el, icon, objectGlyph } from '../dom.js';

const EDIT = 'M4,20 L5,15 L16,4 L20,8 L9,19 Z';
const REMOVE = 'M5,5 L19,19 M19,5 L5,19';
const DRAWN_MAX = 200;

/** @param {{store: any, t: (key: string, values?: any) => string, ui: any}} context */
export default function notes({ store, t, ui }) {
  const desk = ui.notes;
  const list = el('ol', { class: 'list' });
  const told = el('p', { class: 'told', role: 'status' });
  const file = /** @type {HTMLInputElement} */ (el('input', { type: 'file', accept: '.json,application/json', class: 'visually-hidden', tabindex: '-1', 'aria-hidden': 'true' }));
  const act = (name, run, key = '') => {
    const button = el('button', { type: 'button' }, ...(key ? [el('kbd', {}, key)] : []), t(`notes.${name}`));
    button.addEventListener('click', run);
    return button;
  };
  const undo = act('undo', () => desk.undo());
  const aside = act('saveAside', () => desk.saveAside());
  const play = act('tour', () => desk.playTour(), 'Shift N');
  const node = el('div', { class: 'notes' },
    el('div', { class: 'acts' }, act('add', () => desk.write(), 'N'), play, undo, aside, act('open', () => file.click()), file), told, list);
  file.addEventListener('change', async () => {
    if (file.files?.[0]) told.textContent = await desk.takeAside(file.files[0]);
    file.value = '';
  });
  desk.onChange(() => { if (store.trace) draw(); });

  const tool = (name, d, run) => {
    const button = el('button', { type: 'button', class: 'tool', title: t(`notes.${name}`), 'aria-label': t(`notes.${name}`) }, icon(d));
    button.addEventListener('click', run);
    return button;
  };

  function item(note) {
    const go = el('button', { type: 'button', class: 'go', title: t('narration.go', { n: note.event + 1 }) }, el('span', { class: 'mono' }, (note.event + 1).toLocaleString(document.documentElement.lang || 'en')));
    go.addEventListener('click', () => ui.go(note.event));
    const glyph = note.object ? objectGlyph(store.trace, note.object) : null;
    const what = note.kind === 'text' ? null : el('span', { class: 'what' }, `${t(`notes.kind.${note.kind}`)}, ${t(`view.${note.pane}`)}`);
    return el('li', { 'aria-current': note.event === store.cursor ? 'true' : null }, go, el('p', {}, glyph, note.text, note.author ? el('span', { class: 'what' }, note.author) : null, what), tool('edit', EDIT, () => desk.write(note)), tool('remove', REMOVE, () => desk.remove(note.id)));
  }

  function draw() {
    const all = desk.list;
    // The notes nearest to the cursor, where there are too many to draw.
    const first = all.length > DRAWN_MAX ? Math.max(0, Math.min(all.findIndex(({ event }) => event >= store.cursor) - DRAWN_MAX / 2, all.length - DRAWN_MAX)) : 0;
    list.replaceChildren(...all.slice(first, first + DRAWN_MAX).map(item));
    undo.disabled = !desk.canUndo;
    aside.disabled = play.disabled = !all.length;
    play.setAttribute('aria-pressed', String(desk.touring));
    if (!all.length) told.textContent = t('notes.none');
    else if (told.textContent === t('notes.none')) told.textContent = '';
    if (desk.refused) told.textContent = t('notes.refused', { n: desk.refused });
  }

  return {
    node,
    update: draw,
    heading: () => ({ title: t('view.notes'), note: t('notes.count', { n: desk.list.length }) }),
    twin() {
      const all = desk.list;
      return {
        caption: t('notes.count', { n: all.length }), columns: [t('notes.col.event'), t('notes.col.kind'), t('notes.col.text'), t('notes.author')],
        rows: all.slice(0, DRAWN_MAX).map((note) => [note.event + 1, t(`notes.kind.${note.kind}`), note.text, note.author ?? '']),
        current: all.findIndex(({ event }) => event === store.cursor),
      };
    },
  };
}
