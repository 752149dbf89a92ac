/**
 * The sentence for the current event, the largest thing on the page, for whom the reader chose to be; or one line on
 * what keeps it from being there.
 */
import './narration.css';
import { el, objectGlyph } from '../dom.js';
import sentence, { DEPTHS, label } from '../sentence.js';

const LONG = 62;
const LONGER = 118;
const LONGEST_CODE = 60;
const KEY = 'copyscope.depth';

export default function narration({ store, t, ui }) {
  const text = el('p', { class: 'sentence', 'aria-live': 'polite' });
  const choices = DEPTHS.map((name) => {
    const button = el('button', { type: 'button' }, t(`narration.${name}`));
    button.addEventListener('click', () => choose(name));
    return button;
  });
  const control = el('div', { class: 'depths', role: 'group', 'aria-label': t('narration.depth'), title: `${t('narration.depth')} (V)` }, ...choices);
  const node = el('div', { class: 'narration' }, text, control);
  let depth = remembered();
  mark();

  function mark() { choices.forEach((button, i) => button.setAttribute('aria-pressed', String(DEPTHS[i] === depth))); }

  /** @param {import('../sentence.js').Depth} name */
  function choose(name) {
    depth = name;
    remember(name);
    mark();
    if (store.state) tell(store.state, store.trace);
  }

  function part(trace, piece) {
    if (typeof piece === 'string') return piece;
    if ('event' in piece) {
      const link = el('button', { class: 'link', type: 'button', title: t('narration.go', { n: piece.event + 1 }) }, t('narration.event', { n: piece.event + 1 }));
      link.addEventListener('click', () => ui.go(piece.event));
      return link;
    }
    const glyph = piece.ref ? objectGlyph(trace, piece.ref) : null;
    return el('span', { class: 'thing' }, glyph, el('code', {}, shorten(piece.code)));
  }

  function show(pieces, className = '') {
    const length = pieces.reduce((sum, piece) => sum + (typeof piece === 'string' ? piece : piece.textContent).length, 0);
    text.className = `sentence ${className} ${length > LONGER ? 'longer' : length > LONG ? 'long' : ''}`;
    text.replaceChildren(...pieces.reduce(withStop, []));
  }

  function tell(state, trace) {
    if (!state?.event) return;
    show(sentence(trace, state.event, depth, t).map((piece) => part(trace, piece)));
    text.title = label(state.event, t);
  }

  return {
    node,
    update: tell,

    /** Stands in for the sentence: before a run, while it runs, when it failed. */
    message(line, kind = 'quiet') { show([line], kind); },

    commands: [{
      keys: ['v'], shown: ['V'], text: 'keys.depth',
      run() {
        choose(DEPTHS[(DEPTHS.indexOf(depth) + 1) % DEPTHS.length]);
        ui.announce(t('narration.now', { who: t(`narration.${depth}`) }));
      },
    }],
    link: {
      name: 'for',
      get: () => (depth === 'programmer' ? '' : depth),
      set(value) { if (isDepth(value)) choose(value); },
    },
  };
}

/** A comma or full stop stays on the line of what it follows. */
function withStop(nodes, piece) {
  const [, stop, rest] = typeof piece === 'string' ? (/^([,;:.]+)(.*)$/s.exec(piece) ?? []) : [];
  if (!stop || !nodes.length) return [...nodes, piece];
  return [...nodes.slice(0, -1), el('span', { class: 'stopped' }, nodes[nodes.length - 1], stop), ...(rest ? [rest] : [])];
}

/** @param {string|null} name @returns {name is import('../sentence.js').Depth} */
const isDepth = (name) => DEPTHS.some((known) => known === name);

/** @returns {import('../sentence.js').Depth} */
function remembered() {
  try {
    const stored = localStorage.getItem(KEY);
    return isDepth(stored) ? stored : 'programmer';
  } catch {
    return 'programmer'; // storage may be switched off
  }
}

/** @param {string} depth */
function remember(depth) {
  try {
    localStorage.setItem(KEY, depth);
  } catch { /* it holds for this page only */ }
}

const shorten = (text) => (text.length > LONGEST_CODE ? `${text.slice(0, LONGEST_CODE - 2)}…` : text);
