/** The open calls of deepcopy(), copy() and replace(), innermost first; each leads to the event that opened it. */
import { el, objectGlyph } from '../dom.js';
import nameOf from '../names.js';
import { place } from '../sentence.js';

const ROWS = 4;
const TWIN_ROWS = 200;

export default function callStack({ t, ui }) {
  const list = el('ol', { class: 'frames' });
  const node = el('div', { class: 'callstack' }, list);
  list.addEventListener('keydown', walk);

  /** @param {{ file: string, func: string, line: number }|null} caller */
  function outermost(caller) {
    if (!caller?.file) return t('stack.outermost');
    return t('stack.caller', { name: caller.func || '?', place: `${caller.file.split('/').pop()}:${caller.line}` });
  }

  const whereOf = (trace, frame) => (frame.parent ? place(trace, frame, t) : outermost(trace.callerOf(frame.openEvent)));

  function row(trace, frame, depth, current) {
    const where = whereOf(trace, frame);
    const button = el('button', {
      type: 'button', class: `frame ${current ? 'current' : ''}`, title: t('stack.opened', { n: frame.openEvent + 1 }),
      'aria-current': current ? 'true' : null,
    },
    el('span', { class: 'depth' }, String(depth)),
    objectGlyph(trace, frame.obj) ?? el('span', { class: 'glyph' }),
    el('code', {}, `${frame.op}(${nameOf(trace, frame.obj)})`),
    el('span', { class: 'where' }, frame.line && !current ? t('stack.line', { where, line: String(frame.line) }) : where));
    button.addEventListener('click', () => ui.go(frame.openEvent));
    return el('li', {}, button);
  }

  /** Up and down go from call to call while one of them has the focus. @param {KeyboardEvent} event */
  function walk(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    const buttons = [...list.querySelectorAll('button')];
    const next = buttons[buttons.indexOf(/** @type {HTMLButtonElement} */ (event.target)) + by];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  return {
    node,

    heading(state) { return { title: t('view.stack'), note: state?.event ? t('stack.depth', { n: state.stack.length }) : '' }; },

    update(state, trace) {
      const stack = state?.stack ?? [];
      // The outermost call stays in sight; what does not fit is counted.
      const hidden = stack.length > ROWS ? stack.length - (ROWS - 1) : 0;
      const shown = stack.slice(hidden ? 2 - ROWS : 0).map((frame, i, some) => ({ frame, depth: stack.length - some.length + i + 1 })).reverse();
      const nodes = shown.map(({ frame, depth }, i) => row(trace, frame, depth, i === 0));
      if (hidden) {
        nodes.push(el('li', { class: 'more' }, t('stack.more', { n: hidden })));
        nodes.push(row(trace, stack[0], 1, false));
      }
      const focus = [...list.querySelectorAll('button')].indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
      list.replaceChildren(...nodes);
      if (focus >= 0) [...list.querySelectorAll('button')][Math.min(focus, list.querySelectorAll('button').length - 1)]?.focus();
    },

    twin(state, trace) {
      const { stack } = state;
      const shown = stack.slice(-TWIN_ROWS).reverse();
      return {
        caption: t('stack.caption', { n: stack.length, shown: shown.length }), columns: [t('stack.col.depth'), t('stack.col.call'), t('stack.col.where'), t('source.line'), t('table.event')],
        rows: shown.map((frame, i) => [stack.length - i, `${frame.op}(${nameOf(trace, frame.obj)})`, whereOf(trace, frame), frame.line ?? '', frame.openEvent + 1]), current: 0,
      };
    },
  };
}
