/* Has plans arranged in a worker, so that no layout keeps a key press waiting.  The newest question wins; a worker that does not
 * answer by the deadline is ended, and the plan is laid out as an outline, which needs no search. */
import { workerOf } from '../carried.js';
import { best, outline } from './layout.js';

export const DEADLINE = 3000; // ms

/**
 * @typedef {import('./layout.js').Plan} Plan
 * @typedef {{index: number, layout: import('./layout.js').Layout, late: boolean}} Answer
 */

/** @typedef {{id: number, plans: Plan[], room: import('./layout.js').Room, done: (answer: Answer) => void}} Question */

/** @param {{deadline?: number, make?: () => any}} [options] */
export default function arranger({ deadline = DEADLINE, make = () => workerOf('arrange') } = {}) {
  /** @type {any} */
  let worker = null;
  let timer = 0;
  /** @type {Question|null} with the worker */
  let asked = null;
  /** @type {Question|null} the newest of those that came meanwhile */
  let next = null;
  let count = 0;

  function start() {
    try {
      worker = make();
    } catch {
      worker = null; // a page saved to a file may have none
      return;
    }
    worker.onmessage = ({ data }) => { if (data.id === asked?.id) answer({ index: data.index, layout: data.layout, late: false }); };
    worker.onerror = () => give();
  }

  /** @param {Question} question */
  function send(question) {
    if (!worker) start();
    if (!worker) {
      question.done({ ...best(question.plans, question.room), late: false });
      return;
    }
    asked = question;
    timer = /** @type {any} */ (setTimeout(give, deadline));
    worker.postMessage({ id: question.id, plans: question.plans, room: question.room });
  }

  /** @param {Answer} found */
  function answer(found) {
    clearTimeout(timer);
    const { done } = /** @type {Question} */ (asked);
    const newer = next;
    asked = null;
    next = null;
    if (newer) send(newer);
    else done(found);
  }

  /** Too late: the smallest plan as an outline. */
  function give() {
    worker?.terminate();
    worker = null;
    if (!asked) return;
    const index = asked.plans.length - 1;
    answer({ index, layout: outline(asked.plans[index]), late: true });
  }

  return {
    /** @param {Plan[]} plans the richest first @param {import('./layout.js').Room} room
     * @param {(answer: Answer) => void} done not called if another question comes before the answer */
    ask(plans, room, done) {
      const question = { id: ++count, plans, room, done };
      if (asked) next = question;
      else send(question);
    },
  };
}
