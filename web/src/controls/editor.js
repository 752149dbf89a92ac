/** The snippet, to be changed and run.  Its last expression is what is copied. */
import { el } from '../dom.js';
import drawer from './drawer.js';

const LIMIT = 64 * 1024;

export default function editor({ run, changed }) {
  const area = /** @type {HTMLTextAreaElement} */ (el('textarea', {
    class: 'code', spellcheck: 'false', autocomplete: 'off', autocapitalize: 'off', rows: '16', 'aria-label': 'Python snippet',
    maxlength: String(LIMIT),
  }));
  const note = el('p', { class: 'note' }, 'The value of the last line is what deepcopy() copies.');
  const output = el('pre', { class: 'output', hidden: true, 'aria-label': 'Output of the snippet' });
  const go = el('button', { class: 'run', type: 'button' }, 'Run', el('kbd', {}, 'Ctrl+Enter'));
  const panel = drawer('Snippet', 'editor', area, note, output, el('div', { class: 'row' }, go));

  function submit() {
    panel.close();
    run();
  }
  go.addEventListener('click', submit);
  area.addEventListener('input', () => changed());
  area.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      submit();
    } else if (event.key === 'Tab' && !event.shiftKey) {
      event.preventDefault();
      area.setRangeText('    ', area.selectionStart, area.selectionEnd, 'end');
    }
  });

  return {
    get code() { return area.value; },
    set code(text) { area.value = text; },
    toggle() {
      panel.toggle();
      if (panel.isOpen) area.focus();
    },
    /** What the snippet printed. */
    printed(text, dropped) {
      output.toggleAttribute('hidden', !text);
      output.textContent = dropped ? `${text}\n… ${dropped.toLocaleString('en')} more bytes` : text;
    },
  };
}
