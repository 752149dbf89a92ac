/** Makes the views, each in a section of its own, and keeps those in sight at the store's cursor, at most once per frame. */
import { el, icon, svg } from './dom.js';
import makeHurry from './hurry.js';
import twinTable from './twin.js';

const FULL = 'M4,9 V4 H9 M15,4 H20 V9 M20,15 V20 H15 M9,20 H4 V15';

/**
 * @param {object} context what every view is given: { store, t, ui }
 * @param {Record<string, (context: any) => any>} makers view by id
 * @param {(id: string) => void} full asked for by a pane's own button
 */
export default function panes(context, makers, full) {
  const { store, t } = context;
  const shown = Object.entries(makers).map(([id, make]) => {
    const view = make({ ...context, redraw: () => heading(id) });
    const section = sectionFor(id);
    const body = section.querySelector('.body');
    if (view.mount) view.mount(body);
    else body.append(view.node);
    const twin = view.twin ? twinTable(section, t) : null;
    /** `why` of its next update: what happened since it was drawn last, which may be long ago if it was out of sight. */
    return { id, pane: section, view, twin, why: 'trace', cost: 0, drawn: -Infinity };
  });
  const hurry = makeHurry();
  let waiting = 0;
  let resting = 0;

  /** What a view's title row says has changed without the cursor: its picture was made elsewhere. @param {string} id */
  function heading(id) {
    const { pane, view } = shown.find((entry) => entry.id === id);
    guard(id, () => setHeading(pane, view.heading(store.state, store.trace), t));
  }

  /** Soon, once. */
  function redraw() {
    if (!waiting) waiting = requestAnimationFrame(draw);
  }

  /** What waited for the cursor to rest is drawn. */
  function rest() {
    hurry.rests();
    redraw();
  }

  function sectionFor(id) {
    const button = el('button', { class: 'tool full', type: 'button', title: t('pane.full'), 'aria-label': `${t(`view.${id}`)}: ${t('pane.full')}` }, icon(FULL));
    button.addEventListener('click', () => full(id));
    return el('section', { class: 'pane', id, 'aria-label': t(`view.${id}`) },
      el('h2', {}, el('span', { class: 'title' }, t(`view.${id}`)), el('span', { class: 'r' }), button), el('div', { class: 'body' }));
  }

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
    for (const entry of shown) {
      const { id, pane, view, twin } = entry;
      if (!pane.isConnected || pane.hidden) continue;
      if (entry.why === 'seek' && hurry.waits(entry, trace?.eventCount ?? 0)) {
        clearTimeout(resting);
        resting = window.setTimeout(rest, hurry.rest);
        continue;
      }
      hurry.timed(entry, () => guard(id, () => {
        pane.classList.toggle('blank', !state);
        if (state) view.update(state, trace, entry.why);
        if (state) entry.why = 'seek';
        if (view.heading) setHeading(pane, view.heading(state, trace), t);
        if (twin) twin.update(() => (state ? view.twin(state, trace) : null));
      }));
    }
  }

  store.subscribe((_state, _trace, what) => {
    if (what === 'seek') hurry.moves();
    else for (const entry of shown) if (entry.why !== 'trace') entry.why = what;
    redraw();
  });

  function resize() {
    for (const { id, pane, view } of shown) if (pane.isConnected && !pane.hidden) guard(id, () => view.resize?.());
    redraw();
  }

  return {
    resize,
    sections: Object.fromEntries(shown.map(({ id, pane }) => [id, pane])),
    has: (id) => shown.some((entry) => entry.id === id),
    view: (id) => shown.find((entry) => entry.id === id)?.view,
    /** What the views can be told to do by a key. */
    commands: shown.flatMap(({ view }) => view.commands ?? []),
    /** Parts of the page's address that views keep. */
    links: shown.flatMap(({ view }) => view.link ?? []),
    tables(on) { for (const { twin } of shown) twin?.visible(on); },
  };
}

const SOURCES = { recorded: null, measured: null, simulated: '2.2 2', model: '4 2', reconstructed: '1 2.4' };

function setHeading(pane, { title, code = '', note = '', source = '' }, t) {
  const key = [title, code, note, source].join('\n');
  if (pane.dataset.heading === key) return;
  pane.dataset.heading = key;
  const right = pane.querySelector('h2 .r');
  pane.querySelector('h2').setAttribute('aria-label', [title, code].filter(Boolean).join(' ')); // a tab may stand for the title
  pane.querySelector('h2 .title').replaceChildren(title, ...(code ? [' ', el('code', {}, code)] : []));
  right.replaceChildren(...(source ? [provenance(source), t(`source.${source}`)] : []), ...(note ? [el('span', {}, note)] : []));
}

/** Where the pane's data come from: a dot for recorded, a dashed ring for what is not. */
function provenance(source) {
  const dash = SOURCES[source] ?? null;
  return svg('svg', { viewBox: '0 0 12 12', class: source, 'aria-hidden': 'true' },
    svg('circle', { cx: 6, cy: 6, r: 4.6, class: dash ? 'line' : 'fill', 'stroke-dasharray': dash }));
}
