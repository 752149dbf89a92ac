/** Notes of traces that were not saved yet: kept in this browser, by the trace's digest, the oldest given up first. */
const KEY = 'copyscope.notes';
const TRACES = 20;

function all() {
  try {
    const json = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(json) ? json.filter((entry) => typeof entry?.digest === 'string' && Array.isArray(entry.notes)) : [];
  } catch {
    return [];
  }
}

/** @param {string} digest @returns {any[]|null} null: nothing was kept of this trace */
export const kept = (digest) => (digest ? all().find((entry) => entry.digest === digest)?.notes ?? null : null);

/** @param {string} digest @param {any[]} notes those of the trace that are gone are kept as deleted */
export function keep(digest, notes) {
  if (!digest) return;
  try {
    localStorage.setItem(KEY, JSON.stringify([...all().filter((entry) => entry.digest !== digest), { digest, notes }].slice(-TRACES)));
  } catch { /* full, or switched off: they stay on the page, and can be saved */ }
}

const AUTHOR = 'copyscope.author';

/** Who wrote the last note in this browser. @returns {string} */
export function author() {
  try {
    return localStorage.getItem(AUTHOR) ?? '';
  } catch {
    return '';
  }
}

/** @param {string} name */
export function keepAuthor(name) {
  try {
    localStorage.setItem(AUTHOR, name);
  } catch { /* switched off: it is asked for again */ }
}
