/** The name that was probably meant: by edit distance, when it is small against the word. */

/** @param {string} word @param {string[]} names @returns {string} empty when none is near */
export function nearest(word, names) {
  let best = '';
  let least = Math.floor(word.length / 3) + 2;
  for (const name of names) {
    const by = name.split('.').includes(word) ? 1 : distance(word, name);
    if (by < least) [best, least] = [name, by];
  }
  return best;
}

function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}
