/** The page's look: dark, light or projector, and how large its text is; remembered in this browser. */
const THEMES = ['dark', 'light', 'projector'];
/** Text sizes, in those of the layouts. On a projector the smallest text has 24 px of 1080. */
const SIZES = [1, 1.25, 1.6];
const ON_PROJECTOR = SIZES[2];
/** From this size on the layouts show fewer panes at a time. */
const LARGE = 1.4;
const KEY = 'copyscope.theme';
const SIZE_KEY = 'copyscope.size';

/** @param {{changed: () => void}} on */
export default function theme({ changed }) {
  const { dataset, style } = document.documentElement;
  let size = 0; // chosen; 0: the theme's own

  function apply(name) {
    dataset.theme = name;
    const shown = size || (name === 'projector' ? ON_PROJECTOR : 1);
    style.setProperty('--size', String(shown));
    if (shown >= LARGE) dataset.large = 'yes';
    else delete dataset.large;
  }

  function set(name, chosen) {
    size = chosen;
    apply(name);
    keep(KEY, name);
    keep(SIZE_KEY, String(size));
    changed();
  }

  const asked = new URLSearchParams(location.search);
  const wanted = asked.get('theme') ?? stored(KEY);
  size = SIZES.find((one) => String(one) === (asked.get('size') ?? (asked.has('theme') ? '' : stored(SIZE_KEY)))) ?? 0;
  apply(THEMES.includes(wanted) ? wanted : 'dark');
  printsLight(dataset, changed);
  return {
    get name() { return dataset.theme; },
    get large() { return dataset.large === 'yes'; },
    /** Another theme comes with its own size of text. */
    next() { set(THEMES[(THEMES.indexOf(dataset.theme) + 1) % THEMES.length], 0); },
    /** The next size of all text, after the largest the smallest. */
    grow() {
      const now = Number(style.getPropertyValue('--size'));
      set(dataset.theme, SIZES[(SIZES.indexOf(now) + 1) % SIZES.length]);
    },
  };
}

/** Paper is light, whatever the screen is. */
function printsLight(dataset, changed) {
  let screen = '';
  window.addEventListener('beforeprint', () => {
    screen ||= dataset.theme;
    dataset.theme = 'light';
    changed();
  });
  window.addEventListener('afterprint', () => {
    if (!screen) return;
    dataset.theme = screen;
    screen = '';
    changed();
  });
}

function keep(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch { /* storage may be switched off; it still holds for this page */ }
}

function stored(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
