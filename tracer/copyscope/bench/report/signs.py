"""Why a variant gains or loses on a scenario, and what a difference to the published sign comes from."""

from __future__ import annotations

from copyscope.bench.figures import Figure, is_noise

SMALL = 1.0  # percent: what instructions differ by less is called equal

REASONS = {
    ("report-fastpath", "deepcopy"): (
        "The tuple of three ints is returned at once, its elements are not looked at one by one. The dataclass "
        "reduces to copyreg.__newobj__, which is no class, so the reduce path never takes it."
    ),
    ("report-fastpath", "deepcopy_reduce"): (
        "__reduce__ gives (class, (), dict): the path calls neither the class nor __setstate__, which the class "
        "defines. What it saves is work that should be done."
    ),
    ("report-fastpath", "deepcopy_memo"): (
        "The only tuple holds lists: the test (a generator, an isinstance) comes on top and nothing is saved. "
        "A small loss is to be expected."
    ),
    ("report-memo", "deepcopy"): (
        "Most of what is met are atoms: each is returned before the memo is asked and without a call of its copier."
    ),
    ("report-memo", "deepcopy_reduce"): (
        "Of six calls of deepcopy four are atoms, two keys and two values; the rest, __reduce_ex__ and _reconstruct, "
        "is as before."
    ),
    ("report-memo", "deepcopy_memo"): (
        "The 100 ints are spared a lookup and a call each; the list that is met 103 times hits the memo as before, "
        "and is now looked up in the dispatch table first, for nothing."
    ),
    ("report-merged", "deepcopy"): "Both: atoms leave early, and the tuple of ints is returned at once.",
    ("report-merged", "deepcopy_reduce"): "Both: four atoms leave early, and __setstate__ is passed over.",
    ("report-merged", "deepcopy_memo"): (
        "The gain is the atoms'; the test for tuples of scalars takes a little of it back, as nothing passes it."
    ),
}


def sign(saved: float, within: float = SMALL) -> str:
    """+, - or =."""
    return "=" if abs(saved) < within else "+" if saved > 0 else "-"


def judged(published: float, measured: Figure | None, instructions: float | None) -> str:
    """same, noise, other or missing: how the measured sign stands to the published one.

    Where the time's interval holds zero, or there is none, instructions decide.
    """
    if measured is not None and not is_noise(measured):
        return "same" if (measured.value > 0) == (published > 0) else "other"
    if instructions is None:
        return "missing" if measured is None else "noise"
    return "same" if sign(instructions) in (sign(published), "=") else "other"


def explained(
    variant: str, scenario: str, published: float, measured: Figure | None, instructions: float | None, version: str
) -> str:
    """A sentence or two for a cell of the table."""
    parts = [REASONS.get((variant, scenario), "")]
    verdict = judged(published, measured, instructions)
    told = _instructions(instructions)
    noisy = measured is not None and is_noise(measured)
    if verdict == "other" and noisy:
        parts.append(f"The time is within noise here; {told} on {version}, so the published sign is not met.")
    elif verdict == "other" and instructions is not None and sign(instructions) == sign(published):
        parts.append(f"The time says otherwise here, the instructions do not ({told}): more runs are wanted.")
    elif verdict == "other":
        parts.append(_other(told, version))
    elif verdict == "noise":
        parts.append("Here the difference is within noise: neither sign can be told.")
    elif noisy and told:
        parts.append(f"The time is within noise; {told}.")
    return " ".join(part for part in parts if part)


def _instructions(saved: float | None) -> str:
    if saved is None:
        return ""
    return f"{saved:.1f} % of the instructions are saved" if saved >= 0 else f"{-saved:.1f} % more instructions are run"


def _other(told: str, version: str) -> str:
    by = f" ({told})" if told else ""
    newer = tuple(int(part) for part in version.split(".")[:2]) >= (3, 12)
    why = (
        "comprehensions, calls and isinstance cost other shares there than in the interpreter of the report"
        if newer
        else "its build or its minor version differs from the report's, which is not named"
    )
    return f"The sign is another on CPython {version}{by}: {why}."
