/**
 * Lesson text as nodes.  marked only splits it into tokens; what is not in the list below shows as plain text, so
 * nothing in a lesson becomes markup by itself.
 */
import { marked } from 'marked';

const BLOCKS = {
  heading: (token) => wrap('h3', inline(token.tokens)),
  paragraph: (token) => wrap('p', inline(token.tokens)),
  code: (token) => wrap('pre', [wrap('code', [token.text])]),
  blockquote: (token) => wrap('blockquote', blocks(token.tokens)),
  list: (token) => list(token, token.items.map((item) => wrap('li', blocks(item.tokens)))),
  table: (token) => wrap('table', [row('th', token.header), ...token.rows.map((cells) => row('td', cells))]),
  text: (token) => wrap('span', token.tokens ? inline(token.tokens) : [plain(token.text)]),
  space: () => null,
};

const SPANS = {
  strong: (token) => wrap('strong', inline(token.tokens)),
  em: (token) => wrap('em', inline(token.tokens)),
  codespan: (token) => wrap('code', [plain(token.text)]),
  text: (token) => plain(token.text),
  escape: (token) => plain(token.text),
  br: () => document.createElement('br'),
};

/** @param {string} text @returns {Node[]} */
export default function markdown(text) {
  return blocks(marked.lexer(text));
}

/** An ordered list begins where the text says. */
function list({ ordered, start }, items) {
  const node = wrap(ordered ? 'ol' : 'ul', items);
  if (ordered && Number.isInteger(start) && start !== 1) node.setAttribute('start', String(start));
  return node;
}

const blocks = (tokens) => tokens.map((token) => (BLOCKS[token.type] ?? raw)(token)).filter(Boolean);
const inline = (tokens) => tokens.map((token) => (SPANS[token.type] ?? raw)(token));
const raw = (token) => plain(token.text ?? token.raw ?? '');
const row = (tag, cells) => wrap('tr', cells.map((cell) => wrap(tag, inline(cell.tokens))));
const plain = (text) => document.createTextNode(text);

function wrap(tag, children) {
  const node = document.createElement(tag);
  node.append(...children);
  return node;
}
