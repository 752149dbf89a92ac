/**
 * Which views stand where.  A part is a place, `views` behind tabs, or a split into parts, a row or a column.  `size` is
 * the part's share of its split; `fit` takes what its content needs instead.
 *
 * @typedef {{views: string[], size?: number, fit?: boolean}} Place
 * @typedef {{split: 'row'|'column', parts: (Place|Split)[], size?: number}} Split
 * @typedef {{id: string, key: string, main: Split, large?: Split, kept?: string, timeline: boolean}} Preset
 * large: with large text, fewer at a time; kept: under what it is remembered, else its id
 */

/** With large text two places, the views of each behind tabs, and the narration below. @param {string[]} left @param {string[]} right @param {number} [share] of the left
 * @returns {Split} */
const two = (left, right, share = 58) => ({ split: 'column', parts: [
  { split: 'row', size: 1, parts: [{ views: left, size: share }, { views: right, size: 100 - share }] }, { views: ['narration'], fit: true }] });

/** @type {Preset[]} */
export default [
  {
    id: 'teach', key: '1', timeline: true,
    main: { split: 'row', parts: [
      { split: 'column', size: 27.5, parts: [{ views: ['source'], size: 1 }, { views: ['stack'], fit: true }] },
      { split: 'column', size: 41.5, parts: [{ views: ['objects'], size: 1 }, { views: ['narration'], fit: true }] },
      { split: 'column', size: 31, parts: [{ views: ['memo'], size: 1 }, { views: ['cam'], fit: true }] },
    ] },
    large: two(['objects'], ['memo', 'cam', 'source', 'stack'], 51),
  },
  {
    id: 'explore', key: '2', timeline: true,
    main: { split: 'row', parts: [
      { split: 'column', size: 30, parts: [
        { views: ['source', 'bytecode', 'ast'], size: 3 }, { views: ['stack'], fit: true }] },
      { split: 'column', size: 40, parts: [
        { views: ['objects', 'memoryMap'], size: 1 }, { views: ['narration'], fit: true }] },
      { split: 'column', size: 30, parts: [
        { views: ['events', 'flame'], size: 1 }, { views: ['memo', 'dispatchTable', 'cam', 'meters'], size: 1 }] },
    ] },
    large: two(['source', 'bytecode', 'ast', 'events', 'flame'], ['objects', 'memo', 'dispatchTable', 'cam', 'meters'], 50),
  },
  {
    id: 'hardware', key: '3', timeline: false,
    main: { split: 'column', parts: [
      { split: 'row', size: 1, parts: [{ views: ['race'], size: 69 }, { views: ['memo', 'memoryMap'], size: 31 }] },
      { views: ['narration'], fit: true },
      { split: 'row', size: 1.45, parts: [
        { views: ['waveform', 'cam'], size: 31 }, { views: ['breakEven'], size: 38 }, { views: ['blockDiagram'], size: 31 }] },
    ] },
    large: { split: 'column', parts: [{ views: ['race', 'waveform', 'breakEven', 'blockDiagram', 'memo', 'cam', 'memoryMap'], size: 1 }, { views: ['narration'], fit: true }] },
  },
  {
    id: 'compare', key: '4', timeline: false,
    main: { split: 'row', parts: [{ views: ['compare'], size: 1 }] },
  },
  {
    id: 'report', key: '5', timeline: true,
    main: { split: 'row', parts: [
      { split: 'column', size: 58, parts: [{ views: ['objects'], size: 1 }, { views: ['narration'], fit: true }] },
      { split: 'column', size: 42, parts: [{ views: ['notes', 'events'], size: 1 }, { views: ['meters', 'memo', 'source'], size: 1 }] },
    ] },
    large: two(['objects'], ['notes', 'events', 'meters', 'memo', 'source']),
  },
];

/** Views that somebody chose, side by side, the narration below: a layout of their own; none for the name of a layout.
 * @param {string[]} views @param {(id: string) => boolean} has @returns {Preset[]} */
export function chosen(views, has) {
  const known = views.filter((id) => has(id));
  if (!known.length) return [];
  const others = known.filter((id) => id !== 'narration' && id !== 'timeline').map((id) => ({ views: [id], size: 1 }));
  const told = { views: ['narration'], fit: others.length > 0 };
  const parts = [...(others.length ? [{ split: /** @type {'row'} */ ('row'), size: 1, parts: others }] : []), ...(known.includes('narration') || !others.length ? [told] : [])];
  return [{ id: 'chosen', key: '6', timeline: known.includes('timeline'), main: { split: 'column', parts } }];
}

/** A preset with only the views that are there; null where none is left. @param {Preset} preset @param {(id: string) => boolean} has */
export function available(preset, has) {
  const [main, large] = [prune(preset.main, has), preset.large ? prune(preset.large, has) : null];
  const whole = (part) => ('split' in part ? part : { split: 'row', parts: [part] });
  return main ? { ...preset, main: whole(main), ...(large ? { large: whole(large) } : {}) } : null;
}

function prune(part, has) {
  if ('views' in part) {
    const views = part.views.filter(has);
    return views.length ? { ...part, views } : null;
  }
  const parts = part.parts.map((inner) => prune(inner, has)).filter((inner) => inner !== null);
  if (!parts.length) return null;
  return parts.length === 1 && !parts[0].fit ? { ...parts[0], size: part.size } : { ...part, parts };
}
