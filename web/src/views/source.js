/**
 * The interpreter's own copy.py: the function that runs, its current line, and how often each line's events were
 * seen so far.  Only the current function is shown; its name stands in the pane's title.
 */
import { el } from '../dom.js';
import { SITES } from '../vocabulary.js';

const CALM_TOP = 0.25;
const CALM_BOTTOM = 0.7;

/** Top-level functions of a module: name to [first, last] line numbers. @returns {Map<string, [number, number]>} */
export function functionsOf(source) {
  const lines = source.text.split('\n');
  const out = new Map();
  lines.forEach((text, i) => {
    const name = /^def (\w+)/.exec(text)?.[1];
    if (!name || out.has(name)) return;
    let end = i + 1;
    while (end < lines.length && !/^\S/.test(lines[end])) end++;
    while (end > i + 1 && !lines[end - 1].trim()) end--;
    out.set(name, [i + source.first_line, end - 1 + source.first_line]);
  });
  return out;
}

/** A count in at most five characters. */
const short = (n) => (n < 1e4 ? String(n) : n < 1e6 ? `${Math.floor(n / 1e3)}k` : `${(n / 1e6).toFixed(1)}M`);

/** A line of code; its indent is drawn at half width, so that deep lines fit. */
function code(text) {
  const spaces = /^ */.exec(text)[0];
  const lead = el('span', { class: 'lead' }, spaces);
  lead.style.width = `${spaces.length / 2}ch`;
  return el('code', { title: text.trim() }, lead, text.slice(spaces.length));
}

export default function source() {
  const list = el('ol', { class: 'lines' });
  const node = el('div', { class: 'source', tabindex: '0', role: 'region', 'aria-label': 'Lines of copy.py' }, list);
  let drawn = { source: null, name: '', rows: new Map() };
  let sitesOfLine = new Map();
  let functions = new Map();

  function take(file) {
    functions = functionsOf(file);
    sitesOfLine = new Map();
    SITES.forEach(({ name }, site) => {
      const line = file.sites[name];
      if (!Number.isSafeInteger(line) || line <= 0) return;
      if (!sitesOfLine.has(line)) sitesOfLine.set(line, []);
      sitesOfLine.get(line).push(site);
    });
  }

  /** The function a line belongs to, or the one shown last. */
  function functionAt(line) {
    for (const [name, [first, last]] of functions) if (line >= first && line <= last) return name;
    return drawn.name || functions.keys().next().value || '';
  }

  function draw(file, name) {
    const [first, last] = functions.get(name) ?? [file.first_line, file.first_line - 1];
    const texts = file.text.split('\n').slice(first - file.first_line, last - file.first_line + 1);
    const indent = Math.min(...texts.filter((text) => text.trim()).map((text) => /^ */.exec(text)[0].length), 99);
    const rows = new Map();
    let inDoc = false;
    const nodes = texts.map((text, i) => {
      const quotes = text.split('"""').length - 1;
      const quiet = inDoc || quotes > 0 || /^\s*(#|$)/.test(text);
      if (quotes % 2) inDoc = !inDoc;
      const bar = el('i', {});
      const count = el('span', { class: 'count' });
      const row = el('li', { class: quiet ? 'line quiet' : 'line' }, el('span', { class: 'heat' }, bar),
        el('span', { class: 'no' }, String(first + i)), code(text.slice(indent)), count);
      rows.set(first + i, { row, bar, count, sites: sitesOfLine.get(first + i) ?? [] });
      return row;
    });
    list.replaceChildren(...nodes);
    list.classList.remove('turned');
    void list.offsetWidth; // restarts the fade that says: another function
    list.classList.add('turned');
    drawn = { source: file, name, rows };
    node.scrollTop = 0;
  }

  /** Scrolls only when the line has left the calm middle. */
  function settle(row) {
    const top = row.offsetTop - node.scrollTop;
    const height = node.clientHeight;
    if (top >= height * CALM_TOP && top <= height * CALM_BOTTOM) return;
    const target = row.offsetTop - height * (top < height * CALM_TOP ? CALM_TOP + 0.1 : CALM_BOTTOM - 0.2);
    node.scrollTop = Math.max(0, target);
  }

  function heat(visits) {
    let most = 1;
    for (const { sites } of drawn.rows.values()) for (const site of sites) most = Math.max(most, visits[site]);
    for (const { bar, count, sites, row } of drawn.rows.values()) {
      const seen = sites.reduce((max, site) => Math.max(max, visits[site]), 0);
      bar.style.width = `${Math.round((seen / most) * 100)}%`;
      count.textContent = seen ? short(seen) : '';
      count.title = seen ? `${seen.toLocaleString('en')} events` : '';
      row.classList.toggle('cold', sites.length > 0 && !seen);
    }
  }

  return {
    node,

    heading(state, trace) {
      const file = trace?.copyPy;
      return { title: 'Source', code: file ? `copy.py  ${drawn.name}` : '', note: file ? 'events per line' : '' };
    },

    update(state, trace) {
      const file = trace.copyPy;
      if (!file) {
        list.replaceChildren(el('li', { class: 'none' }, 'The trace carries no source.'));
        return;
      }
      if (file !== drawn.source) take(file);
      const line = state.event.line ?? state.stack[state.stack.length - 1]?.line ?? null;
      const name = line === null ? (drawn.name || 'deepcopy') : functionAt(line);
      if (file !== drawn.source || name !== drawn.name) draw(file, name);
      heat(state.visits);
      for (const [number, { row }] of drawn.rows) {
        const current = number === state.event.line;
        row.className = row.className.replace(/ current f-\w+/, '');
        if (current) row.className += ` current f-${state.event.family}`;
      }
      const row = drawn.rows.get(line)?.row;
      if (row) settle(row);
    },

    resize() {},
  };
}
