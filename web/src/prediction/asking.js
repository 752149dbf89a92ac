/** A question in the place of the sentence, with its answers on keys 1 to 4, and how often each was given. */
import { el, objectGlyph } from '../dom.js';

let made = 0;

/**
 * @param {{store: any, t: (key: string, values?: any) => string, answer(choice: number): void}} page
 */
export default function asking({ store, t, answer }) {
  const id = `question-${++made}`;
  const text = el('p', { class: 'sentence', id });
  const options = el('div', { class: 'options' });
  const tally = el('p', { class: 'tally', role: 'status', hidden: true });
  const node = el('div', { class: 'ask', role: 'group', 'aria-labelledby': id, hidden: true }, text, options, tally);
  /** @type {import('./questions.js').Question|null} */
  let question = null;

  function part(piece) {
    if (typeof piece === 'string') return piece;
    if ('event' in piece) return t('narration.event', { n: piece.event + 1 });
    return el('span', { class: 'thing' }, piece.ref ? objectGlyph(store.trace, piece.ref) : null, el('code', {}, piece.code));
  }

  // Before the page's own keys: while a question is open, 1 to 4 answer it.
  document.addEventListener('keydown', (event) => {
    if (!question || event.ctrlKey || event.altKey || event.metaKey || !/^[1-4]$/.test(event.key)) return;
    const target = /** @type {Element} */ (event.target);
    if (target.matches?.('input, textarea, select') || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    answer(Number(event.key) - 1);
  }, { capture: true });

  return {
    node,
    get question() { return question; },

    /** @param {import('./questions.js').Question} next @returns {string} all of it, to be read out */
    show(next) {
      question = next;
      document.documentElement.dataset.gate = 'open';
      text.replaceChildren(...next.text.map(part));
      options.replaceChildren(...next.options.map((option, i) => {
        const choice = el('button', { type: 'button' }, el('kbd', {}, String(i + 1)), el('span', {}, ...option.map(part)));
        choice.addEventListener('click', () => answer(i));
        return choice;
      }));
      this.say('');
      node.hidden = false;
      return [plain(next.text), ...next.options.map((option, i) => `${i + 1}: ${plain(option)}`)].join(' ');
    },

    hide() {
      if (!question) return;
      question = null;
      delete document.documentElement.dataset.gate;
      node.hidden = true;
    },

    /** A line below the answers. @param {string} line */
    say(line) {
      if (tally.textContent !== line) tally.textContent = line;
      tally.hidden = !line;
    },

    /** Marks the answer that was given. @param {number} choice -1: none */
    chosen(choice) { [...options.children].forEach((button, i) => button.setAttribute('aria-pressed', String(i === choice))); },

    /** How often each answer was given, as bars. @param {number[]|null} counts */
    counts(counts) {
      const most = Math.max(1, ...(counts ?? []));
      options.classList.toggle('counted', counts !== null);
      [...options.children].forEach((/** @type {any} */ button, i) => {
        button.querySelector('.count')?.remove();
        button.style.setProperty('--share', counts ? String(counts[i] / most) : '0');
        if (counts) button.append(el('span', { class: 'count mono' }, counts[i].toLocaleString(document.documentElement.lang || 'en')));
      });
    },
  };
}

/** @param {import('../sentence.js').Part[]} parts */
export const plain = (parts) => parts.map((piece) => (typeof piece === 'string' ? piece : 'event' in piece ? String(piece.event + 1) : piece.code)).join('');
