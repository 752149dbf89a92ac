/** The locals of the function that runs, a part of the source view: names, and objects with their glyphs. */
import { el, objectGlyph } from '../dom.js';
import localsAt from '../code/locals.js';
import nameOf from '../names.js';

/** @param {{t: (key: string, values?: any) => string}} context */
export default function locals({ t }) {
  const list = el('dl', {});
  const note = el('span', { class: 'note' }, t('source.reconstructed'));
  const node = el('div', { class: 'locals', role: 'group', tabindex: '0', 'aria-label': t('source.locals'), title: t('source.locals') }, note, list);

  /** @param {any} trace @param {import('../code/locals.js').Local} local */
  function value(trace, { ref, text }) {
    if (!ref) return [el('code', {}, text ?? '?')];
    const glyph = objectGlyph(trace, ref);
    return [...(glyph ? [glyph] : []), el('code', {}, nameOf(trace, ref))];
  }

  return {
    node,
    /** @param {any} state @param {any} trace @param {string} name of the function */
    update(state, trace, name) {
      const found = localsAt(state, trace, name);
      node.toggleAttribute('hidden', !found.length);
      list.replaceChildren(...found.map((local) => el('div', {}, el('dt', {}, local.name), el('dd', {}, ...value(trace, local)))));
    },
    /** The same as rows of a table. */
    rows: (state, trace, name) => localsAt(state, trace, name).map(({ name: local, ref, text }) => [local, ref ? nameOf(trace, ref) : text]),
  };
}
