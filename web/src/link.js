/**
 * The page's address: what is shown, which event, which layout, so that it can be opened again.  After #, where no
 * server and no Referer sees it.
 */
const LONGEST = 2000;

/** @typedef {{name: string, get(): string, set(value: string): void}} Link part of the address that a view keeps */

/** @param {{store: any, facts: () => Record<string, string>, links: Link[]}} page */
export default function link({ store, facts, links }) {
  let resting = 0;

  /** Once the cursor rests: browsers limit how often the address may be changed. */
  function remember() {
    clearTimeout(resting);
    resting = window.setTimeout(write, 400);
  }

  function write() {
    const parts = new URLSearchParams(Object.entries(facts()).filter(([, value]) => value));
    if (store.trace?.eventCount) parts.set('event', String(store.cursor + 1));
    for (const { name, get } of links) if (get()) parts.set(name, get());
    const hash = `#${parts}`;
    if (hash.length <= LONGEST) history.replaceState(null, '', `${location.pathname}${hash}`);
  }

  return { remember };
}

/** What the address asked for when the page was opened. */
export function asked() {
  const parts = new URLSearchParams(location.hash.slice(1));
  return {
    event: Number(parts.get('event')) || 0,
    preset: parts.get('preset') ?? '',
    lesson: parts.get('lesson') ?? '',
    trace: parts.get('trace') ?? '',
    policy: parts.get('policy') ?? '',
    get: (name) => parts.get(name),
  };
}
