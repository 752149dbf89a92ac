/**
 * The formats that a recording can leave the page in.  Those of the server are written by the program, as
 * `copyscope export` does; a page without a server has only its own.
 *
 * @typedef {{id: string, name: string, ending: string, by: 'page'|'server'|'waves'|'figure'}} Format
 * @typedef {{id: string, formats: Format[]}} Group
 */

/** @param {string} id @param {string} name @param {string} [ending] @returns {Format} */
const server = (id, name, ending = id) => ({ id, name, ending, by: 'server' });

/** Signals of the simulated CAM: the server has none where no event of the range asks the memo. @type {typeof server} */
const waves = (id, name, ending = id) => ({ id, name, ending, by: 'waves' });

/** @type {Group[]} */
export default [
  { id: 'whole', formats: [
    { id: 'html', name: 'HTML', ending: 'html', by: 'page' },
    { id: 'cst', name: 'copyscope', ending: 'cst', by: 'page' },
  ] },
  { id: 'figure', formats: [
    { id: 'svg', name: 'SVG', ending: 'svg', by: 'figure' },
    { id: 'png', name: 'PNG', ending: 'png', by: 'figure' },
    { id: 'pdf', name: 'PDF', ending: 'pdf', by: 'figure' },
    { id: 'animation', name: 'animated SVG', ending: 'svg', by: 'figure' },
  ] },
  { id: 'data', formats: [
    server('csv', 'CSV'), server('ndjson', 'NDJSON'), server('chrome', 'Chrome trace', 'json'), server('speedscope', 'speedscope', 'speedscope.json'),
    server('folded', 'folded stacks', 'folded'), server('dot', 'Graphviz'), server('graphml', 'GraphML'),
    server('markdown', 'Markdown', 'md'), server('latex', 'LaTeX', 'tex'), waves('vcd', 'VCD'), waves('fst', 'FST'), waves('wavedrom', 'WaveDrom', 'json'),
  ] },
];
