/** The syntax tree of the function that runs; what stands on the current line is lit and open.  It is walked by keys, as a tree is. */
import { el } from '../dom.js';
import nextAtLine from '../code/jump.js';
import { isLit, isOpen, rowsOf, treeAt } from '../code/tree.js';

const TWIN_ROWS = 200;
const CALM_TOP = 0.15;
const CALM_BOTTOM = 0.75;

export default function ast({ store, t, ui }) {
  const list = el('div', { class: 'tree', role: 'tree', 'aria-label': t('view.ast') });
  const note = el('p', { class: 'foot' });
  const node = el('div', { class: 'ast' }, list, note);
  /** @type {{file: any, top: number, tree: import('../code/tree.js').Branch[], line: number, family: string}} */
  let shown = { file: null, top: -1, tree: [], line: 0, family: '' };
  /** What was opened or closed by hand in the tree that is shown. @type {Map<number, boolean>} */
  let chosen = new Map();
  let hand = 0;
  list.addEventListener('keydown', onKey);

  const lineOf = (state) => state.event.line ?? state.stack[state.stack.length - 1]?.line ?? 0;

  function row(branch) {
    const { tree, line, family } = shown;
    const open = isOpen(tree, branch, line, chosen);
    const lit = isLit(branch, line);
    const made = el('div', {
      role: 'treeitem', class: `node ${lit ? `lit f-${family}` : ''}`, 'aria-level': String(branch.depth + 1), 'data-index': String(branch.index),
      'aria-expanded': branch.children.length ? String(open) : null, 'aria-selected': String(lit), tabindex: branch.index === hand ? '0' : '-1',
    },
    el('span', { class: 'twist', 'aria-hidden': 'true' }, branch.children.length ? (open ? '▾' : '▸') : ''),
    ...(branch.field && branch.field !== 'body' ? [el('span', { class: 'field' }, `${branch.field} `)] : []),
    el('code', { class: 'type' }, branch.type), ' ', el('code', { class: 'text' }, branch.text), el('span', { class: 'no' }, branch.line ? String(branch.line) : ''));
    made.style.setProperty('--depth', String(branch.depth));
    made.addEventListener('click', () => {
      hand = branch.index;
      if (branch.children.length) chosen.set(branch.index, !open);
      draw(true);
    });
    made.addEventListener('dblclick', () => go(branch));
    return made;
  }

  /** @param {boolean} focus whether the node in hand gets the focus */
  function draw(focus) {
    const rows = rowsOf(shown.tree, shown.line, chosen);
    if (!rows.some(({ index }) => index === hand)) hand = rows[0]?.index ?? 0;
    list.replaceChildren(...rows.map(row));
    if (focus) /** @type {HTMLElement|null} */ (list.querySelector('[tabindex="0"]'))?.focus();
  }

  /** To the next event on a node's line. */
  function go(branch) {
    const n = branch.line ? nextAtLine(store.trace, store.cursor, branch.line) : -1;
    if (n >= 0) ui.go(n);
    else ui.announce(t('bytecode.never'));
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const { tree, line } = shown;
    const rows = rowsOf(tree, line, chosen);
    const at = rows.findIndex(({ index }) => index === hand);
    if (at < 0 || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const branch = rows[at];
    const open = isOpen(tree, branch, line, chosen);
    const moves = {
      ArrowDown: () => { hand = (rows[at + 1] ?? branch).index; },
      ArrowUp: () => { hand = (rows[at - 1] ?? branch).index; },
      Home: () => { hand = rows[0].index; },
      End: () => { hand = rows[rows.length - 1].index; },
      ArrowRight() {
        if (open) hand = branch.children[0];
        else if (branch.children.length) chosen.set(branch.index, true);
      },
      ArrowLeft() {
        if (open) chosen.set(branch.index, false);
        else if (branch.parent >= 0) hand = branch.parent;
      },
      Enter: () => go(branch),
    };
    if (!moves[event.key]) return;
    event.preventDefault();
    moves[event.key]();
    draw(true);
  }

  function settle() {
    const lit = /** @type {HTMLElement|null} */ (list.querySelector('.lit'));
    if (!lit) return;
    const top = lit.offsetTop - list.scrollTop;
    if (top >= list.clientHeight * CALM_TOP && top <= list.clientHeight * CALM_BOTTOM) return;
    list.scrollTop = Math.max(0, lit.offsetTop - list.clientHeight * (CALM_TOP + 0.1));
  }

  function update(state, trace) {
    const file = trace.copyPy;
    const found = file?.listing.tree;
    note.textContent = found?.left ? t('ast.left', { n: found.left }) : '';
    if (!found) {
      shown = { file: null, top: -1, tree: [], line: 0, family: '' };
      list.replaceChildren();
      note.textContent = t('ast.none');
      return;
    }
    const line = lineOf(state);
    const tree = file === shown.file && shown.tree.length && shown.tree[0].line <= line && line <= shown.tree[0].end ? shown.tree : treeAt(found.nodes, line);
    const same = tree === shown.tree && line === shown.line && state.event.family === shown.family;
    if (tree !== shown.tree && tree.length) {
      chosen = new Map();
      hand = 0;
    }
    if (same) return;
    shown = { file, top: tree[0]?.line ?? -1, tree: tree.length ? tree : shown.tree, line, family: state.event.family };
    draw(list.contains(document.activeElement));
    settle();
  }

  return {
    node,
    update,
    resize() {},
    heading: (_state, trace) => ({ title: t('view.ast'), code: shown.tree[0]?.text ?? '', source: trace?.copyPy?.listing.tree ? 'recorded' : '' }),

    twin(_state, trace) {
      if (!trace.copyPy?.listing.tree) return { caption: t('ast.none'), columns: [], rows: [] };
      const lit = shown.tree.filter((branch) => isLit(branch, shown.line));
      return {
        caption: t('ast.caption', { line: String(shown.line), n: lit.length, shown: Math.min(lit.length, TWIN_ROWS) }), columns: [t('ast.depth'), t('ast.field'), t('ast.type'), t('ast.text')],
        rows: lit.slice(0, TWIN_ROWS).map(({ depth, field, type, text }) => [depth, field, type, text]),
      };
    },
  };
}
