// Generated from tracer/events.def by cs-events: do not edit, run `make events`.

/** Event families, by number. */
export const FAMILIES = [
  {name: "call", text: "entering and leaving deepcopy()"},
  {name: "dispatch", text: "asking which copier, hook or reductor is responsible"},
  {name: "memo", text: "reading and writing the memo"},
  {name: "build", text: "reduce and rebuild: making the copy"},
  {name: "fast", text: "a fast path that skips work"},
  {name: "error", text: "an exception"},
];

/** Logical events, by number; 0 is none. */
export const EVENTS = [
  null,
  {name: "call", family: "call", text: "deepcopy(x) is called"},
  {name: "memo_new", family: "memo", text: "no memo was given: an empty one is made"},
  {name: "memo_given", family: "memo", text: "the caller brought a memo of its own"},
  {name: "memo_get", family: "memo", text: "looks id(x) up in the memo"},
  {name: "dispatch", family: "dispatch", text: "looks type(x) up in the dispatch table"},
  {name: "atomic", family: "dispatch", text: "x is atomic: x itself is the copy"},
  {name: "class_check", family: "dispatch", text: "asks whether x is a class"},
  {name: "hook_get", family: "dispatch", text: "looks for x.__deepcopy__"},
  {name: "hook_call", family: "build", text: "calls x.__deepcopy__(memo)"},
  {name: "copyreg_get", family: "dispatch", text: "looks type(x) up in copyreg.dispatch_table"},
  {name: "reduce", family: "build", text: "the reductor returned how to rebuild x"},
  {name: "reduce_str", family: "build", text: "the reductor returned a name: x itself is the copy"},
  {name: "list_new", family: "build", text: "makes an empty list"},
  {name: "dict_new", family: "build", text: "makes an empty dict"},
  {name: "append", family: "build", text: "appends the element's copy to the list"},
  {name: "setitem", family: "build", text: "stores a copied value under its copied key"},
  {name: "tuple_new", family: "build", text: "an element changed: makes a new tuple"},
  {name: "tuple_same", family: "build", text: "no element changed: x itself is the copy"},
  {name: "method_new", family: "build", text: "binds the function to the copy of its self"},
  {name: "memo_set", family: "memo", text: "stores the copy in the memo under id(x)"},
  {name: "memo_again", family: "memo", text: "after its elements, looks the tuple up once more"},
  {name: "keep_get", family: "memo", text: "looks id(memo) up for the list that keeps originals alive"},
  {name: "keep_new", family: "memo", text: "stores the first such list under id(memo)"},
  {name: "keep_append", family: "memo", text: "appends x to the list that keeps originals alive"},
  {name: "make", family: "build", text: "calls func(*args) to make the new object"},
  {name: "setstate", family: "build", text: "calls y.__setstate__(state)"},
  {name: "state_dict", family: "build", text: "updates y.__dict__ with the copied state"},
  {name: "state_slots", family: "build", text: "sets the slots of y from the copied state"},
  {name: "item_append", family: "build", text: "appends a copied list item to y"},
  {name: "item_set", family: "build", text: "stores a copied dict item in y"},
  {name: "fast_atomic", family: "fast", text: "atomic test before the memo: x itself is the copy"},
  {name: "fast_tuple", family: "fast", text: "tests for a short tuple of scalars"},
  {name: "fast_reduce", family: "fast", text: "tests for the simple reduce pattern"},
  {name: "copier_call", family: "dispatch", text: "calls a copier that was registered by hand"},
  {name: "return", family: "call", text: "deepcopy(x) returns"},
  {name: "raise", family: "error", text: "an exception leaves deepcopy(x)"},
  {name: "memo_changed", family: "memo", text: "user code changed the memo"},
  {name: "shallow", family: "build", text: "the container copies itself: the copy holds the same elements"},
  {name: "replace_get", family: "dispatch", text: "looks for __replace__ in the class of x"},
  {name: "replace_call", family: "build", text: "calls __replace__(x, **changes)"},
];

/** Bits of a record's flags. */
export const FLAGS = {
  NO_CALL: 1, // a ROOT record before this one holds the call
  NO_GET: 2, // the memo was not asked
  DISPATCH_FIRST: 4, // the dispatch table was asked before the memo
  NO_DISPATCH: 8, // the dispatch table was not asked, or an earlier record holds it
  YES: 16, // hit, found, true
  RESIZED: 32, // the insertion resized the table; log2 size is the one after it (KEEP_FIRST: before it)
  NO_PROBE: 64, // not a plain dict, or its layout is not known: no probe was read
  OLD: 128, // __reduce__() rather than __reduce_ex__(4)
};

/** Why deepcopy() was called on an object, by number. */
export const ROLES = [
  {name: "root", text: "the object handed to deepcopy()"},
  {name: "list_elem", text: "an element of a list"},
  {name: "tuple_elem", text: "an element of a tuple"},
  {name: "dict_value", text: "a value of a dict"},
  {name: "dict_key", text: "a key of a dict"},
  {name: "arg", text: "an argument of func(*args)"},
  {name: "state", text: "the state of an instance"},
  {name: "item", text: "an item of the list iterator"},
  {name: "item_key", text: "a key of the dict iterator"},
  {name: "item_value", text: "a value of the dict iterator"},
  {name: "self", text: "the self of a bound method"},
  {name: "user", text: "called by user code: a hook, a reductor, a copier"},
];

/** What the dispatch table answered for a type, by number. */
export const COPIERS = [
  {name: "none", text: "not in the table: hook or reductor"},
  {name: "atomic", text: "_deepcopy_atomic, or in _atomic_types"},
  {name: "list", text: "_deepcopy_list"},
  {name: "tuple", text: "_deepcopy_tuple"},
  {name: "dict", text: "_deepcopy_dict"},
  {name: "method", text: "_deepcopy_method"},
  {name: "custom", text: "registered by hand"},
];

/** Lines of Lib/copy.py, by number. */
export const SITES = [
  {name: "none", function: "", statement: ""},
  {name: "call", function: "deepcopy", statement: "def"},
  {name: "memo_new", function: "deepcopy", statement: "memo = {}"},
  {name: "memo_given", function: "deepcopy", statement: "if memo is None"},
  {name: "memo_get", function: "deepcopy", statement: "y = memo.get(d, _nil) | y = get(d, _nil)"},
  {name: "return_hit", function: "deepcopy", statement: "return y#first"},
  {name: "dispatch", function: "deepcopy", statement: "copier = _deepcopy_dispatch.get(cls)"},
  {name: "copier", function: "deepcopy", statement: "y = copier(x, memo)"},
  {name: "class_check", function: "deepcopy", statement: "if issubclass(cls, type)"},
  {name: "hook_get", function: "deepcopy", statement: "copier = getattr(x, '__deepcopy__', None)"},
  {name: "hook_call", function: "deepcopy", statement: "y = copier(memo)"},
  {name: "copyreg_get", function: "deepcopy", statement: "reductor = dispatch_table.get(cls)"},
  {name: "reduce", function: "deepcopy", statement: "rv = reductor(4)"},
  {name: "reduce_str", function: "deepcopy", statement: "if isinstance(rv, str)"},
  {name: "memo_set", function: "deepcopy", statement: "memo[d] = y#last"},
  {name: "return", function: "deepcopy", statement: "return y#last"},
  {name: "atomic", function: "_deepcopy_atomic", statement: "return x"},
  {name: "fast_atomic", function: "deepcopy", statement: "return x"},
  {name: "list_new", function: "_deepcopy_list", statement: "y = []"},
  {name: "list_set", function: "_deepcopy_list", statement: "memo[id(x)] = y"},
  {name: "append", function: "_deepcopy_list", statement: "append(deepcopy(a, memo))"},
  {name: "dict_new", function: "_deepcopy_dict", statement: "y = {}"},
  {name: "dict_set", function: "_deepcopy_dict", statement: "memo[id(x)] = y"},
  {name: "setitem", function: "_deepcopy_dict", statement: "y[deepcopy(key, memo)] = deepcopy(value, memo)"},
  {name: "tuple_again", function: "_deepcopy_tuple", statement: "return memo[id(x)]"},
  {name: "tuple_new", function: "_deepcopy_tuple", statement: "y = tuple(y)"},
  {name: "tuple_same", function: "_deepcopy_tuple", statement: "y = x"},
  {name: "fast_tuple", function: "_deepcopy_tuple", statement: "if len(x) <= 5 and all("},
  {name: "method_new", function: "_deepcopy_method", statement: "return type(x)(x.__func__, deepcopy(x.__self__, memo))"},
  {name: "keep_get", function: "_keep_alive", statement: "memo[id(memo)].append(x)"},
  {name: "keep_new", function: "_keep_alive", statement: "memo[id(memo)] = [x]"},
  {name: "fast_reduce", function: "deepcopy", statement: "if isinstance(rv, tuple) | if (bare := _bare_class(rv))"},
  {name: "fast_make", function: "deepcopy", statement: "y = object.__new__("},
  {name: "fast_set", function: "deepcopy", statement: "memo[d] = y#first"},
  {name: "fast_state", function: "deepcopy", statement: "y.__dict__.update(deepcopy(rv[2], memo)) | y.__dict__.update(state)"},
  {name: "make", function: "_reconstruct", statement: "y = func(*args)"},
  {name: "make_set", function: "_reconstruct", statement: "memo[id(x)] = y"},
  {name: "setstate", function: "_reconstruct", statement: "y.__setstate__(state)"},
  {name: "state_dict", function: "_reconstruct", statement: "y.__dict__.update(state)"},
  {name: "state_slots", function: "_reconstruct", statement: "setattr(y, key, value)"},
  {name: "item_append", function: "_reconstruct", statement: "y.append(item)#first"},
  {name: "item_set", function: "_reconstruct", statement: "y[key] = value#first"},
  {name: "copy_call", function: "copy", statement: "def"},
  {name: "copy_dispatch", function: "copy", statement: "copier = _copy_dispatch.get(cls)"},
  {name: "copy_copier", function: "copy", statement: "return copier(x)#first"},
  {name: "copy_atomic", function: "_copy_immutable", statement: "return x"},
  {name: "copy_set", function: "copy", statement: "if cls in _copy_atomic_types"},
  {name: "copy_set_same", function: "copy", statement: "return x#first"},
  {name: "copy_holders", function: "copy", statement: "if cls in _copy_builtin_containers"},
  {name: "copy_holder", function: "copy", statement: "return cls.copy(x)"},
  {name: "copy_class", function: "copy", statement: "if issubclass(cls, type)"},
  {name: "copy_class_same", function: "copy", statement: "return _copy_immutable(x)"},
  {name: "copy_hook_get", function: "copy", statement: "copier = getattr(cls, '__copy__', None)"},
  {name: "copy_hook_call", function: "copy", statement: "return copier(x)#last"},
  {name: "copy_copyreg", function: "copy", statement: "reductor = dispatch_table.get(cls)"},
  {name: "copy_reductor", function: "copy", statement: "rv = reductor(x)"},
  {name: "copy_reduce_ex", function: "copy", statement: "rv = reductor(4)"},
  {name: "copy_reduce", function: "copy", statement: "rv = reductor()"},
  {name: "copy_str", function: "copy", statement: "if isinstance(rv, str)"},
  {name: "copy_str_same", function: "copy", statement: "return x#last"},
  {name: "copy_return", function: "copy", statement: "return _reconstruct(x, None, *rv)"},
  {name: "copy_append", function: "_reconstruct", statement: "y.append(item)#last"},
  {name: "copy_setitem", function: "_reconstruct", statement: "y[key] = value#last"},
  {name: "replace", function: "replace", statement: "def"},
  {name: "replace_get", function: "replace", statement: "func = getattr(cls, '__replace__', None)"},
  {name: "replace_call", function: "replace", statement: "return func(obj, **changes)"},
];

/**
 * Record kinds, by number; 0 is none.  A record expands to the steps with (flags & mask) === want and
 * role 15 (any) or the record's own.  Outcome: 0 none, 1 no, 2 yes, 3 as the record's YES bit says.
 * `call`: what it does to the call of deepcopy() it belongs to; `obj`, `arg`, `t`: what its fields are.
 */
export const RECS = [
  null,
  {name: "root", text: "an outermost call, or one with another memo than its caller's",
   call: "opens", obj: "x", arg: "memo", t: "time", steps: [
    {event: 1, mask: 0, want: 0, role: 15, outcome: 0, site: 1},
    {event: 5, mask: 4, want: 4, role: 15, outcome: 0, site: 6},
    {event: 2, mask: 16, want: 0, role: 15, outcome: 0, site: 2},
    {event: 3, mask: 16, want: 16, role: 15, outcome: 0, site: 3},
  ]},
  {name: "atom", text: "a whole call for an atomic object",
   call: "whole", obj: "x", arg: "slot", t: "time", steps: [
    {event: 1, mask: 1, want: 0, role: 15, outcome: 0, site: 1},
    {event: 4, mask: 2, want: 0, role: 15, outcome: 1, site: 4},
    {event: 5, mask: 8, want: 0, role: 15, outcome: 0, site: 6},
    {event: 6, mask: 0, want: 0, role: 15, outcome: 0, site: 16},
    {event: 35, mask: 0, want: 0, role: 15, outcome: 0, site: 15},
    {event: 15, mask: 0, want: 0, role: 1, outcome: 0, site: 20},
  ]},
  {name: "fast_atom", text: "a whole call for an atomic object, ended before the memo",
   call: "whole", obj: "x", arg: "none", t: "time", steps: [
    {event: 1, mask: 1, want: 0, role: 15, outcome: 0, site: 1},
    {event: 5, mask: 8, want: 0, role: 15, outcome: 0, site: 6},
    {event: 31, mask: 0, want: 0, role: 15, outcome: 2, site: 17},
    {event: 35, mask: 0, want: 0, role: 15, outcome: 0, site: 17},
    {event: 15, mask: 0, want: 0, role: 1, outcome: 0, site: 20},
  ]},
  {name: "hit", text: "a whole call answered by the memo",
   call: "whole", obj: "x", arg: "y", t: "time", steps: [
    {event: 1, mask: 1, want: 0, role: 15, outcome: 0, site: 1},
    {event: 5, mask: 12, want: 4, role: 15, outcome: 0, site: 6},
    {event: 4, mask: 0, want: 0, role: 15, outcome: 2, site: 4},
    {event: 35, mask: 0, want: 0, role: 15, outcome: 0, site: 5},
    {event: 15, mask: 0, want: 0, role: 1, outcome: 0, site: 20},
  ]},
  {name: "miss", text: "a call goes on: not in the memo, and what the dispatch table says",
   call: "opens", obj: "x", arg: "slot", t: "time", steps: [
    {event: 1, mask: 1, want: 0, role: 15, outcome: 0, site: 1},
    {event: 5, mask: 12, want: 4, role: 15, outcome: 0, site: 6},
    {event: 4, mask: 2, want: 0, role: 15, outcome: 1, site: 4},
    {event: 5, mask: 12, want: 0, role: 15, outcome: 0, site: 6},
  ]},
  {name: "list", text: "an empty list, in the memo before its elements",
   call: "within", obj: "x", arg: "y", t: "time", steps: [
    {event: 13, mask: 0, want: 0, role: 15, outcome: 0, site: 18},
    {event: 20, mask: 0, want: 0, role: 15, outcome: 0, site: 19},
  ]},
  {name: "dict", text: "an empty dict, in the memo before its items",
   call: "within", obj: "x", arg: "y", t: "time", steps: [
    {event: 14, mask: 0, want: 0, role: 15, outcome: 0, site: 21},
    {event: 20, mask: 0, want: 0, role: 15, outcome: 0, site: 22},
  ]},
  {name: "tuple_hit", text: "the tuple was copied meanwhile, through a cycle",
   call: "within", obj: "x", arg: "y", t: "time", steps: [
    {event: 21, mask: 0, want: 0, role: 15, outcome: 2, site: 24},
  ]},
  {name: "tuple_new", text: "a new tuple",
   call: "within", obj: "x", arg: "y", t: "time", steps: [
    {event: 21, mask: 0, want: 0, role: 15, outcome: 1, site: 24},
    {event: 17, mask: 0, want: 0, role: 15, outcome: 0, site: 25},
  ]},
  {name: "tuple_same", text: "the same tuple",
   call: "within", obj: "x", arg: "x", t: "time", steps: [
    {event: 21, mask: 0, want: 0, role: 15, outcome: 1, site: 24},
    {event: 18, mask: 0, want: 0, role: 15, outcome: 0, site: 26},
  ]},
  {name: "method", text: "a bound method",
   call: "within", obj: "x", arg: "y", t: "time", steps: [
    {event: 19, mask: 0, want: 0, role: 15, outcome: 0, site: 28},
  ]},
  {name: "set", text: "the copy goes into the memo",
   call: "within", obj: "x", arg: "y", t: "time", steps: [
    {event: 20, mask: 0, want: 0, role: 15, outcome: 0, site: 14},
  ]},
  {name: "keep", text: "x is kept alive, the call returns",
   call: "closes", obj: "x", arg: "y", t: "time", steps: [
    {event: 22, mask: 0, want: 0, role: 15, outcome: 2, site: 29},
    {event: 24, mask: 0, want: 0, role: 15, outcome: 0, site: 29},
    {event: 35, mask: 0, want: 0, role: 15, outcome: 0, site: 15},
    {event: 15, mask: 0, want: 0, role: 1, outcome: 0, site: 20},
  ]},
  {name: "keep_first", text: "the first object kept alive, the call returns",
   call: "closes", obj: "x", arg: "y", t: "time", steps: [
    {event: 22, mask: 0, want: 0, role: 15, outcome: 1, site: 29},
    {event: 23, mask: 0, want: 0, role: 15, outcome: 0, site: 30},
    {event: 35, mask: 0, want: 0, role: 15, outcome: 0, site: 15},
    {event: 15, mask: 0, want: 0, role: 1, outcome: 0, site: 20},
  ]},
  {name: "same", text: "the call returns x itself; nothing goes into the memo",
   call: "closes", obj: "x", arg: "x", t: "time", steps: [
    {event: 35, mask: 0, want: 0, role: 15, outcome: 0, site: 15},
    {event: 15, mask: 0, want: 0, role: 1, outcome: 0, site: 20},
  ]},
  {name: "fast_tuple", text: "a short tuple of scalars comes back as it is, the call returns",
   call: "closes", obj: "x", arg: "none", t: "time", steps: [
    {event: 32, mask: 0, want: 0, role: 15, outcome: 2, site: 27},
    {event: 35, mask: 0, want: 0, role: 15, outcome: 0, site: 15},
    {event: 15, mask: 0, want: 0, role: 1, outcome: 0, site: 20},
  ]},
  {name: "fast_tuple_no", text: "the tuple is not one for the fast path",
   call: "within", obj: "x", arg: "none", t: "time", steps: [
    {event: 32, mask: 0, want: 0, role: 15, outcome: 1, site: 27},
  ]},
  {name: "class", text: "a class is its own copy, the call returns",
   call: "closes", obj: "x", arg: "none", t: "time", steps: [
    {event: 7, mask: 0, want: 0, role: 15, outcome: 2, site: 8},
    {event: 6, mask: 0, want: 0, role: 15, outcome: 0, site: 16},
    {event: 35, mask: 0, want: 0, role: 15, outcome: 0, site: 15},
    {event: 15, mask: 0, want: 0, role: 1, outcome: 0, site: 20},
  ]},
  {name: "hook", text: "x copies itself",
   call: "within", obj: "x", arg: "none", t: "time", steps: [
    {event: 7, mask: 0, want: 0, role: 15, outcome: 1, site: 8},
    {event: 8, mask: 0, want: 0, role: 15, outcome: 2, site: 9},
    {event: 9, mask: 0, want: 0, role: 15, outcome: 0, site: 10},
  ]},
  {name: "nohook", text: "no hook: the reductor is asked",
   call: "within", obj: "x", arg: "none", t: "time", steps: [
    {event: 7, mask: 0, want: 0, role: 15, outcome: 1, site: 8},
    {event: 8, mask: 0, want: 0, role: 15, outcome: 1, site: 9},
    {event: 10, mask: 0, want: 0, role: 15, outcome: 3, site: 11},
  ]},
  {name: "reduce", text: "the reductor returned",
   call: "within", obj: "x", arg: "new", t: "time", steps: [
    {event: 11, mask: 0, want: 0, role: 15, outcome: 0, site: 12},
  ]},
  {name: "reduce_str", text: "rv is a str",
   call: "within", obj: "x", arg: "new", t: "time", steps: [
    {event: 12, mask: 0, want: 0, role: 15, outcome: 2, site: 13},
  ]},
  {name: "fast_reduce", text: "the simple reduce pattern: made without _reconstruct",
   call: "within", obj: "x", arg: "y", t: "time", steps: [
    {event: 33, mask: 0, want: 0, role: 15, outcome: 2, site: 31},
    {event: 25, mask: 0, want: 0, role: 15, outcome: 0, site: 32},
    {event: 20, mask: 0, want: 0, role: 15, outcome: 0, site: 33},
  ]},
  {name: "fast_reduce_no", text: "not the simple reduce pattern",
   call: "within", obj: "x", arg: "new", t: "time", steps: [
    {event: 33, mask: 0, want: 0, role: 15, outcome: 1, site: 31},
  ]},
  {name: "new", text: "a new object, in the memo before its state",
   call: "within", obj: "x", arg: "y", t: "time", steps: [
    {event: 25, mask: 0, want: 0, role: 15, outcome: 0, site: 35},
    {event: 20, mask: 0, want: 0, role: 15, outcome: 0, site: 36},
  ]},
  {name: "setstate", text: "y.__setstate__",
   call: "within", obj: "y", arg: "last", t: "time", steps: [
    {event: 26, mask: 0, want: 0, role: 15, outcome: 0, site: 37},
  ]},
  {name: "state_dict", text: "y.__dict__.update",
   call: "within", obj: "y", arg: "last", t: "time", steps: [
    {event: 27, mask: 16, want: 0, role: 15, outcome: 0, site: 38},
    {event: 27, mask: 16, want: 16, role: 15, outcome: 0, site: 34},
  ]},
  {name: "state_slots", text: "setattr for each slot",
   call: "within", obj: "y", arg: "last", t: "time", steps: [
    {event: 28, mask: 0, want: 0, role: 15, outcome: 0, site: 39},
  ]},
  {name: "setitem", text: "y[key] = value in a dict copy",
   call: "within", obj: "y", arg: "last", t: "time", steps: [
    {event: 16, mask: 0, want: 0, role: 15, outcome: 0, site: 23},
  ]},
  {name: "item_append", text: "y.append(item) in a rebuilt object",
   call: "within", obj: "y", arg: "last", t: "time", steps: [
    {event: 29, mask: 0, want: 0, role: 15, outcome: 0, site: 40},
  ]},
  {name: "item_set", text: "y[key] = value in a rebuilt object",
   call: "within", obj: "y", arg: "last", t: "time", steps: [
    {event: 30, mask: 0, want: 0, role: 15, outcome: 0, site: 41},
  ]},
  {name: "copier", text: "a copier registered by hand is called",
   call: "within", obj: "x", arg: "none", t: "time", steps: [
    {event: 34, mask: 0, want: 0, role: 15, outcome: 0, site: 7},
  ]},
  {name: "raise", text: "an exception leaves the call",
   call: "closes", obj: "x", arg: "string", t: "time", steps: [
    {event: 36, mask: 0, want: 0, role: 15, outcome: 0, site: 0},
  ]},
  {name: "memo_changed", text: "user code changed the memo",
   call: "within", obj: "memo", arg: "number", t: "time", steps: [
    {event: 37, mask: 0, want: 0, role: 15, outcome: 0, site: 0},
  ]},
  {name: "preset", text: "an entry found in a memo that was given or changed",
   call: "none", obj: "key", arg: "key", t: "value", steps: [
  ]},
  {name: "clock", text: "the 32-bit clock wrapped",
   call: "none", obj: "number", arg: "number", t: "none", steps: [
  ]},
  {name: "trunc", text: "a cap was hit: recording stopped here, the copy went on",
   call: "none", obj: "number", arg: "number", t: "none", steps: [
  ]},
  {name: "caller", text: "who makes the outermost call that follows",
   call: "none", obj: "string", arg: "string", t: "line", steps: [
  ]},
  {name: "copy", text: "a call of copy() goes on, and what the dispatch table says",
   call: "opens", obj: "x", arg: "slot", t: "time", steps: [
    {event: 1, mask: 0, want: 0, role: 15, outcome: 0, site: 42},
    {event: 5, mask: 8, want: 0, role: 15, outcome: 3, site: 43},
  ]},
  {name: "copy_atom", text: "a whole call of copy() for an atomic object",
   call: "whole", obj: "x", arg: "slot", t: "time", steps: [
    {event: 1, mask: 0, want: 0, role: 15, outcome: 0, site: 42},
    {event: 5, mask: 0, want: 0, role: 15, outcome: 2, site: 43},
    {event: 6, mask: 0, want: 0, role: 15, outcome: 0, site: 45},
    {event: 35, mask: 0, want: 0, role: 15, outcome: 0, site: 44},
  ]},
  {name: "copy_fast_atom", text: "a whole call of copy() for an object of the set of atomic types",
   call: "whole", obj: "x", arg: "none", t: "time", steps: [
    {event: 1, mask: 0, want: 0, role: 15, outcome: 0, site: 42},
    {event: 31, mask: 0, want: 0, role: 15, outcome: 2, site: 46},
    {event: 35, mask: 0, want: 0, role: 15, outcome: 0, site: 47},
  ]},
  {name: "copy_holders", text: "is x one of the containers that copy themselves?",
   call: "within", obj: "x", arg: "none", t: "time", steps: [
    {event: 5, mask: 0, want: 0, role: 15, outcome: 3, site: 48},
  ]},
  {name: "shallow", text: "a container copied itself, the call returns",
   call: "closes", obj: "x", arg: "y", t: "time", steps: [
    {event: 38, mask: 8, want: 0, role: 15, outcome: 0, site: 44},
    {event: 38, mask: 8, want: 8, role: 15, outcome: 0, site: 49},
    {event: 35, mask: 8, want: 0, role: 15, outcome: 0, site: 44},
    {event: 35, mask: 8, want: 8, role: 15, outcome: 0, site: 49},
  ]},
  {name: "copy_copier", text: "a copier registered by hand is called",
   call: "within", obj: "x", arg: "none", t: "time", steps: [
    {event: 34, mask: 0, want: 0, role: 15, outcome: 0, site: 44},
  ]},
  {name: "copy_copier_return", text: "the call returns what that copier returned",
   call: "closes", obj: "x", arg: "y", t: "time", steps: [
    {event: 35, mask: 0, want: 0, role: 15, outcome: 0, site: 44},
  ]},
  {name: "copy_class", text: "a class is its own copy, the call returns",
   call: "closes", obj: "x", arg: "none", t: "time", steps: [
    {event: 7, mask: 0, want: 0, role: 15, outcome: 2, site: 50},
    {event: 6, mask: 0, want: 0, role: 15, outcome: 0, site: 45},
    {event: 35, mask: 0, want: 0, role: 15, outcome: 0, site: 51},
  ]},
  {name: "copy_hook", text: "x copies itself",
   call: "within", obj: "x", arg: "none", t: "time", steps: [
    {event: 7, mask: 0, want: 0, role: 15, outcome: 1, site: 50},
    {event: 8, mask: 0, want: 0, role: 15, outcome: 2, site: 52},
    {event: 9, mask: 0, want: 0, role: 15, outcome: 0, site: 53},
  ]},
  {name: "copy_hook_return", text: "the call returns what the hook returned",
   call: "closes", obj: "x", arg: "y", t: "time", steps: [
    {event: 35, mask: 0, want: 0, role: 15, outcome: 0, site: 53},
  ]},
  {name: "copy_nohook", text: "no hook: the reductor is asked",
   call: "within", obj: "x", arg: "none", t: "time", steps: [
    {event: 7, mask: 0, want: 0, role: 15, outcome: 1, site: 50},
    {event: 8, mask: 0, want: 0, role: 15, outcome: 1, site: 52},
    {event: 10, mask: 0, want: 0, role: 15, outcome: 3, site: 54},
  ]},
  {name: "copy_reduce", text: "the reductor returned",
   call: "within", obj: "x", arg: "new", t: "time", steps: [
    {event: 11, mask: 144, want: 16, role: 15, outcome: 0, site: 55},
    {event: 11, mask: 144, want: 0, role: 15, outcome: 0, site: 56},
    {event: 11, mask: 144, want: 128, role: 15, outcome: 0, site: 57},
  ]},
  {name: "copy_reduce_str", text: "rv is a str: the call returns x itself",
   call: "closes", obj: "x", arg: "new", t: "time", steps: [
    {event: 12, mask: 0, want: 0, role: 15, outcome: 2, site: 58},
    {event: 35, mask: 0, want: 0, role: 15, outcome: 0, site: 59},
  ]},
  {name: "copy_rebuild", text: "rv is no str: x is rebuilt from it",
   call: "within", obj: "x", arg: "none", t: "time", steps: [
    {event: 12, mask: 0, want: 0, role: 15, outcome: 1, site: 58},
  ]},
  {name: "copy_new", text: "a new object; nothing goes into a memo",
   call: "within", obj: "x", arg: "y", t: "time", steps: [
    {event: 25, mask: 0, want: 0, role: 15, outcome: 0, site: 35},
  ]},
  {name: "copy_return", text: "the call returns the rebuilt object",
   call: "closes", obj: "x", arg: "y", t: "time", steps: [
    {event: 35, mask: 0, want: 0, role: 15, outcome: 0, site: 60},
  ]},
  {name: "copy_append", text: "y.append(item): the item of the original",
   call: "within", obj: "y", arg: "new", t: "time", steps: [
    {event: 29, mask: 0, want: 0, role: 15, outcome: 0, site: 61},
  ]},
  {name: "copy_setitem", text: "y[key] = value: key and value of the original",
   call: "within", obj: "y", arg: "new", t: "time", steps: [
    {event: 30, mask: 0, want: 0, role: 15, outcome: 0, site: 62},
  ]},
  {name: "replace", text: "a call of replace()",
   call: "opens", obj: "x", arg: "new", t: "time", steps: [
    {event: 1, mask: 0, want: 0, role: 15, outcome: 0, site: 63},
  ]},
  {name: "replace_hook", text: "the class of x makes the new object",
   call: "within", obj: "x", arg: "new", t: "time", steps: [
    {event: 39, mask: 0, want: 0, role: 15, outcome: 2, site: 64},
    {event: 40, mask: 0, want: 0, role: 15, outcome: 0, site: 65},
  ]},
  {name: "replace_nohook", text: "the class of x has no __replace__",
   call: "within", obj: "x", arg: "none", t: "time", steps: [
    {event: 39, mask: 0, want: 0, role: 15, outcome: 1, site: 64},
  ]},
  {name: "replace_return", text: "the call returns what __replace__ returned",
   call: "closes", obj: "x", arg: "y", t: "time", steps: [
    {event: 35, mask: 0, want: 0, role: 15, outcome: 0, site: 65},
  ]},
  {name: "took", text: "how long the outermost call took that has ended",
   call: "none", obj: "number", arg: "number", t: "none", steps: [
  ]},
];
