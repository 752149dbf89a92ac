/** The sheet of exports: what a recording can leave in, what each is for, and how big it will be where that is known. */
import './sheet.css';
import drawer from '../controls/drawer.js';
import { el } from '../dom.js';
import download from '../download.js';
import animation from '../figure/animation.js';
import { pngOf, printed } from '../figure/save.js';
import { withNotes } from '../notes/file.js';
import { semantic } from '../steps.js';
import GROUPS from './formats.js';
import pageWith, { pageSize } from './page.js';

const FRAMES = 24; // of an animation: what a slide has patience for

/**
 * @param {object} page
 * @param {any} page.store
 * @param {(key: string, values?: any) => string} page.t
 * @param {any} page.ui
 * @param {any} page.session
 * @param {() => string} page.name of the files, without an ending
 * @param {any} page.figures
 * @param {string[]} page.views that figures can be drawn of
 * @param {boolean} page.alone the page carries its recording: there is no other page to put one into
 */
export default function sheet({ store, t, ui, session, name, figures, views, alone }) {
  const [from, to] = ['first', 'last'].map((which) => /** @type {HTMLInputElement} */ (el('input', { type: 'number', min: '1', 'aria-label': t(`export.${which}`) })));
  const told = el('p', { class: 'told', role: 'status' });
  const subject = /** @type {HTMLSelectElement} */ (el('select', { 'aria-label': t('export.subject') },
    el('option', { value: '' }, t('export.layout')), ...views.map((id) => el('option', { value: id }, t(`view.${id}`)))));
  const why = el('p', { class: 'why', hidden: true }, t('export.unserved'));
  /** What can be chosen above a group. */
  const choices = {
    figure: el('p', { class: 'range' }, t('export.of'), subject),
    data: el('p', { class: 'range' }, t('export.events'), from, t('export.to'), to),
  };
  const lists = GROUPS.map(group);
  const panel = drawer(t, t('export.title'), 'export', told, ...lists);
  /** standalone.html, once it was asked for. @type {Promise<string>|null} */
  let template = null;

  function group({ id, formats }) {
    return el('section', { class: id }, el('h3', {}, t(`export.group.${id}`)), choices[id] ?? null, id === 'data' ? why : null, el('ul', {}, ...formats.map((format) => {
      const button = el('button', { type: 'button', 'data-format': format.id }, el('b', {}, format.name), el('span', {}, t(`export.for.${format.id}`)), el('span', { class: 'size mono' }));
      button.addEventListener('click', () => carryOut(format));
      return el('li', {}, button);
    })));
  }

  async function carryOut(format) {
    try {
      if (format.id === 'html') await savePage(format);
      else if (format.id === 'cst') download(await recording(), `${name()}.cst`);
      else if (format.by === 'figure') await saveFigure(format);
      else if (format.by === 'waves') await saveWaves(format);
      else fetchData(format);
      say(t('export.done', { file: `${name()}.${format.ending}` }));
    } catch (fault) {
      say(t('export.failed', { why: fault instanceof Error ? fault.message : String(fault) }));
    }
  }

  function say(line) {
    told.textContent = line;
    ui.announce(line);
  }

  /** The trace with the page's notes; without them where the file has no end that they could stand behind. */
  async function recording(replayed = false) {
    const bytes = await session.bytes(replayed);
    return withNotes(bytes, ui.notes.list) ?? bytes;
  }

  async function savePage({ ending }) {
    const choices = { name: `${name()}.cst`, step: store.cursor + 1, views: [ui.preset] };
    download(pageWith(await standalone(), await recording(true), choices), `${name()}.${ending}`, 'text/html');
  }

  async function saveFigure({ id, ending }) {
    panel.close(); // a figure is drawn of the page as it stands
    const views = subject.value ? [subject.value] : [];
    const file = `${name()}-${store.cursor + 1}.${ending}`;
    if (id === 'animation') {
      download(animation(await figures.make(framesFrom(store.cursor).map((step) => ({ views, step })))), file, 'image/svg+xml');
      return;
    }
    const [text] = await figures.make([{ views }]);
    if (id === 'svg') download(text, file, 'image/svg+xml');
    else if (id === 'png') download(await pngOf(text), file, 'image/png');
    else printed(text);
  }

  /** The events that matter from here on, as many as an animation has frames; numbered from 1. */
  function framesFrom(cursor) {
    const steps = [cursor + 1];
    for (let n = cursor; steps.length < FRAMES;) {
      n = semantic(store.trace, n, 1);
      if (n < 0) break;
      steps.push(n + 1);
    }
    return steps;
  }

  function standalone() {
    template ??= fetch('standalone.html').then((answer) => {
      if (!answer.ok) throw new Error(t('export.noPage'));
      return answer.text();
    });
    template.catch(() => { template = null; });
    return template;
  }

  /** Where the server has it, of the events asked for; `start` is the first unless one was. */
  function addressOf({ id }, start = 1) {
    const all = store.trace.eventCount;
    const first = Math.min(Math.max(1, Math.round(Number(from.value)) || 1), all);
    const last = Math.min(Math.max(first, Math.round(Number(to.value)) || all), all);
    if (first > 1 || last < all) return `export/${session.traceId}/${id}?events=${first}..${last}`;
    return `export/${session.traceId}/${id}${start > 1 ? `?events=${start}..` : ''}`;
  }

  /** The browser takes it from the server and writes it, however long it is. */
  function fetchData(format) {
    el('a', { href: addressOf(format), download: `${name()}.${format.ending}` }).click();
  }

  /** A slide has room for 64 cycles: those from the event shown on. */
  async function saveWaves(format) {
    const answer = await fetch(addressOf(format, format.id === 'wavedrom' ? store.cursor + 1 : 1));
    if (answer.status === 422) throw new Error(t('export.noLookup'));
    if (!answer.ok) throw new Error((await answer.text()).trim());
    download(await answer.blob(), `${name()}.${format.ending}`);
  }

  /** What can be had of the trace that is shown. */
  async function refresh() {
    const all = store.trace?.eventCount ?? 0;
    told.textContent = all ? '' : t('export.nothing');
    Object.assign(from, { max: String(all), value: '1' });
    Object.assign(to, { max: String(all), value: String(all) });
    for (const format of GROUPS.flatMap(({ formats }) => formats)) {
      const button = /** @type {HTMLButtonElement} */ (panel.node.querySelector(`[data-format=${format.id}]`));
      button.disabled = !all || (['server', 'waves'].includes(format.by) && !session.traceId) || (format.id === 'html' && alone);
    }
    why.toggleAttribute('hidden', !all || Boolean(session.traceId));
    if (all) await tellSizes();
  }

  async function tellSizes() {
    const size = (id, bytes) => { panel.node.querySelector(`[data-format=${id}] .size`).textContent = t('export.size', { kb: Math.ceil(bytes / 1000) }); };
    try {
      size('cst', (await recording()).length);
      if (!alone) size('html', pageSize((await standalone()).length, (await recording(true)).length));
    } catch (fault) {
      say(t('export.failed', { why: fault instanceof Error ? fault.message : String(fault) }));
    }
  }

  function toggle() {
    panel.toggle();
    if (panel.isOpen) refresh();
  }

  return { toggle, commands: [{ keys: ['Ctrl+s'], shown: ['Ctrl+S'], text: 'keys.export', run: toggle }] };
}
