/** The page's own commands: every button has a key, and the sheet of keys is made from this list. */
import { nextOfFamily } from './query.js';
import { into, outOf, semantic } from './steps.js';
import { FAMILY } from './vocabulary.js';

/** @param {any} page @returns {import('./controls/keys.js').Command[]} */
export default function commands({ store, transport, lesson, index, editor, theme, look, runs, panes, presets, help }) {
  const go = (n) => { if (n >= 0) transport.go(n); };
  const withTrace = (find) => () => { if (store.trace?.eventCount) go(find(store.trace, store.state)); };
  const step = (by) => () => transport.step(by);
  const memo = (by) => withTrace((trace) => nextOfFamily(trace, store.cursor, FAMILY.memo, by));
  const zoom = (by) => () => panes.view('timeline').zoom(by);
  const silent = (keys, run) => ({ keys, shown: [], text: '', run });
  const list = [
    { keys: ['ArrowRight', 'PageDown'], shown: ['←', '→'], text: 'keys.step', run: step(1) },
    silent(['ArrowLeft', 'PageUp'], step(-1)),
    { keys: ['Shift+ArrowRight'], shown: ['Shift', '←', '→'], text: 'keys.semantic', run: withTrace((trace) => semantic(trace, store.cursor, 1)) },
    silent(['Shift+ArrowLeft'], withTrace((trace) => semantic(trace, store.cursor, -1))),
    { keys: ['ArrowUp'], shown: ['↑', '↓'], text: 'keys.call', run: withTrace(outOf) },
    silent(['ArrowDown'], withTrace(into)),
    { keys: ['Home'], shown: ['Home', 'End'], text: 'keys.ends', run: () => transport.go(0) },
    silent(['End'], () => transport.go(Infinity)),
    { keys: [' '], shown: ['Space'], text: 'keys.play', run: () => transport.toggle() },
    { keys: ['['], shown: ['[', ']'], text: 'keys.speed', run: () => transport.faster(-1) },
    silent([']'], () => transport.faster(1)),
    { keys: ['m'], shown: ['M'], text: 'keys.memo', run: memo(1) },
    silent(['Shift+m'], memo(-1)),
    { keys: ['.'], shown: [',', '.'], text: 'keys.lesson', run: () => lesson.go(1) },
    silent([','], () => lesson.go(-1)),
    ...presets.map((preset, i) => ({ keys: [preset.key], shown: i ? [] : presets.map(({ key }) => key), text: i ? '' : 'keys.preset', run: () => look.preset(preset.id) })),
    { keys: ['f'], shown: ['F'], text: 'keys.full', run: () => look.full() },
    { keys: ['+', '='], shown: ['+', '−'], text: 'keys.zoom', run: zoom(0.5) },
    silent(['-'], zoom(2)),
    { keys: ['e'], shown: ['E'], text: 'keys.editor', run: () => editor.toggle() },
    { keys: ['l'], shown: ['L'], text: 'keys.read', run: () => lesson.toggle() },
    silent(['Shift+l'], () => index.toggle()),
    { keys: ['r', 'Ctrl+Enter'], shown: ['R'], text: 'keys.run', run: () => runs.run() },
    { keys: ['t'], shown: ['T'], text: 'keys.theme', run: () => theme.next() },
    { keys: ['Shift+t'], shown: ['Shift', 'T'], text: 'keys.size', run: () => theme.grow() },
    { keys: ['s'], shown: ['S'], text: 'keys.spotlight', run: () => look.spotlight() },
    { keys: ['a'], shown: ['A'], text: 'keys.tables', run: () => look.toggleTables() },
    { keys: ['0'], shown: ['0'], text: 'keys.reset', run: () => look.reset() },
    { keys: ['?'], shown: ['?'], text: 'keys.help', run: () => help() },
  ];
  return list;
}
