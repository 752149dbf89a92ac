/** The course at a glance: all lessons by part, each with its question. */
import { el } from '../dom.js';
import drawer from './drawer.js';
import { byPart, inLanguage, numberOf } from './lessonWords.js';

/** @param {{t: (key: string, values?: any) => string, language: string, choose(value: string): void}} page */
export default function lessonIndex({ t, language, choose }) {
  const list = el('div', { class: 'index' });
  const panel = drawer(t, t('lesson.index'), 'lessons', list);
  let shown = '';

  function entry(lesson) {
    const { title, question } = inLanguage(lesson, language);
    const button = el('button', { type: 'button', 'data-lesson': lesson.id, 'aria-current': lesson.id === shown ? 'true' : null },
      el('span', { class: 'mono' }, numberOf(lesson.id)),
      el('span', {}, el('span', { class: 'name' }, title), el('span', { class: 'question' }, [question, versions(lesson)].filter(Boolean).join(' '))),
      el('span', { class: 'minutes' }, lesson.minutes ? t('lesson.minutes', { n: lesson.minutes }) : ''));
    button.addEventListener('click', () => {
      panel.close();
      choose(`lesson:${lesson.id}`);
    });
    return el('li', {}, button);
  }

  /** Which versions of CPython it is about, where that is not all. */
  function versions({ from, until }) {
    return from ? t('lesson.from', { version: from }) : until ? t('lesson.until', { version: until }) : '';
  }

  return {
    toggle() {
      panel.toggle();
      if (panel.isOpen) list.querySelector('[aria-current]')?.focus();
    },

    /** @param {any[]} lessons as the server lists them @param {string} current the id of the one that is shown */
    set(lessons, current) {
      shown = current;
      list.replaceChildren(...byPart(lessons).flatMap(([part, own]) => [
        el('h3', {}, t(`lesson.part.${part || 'other'}`)), el('ol', {}, ...own.map(entry))]));
    },

    /** Another lesson is shown. @param {string} id */
    mark(id) {
      shown = id;
      for (const button of list.querySelectorAll('button')) {
        if (button.dataset.lesson === id) button.setAttribute('aria-current', 'true');
        else button.removeAttribute('aria-current');
      }
    },
  };
}
