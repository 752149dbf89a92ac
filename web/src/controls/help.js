/** The keys, on one sheet. */
import { el } from '../dom.js';
import drawer from './drawer.js';

/** @type {[string[], string][]} */
const KEYS = [
  [['←', '→'], 'one event back, on'],
  [['Shift', '←', '→'], 'ten events back, on'],
  [['↑', '↓'], 'to where this call began, to where it ends'],
  [['Home', 'End'], 'first, last event'],
  [['Space'], 'play, pause'],
  [['M'], 'next memo event; with Shift the one before'],
  [['N'], 'next lesson step; with Shift the one before'],
  [['+', '−'], 'zoom the timeline'],
  [['E'], 'edit the snippet'],
  [['L'], 'read the lesson'],
  [['R'], 'run'],
  [['T'], 'theme: dark, light, projector'],
  [['?'], 'this sheet'],
];

export default function help() {
  const rows = KEYS.map(([keys, text]) => el('tr', {}, el('td', {}, ...keys.map((key) => el('kbd', {}, key))), el('td', {}, text)));
  return drawer('Keys', 'help', el('table', {}, el('tbody', {}, ...rows)));
}
