/* What stands over and under the object graph: the field to find objects with, and the answer to why an object is shared. */
import { el, icon, objectGlyph } from '../dom.js';
import { identity } from '../identity.js';
import finder from '../graph/find.js';
import { NONE } from '../graph/structure.js';
import { accessor } from '../graph/text.js';

const LENS = 'M11,4 a7,7 0 1 1 -0.01,0 M16,16 L21,21';
const CROSS = 'M6,6 L18,18 M18,6 L6,18';

/** The field to find objects with. @param {any} t @param {(match: import('../graph/find.js').Match) => void} show @param {() => {trace: any, run: any}|null} what */
export function findBar(t, show, what) {
  const input = el('input', { type: 'search', 'aria-label': t('objects.find'), placeholder: t('objects.find.hint'), spellcheck: 'false', autocomplete: 'off' });
  const count = el('output', {});
  const open = el('button', { type: 'button', class: 'tool', title: t('objects.find.open'), 'aria-label': t('objects.find.open') }, icon(LENS));
  const field = el('span', { class: 'field', hidden: true }, input, count);
  const node = el('span', { class: 'find' }, field, open);
  const search = finder();
  /** @type {import('../graph/find.js').Match[]} */
  let matches = [];
  let at = -1;

  function step(by) {
    if (!matches.length) return;
    at = (at + by + matches.length) % matches.length;
    say(true);
    show(matches[at]);
  }

  function say(done) {
    count.textContent = !input.value.trim() ? '' : matches.length ? t('objects.find.nth', { i: Math.max(0, at) + 1, n: matches.length }) : t(done ? 'objects.find.none' : 'objects.find.busy');
  }

  function look() {
    const now = what();
    at = -1;
    matches = [];
    say(false);
    if (!now) return;
    search.find(now.trace, now.run, input.value, (found, done) => {
      matches = found;
      if (found.length && at < 0) step(1);
      else say(done);
    });
  }

  function close() {
    search.stop();
    field.toggleAttribute('hidden', true);
    open.focus();
  }

  input.addEventListener('input', look);
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const toggle = () => {
    if (!field.hidden) return close();
    field.toggleAttribute('hidden', false);
    input.focus();
    input.select();
  };
  open.addEventListener('click', toggle);
  return { node, toggle };
}

/** The answer under the graph. @param {any} t @param {{go: (n: number) => void, announce: (text: string) => void}} ui @param {() => void} closed */
export function answerPanel(t, ui, closed) {
  const verdict = el('p', { class: 'verdict' });
  const list = el('ol', {});
  const shut = el('button', { type: 'button', class: 'tool', title: t('objects.why.close'), 'aria-label': t('objects.why.close') }, icon(CROSS));
  const node = el('section', { class: 'why', hidden: true, 'aria-label': t('objects.why.title') }, el('div', { class: 'said' }, verdict, shut), list);
  shut.addEventListener('click', close);
  node.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    close();
  });
  /** @type {import('../graph/why.js').Answer|null} */
  let answer = null;

  function close() {
    if (!answer) return;
    answer = null;
    node.toggleAttribute('hidden', true);
    closed();
  }

  /** @param {any} trace @param {any} run @param {import('../graph/why.js').Step} step */
  function pathOf(trace, run, { link, node: id }) {
    if (link === NONE) return identity(trace, run.node.ref[id]).name;
    return `${identity(trace, run.node.ref[run.boxOf(run.link.parent[link])]).name}${accessor(trace, run, link)}`;
  }

  return {
    node,
    get answer() { return answer; },
    close,

    /** @param {any} trace @param {any} run @param {import('../graph/why.js').Answer} found @param {boolean} focus */
    show(trace, run, found, focus = true) {
      answer = found;
      const ref = run.node.ref[found.node];
      const { name } = identity(trace, ref);
      const text = t(`objects.why.${found.verdict}`, { name, n: found.times });
      const mark = objectGlyph(trace, ref);
      verdict.replaceChildren(...(mark ? [mark] : []), text);
      list.replaceChildren(...found.steps.map((step) => {
        const words = t(`objects.step.${step.key}`, { name: identity(trace, run.node.ref[step.node]).name, path: pathOf(trace, run, step) });
        const button = el('button', { type: 'button', class: `step ${step.key}` }, el('b', {}, (step.n + 1).toLocaleString('en')), ` ${words}`);
        button.addEventListener('click', () => ui.go(step.n));
        button.dataset.n = String(step.n);
        return el('li', {}, button);
      }), ...(found.left ? [el('li', { class: 'left' }, t('objects.why.left', { n: found.left }))] : []));
      node.toggleAttribute('hidden', false);
      ui.announce(text);
      if (focus) list.querySelector('button')?.focus({ preventScroll: true });
    },

    /** Marks the step that the cursor is at. @param {number} n */
    mark(n) {
      for (const button of list.querySelectorAll('button')) button.toggleAttribute('aria-current', Number(button.dataset.n) === n);
    },
  };
}
