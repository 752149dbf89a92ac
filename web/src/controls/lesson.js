/** The lesson beside the run: its text in a drawer, and the current step under the sentence. */
import { el } from '../dom.js';
import markdown from '../markdown.js';
import { find } from '../query.js';
import drawer from './drawer.js';

export default function lesson({ store }) {
  const body = el('div', { class: 'prose' });
  const steps = el('ol', { class: 'steps' });
  const panel = drawer('Lesson', 'lesson', body, steps);
  const count = el('span', { class: 'count mono' });
  const text = el('p', {});
  const back = el('button', { type: 'button', class: 'tool', title: 'Step before (,)', 'aria-label': 'Step before' }, '‹');
  const next = el('button', { type: 'button', class: 'tool', title: 'Next step (.)', 'aria-label': 'Next step' }, '›');
  const strip = el('div', { class: 'lesson-step', hidden: true }, back, count, next, text);
  let current = null;
  /** @type {number[]} event of each step, -1 when the trace has none */
  let events = [];

  back.addEventListener('click', () => go(-1));
  next.addEventListener('click', () => go(1));

  /** The last step at or before the cursor, -1 before the first. */
  function stepAt(cursor) {
    let at = -1;
    events.forEach((event, i) => { if (event >= 0 && event <= cursor) at = i; });
    return at;
  }

  function go(by) {
    const here = stepAt(store.cursor);
    const onIt = here >= 0 && events[here] === store.cursor;
    let to = by > 0 || onIt ? here + by : here;
    while (to >= 0 && to < events.length && events[to] < 0) to += by;
    if (to >= 0 && to < events.length) store.seek(events[to]);
  }

  function tie(trace) {
    events = (current?.steps ?? []).map((step) => (trace ? find(trace, step.query ?? {}) : -1));
    steps.replaceChildren(...(current?.steps ?? []).map((step, i) => {
      const button = el('button', { type: 'button', disabled: events[i] < 0 }, el('span', { class: 'mono' },
        events[i] < 0 ? '–' : String(events[i] + 1)), el('span', {}, step.text));
      button.addEventListener('click', () => {
        panel.close();
        store.seek(events[i]);
      });
      return el('li', {}, button);
    }));
  }

  return {
    node: strip,
    go,
    toggle() { if (current) panel.toggle(); },

    /** @param {any} next lesson.json, or null for none */
    set(next) {
      current = next;
      events = [];
      strip.toggleAttribute('hidden', !next?.steps?.length);
      panel.title(next?.title ?? 'Lesson');
      body.replaceChildren(...(next?.text ? markdown(withoutTitle(next.text)) : []));
      steps.replaceChildren();
    },

    /** Finds the steps' events in a finished trace. */
    tie,

    update(state) {
      if (!current?.steps?.length) return;
      const at = state ? stepAt(store.cursor) : -1;
      count.textContent = `${Math.max(0, at + 1)} of ${events.length || current.steps.length}`;
      text.textContent = at >= 0 ? current.steps[at].text : (current.summary ?? '');
      strip.classList.toggle('here', at >= 0 && events[at] === store.cursor);
    },
  };
}

const withoutTitle = (text) => text.replace(/^# .*\n/, '');
