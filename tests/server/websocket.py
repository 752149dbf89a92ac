"""A WebSocket client, small and strict: enough of RFC 6455 to test a server with."""

import base64
import hashlib
import json
import os
import socket
import struct

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class Refused(Exception):
    pass


def frame(opcode, payload, fin=True):
    """A client's frame: masked."""
    mask = os.urandom(4)
    head = bytes([opcode | (0x80 if fin else 0)])
    if len(payload) < 126:
        head += bytes([0x80 | len(payload)])
    elif len(payload) < 65536:
        head += b"\xfe" + struct.pack(">H", len(payload))
    else:
        head += b"\xff" + struct.pack(">Q", len(payload))
    stretched = mask * (len(payload) // 4 + 1)
    masked = int.from_bytes(payload, "big") ^ int.from_bytes(stretched[: len(payload)], "big")
    return head + mask + masked.to_bytes(len(payload), "big")


class WebSocket:
    def __init__(self, port, path, headers=(), receive_buffer=None, timeout=30, host="127.0.0.1"):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        self.socket.connect((host, port))
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
        lines += [f"Sec-WebSocket-Key: {key}", *(f"{k}: {v}" for k, v in headers)]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self.stream = self.socket.makefile("rb")
        status = self.stream.readline().decode().strip()
        answer = {}
        while line := self.stream.readline().decode().strip():
            name, _, value = line.partition(": ")
            answer[name.lower()] = value
        if " 101 " not in status + " ":
            raise Refused(status)
        accept = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        assert answer["sec-websocket-accept"] == base64.b64encode(accept).decode()

    def send_frame(self, opcode, payload, fin=True):
        self.socket.sendall(frame(opcode, payload, fin))

    def send(self, **command):
        self.send_frame(TEXT, json.dumps(command).encode())

    def _exactly(self, n):
        data = self.stream.read(n)
        if len(data) < n:
            raise EOFError
        return data

    def next_frame(self):
        """(opcode, payload)"""
        first, second = self._exactly(2)
        assert first & 0x80 and not second & 0x80, "servers send whole, unmasked frames"
        n = second
        if n == 126:
            (n,) = struct.unpack(">H", self._exactly(2))
        elif n == 127:
            (n,) = struct.unpack(">Q", self._exactly(8))
        return first & 15, self._exactly(n)

    def receive(self):
        """The next message: a dict (JSON text), bytes, or None when the server closed."""
        while True:
            opcode, payload = self.next_frame()
            if opcode == PING:
                self.send_frame(PONG, payload)
            elif opcode == CLOSE:
                self.close_status = struct.unpack(">H", payload[:2])[0] if payload else None
                return None
            elif opcode == TEXT:
                return json.loads(payload)
            elif opcode == BINARY:
                return payload

    def trace(self):
        """Receives one stream: (opening, its bytes without the prefixes, ending). Checks the frame numbers."""
        opening = self.receive()
        assert opening["op"] == "run", opening
        frames = []
        while isinstance(message := self.receive(), bytes):
            trace_id, number, zero = struct.unpack("<IIQ", message[:16])
            assert (trace_id, number, zero) == (opening["trace"], len(frames), 0)
            frames.append(message[16:])
        assert message["op"] == "end", message
        return opening, frames, message

    def run(self, code, **more):
        self.send(op="run", code=code, **more)
        return self.trace()

    def close(self):
        self.stream.close()
        self.socket.close()
