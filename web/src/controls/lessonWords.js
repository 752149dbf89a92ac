/** The words of a lesson, or of its entry in the index, in the visitor's language. */

/** As far as there are any; else as the lesson was written. @param {any} lesson @param {string} language */
export function inLanguage(lesson, language) {
  const words = lesson.translations?.[language];
  if (!words) return lesson;
  const steps = (lesson.steps ?? []).map((step, i) => ({ ...step, text: words.steps?.[i] || step.text, ask: words.asks?.[i] || step.ask }));
  const exercises = (lesson.exercises ?? []).map((exercise, i) => ({ ...exercise, ...words.exercises?.[i] }));
  const own = Object.fromEntries(['title', 'question', 'summary', 'text'].map((name) => [name, words[name] || lesson[name]]));
  return { ...lesson, ...own, steps, exercises };
}

/** The lessons of each part, in the order in which the parts come. @param {any[]} lessons @returns {[string, any[]][]} */
export function byPart(lessons) {
  /** @type {Map<string, any[]>} */
  const parts = new Map();
  for (const lesson of lessons) {
    const part = partOf(lesson);
    parts.set(part, [...(parts.get(part) ?? []), lesson]);
  }
  return [...PARTS, ''].flatMap((part) => (parts.has(part) ? [/** @type {[string, any[]]} */ ([part, parts.get(part)])] : []));
}

/** A to D, or "" of a lesson that stands outside the course. @param {any} lesson @returns {string} */
export const partOf = ({ part }) => (PARTS.includes(part) ? part : '');

/** "3" of "03-shared-references"; "" of one without a number. @param {string} id */
export function numberOf(id) {
  const number = /^(\d+)-/.exec(id);
  return number ? String(Number(number[1])) : '';
}

/** Of the course; a lesson of another part stands after them. */
const PARTS = ['A', 'B', 'C', 'D'];
