/** A function's syntax tree as rows that open and close, and which of them a line lights up.  No DOM here. */

/** Fields that hold statements: what is in them is open from the beginning. */
const BLOCKS = new Set(['body', 'orelse', 'finalbody', 'handlers', 'cases']);

/**
 * @typedef {import('./listing.js').Node & {index: number, parent: number, children: number[], block: boolean, last: number}} Branch
 * index: its position; last: that of the last node below it; block: it holds statements
 */

/** The tree of the function or class that a line stands in. @param {import('./listing.js').Node[]} nodes @param {number} line @returns {Branch[]} */
export function treeAt(nodes, line) {
  const tops = nodes.map((node, i) => ({ node, i })).filter(({ node }) => node.depth === 0);
  const at = tops.findIndex(({ node }) => node.line <= line && line <= node.end);
  if (at < 0) return [];
  const end = at + 1 < tops.length ? tops[at + 1].i : nodes.length;
  /** @type {Branch[]} */
  const branches = nodes.slice(tops[at].i, end).map((node, index) => ({ ...node, index, parent: -1, children: [], block: false, last: index }));
  const path = [];
  for (const branch of branches) {
    path.length = branch.depth;
    path[branch.depth] = branch;
    const parent = path[branch.depth - 1];
    if (!parent) continue;
    branch.parent = parent.index;
    parent.children.push(branch.index);
    parent.block ||= BLOCKS.has(branch.field);
    for (const above of path.slice(0, -1)) above.last = branch.index;
  }
  return branches;
}

/** Does the line light this node?  One that holds statements only by its first line. @param {Branch} node @param {number} line */
export const isLit = (node, line) => node.line > 0 && (node.block ? node.line === line : node.line <= line && line <= node.end);

/** @param {Branch[]} tree @param {number} line @param {Map<number, boolean>} chosen what was opened or closed by hand */
export function isOpen(tree, node, line, chosen) {
  return node.children.length > 0 && (chosen.get(node.index) ?? (node.block || isLit(node, line)));
}

/** The nodes in sight, from the top. @param {Branch[]} tree @param {number} line @param {Map<number, boolean>} chosen @returns {Branch[]} */
export function rowsOf(tree, line, chosen) {
  const rows = [];
  for (let i = 0; i < tree.length; i++) {
    rows.push(tree[i]);
    if (!isOpen(tree, tree[i], line, chosen)) i = tree[i].last;
  }
  return rows;
}
