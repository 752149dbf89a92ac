"""The WebSocket itself: what a client may send, what it is closed with, and clients that never read."""

import os
import socket
import struct
import threading
import time

import pytest
import tracebytes
from websocket import BINARY, CLOSE, PING, PONG, TEXT, Refused, frame

LIMIT = 1 << 20
STATE = b'{"op":"fly"}'  # is answered: there is no such command


def unmasked(opcode, payload):
    return bytes([0x80 | opcode, len(payload)]) + payload


def announced(length, opcode=TEXT):
    """A frame's head alone."""
    return bytes([0x80 | opcode, 0xFF]) + struct.pack(">Q", length) + b"mask"


VIOLATIONS = {
    "a frame without a mask": (unmasked(TEXT, b"{}"), 1002),
    "a ping without a mask": (unmasked(PING, b""), 1002),
    "a reserved bit": (b"\xc1\x80mask", 1002),
    "an opcode that is none": (frame(3, b""), 1002),
    "a control opcode that is none": (frame(11, b""), 1002),
    "a ping in fragments": (frame(PING, b"", fin=False), 1002),
    "a long ping": (frame(PING, b"x" * 126), 1002),
    "a continuation of nothing": (frame(0, b"{}"), 1002),
    "a text inside of a text": (frame(TEXT, b"{", fin=False) + frame(TEXT, b"}"), 1002),
    "binary": (frame(BINARY, b"{}"), 1003),
    "text that is not UTF-8": (frame(TEXT, b"\xff\xfe"), 1007),
    "a surrogate": (frame(TEXT, b'"\xed\xa0\x80"'), 1007),
    "a character cut off": (frame(TEXT, b"\xe2\x82"), 1007),
    "bad UTF-8 in the second fragment": (frame(TEXT, b"\xe2", fin=False) + frame(0, b"{"), 1007),
    "a byte too many": (announced(LIMIT + 1), 1009),
    "2 GiB": (announced(1 << 31), 1009),
    "2^63 bytes": (announced(1 << 63), 1009),
    "2^64 - 1 bytes": (announced((1 << 64) - 1), 1009),
    "a large message in fragments": (frame(TEXT, b" " * (LIMIT - 1), fin=False) + frame(0, b"  "), 1009),
    "a close with half a status": (frame(CLOSE, b"\x03"), 1002),
    "a close with a status that is none": (frame(CLOSE, struct.pack(">H", 1006)), 1002),
}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_violation_closes_the_socket_with_its_reason(name, server):
    data, status = VIOLATIONS[name]
    page = server.open()
    page.socket.sendall(data)
    assert page.receive() is None
    assert page.close_status == status
    assert server.open().run("good")[2]["state"] == "done"


def test_a_message_of_the_limit_is_taken(page):
    page.send_frame(TEXT, STATE + b" " * (LIMIT - len(STATE)))
    assert "no such command" in page.receive()["message"]


def test_a_message_may_come_byte_by_byte_and_in_any_pieces(page):
    data = frame(TEXT, STATE[:5], fin=False) + frame(PING, b"there?") + frame(0, b"", fin=False) + frame(0, STATE[5:])
    for step in (1, 3, 7, len(data)):
        for at in range(0, len(data), step):
            page.socket.sendall(data[at : at + step])
        assert page.next_frame() == (PONG, b"there?")
        assert page.next_frame()[0] == TEXT


def test_a_close_is_answered_with_its_own_status(page):
    page.send_frame(CLOSE, struct.pack(">H", 3000) + b"bye")
    assert page.receive() is None
    assert page.close_status == 3000


@pytest.mark.parametrize(
    "line, instead, status",
    [
        ("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 12", 426),
        ("Sec-WebSocket-Version: 13", "X: 1", 426),
        ("Sec-WebSocket-Key: {key}", "X: 1", 400),
        ("Sec-WebSocket-Key: {key}", "Sec-WebSocket-Key: short", 400),
    ],
)
def test_a_handshake_that_is_none_is_refused(server, line, instead, status):
    key = "dGhlIHNhbXBsZSBub25jZQ=="
    own = f"127.0.0.1:{server.port}"
    lines = ["GET /ws HTTP/1.1", "Host: " + own, "Origin: http://" + own, "Upgrade: websocket"]
    lines += ["Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: {key}"]
    lines += [f"Cookie: {server.cookie()['Cookie']}", "", ""]
    text = "\r\n".join(lines).replace(line, instead).format(key=key)
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(text.encode())
        assert connection.recv(100).split()[1] == str(status).encode()


def test_of_200_that_come_at_once_64_get_in_and_the_others_503(serve):
    server = serve()
    begin, pages, refused = threading.Barrier(200), [], []

    def come():
        begin.wait()
        try:
            pages.append(server.open())
        except Refused as e:
            refused.append(str(e))

    threads = [threading.Thread(target=come) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pages) == 64
    assert len(refused) == 136 and all("503" in status for status in refused)
    assert server.get("/api/state")[0] == 200
    pages.pop().close()
    while True:  # its place is free as soon as the server has seen it go
        try:
            pages.append(server.open())
            break
        except Refused:
            continue
    assert pages[-1].run("good")[2]["state"] == "done"
    for page in pages:
        page.close()


def test_one_that_never_reads_is_given_up_and_the_others_are_served(serve, tmp_path):
    path = tmp_path / "long.cst"
    path.write_bytes(tracebytes.whole(200_000))
    server = serve(path)
    stalled = server.open(receive_buffer=4096)
    stalled.send(op="open", trace=1)
    for _ in range(3):
        quick = server.open()
        quick.send(op="open", trace=1)
        assert quick.trace()[2]["state"] == "done"
        quick.close()
    until_no_connection_is_left(server)
    with pytest.raises((EOFError, ConnectionError)):
        while True:
            stalled.receive()


def until_no_connection_is_left(server):
    """Waits until the server itself has none open."""
    listening = 1
    while len(sockets_of(server.process.pid, server.port)) > listening:
        time.sleep(0.05)


def sockets_of(pid, port):
    """The inodes of a process's TCP sockets on a port."""
    own = set()
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            own.add(os.readlink(f"/proc/{pid}/fd/{fd}"))
        except FileNotFoundError:
            continue
    with open(f"/proc/{pid}/net/tcp") as table:
        rows = [line.split() for line in table][1:]
    return [row[9] for row in rows if int(row[1].split(":")[1], 16) == port and f"socket:[{row[9]}]" in own]
