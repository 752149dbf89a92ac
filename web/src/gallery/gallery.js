/** The traces that the server has, side by side: a picture, a title, counts; each opens. */
import './gallery.css';
import drawer from '../controls/drawer.js';
import { el, familyMark } from '../dom.js';
import { getJson } from '../session.js';
import thumbnail from './thumbnail.js';

const AT_ONCE = 4; // summaries that are asked for at a time

/**
 * @param {object} page
 * @param {(key: string, values?: any) => string} page.t
 * @param {(value: string) => void} page.choose as the header's list does: "trace:ID"
 * @param {(path: string, fallback: any) => Promise<any>} [page.get]
 */
export default function gallery({ t, choose, get = getJson }) {
  const list = el('ul', {});
  const told = el('p', { class: 'told', role: 'status' });
  const panel = drawer(t, t('gallery.title'), 'gallery', told, list);
  let opened = 0;

  function card({ id, title }) {
    const button = el('button', { type: 'button' }, el('span', { class: 'picture' }), el('b', {}, title), el('span', { class: 'counts' }, t('gallery.reading')));
    button.addEventListener('click', () => {
      panel.close();
      choose(`trace:${id}`);
    });
    return { id, title, button };
  }

  function fill({ button, title }, summary) {
    const counts = button.querySelector('.counts');
    if (!summary) {
      counts.textContent = t('gallery.unreadable');
      return;
    }
    const from = [summary.title !== title ? summary.title : '', summary.python && `CPython ${summary.python}`, summary.policy].filter(Boolean).join(' · ');
    button.querySelector('.picture').replaceChildren(thumbnail(summary, t('gallery.picture', { title })));
    button.querySelector('b').after(el('span', { class: 'from' }, from));
    counts.replaceChildren(t('gallery.counts', { n: summary.events, objects: summary.objects, calls: summary.calls }), el('br'),
      familyMark('memo'), ` ${t('gallery.memo', { n: summary.lookups, hits: summary.hits })} · ${t(`gallery.${summary.verdict}`)}`);
  }

  /** Asks for what stands on the cards, a few at a time, until the sheet is closed. */
  async function read(cards) {
    const mine = ++opened;
    const next = cards[Symbol.iterator]();
    const worker = async () => {
      for (const one of next) {
        if (mine !== opened || !panel.isOpen) return;
        fill(one, await get(`api/traces/${one.id}`, null));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }

  /** @param {{id: number, title: string}[]} traces */
  function show(traces) {
    const cards = traces.map(card);
    told.textContent = cards.length ? '' : t('gallery.none');
    list.replaceChildren(...cards.map(({ button }) => el('li', {}, button)));
    panel.open();
    cards[0]?.button.focus();
    return read(cards);
  }

  async function toggle() {
    if (panel.isOpen) panel.close();
    else await show((await get('api/state', {})).traces ?? []);
  }

  return { show, toggle, commands: [{ keys: ['Ctrl+o'], shown: ['Ctrl+O'], text: 'keys.gallery', run: toggle }] };
}
