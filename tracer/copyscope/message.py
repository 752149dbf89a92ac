"""A run's way to who executes it: one packet with a JSON text, and the descriptors of two pipes along with it."""

from __future__ import annotations

import array
import select
import socket

SIZE_MAX = 256 * 1024  # bytes of a text; server/limits.h has less


def make_room(sender: socket.socket) -> None:
    """Lets a packet of the largest size pass."""
    sender.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * SIZE_MAX)


def waits(connection: socket.socket) -> bool:
    """Is there a packet already?"""
    return bool(select.select([connection], [], [], 0)[0])


def receive(connection: socket.socket) -> tuple[bytes, list[int]] | None:
    """The next packet and its descriptors; None: the other end has gone."""
    fds = array.array("i")
    try:
        data, ancillary, _, _ = connection.recvmsg(SIZE_MAX, socket.CMSG_LEN(4 * fds.itemsize))
    except ConnectionError:
        return None
    for level, kind, payload in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds.frombytes(payload[: len(payload) - len(payload) % fds.itemsize])
    return (data, list(fds)) if data else None
