/** What of a page's look a class shares: layout, panes in front, one pane alone, spotlight, what is searched and picked. */
const LINKS = ['query', 'object'];
const TEXT_MAX = 500;

/** @param {{stage: HTMLElement, look: any, grid: any, panes: any, presets: {id: string}[], lesson(): string}} page */
export default function view({ stage, look, grid, panes, presets, lesson }) {
  const links = panes.links.filter(({ name }) => LINKS.includes(name));
  const isSpot = () => stage.hasAttribute('data-spotlight');
  let lit = '';

  const inFront = () => Object.entries(panes.sections).filter(([, section]) => section.isConnected && !section.hidden && section.classList.contains('tabbed')).map(([id]) => id);

  /** @param {string} id of the pane in the light; '': none */
  function light(id) {
    lit = Object.hasOwn(panes.sections, id) ? id : '';
    for (const [name, section] of Object.entries(panes.sections)) section.classList.toggle('lit', name === lit);
  }

  return {
    light,

    now() {
      const texts = links.map(({ name, get }) => [name, get().slice(0, TEXT_MAX)]).filter(([, text]) => text);
      return { lesson: lesson(), preset: grid.preset?.id ?? '', front: inFront(), full: grid.full, spot: isSpot(), lit: isSpot() ? lit : '', ...Object.fromEntries(texts) };
    },

    /** Makes the page look so, as far as it knows what that is. @param {any} wanted from a class */
    take(wanted) {
      if (presets.some(({ id }) => id === wanted.preset) && grid.preset?.id !== wanted.preset) look.preset(wanted.preset);
      const front = new Set(inFront());
      for (const id of Array.isArray(wanted.front) ? wanted.front : []) if (Object.hasOwn(panes.sections, id) && !front.has(id)) grid.reveal(id);
      const full = Object.hasOwn(panes.sections, wanted.full) ? wanted.full : '';
      if (grid.full && grid.full !== full) look.full(grid.full);
      if (full && grid.full !== full) look.full(full);
      if (isSpot() !== (wanted.spot === true)) look.spotlight();
      light(wanted.spot === true && typeof wanted.lit === 'string' ? wanted.lit : '');
      for (const { name, get, set } of links) {
        const text = typeof wanted[name] === 'string' ? wanted[name].slice(0, TEXT_MAX) : '';
        if (get() !== text) set(text);
      }
    },
  };
}
