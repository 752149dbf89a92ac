"""Containers that user code sees while their copies are half made: nothing is in them yet that copy.py adds later."""

from __future__ import annotations

from traps.common import Does, Plain, trap


def shown(log, memo, *originals):
    """What the copies of these hold by now, in order; not whose they are, which differs from run to run."""
    for x in originals:
        y = memo[id(x)]
        log.append(f"{list(y.items()) if isinstance(y, dict) else list(y)}")


class Meets:
    """Its state refers to a container that is being copied; __setstate__ gets the copy, half made."""

    def __init__(self, log, container):
        self.log, self.container = log, container

    def __reduce__(self):
        return Meets, (None, None), {"log": len(self.log), "container": self.container}

    def __setstate__(self, state):
        self.container = state["container"]
        self.seen = list(self.container)


@trap
def dict_is_seen_half_made(deepcopy, log):
    x = {"a": 1, "b": [2], "c": None, "d": 4, "e": [5]}
    x["c"] = Does(lambda memo: shown(log, memo, x))
    return list(deepcopy(x).items())


@trap
def dict_is_seen_at_its_first_and_last_item(deepcopy, log):
    x = {}
    x["first"], x["rest"], x["last"] = Does(lambda memo: shown(log, memo, x)), 1, Does(lambda memo: shown(log, memo, x))
    return list(deepcopy(x).items())


@trap
def dicts_within_dicts_are_seen_half_made(deepcopy, log):
    inner = {"q": [1], "h": None, "z": 1}
    middle = {"k": 0, "inner": inner, "l": [inner]}
    x = {"before": [0], "middle": middle, "after": 2, "again": inner}
    inner["h"] = Does(lambda memo: shown(log, memo, x, middle, inner))
    y = deepcopy(x)
    return list(y.items()), y["again"] is y["middle"]["inner"] is y["middle"]["l"][0]


@trap
def dict_with_holes_is_seen_half_made(deepcopy, log):
    x = {name: [name] for name in "abcdefgh"}
    x["h"] = Does(lambda memo: shown(log, memo, x))
    for name in "adg":
        del x[name]
    x["i"] = {"j": [1]}
    return list(deepcopy(x).items())


@trap
def dict_with_many_holes_is_seen_half_made(deepcopy, log):
    x = {f"k{i}": [i] for i in range(100)}
    x["hook"] = Does(lambda memo: shown(log, memo, x))
    for i in range(97):
        del x[f"k{i}"]
    x["end"] = ([1], {"a": [2]})
    return list(deepcopy(x).items())


@trap
def copied_dict_is_cleared_half_made(deepcopy, log):
    x = {"a": [1], "b": None, "c": [3], "d": 4}
    x["b"] = Does(lambda memo: memo[id(x)].clear())
    return list(deepcopy(x).items())


@trap
def dict_grows_while_a_clone_would_do(deepcopy, log):
    x = {"a": [1], "b": None, "c": [3]}
    x["b"] = Does(lambda memo: x.update(d=4))
    try:
        return deepcopy(x)
    finally:
        log.append(f"{list(x)}")


@trap
def half_made_dict_comes_with_a_state(deepcopy, log):
    x = {"a": [1], "b": None, "c": [3], "d": 4}
    x["b"] = Meets(log, x)
    y = deepcopy(x)
    return list(y), y["b"].seen, y["b"].container is y


@trap
def half_made_list_comes_with_a_state(deepcopy, log):
    x = [1, 2, [3], None, 4, [5]]
    x[3] = Meets(log, x)
    y = deepcopy(x)
    return y[3].seen, y[3].container is y, y[:3], y[4:]


@trap
def half_made_dict_of_an_instance(deepcopy, log):
    x = Plain(a=[1], b=None, c=[3])
    x.b = Does(lambda memo: shown(log, memo, x.__dict__))
    return vars(deepcopy(x))


@trap
def dict_whose_copy_fails_half_made(deepcopy, log):
    def fails(memo):
        shown(log, memo, x, x["in"])
        raise KeyError("half way")

    x = {"a": [1], "in": {"b": [2], "hook": Does(fails), "c": 3}, "d": [4]}
    return deepcopy(x)


@trap
def keys_of_a_half_made_dict_that_are_no_str(deepcopy, log):
    x = {"a": [1], 2: [2], (3, 3): [3], "hook": None, None: [4]}
    x["hook"] = Does(lambda memo: shown(log, memo, x))
    return list(deepcopy(x).items())
