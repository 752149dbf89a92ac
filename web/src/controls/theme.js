/** The page's look: dark, light or projector; remembered in this browser. */
const THEMES = ['dark', 'light', 'projector'];
const KEY = 'copyscope.theme';

export default function theme({ changed }) {
  function set(name) {
    document.documentElement.dataset.theme = name;
    try {
      localStorage.setItem(KEY, name);
    } catch { /* storage may be switched off; the theme still holds for this page */ }
    changed();
  }

  function stored() {
    const asked = new URLSearchParams(location.search).get('theme');
    if (THEMES.includes(asked)) return asked;
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  }

  const first = stored();
  document.documentElement.dataset.theme = THEMES.includes(first) ? first : 'dark';
  return {
    get name() { return document.documentElement.dataset.theme; },
    set,
    next() { set(THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length]); },
  };
}
