/** Puts the views into their panes and keeps them at the store's cursor, at most once per frame. */
import { el, svg } from './dom.js';

/**
 * @param {object} store
 * @param {Record<string, (context: {store: any}) => any>} makers view by pane id
 */
export default function panes(store, makers) {
  const shown = Object.entries(makers).map(([id, make]) => {
    const pane = document.getElementById(id);
    const view = make({ store });
    const body = pane.querySelector('.body');
    if (view.mount) view.mount(body);
    else body.append(view.node);
    return { id, pane, view };
  });
  let waiting = 0;
  let why = 'seek';

  function guard(id, work) {
    try {
      work();
    } catch (error) {
      // One view that fails, say on a damaged trace, must not take the others along.
      console.error(`view ${id}:`, error);
    }
  }

  function draw() {
    waiting = 0;
    const { state, trace } = store;
    for (const { id, pane, view } of shown) {
      guard(id, () => {
        pane.classList.toggle('blank', !state);
        if (state) view.update(state, trace, why);
        if (view.heading) setHeading(pane, view.heading(state, trace));
      });
    }
    why = 'seek';
  }

  store.subscribe((_state, _trace, what) => {
    if (what !== 'seek') why = what;
    if (!waiting) waiting = requestAnimationFrame(draw);
  });

  function resize() {
    for (const { id, view } of shown) guard(id, () => view.resize?.());
    if (!waiting) waiting = requestAnimationFrame(draw);
  }
  new ResizeObserver(resize).observe(document.querySelector('.stage'));

  return { resize, view: (id) => shown.find((entry) => entry.id === id)?.view };
}

const SOURCES = { recorded: null, simulated: '2.2 2', model: '4 2' };

function setHeading(pane, { title, code = '', note = '', source = '' }) {
  const key = [title, code, note, source].join('\n');
  if (pane.dataset.heading === key) return;
  pane.dataset.heading = key;
  const right = pane.querySelector('h2 .r');
  pane.querySelector('h2 .title').replaceChildren(title, ...(code ? [' ', el('code', {}, code)] : []));
  right.replaceChildren(...(source ? [provenance(source), source] : []), ...(note ? [el('span', {}, note)] : []));
}

/** Where the pane's data come from: a dot for recorded, a dashed ring for simulated. */
function provenance(source) {
  const dash = SOURCES[source] ?? null;
  return svg('svg', { viewBox: '0 0 12 12', class: source, 'aria-hidden': 'true' },
    svg('circle', { cx: 6, cy: 6, r: 4.6, class: dash ? 'line' : 'fill', 'stroke-dasharray': dash }));
}
