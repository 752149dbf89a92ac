/** Keys to actions.  None while a text field or a dialog has the focus. */
const FIELDS = 'input, textarea, select, [contenteditable]';

/** @param {Record<string, (event: KeyboardEvent) => void>} actions by key, letters in lower case */
export default function keys(actions) {
  document.addEventListener('keydown', (event) => {
    if (event.altKey || event.metaKey) return;
    const target = /** @type {Element} */ (event.target);
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.ctrlKey && name !== 'Enter') return;
    if (target.matches?.(FIELDS) || document.querySelector('dialog[open]')) return;
    // A focused button takes Space and Enter for itself.
    if (target.matches?.('button, a') && (name === ' ' || name === 'Enter')) return;
    const action = actions[event.ctrlKey ? `Ctrl+${name}` : name];
    if (!action) return;
    event.preventDefault();
    action(event);
  });
}
