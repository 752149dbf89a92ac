/* The key comes after # in the address, where no server, log or Referer sees it.  It is handed in once, for a cookie that
 * scripts cannot read, and goes out of the address.  Loaded before the page, and by the page of those outside. */
const root = document.documentElement;

/** The same address without the key. @param {URLSearchParams} parts */
function opened(parts) {
  parts.delete('t');
  // An address that differs after # alone would not be loaded anew: the ? comes or goes with it.
  const search = location.search.endsWith('&') || location.href.includes('?#') ? location.search.slice(0, -1)
    : location.search ? `${location.search}&` : '?';
  return `${location.pathname}${search}#${parts}`;
}

async function enter() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const key = parts.get('t');
  if (!key) return;
  root.dataset.entering = '';
  const next = opened(parts);
  history.replaceState(null, '', `${location.pathname}${location.search}#${parts}`);
  const { ok } = await fetch('enter', { method: 'POST', body: key }).catch(() => ({ ok: false }));
  if (ok) location.replace(next);
  else delete root.dataset.entering;
}

addEventListener('hashchange', enter);
enter();
