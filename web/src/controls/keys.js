/** Keys to commands.  None while a text field or a dialog has the focus. */
const FIELDS = 'input, textarea, select, [contenteditable]';
/** What a focused button, tab, tree or slider takes for itself. */
const OWN = { 'button, a, [role=tab]': [' ', 'Enter'] };

/**
 * @typedef {object} Command
 * @property {string[]} keys as KeyboardEvent.key, letters in lower case; "Shift+", "Ctrl+" before it
 * @property {string[]} shown how the sheet of keys shows them
 * @property {string} text what it does, a key of the strings
 * @property {(event: KeyboardEvent) => void} run
 * @property {'class'|'presenter'} [needs] it does nothing but there
 */

/** @param {KeyboardEvent} event */
function nameOf(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // A sign that needs Shift on this keyboard is that sign.
  const shift = event.shiftKey && (event.key.length > 1 || /[a-z]/i.test(event.key)) ? 'Shift+' : '';
  return `${event.ctrlKey ? 'Ctrl+' : ''}${shift}${key}`;
}

/** @param {Command[]} commands throws where two want the same key */
export default function keys(commands) {
  /** @type {Map<string, Command>} */
  const byKey = new Map();
  for (const command of commands) {
    for (const key of command.keys) {
      if (byKey.has(key)) throw new Error(`two commands have the key ${key}: ${byKey.get(key).text}, ${command.text}`);
      byKey.set(key, command);
    }
  }
  document.addEventListener('keydown', (event) => {
    if (event.altKey || event.metaKey || event.defaultPrevented) return;
    const target = /** @type {Element} */ (event.target);
    const name = nameOf(event);
    if (target.matches?.(FIELDS) || document.querySelector('dialog[open]')) return;
    if (Object.entries(OWN).some(([where, taken]) => target.matches?.(where) && taken.includes(name))) return;
    const command = byKey.get(name);
    if (!command) return;
    event.preventDefault();
    command.run(event);
  });
}
