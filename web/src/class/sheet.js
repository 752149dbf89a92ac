/** How others come to the class: its address and its code, who is there, and what the presenter can do. */
import drawer from '../controls/drawer.js';
import { el, svg } from '../dom.js';
import { getJson } from '../session.js';

const QUIET = 4; // modules of white around a QR code

/** @param {{t: (key: string, values?: any) => string, hold(): void, open(): void}} page */
export default function sheet({ t, hold, open }) {
  const address = el('a', { class: 'address mono', target: '_blank', rel: 'noopener' });
  const code = el('div', { class: 'code' });
  const reach = el('p', { class: 'note' });
  const count = el('p', { class: 'following', role: 'status' });
  const pause = el('button', { type: 'button', class: 'act' });
  const beside = el('button', { type: 'button', class: 'act' }, el('kbd', {}, 'Shift P'), t('class.window'));
  const panel = drawer(t, t('class.title'), 'class', el('p', {}, t('class.open')), address, code, reach, count, el('div', { class: 'row' }, pause, beside));
  pause.addEventListener('click', hold);
  beside.addEventListener('click', () => {
    panel.close();
    open();
  });

  /** @param {any} told by the server */
  function fill(told) {
    const link = typeof told?.link === 'string' ? told.link : '';
    address.textContent = link || t('class.none');
    if (link) address.setAttribute('href', link);
    else address.removeAttribute('href');
    const rows = Array.isArray(told?.qr) ? told.qr.map(String) : [];
    code.replaceChildren(...(rows.length ? [picture(rows, t('class.scan'))] : []));
    reach.textContent = t(told?.lan ? 'class.network' : 'class.here');
  }

  return {
    /** @param {{followers: number, along: boolean}} now */
    update({ followers, along }) {
      count.textContent = t('class.following', { n: followers });
      pause.replaceChildren(el('kbd', {}, 'Shift H'), t(along ? 'class.pause' : 'class.resume'));
    },
    async toggle() {
      panel.toggle();
      if (panel.isOpen) fill(await getJson('api/class', null)); // anew each time: a laptop changes networks
    },
  };
}

/** A QR code, dark on white in every theme: that is what cameras look for. @param {string[]} rows @param {string} name */
function picture(rows, name) {
  const size = rows.length + 2 * QUIET;
  const dark = rows.flatMap((row, y) => [...row].map((bit, x) => (bit === '1' ? `M${x + QUIET},${y + QUIET}h1v1h-1z` : ''))).join('');
  return svg('svg', { viewBox: `0 0 ${size} ${size}`, class: 'qr', role: 'img', 'aria-label': name, 'shape-rendering': 'crispEdges' },
    svg('rect', { width: size, height: size, class: 'paper' }), svg('path', { d: dark, class: 'ink' }));
}
