/* Short words for objects: the text of an atomic value, the accessor of a reference, a name. */
import { ROLE } from './records.js';
import { KIND, NONE } from './structure.js';

const SCAN_MAX = 4096; /* links walked to number an item of a rebuilt object */

/** @param {string} s @param {number} max */
export function clip(s, max) {
  const line = s.replace(/\s+/g, ' ');
  return line.length > max ? `${line.slice(0, max - 1)}…` : line;
}

/** @param {any} trace @param {number} ref @returns {string} the type's name, without its module */
export function typeName(trace, ref) {
  const object = trace.objects[ref];
  const type = object && trace.types && trace.types[object.type];
  const name = (object && object.typeName) || (type && type.name) || 'object';
  return typeof name === 'string' ? name.slice(name.lastIndexOf('.') + 1) : 'object';
}

/** Text of an atomic value: what the trace kept of it, else its type. @param {any} trace @param {number} ref @param {number} [max] */
export function atomText(trace, ref, max = 12) {
  const object = trace.objects[ref];
  const text = object && typeof object.text === 'string' ? object.text : '';
  const name = object && typeof object.name === 'string' ? object.name : '';
  return clip(text || name || `<${typeName(trace, ref)}>`, max);
}

/** The key of a dict item by the link of its value. @param {import('./structure.js').Run} run @param {number} link */
export function keyLinkOf(run, link) {
  const { role, next, index, parent } = run.link;
  if (role[link] === ROLE.dict_value) return next[link] !== NONE && role[next[link]] === ROLE.dict_key ? next[link] : NONE;
  if (role[link] !== ROLE.item_value || index[link] === 0) return NONE;
  for (let l = run.node.first[parent[link]], i = 0; l !== NONE && i < SCAN_MAX; l = next[l], i++)
    if (next[l] === link) return role[l] === ROLE.item_key ? l : NONE;
  return NONE;
}

/** A key as an attribute name: the text of a str without its quotes. @param {string} text */
export function unquote(text) {
  return /^(['"]).*\1$/.test(text) ? text.slice(1, -1) : text;
}

/** How the parent reaches a child: "[0]", ".next", "['k']". @param {any} trace
 * @param {import('./structure.js').Run} run @param {number} link @returns {string} */
export function accessor(trace, run, link) {
  const { parent, child, role, index, next } = run.link;
  const p = parent[link];
  switch (role[link]) {
    case ROLE.list_elem: case ROLE.tuple_elem: return `[${index[link]}]`;
    case ROLE.item: {
      let n = 0;
      for (let l = run.node.first[p], i = 0; l !== NONE && l !== link && i < SCAN_MAX; l = next[l], i++)
        if (role[l] === ROLE.item) n++;
      return `[${n}]`;
    }
    case ROLE.dict_value: case ROLE.item_value: {
      const keyLink = keyLinkOf(run, link);
      if (keyLink === NONE) return '[…]';
      const key = run.link.child[keyLink];
      const text = run.isAtom(key) ? atomText(trace, run.node.ref[key], 14) : typeName(trace, run.node.ref[key]);
      return run.node.fold[p] !== NONE ? `.${unquote(text)}` : `[${text}]`;
    }
    case ROLE.dict_key: case ROLE.item_key: return ' key';
    case ROLE.arg: return ` arg ${index[link]}`;
    case ROLE.state: return '.__dict__';
    case ROLE.self: return '.__self__';
    case ROLE.user: return run.node.kind[child[link]] === KIND.ATOM ? '' : ' hook';
    default: return '';
  }
}
