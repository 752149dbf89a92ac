/** The sentences, by event, case and depth, and the words that go with them. */
import en from './sayEn.js';
import vi from './sayVi.js';

const DEPTHS = ['newcomer', 'programmer', 'developer'];

/** A text for all depths, or one for each, under keys of their own. @param {Record<string, string|string[]>} texts */
function byDepth(texts) {
  const out = {};
  for (const [name, told] of Object.entries(texts)) {
    DEPTHS.forEach((depth, i) => { out[`say.${name}.${depth}`] = typeof told === 'string' ? told : told[i]; });
  }
  return out;
}

export default { en: { ...byDepth(en.say), ...en.words }, vi: { ...byDepth(vi.say), ...vi.words } };
