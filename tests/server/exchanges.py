#!/usr/bin/env python3
"""HTTP and WebSocket exchanges that are nearly right, with a real server.

    exchanges.py [--count 10000000] [--seed N] [--clients 48] [--json]

Each is a request of the page, damaged: bytes, lines and headers changed, left out, doubled. The server must answer with
HTTP or close, must never let in who has no token, must be there at the end, and end well. Run it on a build with
sanitizers: BUILD=build/asan. Many clients make them at once; which are made depends on the seed alone. Exit 1: it did
not.
"""

import argparse
import collections
import json
import multiprocessing
import pathlib
import random
import re
import socket
import struct
import sys
from typing import NamedTuple

HERE = pathlib.Path(__file__).parent
BATCH = 1000  # exchanges of one random generator
PIECES = [
    b"\r\n",
    b"\n",
    b"\r",
    b" ",
    b":",
    b"\x00",
    b"%",
    b"%00",
    b"%2e%2e/",
    b"..",
    b"/",
    b"?",
    b"#",
    b"\xff" * 8,
    b"A" * 9000,
]
PIECES += [
    b"Host: evil\r\n",
    b"Content-Length: -1\r\n",
    b"Content-Length: 99999999999\r\n",
    b"Transfer-Encoding: chunked\r\n",
]
PIECES += [
    b"Expect: 100-continue\r\n",
    b"Connection: keep-alive\r\n",
    b"Upgrade: websocket\r\n",
    b"Range: bytes=0-1\r\n",
    b"-1",
    b"1e9",
]
PATHS = [
    "/",
    "/app.js",
    "/door.js",
    "/api/state",
    "/api/lessons/x",
    "/trace/1.cst",
    "/export/1/csv",
    "/api/pins/1/1/cam/64/1",
]


class Target(NamedTuple):
    """A server, for another process."""

    port: int
    token: str
    cookie: str
    doors: set[bytes]  # what everybody gets, by however odd a name: the beginnings of the door's own files

    @classmethod
    def of(cls, server):
        doors = {server.get(f"/door.{ending}", token=False)[2][:40] for ending in ("js", "css")}
        return cls(server.port, server.token, server.cookie()["Cookie"], doors)


def lines(server, draw, token):
    """A request with everything in place, as lines."""
    own = f"127.0.0.1:{server.port}"
    kind = draw.randrange(4)
    if kind == 0:
        body = server.token if token else "0" * 64
        return [
            "POST /enter HTTP/1.1",
            f"Host: {own}",
            f"Origin: http://{own}",
            f"Content-Length: {len(body)}",
            "",
            body,
        ]
    cookie = [f"Cookie: {server.cookie}"] if token else []
    if kind == 1:
        key = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
        key.append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
        return ["GET /ws HTTP/1.1", f"Host: {own}", f"Origin: http://{own}", *key, *cookie, "", ""]
    return [f"GET {draw.choice(PATHS)} HTTP/1.1", f"Host: {own}", *cookie, "", ""]


def damage(draw, data):
    """The bytes with a few changes."""
    data = bytearray(data)
    for _ in range(draw.choice((0, 1, 1, 2, 4))):
        at = draw.randrange(len(data) + 1)
        until = min(len(data), at + draw.choice((0, 0, 1, 1, 10)))
        data[at:until] = draw.choice((draw.choice(PIECES), bytes([draw.randrange(256)])))
    return bytes(data)


def frames(draw):
    """What a client may send on an open socket, damaged."""
    payload = draw.choice((b'{"op":"run","code":"good 1"}', b'{"op":"open","trace":1}', b'{"op":"stop"}', b"", b"\xff"))
    head = bytes([draw.choice((0x81, 0x81, 0x01, 0x80, 0x89, 0x8A, 0x88, draw.randrange(256)))])
    length = draw.choice((len(payload), len(payload), draw.randrange(126)))
    head += draw.choice(
        (bytes([0x80 | length]), bytes([0xFE]) + struct.pack(">H", length), bytes([0xFF]) + draw.randbytes(8))
    )
    return damage(draw, head + bytes(4) + payload)


def exchange(server, draw):
    """One. Returns what was answered first: a status, or 0."""
    token = draw.random() < 0.5
    request = damage(draw, "\r\n".join(lines(server, draw, token)).encode())
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        try:
            connection.sendall(request)
            if draw.random() < 0.7:
                connection.shutdown(socket.SHUT_WR)
            else:
                connection.settimeout(0.05)
            answer = connection.recv(4096)
            if answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"\r\n\r\n"):
                answer += connection.recv(4096)
            if answer.startswith(b"HTTP/1.1 101"):
                connection.sendall(b"".join(frames(draw) for _ in range(draw.randint(1, 4))))
                connection.recv(4096)
        except OSError:
            answer = b""
    found = re.match(rb"HTTP/1\.[01] ([1-5]\d\d) ", answer)
    if answer and not found:
        raise AssertionError(f"not HTTP: {answer[:100]!r} to {request!r}")
    status = int(found[1]) if found else 0
    given = server.token.encode() in request or answer.partition(b"\r\n\r\n")[2][:40] in server.doors
    if not token and status in (101, 200, 204) and not given:
        raise AssertionError(f"let in without a token: {request!r}")
    return status


def batch(server, seed, first, count):
    """So many exchanges, the first of which has that number: how often each status was the answer."""
    draw = random.Random(f"{seed} {first}")
    return collections.Counter(exchange(server, draw) for _ in range(count))


def batches(server, arguments):
    """The statuses of one batch after the other, as they come from the clients."""
    target = Target.of(server)
    with multiprocessing.get_context("fork").Pool(arguments.clients) as pool:
        jobs = [
            pool.apply_async(batch, (target, arguments.seed, first, min(BATCH, arguments.count - first)))
            for first in range(0, arguments.count, BATCH)
        ]
        for job in jobs:
            yield job.get()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clients", type=int, default=48)
    parser.add_argument("--json", action="store_true")
    a = parser.parse_args()
    sys.path.insert(0, str(HERE))
    from conftest import Server

    server, states = Server(), collections.Counter()
    try:
        for answered in batches(server, a):
            states += answered
            if sys.stderr.isatty():
                print(f"\r{states.total()} of {a.count} exchanges", end="", file=sys.stderr)
    except KeyboardInterrupt:
        pass
    alive = server.get("/api/state")[0] == 200
    code, errors = server.stop()
    found = {str(status): n for status, n in sorted(states.items())}
    print(json.dumps(found) if a.json else "\n".join(f"{s:>4} {n}" for s, n in found.items()))
    if errors:
        print(errors, file=sys.stderr)
    return 0 if alive and code == 0 and "Sanitizer" not in errors else 1


if __name__ == "__main__":
    sys.exit(main())
