#!/usr/bin/env python3
"""Makes the manual page and the completion for bash from what the program itself says with --help.

    manual.py PROGRAM man|bash

The first line of `copyscope --help` that is indented by two begins the list of subcommands. In each one's help a line
indented by two that begins with a dash is an option, as far as two blanks; `example:` and `exit:` begin a paragraph.
"""

import os
import pathlib
import re
import subprocess
import sys

OPTION = re.compile(r"  (-\S.*?)(?:  +(.*))?$")
LABEL = re.compile(r"(examples?|exit|options|positional arguments)\s*:\s*(.*)", re.IGNORECASE)
FILES = {"serve": "cst", "info": "cst", "cat": "cst", "diff": "cst", "notes": "cst", "export": "cst", "replay": "cst"}
FILES |= {"waves": "cst", "trace": "py", "run": "py", "breakeven": "py", "report": "json"}


def ask(program, *words):
    """What the program prints; the configuration of whoever builds is left out."""
    env = {**os.environ, "COPYSCOPE_CONFIG": os.devnull, "COLUMNS": "100"}
    done = subprocess.run([program, *words], capture_output=True, text=True, env=env, check=False)
    if done.returncode:
        sys.exit(f"manual.py: {program} {' '.join(words)}: exit {done.returncode}\n{done.stderr}")
    return done.stdout


def commands(program):
    """{name: what it is for}"""
    found = re.findall(r"^  ([a-z]+) +(\S.*)$", ask(program, "--help").split("\n\n")[1], re.MULTILINE)
    assert found, "the list of subcommands is not where it was"
    return dict(found)


def options(text):
    """The names of the options of a help text, in order."""
    names = []
    for line in text.splitlines():
        match = OPTION.match(line)
        if match:
            names += re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", match[1])
    return list(dict.fromkeys([*names, "--help"]))


# ---- the manual page ----


def roff(text):
    """The text, safe from being taken for a command."""
    text = text.replace("\\", r"\e").replace("-", r"\-")
    return r"\&" + text if text[:1] in ("'", ".") else text


def usage_and_rest(text):
    head, _, rest = text.partition("\n\n")
    return head.removeprefix("usage: "), rest


def section(name, purpose, text):
    """One subcommand."""
    usage, rest = usage_and_rest(text)
    out = [f".SS {roff(name)}", roff(purpose[0].upper() + purpose[1:]) + ".", ".PP", ".nf"]
    out += [*map(roff, usage.splitlines()), ".fi"]
    filling = False
    for line in rest.splitlines():
        option, label = OPTION.match(line), LABEL.match(line)
        if option:
            out += [".TP", rf"\fB{roff(option[1])}\fR", *([roff(option[2])] if option[2] else [])]
            filling = True
        elif label:
            out += [".PP", rf"\fB{roff(label[1].capitalize())}\fR", ".br", *([roff(label[2])] if label[2] else [])]
            filling = False
        elif not line.strip():
            out += [".PP"]
            filling = False
        elif filling or not line.startswith(" "):
            out.append(roff(line.strip()))
        else:
            out += [".br", roff(line.strip())]
    return out


def man(program):
    version = ask(program, "--version").split()[1]
    listed = commands(program)
    out = [
        f'.TH COPYSCOPE 1 "" "copyscope {version}" "User Commands"',
        ".SH NAME",
        r"copyscope \- shows what Python's copy.deepcopy does, step by step",
        ".SH SYNOPSIS",
        r"\fBcopyscope\fR \fICOMMAND\fR [...]",
        ".SH COMMANDS",
    ]
    for name, purpose in listed.items():
        out += section(name, purpose, ask(program, name, "--help"))
    out += [
        ".SH EXIT STATUS",
        "0 done, 1 the thing asked about is not so, 2 usage, 3 could not.",
        ".SH FILES",
        r"\fI~/.config/copyscope.conf\fR (or in \fI$XDG_CONFIG_HOME\fR, or the file named by \fB$COPYSCOPE_CONFIG\fR)",
        "holds options that need not be typed; those that are typed count more.  Under",
        r"\fB[serve]\fR, the line \fBport = 9000\fR is the option \fB\-\-port=9000\fR of that command, and",
        r"\fBparanoid = yes\fR is \fB\-\-paranoid\fR.  What follows # is a comment.",
        ".SH ENVIRONMENT",
        r"\fBCOPYSCOPE_PYTHON\fR: the Python that has the recorder, where \fB\-\-python\fR names none.",
    ]
    return "\n".join(out) + "\n"


# ---- the completion ----

BASH = """\
# Completion of copyscope's command line for bash: `source` this file, or put it into
# ~/.local/share/bash-completion/completions/ under the name copyscope.
_copyscope() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} options= suffix=
    if [ "$COMP_CWORD" = 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W '{names} --help --version' -- "$word")
        return
    fi
    case ${{COMP_WORDS[1]}} in
{cases}
    esac
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    else
        mapfile -t COMPREPLY < <(compgen -f -X "!*${{suffix:+.$suffix}}" -- "$word"; compgen -d -- "$word")
    fi
}}
complete -o filenames -F _copyscope copyscope
"""


def bash(program):
    listed = commands(program)
    cases = [
        f"    {name}) options='{' '.join(options(ask(program, name, '--help')))}' suffix={FILES.get(name, '')} ;;"
        for name in listed
    ]
    return BASH.format(names=" ".join(listed), cases="\n".join(cases))


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[2] not in ("man", "bash"):
        sys.exit("usage: manual.py PROGRAM man|bash")
    sys.stdout.write({"man": man, "bash": bash}[sys.argv[2]](str(pathlib.Path(sys.argv[1]).resolve())))
