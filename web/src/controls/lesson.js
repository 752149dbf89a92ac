/** The lesson beside the run: its text in a drawer, and the current step under the sentence. */
import { el } from '../dom.js';
import markdown from '../markdown.js';
import { find } from '../query.js';
import drawer from './drawer.js';

/** @param {{store: any, t: (key: string, values?: any) => string, language: string}} page */
export default function lesson({ store, t, language }) {
  const body = el('div', { class: 'prose' });
  const steps = el('ol', { class: 'steps' });
  const panel = drawer(t, t('lesson.title'), 'lesson', body, steps);
  const count = el('span', { class: 'count mono' });
  const text = el('p', {});
  const back = el('button', { type: 'button', class: 'tool', title: `${t('lesson.back')} (,)`, 'aria-label': t('lesson.back') }, '‹');
  const next = el('button', { type: 'button', class: 'tool', title: `${t('lesson.next')} (.)`, 'aria-label': t('lesson.next') }, '›');
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
    // A step of another version's copy.py is not of this course.
    if (current && trace) current = { ...current, steps: current.steps.filter((step) => !(step.from || step.until) || find(trace, step.query ?? {}) >= 0) };
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
      current = next ? inLanguage(next, language) : null;
      events = [];
      strip.toggleAttribute('hidden', !next?.steps?.length);
      panel.title(current?.title ?? t('lesson.title'));
      body.replaceChildren(...(current?.text ? markdown(withoutTitle(current.text)) : []), ...exercisesOf(current, t));
      steps.replaceChildren();
    },

    /** Finds the steps' events in a finished trace. */
    tie,

    update(state) {
      if (!current?.steps?.length) return;
      const at = state ? stepAt(store.cursor) : -1;
      count.textContent = t('lesson.count', { at: Math.max(0, at + 1), all: events.length || current.steps.length });
      text.textContent = at >= 0 ? current.steps[at].text : (current.summary ?? '');
      strip.classList.toggle('here', at >= 0 && events[at] === store.cursor);
    },
  };
}

/** The lesson's words in the visitor's language, as far as it has them. @param {any} lesson @param {string} language */
export function inLanguage(lesson, language) {
  const words = lesson.translations?.[language];
  if (!words) return lesson;
  const steps = (lesson.steps ?? []).map((step, i) => ({ ...step, text: words.steps?.[i] ?? step.text }));
  return { ...lesson, title: words.title ?? lesson.title, summary: words.summary ?? lesson.summary, text: words.text ?? lesson.text, steps };
}

/** The exercises, and how to have an answer checked. */
function exercisesOf(lesson, t) {
  return (lesson?.exercises ?? []).flatMap(({ task }, i) => [el('h3', {}, t('lesson.exercise', { n: i + 1 })), el('p', {}, task),
    el('p', {}, el('code', {}, `copyscope lesson ${lesson.id.slice(0, 2)} --answer mine.py${i ? ` --exercise ${i + 1}` : ''}`))]);
}

const withoutTitle = (text) => text.replace(/^# .*\n/, '');
