"""In which order the parts of an object are evaluated."""

from __future__ import annotations

from traps.common import Logs, Plain, Reduces, trap


@trap
def dict_value_is_copied_before_its_key(deepcopy, log):
    return deepcopy({Logs(log, "key"): Logs(log, "value"), Logs(log, "key 2"): Logs(log, "value 2")})


@trap
def dict_items_of_a_reduce_copy_the_key_first(deepcopy, log):
    return deepcopy(Reduces((dict, (), None, None, [(Logs(log, "key"), Logs(log, "value"))])))


@trap
def args_are_copied_one_by_one_before_the_call(deepcopy, log):
    def make(*args):
        log.append("make")
        return Plain(args=args)

    return deepcopy(Reduces((make, (Logs(log, "a"), Logs(log, "b")))))


@trap
def state_comes_before_list_items_and_those_before_dict_items(deepcopy, log):
    class Made(list):
        def __setstate__(self, state):
            log.append(f"setstate {state}")

        def append(self, item):
            log.append(f"append {item}")

        def __setitem__(self, key, value):
            log.append(f"setitem {key} {value}")

    parts = (Made, (), Logs(log, "state"), iter([Logs(log, "item")]), iter([(Logs(log, "k"), Logs(log, "v"))]))
    return deepcopy(Reduces(parts))


@trap
def attributes_are_looked_up_in_the_interpreters_order(deepcopy, log):
    class Watched:
        def __init__(self):
            self.a = [1]

        def __getattribute__(self, name):
            log.append(name)
            return object.__getattribute__(self, name)

    return deepcopy([Watched(), Watched()])


@trap
def missing_attributes_are_asked_of_getattr(deepcopy, log):
    class Proxy:
        def __init__(self, target):
            self.__dict__["target"] = target

        def __getattr__(self, name):
            log.append(name)
            if name == "target":
                raise AttributeError(name)
            return getattr(self.target, name)

    return deepcopy(Proxy([1, [2]]))


@trap
def getattr_that_answers_everything(deepcopy, log):
    class Yes:
        def __getattr__(self, name):
            log.append(name)
            return lambda *args: [name]

    return deepcopy(Yes())


@trap
def getattr_that_raises_another_error(deepcopy, log):
    class No:
        def __getattr__(self, name):
            raise LookupError(name)

    return deepcopy(No())
