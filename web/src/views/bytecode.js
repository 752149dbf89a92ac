/** The bytecode of the function that runs, line by line, the current line lit; how often each instruction ran, where that was counted. */
import { el } from '../dom.js';
import nextAtLine from '../code/jump.js';
import { countsOf, instructionsAt, placeOf } from '../code/listing.js';
import { functionsOf } from '../code/lines.js';

const TWIN_ROWS = 200;
const CALM_TOP = 0.15;
const CALM_BOTTOM = 0.75;

export default function bytecode({ store, t, ui }) {
  const list = el('div', { class: 'groups' });
  const frame = el('div', { class: 'frame', tabindex: '0', role: 'group', 'aria-label': t('view.bytecode') }, list);
  const note = el('p', { class: 'foot' });
  const node = el('div', { class: 'bytecode' }, frame, note);
  /** @type {{file: any, name: string, groups: Map<number, HTMLElement>, counts: Map<string, number>|null}} */
  let drawn = { file: null, name: '', groups: new Map(), counts: null };
  let functions = new Map();

  /** The function around a line, or the one shown last. */
  function functionAt(line) {
    for (const [name, [first, last]] of functions) if (line >= first && line <= last) return name;
    return drawn.name || functions.keys().next().value || '';
  }

  const lineOf = (state) => state.event.line ?? state.stack[state.stack.length - 1]?.line ?? 0;

  function group(file, line) {
    const found = instructionsAt(file.listing, line);
    if (!found.length) return null;
    const go = el('button', { type: 'button', class: 'at', title: t('bytecode.go') }, el('span', { class: 'no' }, String(line)), el('code', {}, (file.text.split('\n')[line - file.first_line] ?? '').trim()));
    go.addEventListener('click', () => {
      const n = nextAtLine(store.trace, store.cursor, line);
      if (n >= 0) ui.go(n);
      else ui.announce(t('bytecode.never'));
    });
    const rows = found.flatMap(({ code, rows: instructions }, i) => [
      ...(i || code.first !== functions.get(drawn.name)?.[0] ? [el('li', { class: 'inner' }, t('bytecode.inner', { name: code.name }))] : []),
      ...instructions.map((instruction) => row(code, instruction))]);
    return el('section', { class: 'group' }, go, el('ol', {}, ...rows));
  }

  function row(code, { offset, op, arg }) {
    const times = drawn.counts?.get(placeOf(code, offset));
    return el('li', { class: drawn.counts && !times ? 'cold' : '' }, el('span', { class: 'offset' }, String(offset)), el('code', { class: 'op' }, op), el('code', { class: 'arg' }, arg),
      el('span', { class: 'times' }, drawn.counts ? t('meters.number', { x: times ?? 0 }) : ''));
  }

  function draw(file, name, counts) {
    drawn = { file, name, groups: new Map(), counts };
    const [first, last] = functions.get(name) ?? [0, -1];
    for (let line = first; line <= last; line++) {
      const made = group(file, line);
      if (made) drawn.groups.set(line, made);
    }
    list.replaceChildren(...drawn.groups.values());
    frame.scrollTop = 0;
  }

  function footWords({ bytecode: found }, meta) {
    const [major, minor] = String(meta.python ?? '').split('.').map(Number);
    return [
      t(drawn.counts ? 'bytecode.counted' : 'bytecode.uncounted'), ...(drawn.counts && major === 3 && minor >= 13 ? [t('bytecode.second')] : []),
      ...(major === 3 && minor >= 11 ? [t('bytecode.plain')] : []), ...(found.left ? [t('bytecode.left', { n: found.left })] : []),
    ].join(' ');
  }

  function settle(group) {
    const top = group.offsetTop - frame.scrollTop;
    const bottom = top + group.offsetHeight;
    const height = frame.clientHeight;
    if (top >= height * CALM_TOP && bottom <= height * CALM_BOTTOM) return;
    frame.scrollTop = Math.max(0, group.offsetTop - height * (CALM_TOP + 0.05));
  }

  function update(state, trace) {
    const file = trace.copyPy;
    if (!file?.listing.bytecode) {
      list.replaceChildren(el('p', { class: 'none' }, t('bytecode.none')));
      drawn = { file: null, name: '', groups: new Map(), counts: null };
      note.textContent = '';
      return;
    }
    if (file !== drawn.file) functions = functionsOf(file);
    const line = lineOf(state);
    const name = functionAt(line);
    const counts = countsKept(trace);
    if (file !== drawn.file || name !== drawn.name || counts !== drawn.counts) draw(file, name, counts);
    note.textContent = footWords(file.listing, trace.meta);
    for (const [no, made] of drawn.groups) made.className = `group ${no === state.event.line ? `current f-${state.event.family}` : ''}`;
    const current = drawn.groups.get(line);
    if (current) settle(current);
  }

  return {
    node,
    update,
    resize() {},
    heading: (_state, trace) => ({ title: t('view.bytecode'), code: trace?.copyPy ? drawn.name : '', source: trace?.copyPy?.listing.bytecode ? 'recorded' : '' }),

    twin(state, trace) {
      const file = trace.copyPy;
      if (!file?.listing.bytecode) return { caption: t('bytecode.none'), columns: [], rows: [] };
      const line = lineOf(state);
      const rows = instructionsAt(file.listing, line).flatMap(({ code, rows: found }) => found.map(({ offset, op, arg }) => [offset, op, arg, drawn.counts?.get(placeOf(code, offset)) ?? '']));
      return {
        caption: `${t('bytecode.caption', { line: String(line), n: rows.length, shown: Math.min(rows.length, TWIN_ROWS) })} ${note.textContent}`,
        columns: [t('bytecode.offset'), t('bytecode.op'), t('bytecode.arg'), t('bytecode.times')], rows: rows.slice(0, TWIN_ROWS),
      };
    },
  };
}

/** Counts of a trace, made once for what its metadata hold. @type {WeakMap<object, {of: any, counts: Map<string, number>|null}>} */
const kept = new WeakMap();

function countsKept(trace) {
  const found = kept.get(trace);
  if (found && found.of === trace.meta.opcodes) return found.counts;
  const counts = countsOf(trace.meta);
  kept.set(trace, { of: trace.meta.opcodes, counts });
  return counts;
}
