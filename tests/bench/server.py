#!/usr/bin/env python3
"""The server under a class: how soon a run starts, how late frames arrive, what a reader that never reads costs.

    server.py [--quick]

Prints rows as JSON for goals.py: ratios beside absolutes; goals are the project's own. Runs come from the recorder
itself (`start`), streams from workers that write chunks of known size and time. All processes share this machine: a
busy one shows in every row.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import selectors
import socket
import statistics
import subprocess
import sys
import threading
import time
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/server"))
from classroom import Class, run, steps  # noqa: E402
from conftest import FAKE_PYTHON, REAL_PYTHON, Server  # noqa: E402

FOLLOWERS, PER_SECOND = 64, 50
FRAME = 64 * 1024


def p99(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.99))]


def cpu_seconds(pid: int) -> float:
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Row(dict[str, Any]):
    """One figure beside its goal, as goals.py wants it."""

    def __init__(self, name: str, value: float, unit: str, relation: str, goal: float, note: str = ""):
        super().__init__(name=name, value=round(value, 3), unit=unit, relation=relation, goal=goal, note=note)


def starts(count: int) -> list[Row]:
    """From the command to the snippet's first line, boxed in, beside a Python that starts cold."""
    server = Server(python=REAL_PYTHON)
    page = server.open()
    page.run("[]")
    times = []
    for _ in range(count):
        begin = time.monotonic_ns()
        ending = page.run("import time; print(time.monotonic_ns()); []")[2]
        times.append((int(ending["stdout"]) - begin) / 1e6)
    server.stop()
    cold = []
    for _ in range(max(5, count // 20)):
        begin = time.perf_counter()
        subprocess.run([REAL_PYTHON, "-I", "-c", "pass"], check=True)
        cold.append(1000 * (time.perf_counter() - begin))
    note = f"median {statistics.median(times):.2f} ms; python3 -c pass {statistics.median(cold):.1f} ms"
    return [
        Row("start of a run, p99", p99(times), "ms", "<=", 5, note),
        Row("start of a run, p99 / cold python3", p99(times) / statistics.median(cold), "x", "<=", 0.1),
    ]


def box_time(count: int) -> list[Row]:
    """Putting the walls up, in a fork as the zygote makes it: in CPU time, which other processes do not add to."""
    program = f"""
import os, statistics, time
from copyscope import box
made = box.Box.prepare(os.pread(4, 1 << 20, 0))
times = []
for _ in range({count}):
    warden = box.Warden()
    pid = os.fork()
    if pid == 0:
        begin = time.thread_time()
        made.enter(dict({{"as": 512 << 20, "cpu": 5, "fsize": 1 << 20, "nofile": 64}}), warden.workers)
        warden.workers.send(str(1000 * (time.thread_time() - begin)).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    warden.meet()
    times.append(float(warden.own.recv(64)))
    warden.workers.close()
    warden.forget()
print(statistics.median(times))
"""
    server = Server(python=REAL_PYTHON)  # the filter is the one that it made for its zygote
    folder = pathlib.Path(f"/proc/{server.process.pid}/fd")
    path = next(fd for fd in folder.iterdir() if "copyscope-box" in os.readlink(fd))
    with path.open("rb") as file:
        command = ["/bin/sh", "-c", 'exec "$@" 4<&"$0"', str(file.fileno()), REAL_PYTHON, "-I", "-c", program]
        done = subprocess.run(command, pass_fds=[file.fileno()], capture_output=True, text=True, check=True)
    server.stop()
    return [Row("box around a run, median of CPU time", float(done.stdout), "ms", "<=", 0.5)]


class Followers:
    """Clients that read all that comes and note how late it is, in one thread."""

    def __init__(self, server: Server, trace: int, count: int):
        self.late: list[float] = []
        self.counts = [0] * count
        self.gaps = 0
        self.pages = [server.open() for _ in range(count)]
        for page in self.pages:
            page.send(op="open", trace=trace)

    def read(self) -> None:
        selector = selectors.DefaultSelector()
        for i, page in enumerate(self.pages):
            page.socket.setblocking(False)
            selector.register(page.socket, selectors.EVENT_READ, (i, bytearray()))
        going = len(self.pages)
        while going:
            for key, _ in selector.select(timeout=5):
                number, buffer = key.data
                buffer += key.fileobj.recv(1 << 18)
                going -= self.take(number, buffer)

    def take(self, number: int, buffer: bytearray) -> bool:
        """Takes whole messages off the buffer; true at the stream's end."""
        now = time.monotonic_ns()
        while len(buffer) >= 4:
            length, head = buffer[1], 2
            if length == 126:
                length, head = int.from_bytes(buffer[2:4], "big"), 4
            elif length == 127:
                length, head = int.from_bytes(buffer[2:10], "big"), 10
            if len(buffer) < head + length:
                return False
            payload = bytes(buffer[head : head + length])
            binary = buffer[0] & 15 == 2
            del buffer[: head + length]
            if binary:
                self.gaps += int.from_bytes(payload[4:8], "little") != self.counts[number]
                self.counts[number] += 1
                at = payload.find(b'"sent":')
                if at >= 0:
                    self.late.append((now - int(payload[at + 7 : payload.index(b"}", at)].split(b",")[0])) / 1e6)
            elif b'"op":"end"' in payload:
                return True
        return False


def follow(seconds: float, stalled: bool) -> dict[str, float]:
    """A class that follows a paced run; with a client beside it that asks for a long trace and never reads."""
    server = Server(python=FAKE_PYTHON)
    page = server.open()
    if stalled:
        long = page.run("good 30000")[0]["trace"]
        deaf = server.open(receive_buffer=4096)
        deaf.send(op="open", trace=long)
    page.send(op="run", code=f"paced {int(seconds * PER_SECOND)} {1 / PER_SECOND}")
    trace = page.receive()["trace"]
    followers = Followers(server, trace, FOLLOWERS - 2)
    before, begin = cpu_seconds(server.process.pid), time.monotonic()
    reader = threading.Thread(target=followers.read)
    reader.start()
    reader.join()
    cpu = (cpu_seconds(server.process.pid) - before) / (time.monotonic() - begin)
    server.stop()
    return {"p99": p99(followers.late), "median": statistics.median(followers.late), "gaps": followers.gaps, "cpu": cpu}


def classes(seconds: float) -> list[Row]:
    alone, beside = follow(seconds, False), follow(seconds, True)
    note = f"median {alone['median']:.2f} ms; measured where frames arrive, the followers share one core"
    return [
        Row(f"{FOLLOWERS - 2} followers, {PER_SECOND} frames/s of 1 kB: p99", alone["p99"], "ms", "<=", 10, note),
        Row("frames missed or out of order", alone["gaps"] + beside["gaps"], "", "<=", 0),
        Row("the server's share of a core", alone["cpu"], "", "<=", 0.25),
        Row("p99 with a reader that never reads / without", beside["p99"] / alone["p99"], "x", "<=", 1.2),
    ]


def drain(connection: socket.socket, total: int) -> float:
    begin, got = time.perf_counter(), 0
    while got < total:
        got += len(connection.recv(1 << 20))
    return time.perf_counter() - begin


def led(rounds: int) -> list[Row]:
    """From a presenter's step until each of a class is told of it."""
    room = Class("--class", python=FAKE_PYTHON)
    room.presenter, _ = room.present()
    room.trace = run(room.presenter, "good 10")
    followers = [room.follow()[0] for _ in range(FOLLOWERS)]
    delays = [1000 * seconds for seconds in steps(room, followers, rounds, 0.02)]
    room.stop()
    note = f"median {statistics.median(delays):.2f} ms, longest {max(delays):.1f} ms, {rounds} steps"
    return [Row(f"{FOLLOWERS} followers told of the presenter's step: p99", p99(delays), "ms", "<=", 100, note)]


def raw_send(total: int) -> float:
    """Bytes a second of a plain send() over the loopback, in pieces of a frame."""
    listener = socket.create_server(("127.0.0.1", 0))

    def send() -> None:
        out, _ = listener.accept()
        piece = bytes(FRAME)
        for _ in range(total // FRAME):
            out.sendall(piece)
        out.close()

    thread = threading.Thread(target=send)
    thread.start()
    with socket.create_connection(listener.getsockname()) as connection:
        seconds = drain(connection, total // FRAME * FRAME)
    thread.join()
    return total / seconds


def throughput(rounds: int) -> list[Row]:
    server = Server(python=FAKE_PYTHON)
    page = server.open()
    opening, frames, _ = page.run(f"blocks 800 {FRAME}")
    total = sum(map(len, frames))
    ratios = []
    for _ in range(rounds):
        client = server.open()
        client.send(op="open", trace=opening["trace"])
        ours = total / drain(client.socket, total)
        client.close()
        ratios.append(ours / raw_send(total))
    server.stop()
    note = f"{total / 2**20:.0f} MiB in frames of {FRAME // 1024} KiB"
    return [Row("one client / a plain send()", statistics.median(ratios), "x", ">=", 0.6, note)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    a = parser.parse_args()
    rows = [
        *starts(100 if a.quick else 1000),
        *box_time(50 if a.quick else 500),
        *classes(3 if a.quick else 8),
        *led(50 if a.quick else 300),
        *throughput(3 if a.quick else 9),
    ]
    print(json.dumps(rows, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
