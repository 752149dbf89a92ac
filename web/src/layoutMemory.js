/** What a visitor moved and chose in each preset, in this browser.  What is stored is taken as anybody's text. */
const KEY = 'copyscope.layout';
const VERSION = 1;

export default function layoutMemory(storage = localStorageOrNone()) {
  const presets = read();

  function read() {
    try {
      const stored = JSON.parse(storage.getItem(KEY) ?? 'null');
      return stored?.version === VERSION && isObject(stored.presets) ? new Map(Object.entries(stored.presets)) : new Map();
    } catch {
      return new Map();
    }
  }

  function write() {
    try {
      storage.setItem(KEY, JSON.stringify({ version: VERSION, presets: Object.fromEntries(presets) }));
    } catch { /* full or switched off: it holds for this page only */ }
  }

  const of = (id) => (isObject(presets.get(id)) ? presets.get(id) : {});
  const keep = (id, part, path, value) => {
    const known = of(id);
    presets.set(id, { ...known, [part]: { ...(isObject(known[part]) ? known[part] : {}), [path]: value } });
    write();
  };

  return {
    /** @param {string} id of the preset @param {string} path of the split @param {number[]} usual @returns {number[]} its own to change */
    sizes(id, path, usual) {
      const stored = of(id).sizes?.[path];
      const good = Array.isArray(stored) && stored.length === usual.length && stored.every((size) => Number.isFinite(size) && size > 0 && size < 1e6);
      return good ? [...stored] : [...usual];
    },
    keepSizes: (id, path, sizes) => keep(id, 'sizes', path, sizes),

    /** @param {string} id @param {string} path @param {string[]} views */
    tab(id, path, views) {
      const stored = of(id).tabs?.[path];
      return views.includes(stored) ? stored : views[0];
    },
    keepTab: (id, path, view) => keep(id, 'tabs', path, view),

    forget(id) {
      presets.delete(id);
      write();
    },
  };
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

function localStorageOrNone() {
  try {
    return window.localStorage;
  } catch {
    return { getItem: () => null, setItem() {} };
  }
}
