/**
 * The gate before an event: the cursor stops one event earlier, so that every view shows the state from before, until
 * the question is answered or stepped past.  It keeps the score.  No DOM here.
 */
import questionAt, { questionsBetween } from './questions.js';

/**
 * @param {any} store @param {(key: string, values?: any) => string} t
 * @param {{opened(question: import('./questions.js').Question): void, closed(): void, passed(count: number, more: boolean, to: number): void,
 *   may(): boolean}} on `may`: can a question be shown now?
 */
export default function gate(store, t, on) {
  let enabled = false;
  /** @type {import('./questions.js').Question|null} */
  let open = null;
  /** @type {Map<number, boolean>} answered events: right? */
  const answered = new Map();
  let passed = 0;

  store.keep((from, to) => {
    if (!enabled || !on.may() || to === from) return to;
    const asked = open;
    close();
    if (to < from) return to;
    if (asked) return past(from, to, 1);
    const question = answered.has(to) ? null : questionAt(store.trace, to, t);
    if (!question) return past(from, to, 0);
    past(from, to - 1, 0);
    return begin(question);
  });

  function begin(question) {
    open = question;
    store.gate = question.n;
    on.opened(question);
    return question.n - 1;
  }

  /** Goes on to `to`; what lies between is told, not asked. */
  function past(from, to, before) {
    const between = questionsBetween(store.trace, from + before, to, t);
    const count = between.count + before;
    passed += count;
    if (count) on.passed(count, between.more, to);
    return to;
  }

  function close() {
    if (!open) return;
    open = null;
    store.gate = -1;
    on.closed();
  }

  store.subscribe((_state, _trace, what) => {
    if (what !== 'trace') return;
    close();
    answered.clear();
    passed = 0;
  });

  return {
    get enabled() { return enabled; },
    get open() { return open; },
    get score() { return { right: [...answered.values()].filter(Boolean).length, n: answered.size, passed }; },

    toggle() {
      enabled = !enabled;
      if (!enabled) close();
      return enabled;
    },

    /** Answers the open question; the cursor moves to its event. @param {number} choice @returns {boolean|null} null: there is no such answer */
    answer(choice) {
      if (!open || !(choice >= 0 && choice < open.options.length)) return null;
      const question = open;
      const right = choice === question.right;
      answered.set(question.n, right);
      close();
      store.seek(question.n);
      return right;
    },
  };
}
