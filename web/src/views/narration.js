/** The sentence for the current event, the largest thing on the page; or one line on what keeps it from being there. */
import { el, objectGlyph } from '../dom.js';
import sentence, { label } from '../sentence.js';

const LONG = 84;

export default function narration({ store }) {
  const text = el('p', { class: 'sentence', 'aria-live': 'polite' });
  const node = el('div', { class: 'narration' }, text);

  function part(trace, piece) {
    if (typeof piece === 'string') return piece;
    if ('event' in piece) {
      const link = el('button', { class: 'link', type: 'button', title: `Go to event ${piece.event + 1}` }, `event ${piece.event + 1}`);
      link.addEventListener('click', () => store.seek(piece.event));
      return link;
    }
    const glyph = piece.ref ? objectGlyph(trace, piece.ref) : null;
    return el('span', { class: 'thing' }, glyph, el('code', {}, shorten(piece.code)));
  }

  function show(pieces, className = '') {
    const length = pieces.reduce((sum, piece) => sum + (typeof piece === 'string' ? piece : piece.textContent).length, 0);
    text.className = `sentence ${className} ${length > LONG ? 'long' : ''}`;
    text.replaceChildren(...pieces);
  }

  return {
    node,

    update(state, trace) {
      if (!state?.event) return;
      show(sentence(trace, state.event).map((piece) => part(trace, piece)));
      text.title = label(state.event);
    },

    /** Stands in for the sentence: before a run, while it runs, when it failed. */
    message(line, kind = 'quiet') { show([line], kind); },
  };
}

const shorten = (text) => (text.length > 60 ? `${text.slice(0, 58)}…` : text);
