/** The snippet, to be changed and run, and the function of the copy module that copies its last expression. */
import { el } from '../dom.js';
import drawer from './drawer.js';

const LIMIT = 64 * 1024;
const LACKS = ['landlock', 'seccomp', 'user', 'memory'];
const OPS = ['deepcopy', 'copy', 'replace'];

/** @param {{t: (key: string, values?: any) => string, run(): void, changed(): void, ofFunction(name: string): void}} act */
export default function editor({ t, run, changed, ofFunction }) {
  const area = /** @type {HTMLTextAreaElement} */ (el('textarea', {
    class: 'code', spellcheck: 'false', autocomplete: 'off', autocapitalize: 'off', rows: '16', 'aria-label': t('editor.area'),
    maxlength: String(LIMIT),
  }));
  const select = /** @type {HTMLSelectElement} */ (el('select', { 'aria-label': t('editor.op'), class: 'mono' },
    ...OPS.map((name) => el('option', { value: name }, `${name}()`))));
  const extra = el('span', { hidden: true }, t('editor.changes.before'), el('code', {}, 'changes'), t('editor.changes.after'));
  const note = el('p', { class: 'note' }, t('editor.before'), select, t('editor.after'), extra);
  const box = el('p', { class: 'note', 'data-about': 'box', hidden: true });
  const output = el('pre', { class: 'output', hidden: true, 'aria-label': t('editor.output') });
  const go = el('button', { class: 'run', type: 'button' }, t('header.run'), el('kbd', {}, 'Ctrl+Enter'));
  const panel = drawer(t, t('editor.title'), 'editor', area, note, box, output, el('div', { class: 'row' }, go));

  /** After another function was chosen. */
  function chosen() {
    extra.toggleAttribute('hidden', select.value !== 'replace');
    ofFunction(select.value);
  }

  function submit() {
    panel.close();
    run();
  }
  go.addEventListener('click', submit);
  area.addEventListener('input', () => changed());
  select.addEventListener('change', () => {
    chosen();
    changed();
  });
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
    /** The function that copies: deepcopy, copy or replace. */
    get op() { return select.value; },
    set op(name) {
      select.value = OPS.includes(name) ? name : OPS[0];
      chosen();
    },
    toggle() {
      panel.toggle();
      if (panel.isOpen) area.focus();
    },
    /** Who follows a class reads the snippet only. */
    set readOnly(yes) {
      area.readOnly = yes;
      select.disabled = yes;
      go.hidden = yes;
    },
    /** What of the box around a run this machine lacks, by name. */
    boxLacks(names) {
      const known = names.filter((name) => LACKS.includes(name));
      box.toggleAttribute('hidden', !known.length);
      box.textContent = t('editor.box', { lacks: known.map((name) => t(`editor.box.${name}`)).join('; ') });
    },
    /** What the snippet printed. */
    printed(text, dropped) {
      output.toggleAttribute('hidden', !text);
      output.textContent = dropped ? `${text}\n${t('editor.more', { n: dropped })}` : text;
    },
  };
}
