/** Where notes are written: the form, what is shown at the cursor's event, keeping and saving. */
import './desk.css';
import drawer from '../controls/drawer.js';
import { el } from '../dom.js';
import download from '../download.js';
import nameOf from '../names.js';
import { layer, place } from './draw.js';
import { fromSidecar, toSidecar, withNotes } from './file.js';
import { author, keep, keepAuthor, kept } from './kept.js';
import makeNotes, { AUTHOR_MAX, TEXT_MAX } from './model.js';
import makeTour from './tour.js';

const STRIP_MAX = 2; // notes of one event told in full under the sentence

/** @param {{store: any, t: (key: string, values?: any) => string, ui: any}} page */
export default function desk({ store, t, ui }) {
  const area = /** @type {HTMLTextAreaElement} */ (el('textarea', { rows: '4', maxlength: String(TEXT_MAX), 'aria-label': t('notes.text'), placeholder: t('notes.text') }));
  const kind = /** @type {HTMLSelectElement} */ (el('select', { 'aria-label': t('notes.kind') }, ...['text', 'arrow', 'region'].map((name) => el('option', { value: name }, t(`notes.kind.${name}`)))));
  const about = /** @type {HTMLSelectElement} */ (el('select', { 'aria-label': t('notes.about') }));
  const by = /** @type {HTMLInputElement} */ (el('input', { maxlength: String(AUTHOR_MAX), autocomplete: 'name', 'aria-label': t('notes.author'), placeholder: t('notes.author.none') }));
  const ok = el('button', { type: 'button', class: 'run' }, t('notes.keep'), el('kbd', {}, 'Ctrl+Enter'));
  const form = drawer(t, t('notes.new'), 'note', area, el('div', { class: 'choices' }, el('label', {}, t('notes.kind'), kind), el('label', {}, t('notes.about'), about), el('label', {}, t('notes.author'), by)), el('div', { class: 'row' }, ok));
  const strip = el('div', { class: 'note-strip', role: 'note', hidden: true });
  /** @type {import('./model.js').Note|null} the note that the form changes, or null for a new one */
  let editing = null;
  let pane = 'objects';
  let opened = null;
  /** @type {HTMLElement[]} */
  let layers = [];
  let waiting = 0;
  const listeners = new Set();
  const notes = makeNotes(() => {
    keepThem();
    store.setNoted(notes.list.map(({ event }) => event));
    for (const listener of listeners) listener();
    soon();
  });

  /** In this browser, until they are saved in a file; those of the trace that are gone, as deleted. */
  function keepThem() {
    const digest = opened?.digest;
    if (!digest || opened !== store.trace) return;
    const here = new Set(notes.list.map(({ id }) => id));
    const gone = opened.notes.filter((json) => !here.has(json?.id) && typeof json?.id === 'string').map(({ id }) => ({ id, deleted: true }));
    if (notes.list.length || gone.length || kept(digest)) keep(digest, [...notes.list, ...gone]);
  }

  const where = el('span', { class: 'mono' });
  const stepTo = (name, sign, run) => {
    const button = el('button', { type: 'button', class: 'tool', title: t(`notes.tour.${name}`), 'aria-label': t(`notes.tour.${name}`) }, sign);
    button.addEventListener('click', run);
    return button;
  };
  const tourBar = el('div', { class: 'note-tour' }, stepTo('back', '‹', () => tour.step(-1)), where, stepTo('next', '›', () => tour.step(1)), stepTo('stop', '■', () => tour.stop()));
  const tour = makeTour({
    notes: () => notes.list, cursor: () => store.cursor, go: (event) => store.seek(event),
    told(now) {
      if (now) inSight(now.note);
      where.textContent = now ? t('notes.tour.at', { at: now.at, of: now.of }) : '';
      ui.announce(now ? now.note.text : t('notes.tour.over'));
      for (const listener of listeners) listener();
      soon();
    },
  });

  /** What a note points at. @param {import('./model.js').Note} note */
  function inSight(note) {
    const section = note.pane ? document.getElementById(note.pane) : null;
    if (note.pane && !section?.offsetParent) ui.show(note.pane);
  }

  function playTour() {
    if (tour.playing) tour.stop();
    else if (store.state && notes.list.length) tour.start();
    else ui.announce(t('notes.none'));
  }

  store.subscribe((_state, trace, what) => {
    if (what === 'trace') tour.stop();
    else tour.moved();
    if (what === 'trace' && opened) {
      opened = null;
      notes.open(null);
    }
    if (trace && opened !== trace && (trace.complete || trace.cut)) {
      opened = trace;
      notes.open(trace, kept(trace.digest) ?? []);
    }
    soon();
  });

  function soon() {
    if (!waiting) waiting = requestAnimationFrame(show);
  }

  /** What belongs to the cursor's event: shapes on their panes, words under the sentence. */
  function show() {
    waiting = 0;
    for (const node of layers) node.remove();
    layers = [];
    const here = store.state ? notes.at(store.cursor) : [];
    const drawn = new Set();
    for (const id of new Set(here.filter((note) => note.kind !== 'text').map((note) => note.pane))) {
      const section = document.getElementById(id);
      if (!section?.classList.contains('pane') || !section.offsetParent) continue;
      const mine = here.filter((note) => note.pane === id && note.kind !== 'text');
      const made = layer(section, mine);
      for (const note of mine) drawn.add(note);
      section.append(made);
      layers.push(made);
    }
    const told = here.filter((note) => !drawn.has(note)); // a shape has its words beside it
    const more = told.length - STRIP_MAX;
    strip.replaceChildren(...(tour.playing ? [tourBar] : []), ...told.slice(0, STRIP_MAX).map((note) => el('p', {}, note.text, ...(note.author ? [el('span', { class: 'by' }, ` – ${note.author}`)] : []))), ...(more > 0 ? [el('p', { class: 'more' }, t('notes.more', { n: more }))] : []));
    strip.hidden = !told.length && !tour.playing;
  }

  /** @param {import('./model.js').Note|null} note to change; null: a new one, at the cursor's event */
  function write(note = null) {
    if (ui.follows) ui.announce(t('class.watching'));
    if (!store.state?.event || !opened || ui.follows) return;
    editing = note;
    const focused = document.activeElement?.closest('.pane')?.id;
    pane = note?.pane || (focused && !['narration', 'timeline', 'notes'].includes(focused) ? focused : 'objects');
    const event = store.trace.event(note?.event ?? store.cursor);
    const refs = [...new Set([note?.object ?? 0, 0, event.obj])].filter((ref) => ref === 0 || store.trace.objects[ref]);
    about.replaceChildren(...refs.map((ref) => el('option', { value: ref }, ref ? nameOf(store.trace, ref) : t('notes.about.event'))));
    about.value = String(note?.object ?? 0);
    kind.value = note?.kind ?? 'text';
    area.value = note?.text ?? '';
    by.value = note ? note.author ?? '' : author();
    form.title(t(note ? 'notes.change' : 'notes.new.at', { n: event.n + 1 }));
    form.open();
    area.focus();
  }

  async function accept() {
    const fields = {
      text: area.value.trim(), author: by.value.trim(), kind: /** @type {any} */ (kind.value), object: Number(about.value), event: editing?.event ?? store.cursor,
      pane: '', from: /** @type {[number, number]} */ ([0, 0]), to: /** @type {[number, number]} */ ([0, 0]), ...(editing ? { id: editing.id } : {}),
    };
    if (!fields.text) return;
    if (!editing) keepAuthor(fields.author);
    form.close();
    if (fields.kind !== 'text') {
      const section = document.getElementById(pane)?.offsetParent ? document.getElementById(pane) : [...document.querySelectorAll('main .pane')].find((node) => /** @type {HTMLElement} */ (node).offsetParent);
      const placed = section ? await place(/** @type {HTMLElement} */ (section), fields.kind, t('notes.place')) : null;
      if (!placed) return;
      Object.assign(fields, placed, { pane: section?.id });
    }
    ui.announce(t(notes.put(fields) ? 'notes.kept' : 'notes.full'));
  }

  function undo() { ui.announce(t(notes.undo() ? 'notes.undone' : 'notes.nothing')); }

  ok.addEventListener('click', accept);
  area.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) accept();
  });
  new ResizeObserver(soon).observe(document.querySelector('main') ?? document.body);

  /** The trace with its notes: in place of the server's file, which has none. */
  document.addEventListener('click', async (click) => {
    const link = /** @type {Element} */ (click.target).closest?.('a[download][href^="trace/"]');
    if (!link || !opened?.complete || (!notes.list.length && !opened.notes.length)) return;
    click.preventDefault();
    const response = await fetch(link.getAttribute('href') ?? '');
    const bytes = response.ok ? withNotes(new Uint8Array(await response.arrayBuffer()), notes.list) : null;
    if (bytes) download(bytes, link.getAttribute('download') ?? 'trace.cst');
    else ui.announce(t('notes.unsaved'));
  });

  return {
    strip, write, undo, playTour,
    get touring() { return tour.playing; },
    get list() { return notes.list; },
    get refused() { return notes.refused; },
    get canUndo() { return notes.canUndo; },
    remove: (id) => notes.remove(id),
    onChange(fn) { listeners.add(fn); },

    /** A sidecar, for a trace that cannot be written to. */
    saveAside() {
      if (opened) download(toSidecar(opened.digest, notes.list), 'notes.json');
    },

    /** Notes of a sidecar join those that are there. @param {File} file @returns {Promise<string>} what came of it, in words */
    async takeAside(file) {
      if (ui.follows) return t('class.watching');
      const found = fromSidecar(await file.text());
      if (!found) return t('notes.noSidecar', { file: file.name });
      if (!opened) return t('notes.noTrace');
      if (found.digest !== opened.digest) return t('notes.otherTrace');
      const bad = notes.add(found.notes);
      return bad ? t('notes.refused', { n: bad }) : t('notes.taken', { n: found.notes.length });
    },

    commands: [
      { keys: ['n'], shown: ['N'], text: 'keys.note', run: () => write() },
      { keys: ['Shift+n'], shown: ['Shift', 'N'], text: 'keys.tour', run: playTour },
      { keys: ['Ctrl+z'], shown: ['Ctrl+Z'], text: 'keys.undo', run: undo },
    ],
  };
}
