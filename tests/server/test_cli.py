"""The command line: help, manual page, completion, configuration, log lines."""

import os
import re
import shutil
import subprocess

import pytest
from conftest import PROGRAM, Server

BUILT = PROGRAM.parent if PROGRAM.parent.name == "build" else PROGRAM.parent.parent
ENV = {**os.environ, "COPYSCOPE_CONFIG": "/dev/null", "COLUMNS": "100"}


def listed():
    text = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True, env=ENV).stdout
    return re.findall(r"^  ([a-z]+) +\S", text.split("\n\n")[1], re.MULTILINE)


COMMANDS = listed() if PROGRAM.exists() else []


@pytest.fixture(scope="module")
def helps(real_python_path):
    """{command: its help}"""
    env = {**ENV, "COPYSCOPE_PYTHON": str(real_python_path)}
    run = lambda name: subprocess.run([PROGRAM, name, "--help"], capture_output=True, text=True, env=env)  # noqa: E731
    return {name: run(name) for name in COMMANDS}


@pytest.fixture(scope="module")
def real_python_path():
    from conftest import found_python

    return found_python()


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_usage_an_example_and_the_exit_codes(name, helps):
    answer = helps[name]
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith(f"usage: copyscope {name}")
    assert re.search(rf"^example: .*copyscope {name}\b", answer.stdout, re.MULTILINE), answer.stdout
    codes = re.search(r"^exit: (.*)", answer.stdout, re.MULTILINE)
    assert codes and " 2 usage" in codes[1] and re.search(r"\b3 \w", codes[1])


@pytest.mark.parametrize("name", COMMANDS)
def test_an_option_that_there_is_not_is_a_usage_error(name, real_python_path):
    env = {**ENV, "COPYSCOPE_PYTHON": str(real_python_path)}
    answer = subprocess.run([PROGRAM, name, "--no-such-option"], capture_output=True, text=True, env=env, timeout=60)
    assert answer.returncode == 2 and "Traceback" not in answer.stderr
    assert "no-such-option" in answer.stderr or answer.stderr.startswith("usage: ")


def test_a_command_that_there_is_not_is_a_usage_error(program):
    answer = program("fly")
    assert answer.returncode == 2 and "there is no command fly" in answer.stderr


# ---- made from the help ----


def made(name):
    path = BUILT / name
    if not path.exists():
        pytest.skip(f"{name} is not built: make")
    return path


def options_of(text):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))


def test_the_manual_page_has_every_command_and_option_and_is_roff(helps):
    page = made("copyscope.1").read_text()
    plain = re.sub(r"\\f[BIR]", "", page.replace(r"\-", "-"))
    for name, answer in helps.items():
        assert f".SS {name}\n" in page
        assert options_of(answer.stdout) <= options_of(plain), name
    if shutil.which("groff"):
        checked = subprocess.run(["groff", "-ww", "-man", "-Tutf8", "-z"], input=page, capture_output=True, text=True)
        assert (checked.returncode, checked.stderr) == (0, "")


def completions(*words):
    """What bash offers for the last word."""
    script = (
        'source "$1"; shift; COMP_WORDS=(copyscope "$@"); COMP_CWORD=$#; _copyscope; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    command = ["bash", "-c", script, "bash", made("copyscope.bash"), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return set(done.stdout.split())


def test_bash_completes_commands_options_and_files(helps, tmp_path, monkeypatch):
    assert completions("") >= set(COMMANDS) | {"--help", "--version"}
    assert completions("ser") == {"serve"}
    for name, answer in helps.items():
        offered = completions(name, "--")
        assert offered <= options_of(answer.stdout) | {"--help"}, name
        assert (
            offered >= {o for o in options_of("\n".join(re.findall(r"^  -.*", answer.stdout, re.MULTILINE)))} & offered
        )
    monkeypatch.chdir(tmp_path)
    for file in ("a.cst", "b.txt"):
        (tmp_path / file).touch()
    (tmp_path / "folder").mkdir()
    assert completions("info", "") == {"a.cst", "folder"}
    assert completions("serve", "--port", "--pa") == {"--paranoid"}


# ---- the configuration ----


@pytest.fixture
def config(tmp_path, monkeypatch):
    def write(text):
        (tmp_path / "my.conf").write_text(text)
        monkeypatch.setenv("COPYSCOPE_CONFIG", str(tmp_path / "my.conf"))
        return tmp_path / "my.conf"

    return write


def test_options_of_the_file_are_those_of_its_command_and_the_command_line_counts_more(config, program):
    config("# mine\n[export]\nto = dot\n\n[ serve ]  # this one\nport = x\n max-records=7\nparanoid = no\n")
    assert "--port wants a number" in program("serve").stderr
    config("[serve]\nport = x\n")
    assert "--to" in program("export", "/nonexistent.cst").stderr
    config("[serve]\nmax-records = 5\nlog = nonsense\n")
    answer = program("serve", "--max-records", "6")
    assert "--log wants" in answer.stderr and "the configuration" in answer.stderr
    server_config = "[serve]\nlog = info\n"
    config(server_config)
    server = Server("--log", "error")
    assert server.stop() == (0, "")
    server = Server()
    assert "event=serve.start" in server.stop()[1]


@pytest.mark.parametrize(
    "text, wrong",
    [
        ("port\n", "line 1: a line is"),
        ("[serve]\nport 9\n", "line 2: a line is"),
        ("[serve\n", "line 1: a section is"),
        ("[serve]\n--port = 9\n", "line 2: an option's name"),
        ("[serve]\n = 9\n", "line 2: an option's name"),
        ("[serve]\n" + "a = b\n" * 200, "too many options"),
        ("x" * 5000 + "\n", "line 1: the line is too long"),
    ],
)
def test_a_wrong_line_is_named(config, program, text, wrong):
    path = config(text)
    answer = program("serve", "--port", "0")
    assert (answer.returncode, answer.stderr.count("\n")) == (2, 1)
    assert answer.stderr.startswith(f"copyscope: {path}, ") and wrong in answer.stderr


def test_a_file_that_was_named_and_is_not_there_is_said_and_the_usual_one_need_not_be(
    config, program, tmp_path, monkeypatch
):
    config("").unlink()
    answer = program("serve", "--port", "x")
    assert answer.returncode == 2 and "No such file" in answer.stderr
    monkeypatch.delenv("COPYSCOPE_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert "--port wants" in program("serve", "--port", "x").stderr
    (tmp_path / "copyscope.conf").write_text("[serve]\nmax-output = none\n")
    assert "--max-output wants" in program("serve").stderr


# ---- log lines ----

LINE = re.compile(
    r"time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=(error|warning|info|debug) event=[a-z.]+( [a-z]+=[^ =]+)*"
)


@pytest.mark.parametrize(
    "level, events", [("error", set()), ("info", {"serve.start", "run.start", "run.end", "serve.end"})]
)
def test_log_lines_have_a_level_and_fields_and_nothing_of_the_users(level, events):
    server = Server("--log", level)
    page = server.open()
    page.run("good 3", title="SECRET-title")
    page.run("crash")
    page.close()
    server.get("/api/lessons/SECRET-lesson")
    code, errors = server.stop()
    assert code == 0
    assert all(LINE.fullmatch(line) for line in errors.splitlines()), errors
    assert {line.split("event=")[1].split()[0] for line in errors.splitlines()} == events
    for secret in ("SECRET", "good", server.token):
        assert secret not in errors


def test_debug_says_more_than_info_and_a_level_that_is_none_is_refused(program):
    server = Server("--log", "debug")
    server.get("/api/state", token=False)
    assert server.open().run("good")[2]["state"] == "done"
    errors = server.stop()[1]
    assert "event=request.refused status=403" in errors and "event=client.open open=1" in errors
    answer = program("serve", "--log", "loud")
    assert (answer.returncode, answer.stderr.count("\n")) == (2, 1)
