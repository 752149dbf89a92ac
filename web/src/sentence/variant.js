/** Which sentence fits an event: a list of keys of the strings, without "say." and the depth, to be said one after the other. */
import { COPIERS, FLAGS, REC } from '../vocabulary.js';

/** @typedef {import('./scene.js').default} Scene */

const HAS_PREFIX = new Set(['list_elem', 'tuple_elem', 'dict_value', 'dict_key', 'arg', 'state', 'item', 'item_key',
  'item_value', 'self', 'user']);
const COPIED_BY = new Set(['list', 'tuple', 'dict', 'method', 'atomic', 'custom']);
/** Sites of a store that comes before the copy is filled. */
const BEFORE_FILLED = new Set(['list_set', 'dict_set', 'make_set', 'fast_set']);

const yesNo = (name) => (e) => `${name}.${e.yes ? 'yes' : 'no'}`;
const deepOrShallow = (name) => (e) => `${name}.${e.shallow ? 'shallow' : 'deep'}`;
const copierOf = (e) => COPIERS[e.typeEntry?.copier ?? 0]?.name;

function called(e) {
  const why = e.caller && HAS_PREFIX.has(e.event.role) ? [`for.${e.event.role}`] : [];
  return [...why, e.op === 'deepcopy' ? 'call.deep' : 'call.other'];
}

function lookedUp(e) {
  if (e.yes) return `memo_get.${e.madeAt(e.arg) < 0 ? 'given' : 'hit'}${e.event.lg ? '.probed' : ''}`;
  const atomic = copierOf(e) === 'atomic' ? '.atomic' : '';
  return `memo_get.miss${atomic}${e.event.slot !== null && e.event.lg ? '.probed' : ''}`;
}

function dispatched(e) {
  if (e.shallow) {
    if (e.trace.records.kind[e.event.rec] === REC.copy_atom) return 'dispatch.copy.atomic';
    return `dispatch.${e.event.site === 'copy_holders' ? 'holder' : 'copy'}.${e.yes ? 'yes' : 'no'}`;
  }
  const copier = copierOf(e);
  return `dispatch.${COPIED_BY.has(copier) ? copier : 'none'}`;
}

function stored(e) {
  const again = e.inMemoBefore;
  const how = again ? 'again' : BEFORE_FILLED.has(e.event.site) ? 'open' : 'first';
  return [`memo_set.${how}`, ...(e.event.flags & FLAGS.RESIZED && e.event.lg ? ['resized'] : [])];
}

function reduced(e) {
  return `reduce.${e.event.flags & FLAGS.YES ? 'copyreg' : e.event.flags & FLAGS.OLD ? 'old' : 'ex'}`;
}

function returned(e) {
  if (e.event.site === 'return_hit') return 'return.hit';
  const same = !e.returned || e.returned === e.obj;
  if (same) return `return.same.${e.op === 'deepcopy' ? 'deep' : 'shallow'}`;
  return 'return.new';
}

/** @type {Record<string, (scene: Scene) => string|string[]>} */
const VARIANTS = {
  call: called,
  memo_new: () => 'memo_new',
  memo_given: () => 'memo_given',
  memo_get: lookedUp,
  dispatch: dispatched,
  atomic: (e) => (copierOf(e) === 'atomic' || e.shallow ? 'atomic.value' : 'atomic.class'),
  class_check: yesNo('class_check'),
  hook_get: (e) => `hook_get.${e.shallow ? 'shallow' : 'deep'}.${e.yes ? 'yes' : 'no'}`,
  hook_call: deepOrShallow('hook_call'),
  copyreg_get: yesNo('copyreg_get'),
  reduce: reduced,
  reduce_str: yesNo('reduce_str'),
  list_new: () => 'list_new',
  dict_new: () => 'dict_new',
  append: (e) => (e.edge ? 'append.known' : 'append.bare'),
  setitem: (e) => (e.edge ? 'setitem.known' : 'setitem.bare'),
  tuple_new: () => 'tuple_new',
  tuple_same: () => 'tuple_same',
  method_new: () => 'method_new',
  memo_set: stored,
  memo_again: yesNo('memo_again'),
  keep_get: yesNo('keep_get'),
  keep_new: (e) => ['keep_new', ...(e.event.flags & FLAGS.RESIZED && e.event.lg ? ['grows'] : [])],
  keep_append: () => 'keep_append',
  make: (e) => `make.${e.event.site === 'fast_make' ? 'fast' : e.shallow ? 'shallow' : 'deep'}`,
  setstate: deepOrShallow('setstate'),
  state_dict: (e) => `state_dict.${e.event.site === 'fast_state' ? 'fast' : e.shallow ? 'shallow' : 'deep'}`,
  state_slots: deepOrShallow('state_slots'),
  item_append: deepOrShallow('item_append'),
  item_set: (e) => `item_set.${e.shallow ? 'shallow' : e.edge ? 'deep' : 'bare'}`,
  fast_atomic: deepOrShallow('fast_atomic'),
  fast_tuple: yesNo('fast_tuple'),
  fast_reduce: yesNo('fast_reduce'),
  shallow: (e) => (e.event.flags & FLAGS.NO_DISPATCH ? 'shallow.holder' : 'shallow.copier'),
  replace_get: yesNo('replace_get'),
  replace_call: () => 'replace_call',
  copier_call: deepOrShallow('copier_call'),
  return: returned,
  raise: (e) => (e.op === 'deepcopy' ? 'raise.deep' : 'raise.other'),
  memo_changed: (e) => (e.arg === 1 ? 'memo_changed.one' : 'memo_changed.more'),
};

/** @param {Scene} scene @returns {string[]} empty for an event that is not known */
export default function variant(scene) {
  const choose = VARIANTS[scene.event.event];
  return choose ? [choose(scene)].flat() : [];
}
