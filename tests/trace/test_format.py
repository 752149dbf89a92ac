"""A second reader, written from FORMAT.md alone, reads what the recorder wrote and arrives at the slots it recorded."""

import hashlib
import os
import pathlib
import re
import struct
import subprocess
import zlib

import copyscope

BUILD = os.environ.get("BUILD", "build")
FORMAT = pathlib.Path("tracer/trace/FORMAT.md").read_text()
NO_CALL, NO_GET, NO_PROBE = 0x01, 0x02, 0x40
MANY = 127  # slots visited: that many or more
DICT_VALUE, DICT_KEY = 3, 4
ITEM, FITEM = 254, 255
REFS = {"x", "y", "last", "new", "memo"}


def kinds():
    """{number: (name, call, obj, arg, t)}, from the document's own table."""
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \| (\w+) \| (\w+) \| (\w+) \| (\w+) \|", FORMAT, re.MULTILINE)
    return {int(number): rest for number, *rest in rows}


KINDS = kinds()
NUMBER = {name: number for number, (name, *_) in KINDS.items()}
ATOM, FAST_ATOM, MISS, SETITEM = (NUMBER[name] for name in ("atom", "fast_atom", "miss", "setitem"))


def chunks(data):
    """(kind, payload, offset) of each chunk, frame and CRC checked."""
    assert data[:16] == b"\x89CST\r\n\x1a\n" + struct.pack("<HHI", 2, 0, 0)
    at, expected = 16, 0
    while at < len(data):
        kind, length, crc, seq = struct.unpack_from("<4sIII", data, at)
        payload = data[at + 16 : at + 16 + length]
        end = at + 16 + (length + 15) // 16 * 16
        assert (seq, crc) == (expected, zlib.crc32(payload))
        assert not any(data[at + 16 + length : end])
        yield kind.decode(), payload, at
        at, expected = end, expected + 1
    assert at == len(data)


def last_slot(hash_, log2, visited):
    mask = (1 << log2) - 1
    slot, perturb = hash_ & mask, hash_
    for _ in range(visited - 1):
        perturb >>= 5
        slot = (slot * 5 + perturb + 1) & mask
    return slot


class Bytes:
    """A payload that is read from the front."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        self.at += n
        assert self.at <= len(self.data)
        return self.data[self.at - n : self.at]

    def byte(self):
        return self.take(1)[0]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value


class Reader:
    """Records (kind, flags, log2, role, visited, obj, arg, t) and objects (address, type, text, name, len, flags)."""

    def __init__(self, data):
        self.records, self.objects, self.types, self.rows = [], [], [], 0
        self.heads, self.calls, self.call = {}, [], [0, 0]
        self.met = self.last = self.time = self.strings = 0
        self.setitem, self.lanes = None, {}
        for kind, payload, _ in chunks(data):
            if kind == "TYPE":
                self.types += struct.iter_unpack("<QIIIBBBBQ", payload)
            take = {"OBJS": self.object, "EVTS": self.row}.get(kind)
            payload = Bytes(payload)
            while take and payload.at < len(payload.data):
                take(payload)

    def object(self, b):
        bits = b.byte()
        type_ = bits & 15 or b.varint()
        text = [lambda: 0, lambda: self.strings + 1, b.varint][bits >> 4 & 3]()
        length = b.varint() if bits & 0x40 else 0
        told = b.varint() if bits & 0x80 else 0
        name = b.varint() if told & 1 else 0
        flags, lane = told >> 1, (type_, told >> 1 & 1)
        z = b.varint()
        if z & 1:
            (address,) = struct.unpack("<Q", b.take(8))
        else:
            z >>= 1
            address = (self.lanes.get(lane, 0) + (-(z + 1) // 2 if z & 1 else z // 2) * 8) % 2**64
        self.lanes[lane] = address
        self.strings = max(self.strings, text, name)
        self.objects.append((address, type_, text, name, length, flags))

    def row(self, b):
        self.rows += 1
        at, bits = b.byte(), b.byte()
        if bits & 1:
            self.heads[at] = int.from_bytes(b.take(4), "little")
        head = self.heads[at]
        if head & 0xFF >= ITEM:
            self.item(b, head, bits)
            return
        visited = b.varint() if bits >> 4 == 15 else bits >> 4
        self.record(head, visited, *(b.varint if bits & bit else None for bit in (2, 4, 8)))

    def record(self, head, visited, obj=None, arg=None, t=None):
        """obj, arg and t: what gives them, or None where they are as expected."""
        kind, flags = head & 0xFF, head >> 8 & 0xFF
        _, call, obj_is, arg_is, t_is = KINDS[kind]
        opens = call in ("opens", "whole") and not flags & NO_CALL
        x = obj() if obj else self.expected_obj(obj_is, opens)
        self.meet(obj_is, x)
        if opens and call != "whole":
            self.calls.append(self.call)
            self.call = [x, 0]
        y = arg() if arg else self.expected_arg(arg_is, call, x, head, visited)
        self.meet(arg_is, y)
        time = ((self.time if t_is == "time" else 0) + (t() if t else 0)) % 2**32
        if t_is == "time":
            self.time = time
        if arg_is == "y" and call != "whole":
            self.call[1] = y
        if call in ("closes", "whole"):
            self.last = y if arg_is in ("x", "y") else x
        if call == "closes" or (call == "whole" and not opens):
            self.call = self.calls.pop() if self.calls else [0, 0]
        if kind == SETITEM:
            self.setitem = head
        self.records.append((kind, flags, head >> 16 & 31, head >> 21, visited, x, y, time))

    def item(self, b, head, bits):
        kind, role, flags = ATOM if head & 0xFF == ITEM else FAST_ATOM, head >> 21, head >> 8 & 0xFF
        probed = kind == ATOM and not flags & (NO_GET | NO_PROBE)
        before = len(self.records)
        for own, bit, count in ((DICT_VALUE, 4, bits >> 4 & 3), (DICT_KEY, 2, bits >> 6)):
            if own >= role:
                plain = head & 0x1FFF00 | kind | own << 21
                self.record(plain, count + 1 if probed else 0, b.varint if bits & bit else None)
        self.record(self.setitem, 0, t=b.varint if bits & 8 else None)
        self.records[before:] = [(*r[:-1], self.time) for r in self.records[before:]]

    def expected_obj(self, what, opens):
        if what == "x":
            return self.met + 1 if opens else self.call[0]
        return self.call[1] if what == "y" else 0

    def expected_arg(self, what, call, x, head, visited):
        if what == "y":
            return call != "whole" and self.call[1] or self.met + 1
        if what == "slot":
            known = 0 < x <= len(self.objects) < x + 2**20
            probed = known and not head >> 8 & (NO_GET | NO_PROBE)
            return last_slot(self.objects[x - 1][0] % (2**61 - 1), head >> 16 & 31, visited) if probed else 0
        return {"x": x, "last": self.last, "new": self.met + 1, "memo": self.met + 1}.get(what, 0)

    def meet(self, what, ref):
        if what in REFS:
            self.met = max(self.met, ref)


def recorded(tmp_path, x):
    path = tmp_path / "t.cst"
    copyscope.trace(x).save(str(path))
    return path.read_bytes()


class Point:
    def __init__(self, x):
        self.x, self.y = x, {"a": [x], (x,): None}


def mixed():
    """Dicts, lists, tuples, instances and cycles."""
    x = [{"a": 1, "b": [2.5, ("c", [3])], (4, 5): Point(7)}, {i: str(i) for i in range(300)}, {"self": []}]
    x[2]["self"].append(x)
    return x + x


def assert_read_alike(path):
    """This reader and the library's make the same records and objects of a file."""
    reader, trace = Reader(path.read_bytes()), copyscope.load(path)
    fields = struct.iter_unpack("<BBHIII", trace._part("records"))
    plain = [(kind, flags, p & 31, p >> 5 & 15, p >> 9, obj, arg, t) for kind, flags, p, obj, arg, t in fields]
    assert reader.records == plain
    assert [(o[0], o[4], o[5]) for o in reader.objects] == [(o.addr, o.len, o.flags) for o in trace.objects]
    return reader


def test_records_and_objects_are_those_that_the_library_reads(tmp_path):
    recorded(tmp_path, mixed())
    assert len(assert_read_alike(tmp_path / "t.cst").records) > 900


def test_rows_of_items_are_the_records_that_the_library_reads(tmp_path):
    paths = [tmp_path / "two.cst", tmp_path / "one.cst"]
    subprocess.run([f"{BUILD}/tests/trace/test_rows", *paths], check=True)
    reader = assert_read_alike(paths[0])
    assert len(reader.records) - reader.rows > 500


def test_counts_and_digest_are_those_of_the_file(tmp_path):
    data = recorded(tmp_path, [[i, str(i)] for i in range(5000)])
    reader, (kind, payload, at) = Reader(data), list(chunks(data))[-1]
    records, _, objects, types, _, flags, sha256 = struct.unpack("<QQIIII32s", payload)
    assert kind == "END_"
    assert sha256 == hashlib.sha256(data[:at]).digest()
    assert (records, objects, types) == (len(reader.records), len(reader.objects), len(reader.types))
    assert flags == 0


def test_references_come_after_what_they_name(tmp_path):
    class Checked(Reader):
        def record(self, *args, **kwargs):
            super().record(*args, **kwargs)
            kind, *_, obj, _, _ = self.records[-1]
            assert KINDS[kind][2] not in REFS or obj <= len(self.objects)

    assert len(Checked(recorded(tmp_path, [[i] for i in range(20000)])).records) > 60000


def test_memo_slots_follow_from_key_size_and_count(tmp_path):
    reader, seen = Reader(recorded(tmp_path, [[i] for i in range(20000)])), 0
    for kind, flags, log2, _, visited, obj, slot, _ in reader.records:
        if kind in (ATOM, MISS) and not flags & (NO_GET | NO_PROBE) and visited < MANY:
            assert last_slot(reader.objects[obj - 1][0] % (2**61 - 1), log2, visited) == slot
            seen += 1
    assert seen >= 40000


def test_dispatch_slots_follow_from_the_type_address(tmp_path):
    reader = Reader(recorded(tmp_path, [1, "a", 2.0, (), [], {}, {1, 2}, None, print, range(3), object()]))
    seen = 0
    for address, _, _, slot, _, log2, visited, _, _ in reader.types:
        if 0 < visited < MANY:
            assert last_slot((address >> 4 | address << 60) % 2**64, log2, visited) == slot
            seen += 1
    assert seen >= 10
