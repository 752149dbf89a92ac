/**
 * The prediction gate: a question in the place of the sentence, answers on keys 1 to 4, then the verdict with the
 * event that proves it.  While it is open, what looks ahead is hidden: data-gate on the page's root does that.
 */
import './prediction.css';
import { el, icon } from '../dom.js';
import asking, { plain } from '../prediction/asking.js';
import makeGate from '../prediction/gate.js';

const CHECK = 'M4,13 L10,19 L21,6';
const CROSS = 'M5,5 L19,19 M19,5 L5,19';

/** @param {{store: any, t: (key: string, values?: any) => string, ui: any}} context */
export default function prediction({ store, t, ui }) {
  const ask = asking({ store, t, answer });
  const verdict = el('p', { class: 'verdict', role: 'status', hidden: true });
  const button = el('button', { type: 'button', class: 'predict', title: t('prediction.title'), 'aria-pressed': 'false' }, t('prediction.button'));
  const score = el('span', { class: 'score' });
  const row = el('div', { class: 'row', hidden: true }, verdict, score);
  const node = el('div', { class: 'prediction' }, button, ask.node, row);
  document.documentElement.style.setProperty('--veil', JSON.stringify(t('prediction.veil')));
  /** Of the verdict that is shown: the event that it is about. */
  let about = -1;

  const gate = makeGate(store, t, {
    may: () => node.offsetParent !== null && !ui.led,
    opened(question) {
      const said = ask.show(question);
      say(t('prediction.pass'), store.cursor, '→');
      ui.announce(said);
      ui.asked?.();
    },
    closed() {
      ask.hide();
      ui.asked?.();
    },
    passed(count, more, to) {
      const line = t(more ? 'prediction.more' : 'prediction.skipped', { n: count });
      say(line, to);
      ui.announce(line);
    },
  });

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
  store.subscribe((_state, _trace, what) => {
    if (what === 'trace' || store.cursor !== about) verdict.hidden = true;
    if (what === 'trace') tally();
  });

  return { node, ask, commands: [{ keys: ['p'], shown: ['P'], text: 'keys.prediction', run: toggle }] };
}
