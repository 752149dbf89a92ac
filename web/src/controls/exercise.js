/** An exercise in the lesson's text: the task, room for an answer, and what the check says of it. */
import { el } from '../dom.js';
import { checkedHere } from '../exerciseCheck.js';

/**
 * @param {any} exercise of lesson.json @param {number} number from 1 @param {any} lesson
 * @param {{t: (key: string, values?: any) => string, check: (exercise: any, answer: string, lesson: any) => Promise<{right: boolean, why: string}>}} page
 * @returns {Node[]}
 */
export default function exercise(exercise, number, lesson, { t, check }) {
  const heading = el('h3', { id: `exercise-${number}` }, t('lesson.exercise', { n: number }));
  const command = `copyscope lesson ${lesson.id.slice(0, 2)} --answer mine.py${number > 1 ? ` --exercise ${number}` : ''}`;
  const terminal = el('p', { class: 'terminal' }, `${t('exercise.terminal')} `, el('code', {}, command));
  const task = el('p', {}, exercise.task);
  return checkedHere(exercise) ? [heading, task, answerTo(exercise, number, lesson, { t, check }), terminal] : [heading, task, terminal];
}

function answerTo(exercise, number, lesson, { t, check }) {
  const area = el('textarea', { class: 'answer', rows: 5, spellcheck: 'false', 'aria-label': t('exercise.answer'), 'aria-describedby': `exercise-${number}` });
  const button = el('button', { type: 'button', class: 'check', title: `${t('exercise.check')} (Ctrl+Enter)` }, t('exercise.check'));
  const verdict = el('p', { class: 'verdict', role: 'status' });

  async function ask() {
    if (!area.value.trim()) return;
    verdict.textContent = t('exercise.checking');
    verdict.dataset.right = '';
    const { right, why } = await check(exercise, area.value, lesson);
    verdict.textContent = right ? t('exercise.right') : t('exercise.notYet', { why });
    verdict.dataset.right = right ? 'yes' : 'no';
  }

  button.addEventListener('click', ask);
  area.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !event.ctrlKey) return;
    event.preventDefault();
    ask();
  });
  return el('div', { class: 'exercise' }, area, el('div', { class: 'row' }, button, verdict));
}
