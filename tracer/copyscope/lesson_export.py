"""A lesson as one file that needs nothing else: a page to read, slides to show, a handout to print.

Markdown becomes HTML by markdown-it-py (CommonMark by its specification, raw HTML off); everything else that comes
from a lesson or a recording goes in escaped, and the page's own policy forbids it to load anything.
"""

from __future__ import annotations

import html
import platform
from collections.abc import Iterator
from typing import Any, NamedTuple

import copyscope
from copyscope import lesson, lesson_run, lesson_style, lesson_words

KINDS = ("html", "slides", "handout")
OUTCOMES = {True: ", yes", False: ", no", None: ""}
HOLDS = {True: "✓", False: "✗", None: "?"}  # None: not checked here
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


class Moment(NamedTuple):
    """A step at its event. what: the event and its object; outcome: ", yes", ", no", or ""; stack, memo: objects by
    name, at that moment."""

    number: int
    total: int
    what: str
    outcome: str
    stack: list[str]
    memo: list[str]
    ask: str
    text: str


class Course(NamedTuple):
    """A lesson with its run, in one language."""

    one: lesson.Lesson
    done: lesson_run.Run
    words: dict[str, Any]  # its title, question, summary, exercises in that language
    text: str
    moments: list[Moment]
    say: dict[str, str]
    language: str


def export(one: lesson.Lesson, kind: str, language: str = "en", answers: bool = False) -> str:
    """The text of the file. kind: of KINDS. answers: with the teacher's page and an answer to each exercise.

    Raises LessonError: another CPython's lesson, no such translation, no markdown-it-py, a snippet that fails.
    """
    if not one.runs_here():
        raise lesson.LessonError(f"{one.name} is about other versions of CPython than {platform.python_version()}")
    course = _course(one, language)
    body = {"html": _page, "slides": _slides, "handout": _handout}[kind](course)
    if answers:
        body += _for_teachers(course, kind)
    return _document(course, kind, body)


# ---- what is shown ----


def _course(one: lesson.Lesson, language: str) -> Course:
    words = one.data if language == "en" else one.data.get("translations", {}).get(language)
    if words is None or "steps" not in words:
        raise lesson.LessonError(f"{one.name} is not in the language {language!r}")
    path = one.folder / f"lesson.{language}.md"
    text = one.text if language == "en" else lesson.read_text(path)
    done = lesson.record(one)
    return Course(
        one, done, words, text.partition("\n")[2].strip(), list(_moments(one, done, words)),
        lesson_words.WORDS.get(language, lesson_words.WORDS["en"]), language,
    )  # fmt: skip


def _moments(one: lesson.Lesson, done: lesson_run.Run, words: dict[str, Any]) -> Iterator[Moment]:
    translated = words is not one.data
    for i, step in enumerate(one.data["steps"]):
        n = done.find(step["query"])
        if n < 0 or not lesson.in_versions(step):
            continue
        stack, memo = _state(done, n)
        text = words["steps"][i] if translated else step["text"]
        ask = words["asks"][i] if translated else step.get("ask", "")
        event = done.trace.events[n]
        what = f"{event.event} {_name(done, event.obj)}"
        yield Moment(n + 1, len(done.trace.events), what, OUTCOMES[event.outcome], stack, memo, ask, text)


def _state(done: lesson_run.Run, last: int) -> tuple[list[str], list[str]]:
    """The open calls and the memo's keys after an event, by what was recorded up to it."""
    stack: list[str] = []
    memo: dict[int, str] = {}
    for event in done.trace.events[: last + 1]:
        if event.event == "call":
            stack.append(_name(done, event.obj))
        elif event.event in ("return", "raise") and stack:
            stack.pop()
        elif event.event == "memo_set":
            memo[event.obj] = _name(done, event.obj)
    return stack, [*memo.values()]


def _name(done: lesson_run.Run, ref: int) -> str:
    if not 0 < ref <= len(done.trace.objects):
        return "?"
    found = done.trace.objects[ref - 1]
    return found.name or found.text or found.type


# ---- the three kinds ----


def _page(c: Course) -> str:
    parts = [
        _heading(c),
        f"<section>{_markdown(c.text)}</section>",
        f"<section><h2>{_(c.say['steps'])}</h2>{_snippet(c)}<ol class=steps>",
        *(_step(c, m) for m in c.moments),
        f"</ol><p class=note>{_(_provenance(c))}</p></section>",
        _exercises(c),
        _claims(c),
        _sources(c),
    ]
    return "".join(parts)


def _step(c: Course, m: Moment) -> str:
    told = f"<p>{_(m.text)}</p>{_figure(c, m)}"
    if m.ask:
        told = f"<details><summary><b>{_(c.say['predict'])}</b> {_(m.ask)}</summary>{told}</details>"
    return f"<li>{_event(c, m)}{told}</li>"


def _event(c: Course, m: Moment) -> str:
    which = c.say["event"].format(n=m.number, total=m.total)
    return f"<p class=event>{_(which)} <code>{_(m.what + m.outcome)}</code></p>"


def _figure(c: Course, m: Moment) -> str:
    def boxes(names: list[str], between: str) -> str:
        shown = names[-8:]
        more = [f"<span class=more>+ {len(names) - len(shown)}</span>"] if len(names) > len(shown) else []
        return between.join([*more, *(f"<span class=box>{_(name)}</span>" for name in shown)]) or "–"

    return (
        f"<dl class=moment><dt>{_(c.say['calls'])}</dt><dd>{boxes(m.stack, ' › ')}</dd>"
        f"<dt>{_(c.say['memo'])}</dt><dd>{boxes(m.memo, ' ')}</dd></dl>"
    )


def _slides(c: Course) -> str:
    heading = f"<h1>{_(c.words['title'])}</h1><p class=question>{_(c.words['question'])}</p>"
    slides = [f"{heading}<p>{_(c.words['summary'])}</p>", f"<h2>{_(c.say['snippet'])}</h2>{_snippet(c)}"]
    for m in c.moments:
        if m.ask:
            slides.append(f"<p class=event>{_(c.say['predict'])}</p><p class=big>{_(m.ask)}</p>")
        slides.append(f"{_event(c, m)}<p class=big>{_(m.text)}</p>{_figure(c, m)}")
    slides += [_markdown(part) for part in _parts(c.text)]
    for i, exercise in enumerate(_exercises_of(c), 1):
        slides.append(f"<h2>{_(c.say['exercise'].format(n=i))}</h2><p class=big>{_(exercise['task'])}</p>")
    slides.append(f"<h2>{_(c.say['end'])}</h2><p>{_(_provenance(c))}</p>{_sources(c)}")
    return "".join(f"<section class=slide>{slide}</section>" for slide in slides)


def _parts(text: str) -> Iterator[str]:
    """The text in pieces that fit a slide: each begins where a paragraph begins in bold type."""
    piece: list[str] = []
    for block in text.split("\n\n"):
        if piece and block.startswith("**"):
            yield "\n\n".join(piece)
            piece = []
        piece.append(block)
    if piece:
        yield "\n\n".join(piece)


def _handout(c: Course) -> str:
    rows = "".join(
        f"<tr><td>{m.number}: <code>{_(m.what)}</code></td>"
        f"<td>{_(m.ask or c.say['what'])}</td><td class=blank></td></tr>"
        for m in c.moments
    )
    told = "".join(f"<li value={m.number}>{_(m.text)}</li>" for m in c.moments)
    tasks = "".join(
        f"<section class=task><h2>{_(c.say['exercise'].format(n=i))}</h2>"
        f"<p>{_(e['task'])}</p><div class=room></div></section>"
        for i, e in enumerate(_exercises_of(c), 1)
    )
    return (
        f"{_heading(c)}<p class=who>{_(c.say['name'])}</p><section>{_markdown(c.text)}</section>"
        f"<section><h2>{_(c.say['predict.all'])}</h2>{_snippet(c)}<table class=predictions><thead><tr>"
        f"<th>{_(c.say['at'])}</th><th>{_(c.say['question'])}</th><th>{_(c.say['mine'])}</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></section>{tasks}"
        f"<section class=answers><h2>{_(c.say['happened'])}</h2><ol>{told}</ol>"
        f"<p class=note>{_(_provenance(c))}</p>{_sources(c)}</section>"
    )


# ---- what they share ----


def _heading(c: Course) -> str:
    data = c.one.data
    facts = c.say["facts"].format(part=data["part"], number=c.one.name[:2], minutes=data["minutes"])
    return (
        f"<header><p class=facts>{_(facts)}</p><h1>{_(c.words['title'])}</h1>"
        f"<p class=question>{_(c.words['question'])}</p><p>{_(c.words['summary'])}</p></header>"
    )


def _snippet(c: Course) -> str:
    return f"<pre class=snippet><code>{_(c.one.data['code'])}</code></pre>"


def _exercises_of(c: Course) -> list[dict[str, Any]]:
    found = []
    for exercise, words in zip(c.one.data["exercises"], c.words["exercises"], strict=True):
        if lesson.in_versions(exercise):
            found.append({**exercise, "task": words["task"]})
    return found


def _exercises(c: Course) -> str:
    command = f"copyscope lesson {c.one.name[:2]} --answer mine.py"
    tasks = "".join(
        f"<h3>{_(c.say['exercise'].format(n=i))}</h3><p>{_(e['task'])}</p>"
        f"<p><code>{_(command + (f' --exercise {i}' if i > 1 else ''))}</code></p>"
        for i, e in enumerate(_exercises_of(c), 1)
    )
    return f"<section>{tasks}</section>"


def _claims(c: Course) -> str:
    """What of the lesson is checked, and whether it holds here."""
    figures = c.one.data.get("figures", {})
    rows = []
    for claim in c.one.data["claims"]:
        if lesson.in_versions(claim):
            holds = lesson.judge(claim, c.done, figures)[0]
            cells = HOLDS[holds], _(claim["text"]), f"<code>{_(claim['check'])}</code>"
            rows.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    version = c.say["checked"].format(version=platform.python_version())
    return f"<section><h2>{_(version)}</h2><table class=claims><tbody>{''.join(rows)}</tbody></table></section>"


def _sources(c: Course) -> str:
    names = "".join(f"<li>{_(name)}</li>" for name in c.one.data.get("sources", []))
    return f"<section class=sources><h3>{_(c.say['sources'])}</h3><ul>{names}</ul></section>" if names else ""


def _for_teachers(c: Course, kind: str) -> str:
    right = "".join(
        f"<h3>{_(c.say['exercise'].format(n=i))}</h3><pre><code>{_(answer)}</code></pre>"
        for i, e in enumerate(_exercises_of(c), 1)
        for answer in e["right"][:1]
    )
    wrapper = "slide" if kind == "slides" else "teacher"
    return f"<section class={wrapper}>{_markdown(c.one.teacher)}</section><section class={wrapper}>{right}</section>"


def _provenance(c: Course) -> str:
    return c.say["provenance"].format(
        version=copyscope.__version__,
        python=platform.python_version(),
        policy=c.one.data["policy"],
        events=len(c.done.trace.events),
    )


def _document(c: Course, kind: str, body: str) -> str:
    script = f"<script>{lesson_style.SLIDES_JS if kind == 'slides' else lesson_style.PRINT_JS}</script>"
    main = f"<main tabindex=-1>{body}</main>"
    keys = f"<p class=keys aria-live=polite>{_(c.say['keys'])}</p>" if kind == "slides" else ""
    return (
        f'<!doctype html>\n<html lang="{c.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_(c.words['title'])} · copyscope</title>\n"
        f"<style>{lesson_style.COMMON}{getattr(lesson_style, kind.upper())}</style>\n</head>\n"
        f'<body class="{kind}">{main}{keys}\n{script}\n</body>\n</html>\n'
    )


def _markdown(text: str) -> str:
    try:
        from markdown_it import MarkdownIt
    except ImportError:
        raise lesson.LessonError(
            "to export, the package markdown-it-py is needed: pip install markdown-it-py"
        ) from None
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "link", "autolink"])
    return parser.render(text)


def _(text: Any) -> str:
    return html.escape(str(text))
