"""A second reader, written from FORMAT.md alone, reads what the recorder wrote and arrives at the slots it recorded."""

import hashlib
import struct
import zlib

import copyscope

ATOM, MISS = 2, 5
NO_GET, NO_PROBE = 0x02, 0x40
MANY = 127  # slots visited: that many or more


def chunks(data):
    """(kind, payload, offset) of each chunk, frame and CRC checked."""
    assert data[:16] == b"\x89CST\r\n\x1a\n" + struct.pack("<HHI", 1, 0, 0)
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


def rows(data, kind, layout):
    return [row for name, payload, _ in chunks(data) if name == kind for row in struct.iter_unpack(layout, payload)]


def last_slot(hash_, log2, visited):
    mask = (1 << log2) - 1
    slot, perturb = hash_ & mask, hash_
    for _ in range(visited - 1):
        perturb >>= 5
        slot = (slot * 5 + perturb + 1) & mask
    return slot


def recorded(tmp_path, x):
    path = tmp_path / "t.cst"
    copyscope.trace(x).save(str(path))
    return path.read_bytes()


def test_counts_and_digest_are_those_of_the_file(tmp_path):
    data = recorded(tmp_path, [[i, str(i)] for i in range(5000)])
    kind, payload, at = list(chunks(data))[-1]
    records, _, objects, types, _, flags, sha256 = struct.unpack("<QQIIII32s", payload)
    assert kind == "END_"
    assert sha256 == hashlib.sha256(data[:at]).digest()
    assert records == len(rows(data, "EVTS", "<BBHIII"))
    assert objects == len(rows(data, "OBJS", "<QIIIIII"))
    assert types == len(rows(data, "TYPE", "<QIIIBBBBQ"))
    assert flags == 0


def test_references_come_after_what_they_name(tmp_path):
    defined = 0
    for kind, payload, _ in chunks(recorded(tmp_path, [[i] for i in range(20000)])):
        if kind == "OBJS":
            defined += len(payload) // 32
        if kind == "EVTS":
            assert all(obj <= defined for kind, _, _, obj, _, _ in struct.iter_unpack("<BBHIII", payload) if kind < 35)


def test_memo_slots_follow_from_key_size_and_count(tmp_path):
    data = recorded(tmp_path, [[i] for i in range(20000)])
    address = [row[0] for row in rows(data, "OBJS", "<QIIIIII")]
    seen = 0
    for kind, flags, pack, obj, slot, _ in rows(data, "EVTS", "<BBHIII"):
        visited = pack >> 9
        if kind in (ATOM, MISS) and not flags & (NO_GET | NO_PROBE) and visited < MANY:
            assert last_slot(address[obj - 1] % (2**61 - 1), pack & 31, visited) == slot
            seen += 1
    assert seen >= 40000


def test_dispatch_slots_follow_from_the_type_address(tmp_path):
    data = recorded(tmp_path, [1, "a", 2.0, (), [], {}, {1, 2}, None, print, range(3), object()])
    seen = 0
    for address, _, _, slot, _, log2, visited, _, _ in rows(data, "TYPE", "<QIIIBBBBQ"):
        if 0 < visited < MANY:
            assert last_slot((address >> 4 | address << 60) % 2**64, log2, visited) == slot
            seen += 1
    assert seen >= 10
