/** The open calls of deepcopy(), copy() and replace(), innermost first; a click goes to the event that opened one. */
import { el, objectGlyph } from '../dom.js';
import nameOf from '../names.js';
import { place } from '../sentence.js';

const ROWS = 4;

/** @param {{ file: string, func: string, line: number }|null} caller */
function outermost(caller) {
  if (!caller?.file) return 'the outermost call';
  return `called in ${caller.func || '?'}, ${caller.file.split('/').pop()}:${caller.line}`;
}

export default function callStack({ store }) {
  const list = el('ol', { class: 'frames' });
  const node = el('div', { class: 'callstack' }, list);

  function row(trace, frame, depth, current) {
    const where = frame.parent ? place(trace, frame) : outermost(trace.callerOf(frame.openEvent));
    const button = el('button', {
      type: 'button', class: `frame ${current ? 'current' : ''}`, title: `Opened at event ${frame.openEvent + 1}`,
      'aria-current': current ? 'true' : null,
    },
    el('span', { class: 'depth' }, String(depth)),
    objectGlyph(trace, frame.obj) ?? el('span', { class: 'glyph' }),
    el('code', {}, `${frame.op}(${nameOf(trace, frame.obj)})`),
    el('span', { class: 'where' }, frame.line && !current ? `${where}, line ${frame.line}` : where));
    button.addEventListener('click', () => store.seek(frame.openEvent));
    return el('li', {}, button);
  }

  return {
    node,

    heading(state) { return { title: 'Call stack', note: state?.event ? `depth ${state.stack.length}` : '' }; },

    update(state, trace) {
      const stack = state?.stack ?? [];
      // The outermost call stays in sight; what does not fit is counted.
      const hidden = stack.length > ROWS ? stack.length - (ROWS - 1) : 0;
      const shown = stack.map((frame, i) => ({ frame, depth: i + 1 })).reverse();
      const rows = hidden ? shown.slice(0, ROWS - 2) : shown;
      const nodes = rows.map(({ frame, depth }, i) => row(trace, frame, depth, i === 0));
      if (hidden) {
        nodes.push(el('li', { class: 'more' }, `${stack.length - (ROWS - 1)} more calls`));
        nodes.push(row(trace, stack[0], 1, false));
      }
      list.replaceChildren(...nodes);
    },
  };
}
