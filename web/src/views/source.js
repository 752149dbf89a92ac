/**
 * The copy.py that ran, the function in hand: the current line, what was changed in it, how much each line was used, and
 * the locals.  The other texts of the trace, the snippet above all, are shown whole.
 */
import { el } from '../dom.js';
import timesAt from '../code/heat.js';
import nextAtLine from '../code/jump.js';
import { functionsOf, indentOf, linesOf } from '../code/lines.js';
import { SITES } from '../vocabulary.js';
import makeLocals from './locals.js';

const CALM_TOP = 0.25;
const CALM_BOTTOM = 0.7;
const TWIN_ROWS = 60;
const NAME_MAX = 24;

/** A count in at most five characters. */
const short = (n) => (n < 1e4 ? String(Math.round(n)) : n < 1e6 ? `${Math.floor(n / 1e3)}k` : `${(n / 1e6).toFixed(1)}M`);

/** A line of code; its indent is drawn at half width, so that deep lines fit. */
function code(text) {
  const spaces = /^ */.exec(text)[0].length;
  const line = el('code', { title: text.trim() }, text.slice(spaces));
  line.style.setProperty('--indent', `${spaces / 2}ch`);
  return line;
}

export default function source({ store, t, ui }) {
  const list = el('ol', { class: 'lines' });
  const frame = el('div', { class: 'source', tabindex: '0', role: 'region', 'aria-label': t('source.lines') }, list);
  const files = el('select', { 'aria-label': t('source.file') });
  const measure = el('button', { type: 'button', title: `${t('source.heat')} (H)` });
  const folding = el('button', { type: 'button', title: `${t('source.fold')} (I)` });
  const tools = el('div', { class: 'source-tools' }, files, measure, folding);
  const locals = makeLocals({ t });
  const node = el('div', { class: 'source-view' }, tools, frame, locals.node);
  const set = { file: -1, ns: false, fold: true };
  /** @type {{file: any, name: string, fold: boolean, rows: Map<number, any>}} */
  let drawn = { file: null, name: '', fold: true, rows: new Map() };
  /** Of the trace: sites by line, functions by name. */
  let known = { file: null, sitesOfLine: new Map(), functions: new Map() };

  files.addEventListener('change', () => choose(Number(files.value)));
  measure.addEventListener('click', () => switchHeat());
  folding.addEventListener('click', () => switchFold());

  const refresh = () => { if (store.state) update(store.state, store.trace, 'seek'); };

  function choose(index) {
    set.file = index;
    refresh();
  }

  function switchHeat() {
    set.ns = !set.ns;
    refresh();
    ui.announce(measure.textContent);
  }

  function switchFold() {
    set.fold = !set.fold;
    refresh();
  }

  /** The text that is shown: the one that was chosen, else copy.py. */
  const fileOf = (trace) => trace.sources[set.file] ?? trace.copyPy;

  function learn(file) {
    if (known.file === file) return;
    const sitesOfLine = new Map();
    SITES.forEach(({ name }, site) => {
      const line = file.sites[name];
      if (Number.isSafeInteger(line) && line > 0) sitesOfLine.set(line, [...(sitesOfLine.get(line) ?? []), site]);
    });
    known = { file, sitesOfLine, functions: functionsOf(file) };
  }

  /** The function that a line of copy.py belongs to, or the one shown last. @param {number|null} line */
  function functionAt(line) {
    if (line === null) return drawn.name || 'deepcopy';
    for (const [name, [first, last]] of known.functions) if (line >= first && line <= last) return name;
    return drawn.name || known.functions.keys().next().value || '';
  }

  function rowOf(line) {
    const bar = el('i', {});
    const count = el('span', { class: 'count' });
    const sign = { added: '+', removed: '−', '': '' }[line.change];
    const text = line.folded ? `${line.text} ⋯` : line.text;
    const row = el('li', { class: `line ${line.quiet ? 'quiet' : ''} ${line.change}`, title: line.change ? t(`source.${line.change}`) : null },
      el('span', { class: 'heat' }, bar), el('span', { class: 'no' }, line.no ? String(line.no) : ''), el('span', { class: 'sign' }, sign), code(text), count);
    if (line.folded) {
      const more = el('button', { type: 'button', class: 'more' }, t('source.folded', { n: line.folded }));
      more.addEventListener('click', switchFold);
      row.querySelector('code').append(' ', more);
    }
    return { row, bar, count, line };
  }

  /** To the next event on a line of copy.py; one that never ran says so. @param {number} line */
  function goTo(line) {
    const n = nextAtLine(store.trace, store.cursor, line);
    if (n >= 0) ui.go(n);
    else ui.announce(t('bytecode.never'));
  }

  /** A function of copy.py, or another text whole. */
  function draw(file, name) {
    const whole = [file.first_line, file.first_line + file.text.split('\n').length - 1];
    const { lines, left } = linesOf(file, known.functions.get(name) ?? whole, set.fold);
    const indent = indentOf(lines);
    const rows = new Map();
    const nodes = lines.map((line) => {
      const made = rowOf({ ...line, text: line.text.slice(Math.min(indent, /^ */.exec(line.text)[0].length)) });
      const sites = known.sitesOfLine.get(line.no) ?? [];
      if (line.no) rows.set(line.no, { ...made, sites });
      if (sites.length) {
        made.row.classList.add('go');
        made.row.addEventListener('click', () => goTo(line.no));
      }
      return made.row;
    });
    if (left > 0) nodes.push(el('li', { class: 'none' }, t('source.left', { n: left })));
    list.replaceChildren(...nodes);
    list.classList.remove('turned');
    void list.offsetWidth; // restarts the fade that says: another function
    list.classList.add('turned');
    drawn = { file, name, fold: set.fold, rows };
    frame.scrollTop = 0;
  }

  /** Scrolls only when the line has left the calm middle. */
  function settle(row) {
    const top = row.offsetTop - frame.scrollTop;
    const height = frame.clientHeight;
    if (top >= height * CALM_TOP && top <= height * CALM_BOTTOM) return;
    const target = row.offsetTop - height * (top < height * CALM_TOP ? CALM_TOP + 0.1 : CALM_BOTTOM - 0.2);
    frame.scrollTop = Math.max(0, target);
  }

  function heat(state, trace) {
    const seenOf = set.ns ? timesAt(trace, state.n) : state.visits;
    const of = (sites) => sites.reduce((most, site) => Math.max(most, seenOf[site]), 0);
    let most = 1;
    for (const { sites } of drawn.rows.values()) most = Math.max(most, of(sites));
    for (const { bar, count, sites, row } of drawn.rows.values()) {
      const seen = of(sites);
      bar.style.width = `${Math.round((seen / most) * 100)}%`;
      count.textContent = seen ? short(seen) : '';
      count.title = seen ? t(set.ns ? 'source.ns' : 'source.events', { n: Math.round(seen) }) : '';
      row.classList.toggle('cold', sites.length > 0 && !state.visits[sites[0]]);
    }
  }

  /** The line of a text that the event happened on; of another text, the one that called. */
  function lineIn(file, state, trace) {
    if (file === trace.copyPy) return state.event.line;
    const caller = trace.callerOf(state.n);
    return caller && caller.file === file.name ? caller.line : null;
  }

  function drawTools(file, trace) {
    const names = trace.sources.map((one) => shortName(one));
    if (files.dataset.names !== names.join('\n')) {
      files.dataset.names = names.join('\n');
      files.replaceChildren(...names.map((name, i) => el('option', { value: String(i) }, name)));
    }
    const { changes } = file.listing;
    files.title = `${t('source.file')} (U)${changes ? `: ${t('source.changed', { n: changes.hunks.length, against: changes.against })}` : ''}`;
    files.value = String(trace.sources.indexOf(file));
    files.toggleAttribute('hidden', names.length < 2);
    measure.textContent = t(set.ns ? 'source.by.ns' : 'source.by.events');
    measure.toggleAttribute('hidden', file !== trace.copyPy);
    folding.textContent = t(set.fold ? 'source.unfold.short' : 'source.fold.short');
    folding.setAttribute('aria-pressed', String(set.fold));
  }

  function update(state, trace, why) {
    if (why === 'trace') set.file = -1;
    const file = fileOf(trace);
    tools.toggleAttribute('hidden', !file);
    if (!file) {
      list.replaceChildren(el('li', { class: 'none' }, t('source.none')));
      locals.node.toggleAttribute('hidden', true);
      return;
    }
    learn(file);
    const isCopyPy = file === trace.copyPy;
    const line = isCopyPy ? (state.event.line ?? state.stack[state.stack.length - 1]?.line ?? null) : null;
    const name = isCopyPy ? functionAt(line) : '';
    if (file !== drawn.file || name !== drawn.name || set.fold !== drawn.fold) draw(file, name);
    drawTools(file, trace);
    heat(state, trace);
    mark(lineIn(file, state, trace), state.event.family);
    if (isCopyPy) locals.update(state, trace, name);
    else locals.node.toggleAttribute('hidden', true);
    const row = drawn.rows.get(line ?? lineIn(file, state, trace))?.row;
    if (row) settle(row);
  }

  function mark(line, family) {
    for (const [number, { row }] of drawn.rows) {
      const current = number === line;
      row.className = row.className.replace(/ current f-\w+/, '');
      if (current) row.className += ` current f-${family}`;
      if (current) row.setAttribute('aria-current', 'step');
      else row.removeAttribute('aria-current');
    }
  }

  return {
    node,
    update,
    resize() {},
    commands: [
      { keys: ['h'], shown: ['H'], text: 'source.key.heat', run: switchHeat },
      { keys: ['i'], shown: ['I'], text: 'source.key.fold', run: switchFold },
      { keys: ['u'], shown: ['U'], text: 'source.key.file', run: () => { if (store.trace?.sources.length) choose((store.trace.sources.indexOf(fileOf(store.trace)) + 1) % store.trace.sources.length); } },
    ],

    heading(_state, trace) {
      const file = trace ? fileOf(trace) : null;
      const name = file === trace?.copyPy ? drawn.name : shortName(file);
      return { title: t('view.source'), code: file ? name : '', source: file ? 'recorded' : '' };
    },

    twin(state, trace) {
      const file = fileOf(trace);
      if (!file) return { caption: t('source.none'), columns: [], rows: [] };
      const now = lineIn(file, state, trace) ?? 0;
      const all = [...drawn.rows.values()];
      const at = Math.max(0, all.findIndex(({ line }) => line.no === now));
      const shown = all.slice(Math.max(0, at - TWIN_ROWS / 2), at + TWIN_ROWS / 2);
      const locally = file === trace.copyPy ? locals.rows(state, trace, drawn.name).map(([name, value]) => `${name} = ${value}`).join(', ') : '';
      return {
        caption: `${t('source.caption', { file: file.name, name: drawn.name || '—', n: all.length, shown: shown.length })} ${locally ? `${t('source.locals')}: ${locally}` : ''}`,
        columns: [t('source.line'), t('source.text'), t('source.change'), t(set.ns ? 'source.by.ns' : 'source.by.events')],
        rows: shown.map(({ line, count }) => [line.no, line.text, line.change ? t(`source.${line.change}`) : '', count.textContent]),
        current: shown.findIndex(({ line }) => line.no === now),
      };
    },
  };
}

/** @param {any} file */
function shortName(file) {
  const name = file?.name.split('/').pop() || file?.role || '';
  return name.length > NAME_MAX ? `${name.slice(0, NAME_MAX - 1)}…` : name;
}
