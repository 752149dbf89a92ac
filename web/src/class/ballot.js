/** A follower's side of a question: asked when the class is, answered without a name, judged when the class goes on. */
import { el, icon } from '../dom.js';
import asking, { plain } from '../prediction/asking.js';
import questionAt from '../prediction/questions.js';
import { given, give, voter } from './voter.js';

const CHECK = 'M4,13 L10,19 L21,6';
const CROSS = 'M5,5 L19,19 M19,5 L5,19';

/** @param {{store: any, t: (key: string, values?: any) => string, ui: any, send(command: any): boolean}} page */
export default function ballot({ store, t, ui, send }) {
  const ask = asking({ store, t, answer });
  const verdict = el('p', { class: 'verdict', role: 'status', hidden: true });
  const node = el('div', { class: 'prediction ballot' }, ask.node, verdict);
  /** @type {import('./course.js').Question|null} */
  let asked = null;

  function answer(choice) {
    const question = ask.question;
    if (!question || !asked || asked.phase !== 'open' || choice >= question.options.length) return;
    if (!send({ op: 'answer', question: asked.serial, choice, voter: voter() })) return;
    give(asked.serial, choice);
    ask.chosen(choice);
    ask.say(t('class.chosen'));
  }

  /** Shows the question before its event, as the class has it. @param {import('../prediction/questions.js').Question} question */
  function pose(question) {
    if (ask.question?.n !== question.n) {
      store.gate = question.n;
      ui.announce(ask.show(question));
    }
    const mine = given(asked.serial);
    ask.chosen(mine);
    ask.counts(asked.counts ?? null);
    ask.say(t(asked.phase === 'closed' ? 'class.closed' : mine >= 0 ? 'class.chosen' : 'class.choose'));
  }

  /** @param {import('../prediction/questions.js').Question} question */
  function judge(question) {
    const mine = given(asked.serial);
    const right = mine === question.right;
    const counts = asked.counts ?? [];
    const all = counts.reduce((sum, n) => sum + n, 0);
    const own = mine < 0 ? '' : right ? t('prediction.right') : t('prediction.wrong', { answer: plain(question.options[question.right]) });
    const others = all ? t('class.right', { right: counts[question.right] ?? 0, n: all }) : '';
    verdict.className = `verdict ${mine < 0 ? '' : right ? 'right' : 'wrong'}`;
    verdict.replaceChildren(...(mine < 0 ? [] : [icon(right ? CHECK : CROSS)]), el('span', {}, [own, others].filter(Boolean).join(' ')));
    verdict.hidden = !own && !others;
  }

  function clear() {
    if (ask.question) store.gate = -1;
    ask.hide();
    verdict.hidden = true;
  }

  return {
    node,

    /** @param {import('./course.js').Question|null} next what the class is asked; null: nothing */
    update(next) {
      asked = next;
      const question = next && store.trace ? questionAt(store.trace, next.event, t) : null;
      const sound = question && question.options.length === next.options; // else the trace is not all there yet
      if (sound && next.phase !== 'revealed') {
        verdict.hidden = true;
        pose(question);
        return;
      }
      clear();
      if (sound) judge(question);
    },
  };
}
