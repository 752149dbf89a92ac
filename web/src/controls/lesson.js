/** The lesson beside the run: its text in a drawer, and the current step, or the question before it, under the sentence. */
import { el } from '../dom.js';
import markdown from '../markdown.js';
import { find } from '../query.js';
import makeChecker from '../exerciseCheck.js';
import drawer from './drawer.js';
import exercise from './exercise.js';
import { inLanguage, partOf } from './lessonWords.js';

/**
 * @typedef {{preset: string, layout(id: string): void, reveal(view: string): void}} Look the layout that is shown, and how
 *   to change it
 * @param {{store: any, t: (key: string, values?: any) => string, language: string, look: Look, index(): void}} page
 */
export default function lesson({ store, t, language, look, index }) {
  const body = el('div', { class: 'prose' });
  const steps = el('ol', { class: 'steps' });
  const all = el('button', { type: 'button', class: 'link all', title: `${t('lesson.index')} (Shift+L)` }, t('lesson.index'));
  const panel = drawer(t, t('lesson.title'), 'lesson', el('p', {}, all), body, steps);
  const count = el('span', { class: 'count mono' });
  const text = el('p', { 'aria-live': 'polite' });
  const back = el('button', { type: 'button', class: 'tool', title: `${t('lesson.back')} (,)`, 'aria-label': t('lesson.back') }, '‹');
  const next = el('button', { type: 'button', class: 'tool', title: `${t('lesson.next')} (.)`, 'aria-label': t('lesson.next') }, '›');
  const strip = el('div', { class: 'lesson-step', hidden: true }, back, count, next, text);
  const check = makeChecker(t);
  let current = null;
  /** @type {number[]} event of each step, -1 when the trace has none */
  let events = [];
  /** The step whose question is shown, and where the cursor was. @type {{to: number, cursor: number}|null} */
  let asking = null;
  /** The layout that a lesson opened, and the one before. @type {{opened: string, before: string}|null} */
  let brought = null;

  back.addEventListener('click', () => go(-1));
  next.addEventListener('click', () => go(1));
  all.addEventListener('click', () => {
    panel.close();
    index();
  });

  /** The last step at or before the cursor, -1 before the first. */
  function stepAt(cursor) {
    let at = -1;
    events.forEach((event, i) => { if (event >= 0 && event <= cursor) at = i; });
    return at;
  }

  function go(by) {
    if (by > 0 && asking) {
      show(asking.to);
      return;
    }
    const here = stepAt(store.cursor);
    const onIt = here >= 0 && events[here] === store.cursor;
    let to = by > 0 || onIt ? here + by : here;
    while (to >= 0 && to < events.length && events[to] < 0) to += by;
    if (to < 0 || to >= events.length) return;
    if (by > 0 && current.steps[to].ask) ask(to);
    else show(to);
  }

  /** The question before a step; the next key shows the step. */
  function ask(to) {
    asking = { to, cursor: store.cursor };
    strip.classList.add('asking');
    text.replaceChildren(el('strong', {}, t('lesson.predict')), ` ${current.steps[to].ask}`);
  }

  function show(to) {
    const { view } = current.steps[to];
    if (view) look.reveal(view);
    asking = null;
    if (events[to] === store.cursor) tell(store.state);
    else store.seek(events[to]);
  }

  function tell(state) {
    const at = state ? stepAt(store.cursor) : -1;
    count.textContent = t('lesson.count', { at: Math.max(0, at + 1), all: events.length || current.steps.length });
    if (asking && asking.cursor === store.cursor) return;
    asking = null;
    strip.classList.remove('asking');
    text.textContent = at >= 0 ? current.steps[at].text : (current.summary ?? '');
    strip.classList.toggle('here', at >= 0 && events[at] === store.cursor);
  }

  /** A lesson's own layout; after the lesson the one before it, unless another was chosen meanwhile. */
  function arrange() {
    const wanted = current?.layout ?? (brought && look.preset === brought.opened ? brought.before : '');
    const before = brought?.before ?? look.preset;
    brought = current?.layout ? { opened: current.layout, before } : null;
    if (wanted && wanted !== look.preset) look.layout(wanted);
    for (const view of current?.views ?? []) look.reveal(view);
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
        show(i);
      });
      return el('li', {}, button);
    }));
    if (current?.steps[0]?.ask && events[0] === store.cursor) ask(0); // where the trace begins
  }

  return {
    node: strip,
    go,
    /** The policy to compare with, or "". */
    get versus() { return current?.versus ?? ''; },
    toggle() {
      if (current) panel.toggle();
      else index();
    },

    /** @param {any} next lesson.json, or null for none @param {{arranged?: boolean}} [how] arranged: the panes stay as they are */
    set(next, { arranged = false } = {}) {
      current = next ? inLanguage(next, language) : null;
      events = [];
      asking = null;
      strip.classList.remove('asking');
      if (!arranged) arrange();
      strip.toggleAttribute('hidden', !next?.steps?.length);
      panel.title(current?.title ?? t('lesson.title'));
      body.replaceChildren(...headOf(current, t), ...(current?.text ? markdown(withoutTitle(current.text)) : []), ...(current?.exercises ?? []).flatMap((one, i) => exercise(one, i + 1, current, { t, check })), ...sourcesOf(current, t));
      steps.replaceChildren();
    },

    /** Finds the steps' events in a finished trace. */
    tie,

    update(state) {
      if (current?.steps?.length) tell(state);
    },
  };
}

/** Its question, and what kind of lesson it is. */
function headOf(lesson, t) {
  if (!lesson?.question) return [];
  const facts = [t(`lesson.part.${partOf(lesson) || 'other'}`), lesson.minutes ? t('lesson.minutes', { n: lesson.minutes }) : ''].filter(Boolean);
  return [el('p', { class: 'question' }, lesson.question), el('p', { class: 'facts' }, facts.join(' · '))];
}

/** Where figures come from that are not made here. */
function sourcesOf(lesson, t) {
  const names = lesson?.sources ?? [];
  return names.length ? [el('h3', {}, t('lesson.sources')), el('ul', {}, ...names.map((name) => el('li', {}, name)))] : [];
}

const withoutTitle = (text) => text.replace(/^# .*\n/, '');
