"""`copyscope run`: the program is the one it is without us, and every deep copy of it is in the trace."""

import os
import re
import resource
import signal
import subprocess
import sys
import textwrap

import pytest

import copyscope

IDENTITY = """
import os, sys
print(sys.argv, __name__, __file__, getattr(__spec__, "name", None), __package__, __doc__, sys.path[0])
print(sorted(globals()))
print(sys.modules["__main__"].__dict__ is globals(), os.open(os.devnull, os.O_RDONLY))
"""
# What copy.py's own frames say is its affair: the program's frames and the exception are compared.
COPY_FRAME = re.compile(r'  File "[^"]*/copy\.py", line \d+, in [\w<>]+\n(?:    .*\n)*')


def both(shell, recorded, text, *arguments, **options):
    ran = recorded(text, *arguments, **options)
    return shell(sys.executable, "script.py", *arguments, **options), ran


def without_copy_frames(text):
    return COPY_FRAME.sub("", text)


def test_the_program_sees_itself_as_it_does_without_a_recording(shell, recorded):
    plain, ran = both(shell, recorded, IDENTITY, "a", "-o", "--help", "-m")
    assert (ran.code, ran.out, ran.err) == (plain.returncode, plain.stdout, plain.stderr)


def test_a_module_is_run_as_python_m_runs_it(shell, script, program):
    script("", "pkg/__init__.py")
    script(IDENTITY, "pkg/__main__.py")
    script(IDENTITY, "pkg/tool.py")
    for module in ("pkg", "pkg.tool"):
        plain = shell(sys.executable, "-m", module, "1", "-q")
        ran = shell(program, "run", "--python", sys.executable, "-q", "-m", module, "1", "-q")
        assert (ran.returncode, ran.stdout, ran.stderr) == (plain.returncode, plain.stdout, plain.stderr)


def test_a_folder_with_a_main_is_run(shell, script, program, tmp_path):
    script("import sys, copy, beside; copy.deepcopy([1]); print(sys.argv, sys.path[0])", "app/__main__.py")
    script("", "app/beside.py")
    plain = shell(sys.executable, "app", "x")
    ran = shell(program, "run", "--python", sys.executable, "-q", "app", "x")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, plain.stdout, plain.stderr)
    assert copyscope.load(tmp_path / "app.cst").complete


@pytest.mark.parametrize(
    "ending",
    ["sys.exit(7)", "sys.exit('a word')", "sys.exit()", "raise KeyError('k')", "raise SystemExit(None)", "os._exit(9)",
     "deep(Raises())", "deep([{1: (Raises(),)}])", "deep(x for x in ())", "def broken(:", "raise KeyboardInterrupt",
     "sys.excepthook = lambda *a: print('hook', a[0]); 1 / 0", "os.kill(os.getpid(), 15)",
     "try:\n    deep(Raises())\nexcept ValueError as e:\n    raise KeyError('second') from e"],
)  # fmt: skip
def test_exit_codes_exceptions_and_tracebacks_are_the_programs_own(shell, recorded, ending):
    text = textwrap.dedent("""
        import os, sys
        from copy import deepcopy
        class Raises:
            def __deepcopy__(self, memo):
                raise ValueError("no copy of me")
        def deep(x):
            return deepcopy(x)
        deep([1])
    """) + ending  # fmt: skip
    plain, ran = both(shell, recorded, text)
    assert (ran.code, ran.out) == (plain.returncode, plain.stdout)
    assert without_copy_frames(ran.err) == without_copy_frames(plain.stderr)
    # The line of copy.py that the program's own frame called is shown as without a recording.
    assert ("in deepcopy\n" in ran.err) == ("in deepcopy\n" in plain.stderr)


def test_what_the_interpreter_does_at_the_end_is_recorded_too(recorded):
    ran = recorded("""
import atexit, copy, threading, time
atexit.register(lambda: copy.deepcopy([1, 2]))
gate = threading.Event()
def late():
    gate.wait()
    copy.deepcopy({1: 2})
threading.Thread(target=late).start()
threading.Timer(0, gate.set).start()
""")
    assert ran.code == 0
    assert sorted(ran.sites) == [3, 7]
    assert ran.info()["file"]["complete"]


def test_each_call_has_its_callers_file_line_and_function(recorded):
    ran = recorded("""
import copy
from copy import deepcopy
from copy import deepcopy as dup
class Owner:
    def method(self):
        return deepcopy(self)
def nested():
    return [dup([i]) for i in range(3)]
Owner().method()
nested()
list(map(copy.deepcopy, [[1], [2]]))
copy.deepcopy(x=[5], memo={})
""")
    named = sys.version_info >= (3, 11)
    sites = ran.sites
    assert {line: site["calls"] for line, site in sites.items()} == {7: 1, 9: 3, 12: 2, 13: 1}
    assert sites[7]["function"] == ("Owner.method" if named else "method")
    assert sites[9]["function"].startswith("nested" if named else "<listcomp>")
    assert sites[12]["function"] == "<module>"
    assert all(os.path.basename(site["file"]) == "script.py" for site in sites.values())


def test_calls_of_hooks_belong_to_the_call_that_led_to_them(recorded):
    ran = recorded("""
import copy
class Hook:
    def __deepcopy__(self, memo):
        copy.deepcopy([1])
        return copy.deepcopy([2], memo)
copy.deepcopy([Hook()])
""")
    assert list(ran.sites) == [7]
    assert ran.sites[7]["calls"] == 1
    assert ran.sites[7]["objects"] == 6


def test_copies_are_the_ones_the_program_would_make(recorded):
    ran = recorded("""
import copy
a = [1]
x = {"a": a, "b": [a, (1, a)], "c": {1, 2}}
y = copy.deepcopy(x)
assert y == x and y["a"] is y["b"][0] is y["b"][1][1] and y["a"] is not a
depth = 0
def nest(n):
    x = []
    for _ in range(n):
        x = [x]
    return x
while True:
    try:
        copy.deepcopy(nest(depth))
    except RecursionError:
        break
    depth += 1
print(depth)
""")
    assert ran.code == 0, ran.err
    plain = subprocess.run([sys.executable, ran.path.with_suffix(".py")], capture_output=True, text=True)
    assert ran.out == plain.stdout


def test_threads_are_recorded_and_what_is_not_is_counted(recorded):
    """The hook holds the recorder until the other thread has copied: that call cannot be recorded, and is counted."""
    ran = recorded("""
import copy, threading
inside, done = threading.Event(), threading.Event()
class Waits:
    def __deepcopy__(self, memo):
        inside.set()
        done.wait()
        return self
class Nested:
    def __deepcopy__(self, memo):
        return copy.deepcopy([1], memo)
def other():
    inside.wait()
    copy.deepcopy([Nested(), Nested()])
    done.set()
t = threading.Thread(target=other)
t.start()
copy.deepcopy([Waits()])
t.join()
u = threading.Thread(target=lambda: copy.deepcopy([3]))
u.start()
u.join()
""")
    calls = ran.info()["meta"]["calls"]
    assert (calls["recorded"], calls["on_other_threads"]) == (2, 1)
    assert sorted(ran.sites) == [18, 20]


def test_forked_children_write_files_of_their_own(recorded, tmp_path):
    ran = recorded("""
import copy, os, multiprocessing
copy.deepcopy([0])
pid = os.fork()
if not pid:
    copy.deepcopy([1, 1])
    raise SystemExit(0)
os.waitpid(pid, 0)
quick = os.fork()
if not quick:
    copy.deepcopy([2, 2])
    os._exit(0)
os.waitpid(quick, 0)
silent = os.fork()
if not silent:
    os._exit(0)
os.waitpid(silent, 0)
class Forks:
    def __deepcopy__(self, memo):
        self.child = os.fork()
        return self
f = Forks()
copy.deepcopy([f, 1, 2])
if not f.child:
    os._exit(0)
os.waitpid(f.child, 0)
def work(x):
    return copy.deepcopy([x]), os.getpid()
with multiprocessing.get_context("fork").Pool(1) as pool:
    _, worker = pool.map(work, [1])[0]
    pool.close()
    pool.join()
copy.deepcopy([4])
print(pid, quick, silent, f.child, worker)
""")
    assert ran.code == 0, ran.err
    pid, quick, silent, inside, worker = ran.out.split()
    info = ran.info()
    assert info["file"]["complete"]
    assert sorted(ran.sites) == [3, 23, 33]
    assert info["meta"]["calls"]["children"] == 5
    by_child = {child: ran.info(tmp_path / f"script.{child}.cst") for child in (pid, quick, worker)}
    assert [by_child[c]["file"]["complete"] for c in (pid, quick, worker)] == [True, False, True]
    assert [[s["line"] for s in by_child[c]["call_sites"]] for c in (pid, quick, worker)] == [[6], [11], [28]]
    assert by_child[pid]["meta"]["parent"] == info["meta"]["pid"]
    assert not (tmp_path / f"script.{silent}.cst").exists()
    assert not (tmp_path / f"script.{inside}.cst").exists()


def test_caps_are_counted(recorded):
    text = "import copy\nfor i in range(10):\n    copy.deepcopy([i, i])\n"
    ran = recorded(text, options=("--max-calls", "3"))
    assert ran.info()["meta"]["calls"]["past_cap"] == 7
    assert ran.sites[3]["calls"] == 3
    assert "7" in ran.err
    assert "past the cap" in ran.err
    ran = recorded(text, options=("-q", "--max-records", "7"))
    info = ran.info()
    assert info["records"] <= 8  # one more says what was cut
    assert info["meta"]["calls"]["recorded"] + info["meta"]["calls"]["past_cap"] == 10
    assert info["not_kept"] > 0
    assert info["file"]["complete"]


def test_a_killed_program_leaves_a_valid_prefix(shell, script, program, tmp_path):
    path = script("""
import copy, sys
while True:
    copy.deepcopy([[i] for i in range(1000)])
    print(flush=True)
""")
    command = [program, "run", "--python", sys.executable, "-q", path]
    process = subprocess.Popen([str(w) for w in command], stdout=subprocess.PIPE, cwd=tmp_path)
    for _ in range(20):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    trace = copyscope.load(tmp_path / "script.cst")
    assert not trace.complete
    assert len(trace.events) > 1000
    assert shell(program, "info", "script.cst").returncode == 1


def test_a_program_that_closes_every_descriptor_keeps_its_own_files(recorded, tmp_path):
    """Daemons do so; the number of the trace then stands for a file of the program's."""
    ran = recorded("""
import copy, os
copy.deepcopy([1])
os.closerange(3, 4096)
fds = [os.open("own.txt", os.O_WRONLY | os.O_CREAT) for _ in range(1000)]
copy.deepcopy([[i] for i in range(20000)])
""")
    assert ran.code == 0
    assert (tmp_path / "own.txt").read_bytes() == b""
    assert "cut short" in ran.err
    assert not copyscope.load(ran.path).complete


def test_a_file_that_cannot_grow_is_told_and_the_program_goes_on(recorded):
    def small_files_only():
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    text = "import copy\nprint(len(copy.deepcopy([[i] for i in range(99999)])))"
    ran = recorded(text, options=(), preexec_fn=small_files_only)
    assert (ran.code, ran.out) == (0, "99999\n")
    assert re.fullmatch(r"copyscope run: .*script\.cst was cut short: .*\n", ran.err)
    assert ran.info()["file"] == {**ran.info()["file"], "complete": False, "reason": "cut short"}


def test_a_file_that_cannot_be_written_at_all_is_told_at_the_start(recorded):
    ran = recorded("print(1)", options=("-o", "/dev/full"))
    assert (ran.code, ran.out) == (3, "")
    assert "/dev/full: " in ran.err


def test_what_cannot_be_run_is_told_in_one_line(shell, program, script, tmp_path):
    script("print(1)")
    (tmp_path / "empty").mkdir()
    python = ("--python", sys.executable)
    for words, code, told in [
        ((*python,), 2, "which program"),
        ((*python, "none.py"), 3, "none.py: No such file"),
        ((*python, "empty"), 3, "no __main__"),
        ((*python, "-m", "no.such.module"), 3, "no module named no.such"),
        ((*python, "--policy", "fly", "script.py"), 2, "there is no policy fly"),
        ((*python, "-o", "no/such/folder.cst", "script.py"), 3, "No such file"),
        ((*python, "--max-records", "-1", "script.py"), 2, "--max-records"),
        ((*python, "--fly", "script.py"), 2, "--fly"),
        (("--python", "/no/python", "script.py"), 3, "cannot be started"),
    ]:
        answer = shell(program, "run", *words)
        assert (answer.returncode, told in answer.stderr) == (code, True), (words, answer)
        assert "Traceback" not in answer.stderr
    answer = shell(program, "run", *python, "--help")
    assert answer.returncode == 0
    assert "subprocesses" in answer.stdout


def test_a_recording_inside_is_refused_clearly(recorded):
    ran = recorded("import copyscope\nwith copyscope.record('b.cst'):\n    pass\n")
    assert ran.code == 1
    assert re.search(r"AlreadyRecordingError: copies are being recorded into .*script\.cst already", ran.err)


def test_python_m_copyscope_does_the_same(shell, script, tmp_path):
    script(IDENTITY + "import copy; copy.deepcopy([1])")
    plain = shell(sys.executable, "script.py", "x")
    ran = shell(sys.executable, "-m", "copyscope", "run", "-o", "o.cst", "script.py", "x")
    assert ran.stdout == plain.stdout
    assert re.fullmatch(r"copyscope run: 1 call of deepcopy in \d+ records: o\.cst\n", ran.stderr)
    assert copyscope.load(tmp_path / "o.cst").complete


@pytest.mark.skipif("ASAN" in os.environ, reason="the sanitizer's own memory grows")
def test_memory_does_not_grow_with_the_calls(recorded):
    """A hundred times the calls, each of other objects: what the recorder holds stays the same."""
    text = """
import copy, resource, sys
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
def some(n):
    for i in range(n):
        copy.deepcopy([[f"text {n} {i} {j}" for j in range(50)] for _ in range(2)])
some(1000)
before = peak()
some(20000)
print(peak() - before)
"""
    ran = recorded(text)
    assert int(ran.out) < 40_000  # kB; 2 million objects with their texts would take ten times as much


def test_a_recording_that_lasts_is_seen_while_it_goes_on(script, program, tmp_path):
    path = script(
        "import copy, sys\nfor line in sys.stdin:\n"
        "    copy.deepcopy([[i] for i in range(20000)])\n    print(1, flush=True)\n"
    )
    command = [str(w) for w in (program, "run", "--python", sys.executable, "-q", path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        sizes = []
        for _ in range(3):
            process.stdin.write("\n")
            process.stdin.flush()
            process.stdout.readline()
            sizes.append((tmp_path / "script.cst").stat().st_size)
        process.stdin.close()
    assert sizes[0] < sizes[1] < sizes[2]
