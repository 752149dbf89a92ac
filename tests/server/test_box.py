"""The box: snippets that try to get out of it, through a real server. Each is denied, each by name."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import pytest
from conftest import HERE, PROGRAM, ROOT, Server
from test_serve import children_of

DENIED = r"(Errno|errno) (1|13)\b"  # EPERM, by seccomp; EACCES, by Landlock
LIBC = "import ctypes, os; libc = ctypes.CDLL(None, use_errno=True)\n"
# Raises what the call of that number and arguments says, as Python's own functions do.
CALL = (
    LIBC
    + """
def call(*arguments):
    if libc.syscall(*arguments) < 0: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
"""
)

ESCAPES = {
    # reading
    "read_etc_passwd": "open('/etc/passwd').read()",
    "read_a_file_of_the_servers_user": "open({secret!r}).read()",
    "list_a_folder_outside": "import os; os.listdir('/')",
    "list_the_home": "import os; os.listdir({home!r})",
    "read_the_servers_environment": "open('/proc/{server}/environ').read()",
    "read_the_servers_memory": "open('/proc/{server}/mem', 'rb').read(1)",
    "open_the_servers_descriptors": "import os; os.listdir('/proc/{server}/fd')",
    "read_the_zygotes_environment": "import os; open(f'/proc/{{os.getppid()}}/environ').read()",
    "go_out_by_ones_own_root": "open('/proc/self/root/etc/passwd').read()",
    "go_out_by_a_path_with_dots": "import os; "
    "open(os.path.dirname(os.__file__) + '/../../../../../../etc/passwd').read()",
    "read_by_openat_from_an_open_folder": "import os; os.open('../../../../../../../../../etc/passwd', os.O_RDONLY,"
    " dir_fd=os.open(os.path.dirname(os.__file__), os.O_RDONLY))",
    "read_a_device": "open('/dev/full', 'rb').read(1)",
    # writing
    "write_in_tmp": "import os; os.open({folder!r} + '/new', os.O_CREAT | os.O_WRONLY)",
    "write_to_a_file_that_is_there": "open({secret!r}, 'w')",
    "append_to_a_file_that_is_there": "open({secret!r}, 'a')",
    "empty_a_file": "import os; os.truncate({secret!r}, 0)",
    "delete_a_file": "import os; os.unlink({secret!r})",
    "rename_a_file": "import os; os.rename({secret!r}, {secret!r} + '2')",
    "make_a_folder": "import os; os.mkdir({folder!r} + '/new')",
    "change_a_mode": "import os; os.chmod({secret!r}, 0o777)",
    "change_an_owner": "import os; os.chown({secret!r}, 0, 0)",
    "change_a_time": "import os; os.utime({secret!r})",
    "set_an_attribute": "import os; os.setxattr({secret!r}, 'user.a', b'b')",
    "change_the_standard_library": "import os; open(os.__file__, 'a')",
    "write_an_unnamed_file": "import os; os.open({folder!r}, os.O_TMPFILE | os.O_RDWR)",
    "write_shared_memory": "import os; os.open('/dev/shm/copyscope-test', os.O_CREAT | os.O_RDWR)",
    # links
    "link_symbolically_to_a_file": "import os; os.symlink('/etc/passwd', {folder!r} + '/link')",
    "link_hard_to_a_file": "import os; os.link({secret!r}, {folder!r} + '/link')",
    "read_through_a_symbolic_link": "open({folder!r} + '/way').read()",
    # network
    "open_a_tcp_socket": "import socket; socket.socket()",
    "open_a_udp_socket": "import socket; socket.socket(type=socket.SOCK_DGRAM)",
    "open_a_unix_socket": "import socket; socket.socket(socket.AF_UNIX)",
    "send_from_a_pair_of_datagram_sockets": "import socket; socket.socketpair(type=socket.SOCK_DGRAM)",
    "open_a_netlink_socket": "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "call_the_server": "import socket; socket.create_connection(('127.0.0.1', {port}))",
    # signals
    "signal_the_server": "import os; os.kill({server}, 0)",
    "kill_the_zygote": "import os; os.kill(os.getppid(), 9)",
    "kill_all": "import os; os.kill(-1, 0)",
    "kill_the_servers_group": "import os; os.killpg(os.getpgid({server}), 0)",
    "signal_a_thread_of_the_server": CALL + "call(234, {server}, {server}, 0)",  # tgkill
    "signal_by_a_descriptor": "import signal, os; signal.pidfd_send_signal(os.pidfd_open({server}), 0)",
    "signal_by_the_owner_of_a_pipe": "import fcntl, os; fcntl.fcntl(os.pipe()[0], fcntl.F_SETOWN, {server})",
    # processes
    "fork": "import os; os.fork()",
    "fork_by_the_call": CALL + "call(57)",
    "vfork": CALL + "call(58)",
    "fork_as_the_zygotes_child": CALL + "call(56, 0x8000 | 17, 0, 0, 0, 0)",  # CLONE_PARENT
    "start_a_program": "import subprocess; subprocess.run(['/bin/true'])",
    "become_a_program": "import os; os.execv('/bin/true', ['true'])",
    "become_a_program_without_a_name": CALL + "call(322, 0, b'/bin/true', 0, 0, 0)",  # execveat
    "use_multiprocessing": "import multiprocessing as m; m.get_context('fork').Process(target=print).start()",
    "leave_the_session": "import os; os.setsid()",
    "join_another_group": "import os; os.setpgid(0, 0)",
    # other processes
    "trace_the_zygote": CALL + "call(101, 16, os.getppid(), 0, 0)",  # ptrace
    "read_the_zygotes_memory": CALL + "call(310, os.getppid(), 0, 0, 0, 0, 0)",  # process_vm_readv
    "take_a_descriptor_of_the_server": CALL + "call(438, 0, 0, 0)",  # pidfd_getfd
    "change_the_servers_limits": "import resource; resource.prlimit({server}, resource.RLIMIT_NOFILE, (0, 0))",
    "change_the_servers_priority": "import os; os.setpriority(os.PRIO_PROCESS, {server}, 19)",
    # its own walls
    "outlive_the_server": CALL + "call(157, 1, 0, 0, 0, 0)",  # PR_SET_PDEATHSIG
    "load_another_filter": CALL + "call(317, 1, 0, None)",  # seccomp
    "raise_a_limit": CALL + "call(302, 0, 0, bytes(16), None)",  # prlimit64
    "become_root": "import os; os.setuid(0)",
    "take_capabilities": CALL + "call(126, None, None)",  # capset
    # what reaches far into the kernel
    "make_a_user_namespace": CALL + "call(272, 0x10000000)",  # unshare
    "clone_into_a_user_namespace": CALL + "call(56, 0x10000000 | 17, 0, 0, 0, 0)",
    "enter_a_namespace": CALL + "call(308, 0, 0)",  # setns
    "mount": CALL + "call(165, b'none', b'/tmp', b'tmpfs', 0, None)",
    "change_the_root": "import os; os.chroot('.')",
    "use_the_keyring": CALL + "call(248, b'user', b'a', b'b', 1, -3)",  # add_key
    "read_the_keyring": CALL + "call(250, 0, -3, 0)",  # keyctl
    "set_up_io_uring": CALL + "call(425, 8, None)",
    "load_a_bpf_program": CALL + "call(321, 0, None, 0)",
    "watch_by_perf_events": CALL + "call(298, None, 0, -1, -1, 0)",
    "handle_page_faults": CALL + "call(323, 0)",  # userfaultfd
    "open_by_a_handle": CALL + "call(304, -100, None, 0)",
    "leave_shared_memory_behind": CALL + "call(29, 0, 4096, 0o1600)",  # shmget
    "leave_a_message_queue_behind": CALL + "call(240, b'/a', 0o102, 0o600, None)",
    "make_an_anonymous_file": "import os; os.memfd_create('a')",
    "type_into_a_terminal": "import fcntl; fcntl.ioctl(1, 0x5412, b'x')",  # TIOCSTI
}
X86 = {name for name, code in ESCAPES.items() if "call(" in code.replace(CALL, "")}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """What a snippet would find outside: all of it readable and writable for the server's user."""
    folder = tmp_path_factory.mktemp("outside")
    (folder / "secret").write_text("secret")
    (folder / "way").symlink_to("/etc/passwd")
    return folder


@pytest.fixture(scope="module")
def boxed(server_of_python, world):
    """Runs one snippet in the box, its own words filled in. Returns (ending, frames)."""
    server = server_of_python
    page = server.open()
    words = {
        "server": server.process.pid,
        "port": server.port,
        "folder": str(world),
        "secret": str(world / "secret"),
        "home": os.path.expanduser("~"),
    }

    def run(code, **more):
        _, frames, ending = page.run(code.format(**words) if more.pop("fill", False) else code, **more)
        return ending, frames

    yield run
    assert server.process.poll() is None
    page.close()


def meta(frames):
    """What the META chunks of a trace say, the later over the earlier."""
    data, at, found = b"".join(frames[1:]), 0, {}
    while at < len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == b"META":
            found |= json.loads(data[at + 16 : at + 16 + length])
        at += 16 + length + -length % 16
    return found


@pytest.mark.parametrize("name", ESCAPES)
def test_no_snippet_can(name, boxed, world):
    if name in X86 and os.uname().machine != "x86_64":
        pytest.skip("its numbers are of x86-64")
    ending, _ = boxed(ESCAPES[name], fill=True)
    assert ending["state"] == "error", ending
    assert re.search(DENIED, ending["message"]), ending
    assert sorted(path.name for path in world.iterdir()) == ["secret", "way"]
    assert (world / "secret").read_text() == "secret"
    assert (world / "secret").stat().st_mode & 0o777 != 0o777


# ---- what is bounded rather than forbidden ----

THREADS = """
import threading
threading.stack_size(1 << 16)
stop, n = threading.Event(), 0
try:
    for _ in range(1000): threading.Thread(target=stop.wait).start(); n += 1
except RuntimeError: pass
stop.set()
print(n)
[]
"""


def test_threads_are_at_most_64(boxed):
    ending, _ = boxed(THREADS)
    assert ending["stdout"] == "63\n"


# A snippet that has found out how a twin is announced, and makes as many processes as it can.
FORGED = """
import gc, os
wardens = [o for o in gc.get_objects() if type(o).__name__ == "Warden"]
def announce():
    for warden in wardens: warden.announce()
made = 0
for _ in range(300):
    announce()
    try: pid = os.fork()
    except PermissionError: continue
    if pid == 0:
        try: announce(); os.fork()
        except PermissionError: os._exit(0)
        os._exit(1)
    made += os.waitpid(pid, 0)[1] == 0
print(made)
[[]]
"""


def test_of_300_forks_with_forged_announcements_three_pass_and_those_cannot_fork(boxed):
    ending, frames = boxed(FORGED)
    assert (ending["state"], ending["stdout"]) == ("done", "3\n"), ending
    assert meta(frames)["verdict"]["state"] == "unchecked"  # its own twins were not let pass any more


HOOK = """
import os
class A:
    def __deepcopy__(self, memo):
        try: os.fork()
        except PermissionError: print("denied", flush=True)
        return self
[A()]
"""


def test_a_hook_cannot_fork_either_and_the_copies_are_compared(boxed):
    ending, frames = boxed(HOOK)
    assert (ending["state"], ending["stdout"]) == ("done", "denied\n")
    assert meta(frames)["verdict"]["state"] == "equal"


@pytest.mark.parametrize(
    "code", ["[[1], [2]]", "import decimal, zoneinfo; x = [decimal.Decimal(1), zoneinfo.ZoneInfo('UTC')]"]
)
def test_twins_pass_and_the_verdict_and_the_cost_come(boxed, code):
    _, frames = boxed(code)
    found = meta(frames)
    assert found["verdict"]["state"] == "equal", found
    assert "python_ns" in found["cost"], found


def test_a_policy_is_compared_with_the_interpreters(boxed):
    _, frames = boxed("[[1], [2]]", policy="report-merged")
    assert meta(frames)["soundness"]["sound"] is True


def test_the_standard_library_and_what_is_installed_can_be_read(boxed):
    code = """
import asyncio, ctypes, dataclasses, inspect, linecache, os, sqlite3, ssl, threading, unittest, zoneinfo, copyscope
async def f(): await asyncio.sleep(0); return zoneinfo.ZoneInfo("UTC")
assert inspect.getsource(dataclasses) and open(os.devnull, "w").write("x") and os.urandom(1)
t = threading.Thread(target=print, args=("thread",)); t.start(); t.join()
x = [asyncio.run(f()), sqlite3.connect(":memory:").execute("select 1").fetchall()]
"""
    ending, _ = boxed(code)
    assert (ending["state"], ending["stdout"]) == ("done", "thread\n"), ending


def test_only_its_own_descriptors_are_open(boxed):
    code = """
import os, stat
kinds = []
for fd in range(64):
    try: kinds.append(stat.S_IFMT(os.fstat(fd).st_mode))
    except OSError: pass
print(sum(map(stat.S_ISCHR, kinds)), sum(map(stat.S_ISFIFO, kinds)), sum(map(stat.S_ISSOCK, kinds)), len(kinds))
[]
"""
    assert boxed(code)[0]["stdout"] == "1 3 1 5\n"  # no input, the output twice, the trace, the way to the warden


def test_nothing_that_the_server_opens_can_be_written_by_a_run(boxed, server_of_python):
    process = pathlib.Path(f"/proc/{server_of_python.process.pid}")
    opened = {os.readlink(fd) for fd in (process / "fd").iterdir() if fd.is_symlink()}
    opened |= {line.split()[-1] for line in (process / "maps").read_text().splitlines() if "/" in line}
    opened |= {str(path) for path in (ROOT / "lessons").rglob("*.*")} | {str(ROOT / "lessons"), str(PROGRAM)}
    paths = sorted(path for path in opened if path.startswith("/") and path != os.devnull and os.path.exists(path))
    code = f"""
import os
written = []
for path in {paths!r}:
    for flags in (os.O_WRONLY, os.O_RDWR, os.O_WRONLY | os.O_TRUNC, os.O_WRONLY | os.O_CREAT, os.O_TMPFILE | os.O_RDWR):
        try: os.open(path, flags); written.append(path)
        except OSError: pass
print(written)
[]
"""
    assert len(paths) > 50
    assert boxed(code)[0]["stdout"] == "[]\n"


def test_limits_are_set(boxed, server_of_python):
    code = """
import resource as r
print([r.getrlimit(w)[0] for w in (r.RLIMIT_AS, r.RLIMIT_CPU, r.RLIMIT_FSIZE, r.RLIMIT_NOFILE, r.RLIMIT_CORE)])
[]
"""
    found = json.loads(boxed(code)[0]["stdout"])
    assert found[0] in (512 << 20, -1) and found[1:] == [5, 1 << 20, 64, 0]
    lacks = json.loads(server_of_python.get("/api/state")[2])["box"]["lacks"]
    assert (found[0] == -1) == ("memory" in [lack["id"] for lack in lacks])


def test_no_capability_is_left(boxed):
    code = (
        LIBC
        + """
import struct
data = ctypes.create_string_buffer(24)
libc.syscall(125, struct.pack("=Ii", 0x20080522, 0), data)
print(any(data.raw), libc.prctl(39, 0, 0, 0, 0))
[]
"""
    )
    if os.uname().machine != "x86_64":
        pytest.skip("its numbers are of x86-64")
    assert boxed(code)[0]["stdout"] == "False 1\n"


def test_the_servers_environment_is_not_a_runs(monkeypatch, real_python):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    server = Server(python=real_python)
    ending = server.open().run("import os; print('AWS_SECRET_ACCESS_KEY' in os.environ, 'PATH' in os.environ); []")[2]
    assert ending["stdout"] == "False True\n"
    assert server.stop()[0] == 0


# ---- kernels and users that have less ----


def without(*calls):
    """The program under a filter of its own, in which these calls are not there."""
    return [sys.executable, HERE / "without.py", *calls, "--"]


def test_without_landlock_nothing_is_written_and_root_is_refused_or_the_lack_is_told(real_python, tmp_path):
    server = Server(python=real_python, before=without("landlock_create_ruleset"))
    box = json.loads(server.get("/api/state")[2])["box"]
    page = server.open()
    ending = page.run(f"open({str(tmp_path / 'new')!r}, 'w')")[2]
    assert box["landlock"] == 0 and "landlock" in [lack["id"] for lack in box["lacks"]]
    assert ending["state"] == "error" and not (tmp_path / "new").exists()
    if box["refuses"]:
        assert "could not be boxed in" in ending["message"] and "no snippet is run" in ending["stdout"]
    else:
        assert re.search(DENIED, ending["message"])
    _, errors = server.stop()
    assert "no Landlock" in errors


def test_a_wall_that_cannot_be_put_up_is_a_run_that_is_not_made(real_python):
    server = Server(python=real_python, before=without("landlock_restrict_self"))
    ending = server.open().run("print('ran'); []")[2]
    assert ending["state"] == "error" and "could not be boxed in" in ending["message"]
    assert "ran" not in ending["stdout"]
    server.stop()


@pytest.mark.parametrize("abi", range(1, 8))
def test_each_abi_of_landlock_keeps_what_is_outside_unread(abi, real_python):
    code = f"""
import os
from copyscope import box
if box._landlock_abi() < {abi}: raise SystemExit(77)
ruleset = box._ruleset({abi}, box.readable())
box._prctl(box.PR_SET_NO_NEW_PRIVS, 1)
box._call("syscall", box.LANDLOCK_RESTRICT, ruleset, 0)
open(os.__file__).read(1)
open(os.devnull, "w").close()
for path, flags in (("/etc/passwd", os.O_RDONLY), (os.__file__, os.O_WRONLY), ("/tmp/new", os.O_CREAT | os.O_WRONLY)):
    try: os.open(path, flags)
    except PermissionError: continue
    raise SystemExit(path)
"""
    done = subprocess.run([real_python, "-I", "-c", code], capture_output=True, text=True)
    if done.returncode == 77:
        pytest.skip("this kernel's Landlock is older")
    assert done.returncode == 0, done.stderr


@pytest.fixture
def open_python(real_python):
    """A Python with the recorder that any user can read."""
    if os.geteuid() != 0 or not os.path.exists("/usr/bin/python3"):
        pytest.skip("only root can become another user")
    folder = tempfile.mkdtemp(prefix="copyscope-test-")
    os.chmod(folder, 0o755)
    subprocess.run(["/usr/bin/python3", "-m", "venv", "--without-pip", folder], check=True)
    where = "import copyscope, sys; print(copyscope.__path__[0], sys.version_info[:2])"
    package, _, version = subprocess.run([real_python, "-c", where], capture_output=True, text=True).stdout.partition(
        " "
    )
    own = subprocess.run(
        [f"{folder}/bin/python", "-c", "import sys, site; print(sys.version_info[:2], site.getsitepackages()[0])"],
        capture_output=True,
        text=True,
    ).stdout
    if not own.startswith(version.strip()):
        pytest.skip("the recorder is built for another Python than /usr/bin/python3")
    shutil.copytree(package, own.split(") ")[1].strip() + "/copyscope")
    yield f"{folder}/bin/python"
    shutil.rmtree(folder)


def test_as_root_a_run_is_nobodys_where_python_stays_readable(open_python):
    server = Server(python=open_python)
    box = json.loads(server.get("/api/state")[2])["box"]
    ending = server.open().run("import os; print(os.getresuid(), os.getresgid(), os.getgroups()); [[1]]")[2]
    assert box["user"] == "nobody" and ending["state"] == "done", ending
    user, group = re.findall(r"\d+", ending["stdout"])[::3]
    assert "0" not in (user, group) and ending["stdout"].endswith("[]\n")
    server.stop()


def test_paranoid_leaves_python_no_network_and_no_file_but_its_own(real_python):
    if not shutil.which("bwrap"):
        pytest.skip("bubblewrap is not installed")
    alone = subprocess.run(["bwrap", "--ro-bind", "/", "/", "true"], capture_output=True, text=True)
    if alone.returncode:
        pytest.skip(f"bubblewrap does not run here: {alone.stderr.strip()}")
    server = Server("--paranoid", python=real_python)
    (monitor,) = children_of(server.process.pid)
    (zygote,) = children_of(monitor)
    assert os.readlink(f"/proc/{zygote}/ns/net") != os.readlink("/proc/self/ns/net")
    assert not os.path.exists(f"/proc/{zygote}/root/etc/passwd")
    page = server.open()
    _, frames, ending = page.run("import decimal; x = [[decimal.Decimal(1)]]")
    assert ending["state"] == "done" and meta(frames)["verdict"]["state"] == "equal"
    assert page.run("while True: pass")[2]["state"] == "timeout"
    assert server.stop()[0] == 0
    assert not os.path.exists(f"/proc/{zygote}")


def test_without_bubblewrap_paranoid_is_refused_in_one_line(real_python, program):
    answer = program("serve", "--paranoid", "--python", real_python, env={**os.environ, "PATH": "/nonexistent"})
    assert (answer.returncode, answer.stderr) == (
        3,
        "copyscope serve: --paranoid wants bubblewrap: apt-get install bubblewrap\n",
    )
