"""Trace files, byte by byte, for tests: what a worker should send, and what it should not."""

import hashlib
import json
import struct
import zlib

HEADER = b"\x89CST\r\n\x1a\n" + struct.pack("<HHI", 1, 0, 0)


def chunk(kind, payload, seq):
    head = kind + struct.pack("<III", len(payload), zlib.crc32(payload), seq)
    return head + payload + bytes(-len(payload) % 16)


def strings(*texts):
    return b"".join(struct.pack("<I", len(t)) + t for t in (text.encode() for text in texts))


def record(kind, flags=0, pack=0, obj=0, arg=0, t=0):
    return struct.pack("<BBHIII", kind, flags, pack, obj, arg, t)


ROOT, ATOM = 1, 2
NO_CALL = 0x01


class Trace:
    """A valid trace of atomic copies, chunk by chunk."""

    def __init__(self, **meta):
        self.seq = 0
        self.digest = hashlib.sha256(HEADER)
        self.records = self.events = 0
        self.start = HEADER + self._chunk(b"META", json.dumps(meta).encode())
        self.start += self._chunk(b"STRS", strings("int", "builtins", "7", "dict"))
        types = struct.pack("<QIIIBBBBQ", 0x9000, 1, 2, 3, 1, 5, 1, 0, 0)
        types += struct.pack("<QIIIBBBBQ", 0x9100, 4, 2, 3, 4, 5, 1, 0, 0)
        self.start += self._chunk(b"TYPE", types)
        objects = struct.pack("<QIIIIII", 0xA000, 1, 3, 0, 0, 0, 0) + struct.pack("<QIIIIII", 0xB000, 2, 0, 0, 0, 2, 0)
        self.start += self._chunk(b"OBJS", objects)

    def _chunk(self, kind, payload):
        bytes_ = chunk(kind, payload, self.seq)
        self.seq += 1
        self.digest.update(bytes_)
        return bytes_

    def meta(self, **facts):
        return self._chunk(b"META", json.dumps(facts, separators=(",", ":")).encode())

    def copies(self, n):
        """n copies of an int: ROOT (call, memo_new) and ATOM (memo_get, dispatch, atomic, return) each."""
        pair = record(ROOT, obj=1, arg=2) + record(ATOM, NO_CALL, 3 | 1 << 9, obj=1, arg=2)
        self.records += 2 * n
        self.events += 6 * n
        return self._chunk(b"EVTS", pair * n)

    def end(self, flags=0):
        digest = self.digest.digest()
        payload = struct.pack("<QQIIII", self.records, self.events, 2, 2, 4, flags) + digest
        return chunk(b"END_", payload, self.seq)


def whole(n=10, **meta):
    trace = Trace(**meta)
    return trace.start + trace.copies(n) + trace.end()
