/**
 * The page's words, by language.  A key is "view.word"; a text may hold {names} for its parameters, and be an object
 * of plural forms (Intl.PluralRules) chosen by the parameter `n`.  Numbers are written as the language does.
 */
import blockDiagram from './blockDiagram.js';
import breakEven from './breakEven.js';
import cam from './cam.js';
import classroom from './class.js';
import compare from './compare.js';
import controls from './controls.js';
import eventList from './eventList.js';
import exported from './export.js';
import flameGraph from './flameGraph.js';
import gallery from './gallery.js';
import memory from './memory.js';
import meters from './meters.js';
import narration from './narration.js';
import notes from './notes.js';
import objects from './objects.js';
import prediction from './prediction.js';
import race from './race.js';
import runs from './runs.js';
import say from './say.js';
import shell from './shell.js';
import source from './source.js';
import table from './table.js';
import timeline from './timeline.js';
import waveform from './waveform.js';

const CATALOGUE = [
  shell, blockDiagram, breakEven, cam, classroom, compare, controls, eventList, exported, flameGraph, gallery, memory, meters, narration, notes,
  objects, prediction, race, runs, say, source, table, timeline, waveform,
];
export const LANGUAGES = [['en', 'English'], ['vi', 'Tiếng Việt']];
const KEY = 'copyscope.language';

/** @type {Record<string, Record<string, string|Record<string, string>>>} */
export const STRINGS = {};
for (const [language] of LANGUAGES) STRINGS[language] = Object.assign({}, ...CATALOGUE.map((part) => part[language]));

/** What the visitor chose, else the first of the browser's languages that we have, else English. */
export function preferred() {
  const known = (name) => LANGUAGES.some(([language]) => language === name);
  const asked = [stored(), ...(navigator.languages ?? []).map((name) => name.split('-')[0])];
  return asked.find((name) => name !== null && known(name)) ?? 'en';
}

function stored() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage may be switched off
  }
}

/** Remembers the choice. @param {string} language */
export function choose(language) {
  try {
    localStorage.setItem(KEY, language);
  } catch { /* it holds for this page only */ }
}

/** @param {string} language @returns {(key: string, values?: Record<string, any>) => string} */
export default function translator(language) {
  const texts = STRINGS[language] ?? STRINGS.en;
  const plural = new Intl.PluralRules(language);
  const number = new Intl.NumberFormat(language);
  return (key, values = {}) => {
    const found = texts[key] ?? STRINGS.en[key] ?? key;
    const text = typeof found === 'string' ? found : (found[plural.select(Number(values.n))] ?? found.other);
    return text.replace(/\{(\w+)\}/g, (whole, name) => {
      const value = values[name];
      return value === undefined ? whole : typeof value === 'number' ? number.format(value) : String(value);
    });
  };
}
