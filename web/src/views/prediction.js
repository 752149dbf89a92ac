/**
 * The prediction gate: a question in the place of the sentence, answers on keys 1 to 4, then the verdict with the
 * event that proves it.  While it is open, what looks ahead is hidden: data-gate on the page's root does that.
 */
import './prediction.css';
import { el, icon, objectGlyph } from '../dom.js';
import makeGate from '../prediction/gate.js';

const CHECK = 'M4,13 L10,19 L21,6';
const CROSS = 'M5,5 L19,19 M19,5 L5,19';

/** @param {{store: any, t: (key: string, values?: any) => string, ui: {go(n: number): void, announce(text: string): void}}} context */
export default function prediction({ store, t, ui }) {
  const text = el('p', { class: 'sentence', id: 'prediction-question' });
  const options = el('div', { class: 'options' });
  const ask = el('div', { class: 'ask', role: 'group', 'aria-labelledby': 'prediction-question', hidden: true }, text, options);
  const verdict = el('p', { class: 'verdict', role: 'status', hidden: true });
  const button = el('button', { type: 'button', class: 'predict', title: t('prediction.title'), 'aria-pressed': 'false' }, t('prediction.button'));
  const score = el('span', { class: 'score' });
  const row = el('div', { class: 'row', hidden: true }, verdict, score);
  const node = el('div', { class: 'prediction' }, button, ask, row);
  const root = document.documentElement;
  root.style.setProperty('--veil', JSON.stringify(t('prediction.veil')));
  /** Of the verdict that is shown: the event that it is about. */
  let about = -1;

  const gate = makeGate(store, t, {
    may: () => node.offsetParent !== null,
    opened,
    closed() {
      delete root.dataset.gate;
      ask.hidden = true;
    },
    passed(count, more, to) {
      const line = t(more ? 'prediction.more' : 'prediction.skipped', { n: count });
      say(line, to);
      ui.announce(line);
    },
  });

  function part(piece) {
    if (typeof piece === 'string') return piece;
    if ('event' in piece) return t('narration.event', { n: piece.event + 1 });
    return el('span', { class: 'thing' }, piece.ref ? objectGlyph(store.trace, piece.ref) : null, el('code', {}, piece.code));
  }

  const plain = (parts) => parts.map((piece) => (typeof piece === 'string' ? piece : 'event' in piece ? String(piece.event + 1) : piece.code)).join('');

  function opened(question) {
    root.dataset.gate = 'open';
    text.replaceChildren(...question.text.map(part));
    options.replaceChildren(...question.options.map((option, i) => {
      const choice = el('button', { type: 'button' }, el('kbd', {}, String(i + 1)), el('span', {}, ...option.map(part)));
      choice.addEventListener('click', () => answer(i));
      return choice;
    }));
    ask.hidden = false;
    say(t('prediction.pass'), store.cursor, '→');
    ui.announce([plain(question.text), ...question.options.map((option, i) => `${i + 1}: ${plain(option)}`)].join(' '));
  }

  function answer(choice) {
    const question = gate.open;
    const right = gate.answer(choice);
    if (right === null || !question) return;
    about = question.n;
    const proof = el('button', { type: 'button', class: 'link' }, question.evidence === question.n ? t('prediction.here') : t('prediction.proof', { n: question.evidence + 1 }));
    proof.addEventListener('click', () => ui.go(question.evidence));
    const line = right ? t('prediction.right') : t('prediction.wrong', { answer: plain(question.options[question.right]) });
    verdict.className = `verdict ${right ? 'right' : 'wrong'}`;
    verdict.replaceChildren(icon(right ? CHECK : CROSS), el('span', {}, line), ' ', proof);
    verdict.hidden = false;
    tally();
  }

  /** A line that is true as long as the cursor stands at event n. */
  function say(line, n, key = '') {
    about = n;
    verdict.className = 'verdict';
    verdict.replaceChildren(...(key ? [el('kbd', {}, key)] : []), line);
    verdict.hidden = false;
    tally();
  }

  function tally() {
    const { right, n, passed } = gate.score;
    button.setAttribute('aria-pressed', String(gate.enabled));
    row.hidden = !gate.enabled;
    score.textContent = [n ? t('prediction.score', { right, n }) : '', passed ? t('prediction.passed', { n: passed }) : ''].filter(Boolean).join(', ');
  }

  function toggle() {
    const on = gate.toggle();
    ui.announce(t(on ? 'prediction.on' : 'prediction.off'));
    verdict.hidden = true;
    tally();
  }

  button.addEventListener('click', toggle);
  // Before the page's own keys: while a question is open, 1 to 4 answer it.
  document.addEventListener('keydown', (event) => {
    if (!gate.open || event.ctrlKey || event.altKey || event.metaKey || !/^[1-4]$/.test(event.key)) return;
    const target = /** @type {Element} */ (event.target);
    if (target.matches?.('input, textarea, select') || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    answer(Number(event.key) - 1);
  }, { capture: true });
  store.subscribe((_state, _trace, what) => {
    if (what === 'trace' || store.cursor !== about) verdict.hidden = true;
    if (what === 'trace') tally();
  });

  return { node, commands: [{ keys: ['p'], shown: ['P'], text: 'keys.prediction', run: toggle }] };
}
