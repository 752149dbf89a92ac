#!/usr/bin/python3
"""Stands in for the Python that has the recorder: answers the server's probe and plays the zygote.

Each run's first word says what its worker does, mostly harm. No recorder is needed.
"""

import array
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import tracebytes  # noqa: E402


def write(fd, data):
    while data:
        data = data[os.write(fd, data) :]


def good(trace, out, words):
    count = int(words[1]) if len(words) > 1 else 10
    made = tracebytes.Trace(title="good", python="3.11.7", policy="cpython")
    write(trace, made.start)
    for _ in range(count):
        write(trace, made.copies(10))
    write(trace, made.end())
    return 0


def prefix(trace, out, words):
    made = tracebytes.Trace(title="prefix")
    write(trace, made.start + made.copies(3))


def loop(trace, out, words):
    prefix(trace, out, words)
    while True:
        pass


def sleeper(trace, out, words):
    prefix(trace, out, words)
    time.sleep(1000)


def garbage(trace, out, words):
    prefix(trace, out, words)
    write(trace, os.urandom(4096))
    time.sleep(1000)


def not_a_trace(trace, out, words):
    write(trace, b"#!/bin/sh\nrm -rf /\n" * 100)
    return 0


def endless_chunk(trace, out, words):
    write(trace, tracebytes.HEADER + b"META" + b"\xff" * 12)
    while True:
        write(trace, bytes(65536))


def crash(trace, out, words):
    prefix(trace, out, words)
    os.kill(os.getpid(), getattr(signal, words[1] if len(words) > 1 else "SIGSEGV"))
    time.sleep(1000)


def exits(trace, out, words):
    os._exit(int(words[1]))


def fails(trace, out, words):
    made = tracebytes.Trace(error="SyntaxError: invalid syntax (line 1)")
    write(trace, made.start + made.end(2))
    return 10


def flood(trace, out, words):
    block = b"\xff\x1b[31mx" * 8192
    for _ in range(int(words[1])):
        write(out, block)
    return good(trace, out, words[:1])


def paced(trace, out, words):
    """Chunks of 1 kB that say when they were sent, so many and so many seconds apart."""
    made = tracebytes.Trace(title="paced")
    write(trace, made.start)
    begin = time.monotonic()
    for i in range(int(words[1])):
        time.sleep(max(0, begin + i * float(words[2]) - time.monotonic()))
        write(trace, made.meta(sent=time.monotonic_ns(), pad="x" * 970))
    write(trace, made.end())
    return 0


def blocks(trace, out, words):
    """So many chunks of so many bytes."""
    made = tracebytes.Trace(title="blocks")
    write(trace, made.start)
    for _ in range(int(words[1])):
        write(trace, made.meta(pad="x" * int(words[2])))
    write(trace, made.end())
    return 0


def orphan(trace, out, words):
    """Leaves a child behind that holds the pipes open, in a session of its own, and ends."""
    good(trace, out, ["good"])
    subprocess.Popen(["sleep", "3"], start_new_session=True, pass_fds=(trace, out))
    return 0


def kills_zygote(trace, out, words):
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(3)  # nobody ends this one if the zygote died before it could say who it is


WORKERS = {
    "good": good,
    "prefix": prefix,
    "loop": loop,
    "sleep": sleeper,
    "garbage": garbage,
    "not_a_trace": not_a_trace,
    "endless_chunk": endless_chunk,
    "crash": crash,
    "exit": exits,
    "fail": fails,
    "flood": flood,
    "paced": paced,
    "blocks": blocks,
    "orphan": orphan,
    "kill_zygote": kills_zygote,
}


def start(server, request, fds):
    pid = os.fork()
    if pid:
        server.send(json.dumps({"id": request["id"], "pid": pid}).encode())
        return pid
    server.close()
    os.setsid()
    words = request["code"].split()
    try:
        code = WORKERS[words[0]](*fds, words) or 0
    except (KeyError, IndexError, ValueError):  # nothing that it can: a damaged command
        code = 1
    os._exit(code)


def serve():
    server = socket.socket(fileno=3)
    os.set_inheritable(3, False)
    server.send(
        json.dumps({"box": {"landlock": 7, "seccomp": True, "user": "own", "lacks": [], "refuses": ""}}).encode()
    )
    running = {}
    server.settimeout(0.005)
    while True:
        try:
            data, ancillary, _, _ = server.recvmsg(1 << 18, socket.CMSG_SPACE(8))
            if not data:
                break
            fds = array.array("i", ancillary[0][2])
            request = json.loads(data)
            running[start(server, request, fds)] = request["id"]
            for fd in fds:
                os.close(fd)
        except TimeoutError:
            pass
        while running:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                break
            code = os.waitstatus_to_exitcode(status)
            answer = {"exit": code, "signal": None} if code >= 0 else {"exit": None, "signal": -code}
            server.send(json.dumps({"id": running.pop(pid), **answer}).encode())
    for pid in running:
        os.killpg(pid, signal.SIGKILL)


if "-c" in sys.argv:
    print("3.11.7")
else:
    serve()
