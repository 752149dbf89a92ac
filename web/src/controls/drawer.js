/** A panel from the left that can be closed: the native dialog does focus, Escape and the backdrop. */
import { el, icon } from '../dom.js';

export default function drawer(t, title, className, ...children) {
  const close = el('button', { class: 'tool close', type: 'button', title: t('keys.close'), 'aria-label': t('drawer.close') }, icon('M5,5 L19,19 M19,5 L5,19'));
  const heading = el('h2', {}, title);
  const node = /** @type {HTMLDialogElement} */ (el('dialog', { class: `drawer ${className}` },
    el('div', { class: 'bar' }, heading, close), ...children));
  close.addEventListener('click', () => node.close());
  node.addEventListener('click', (event) => { if (event.target === node) node.close(); });
  document.body.append(node);
  return {
    node,
    get isOpen() { return node.open; },
    title(text) { heading.textContent = text; },
    open() { if (!node.open) node.showModal(); },
    close() {
      // A field hidden with its drawer would keep the focus, and take the keys, until the next frame.
      if (node.contains(document.activeElement)) /** @type {HTMLElement} */ (document.activeElement).blur();
      if (node.open) node.close();
    },
    toggle() { if (node.open) node.close(); else node.showModal(); },
  };
}
