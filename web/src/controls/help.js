/** The keys, on one sheet, made from the commands themselves. */
import { el } from '../dom.js';
import drawer from './drawer.js';

/** @param {import('./keys.js').Command[]} commands @param {(key: string) => string} t */
export default function help(commands, t) {
  const rows = commands.filter(({ shown }) => shown.length).map(({ shown, text, needs }) => el('tr', { 'data-needs': needs }, el('td', {}, ...shown.map((key) => el('kbd', {}, key))), el('td', {}, t(text))));
  return drawer(t, t('keys.title'), 'help', el('table', {}, el('tbody', {}, ...rows)));
}
