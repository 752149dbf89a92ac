"""Commands are JSON and nothing more lenient: beside Python's json module, itself held to the letter."""

import json
import math
import random
import re

import pytest
from websocket import TEXT

DEPTH, MEMBERS, EXACT = 16, 64, 2**53 - 1


class NotSo(ValueError):
    pass


def unique(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names) or len(names) > MEMBERS:
        raise NotSo("a name comes twice, or too many are there")
    return dict(pairs)


def whole(text):
    if abs(int(text)) > EXACT or len(text) > 40:
        raise NotSo("rounded")
    return int(text)


def fraction(text):
    if math.isinf(float(text)) or len(text) > 40:
        raise NotSo("infinite")
    return float(text)


def constant(text):
    raise NotSo(text)


def depth(x):
    inner = x.values() if isinstance(x, dict) else x if isinstance(x, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


def has_nul(x):
    if isinstance(x, dict):
        return any("\0" in name or has_nul(inner) for name, inner in x.items())
    return any(map(has_nul, x)) if isinstance(x, list) else isinstance(x, str) and "\0" in x


def is_command(data):
    """What the server is to take: one JSON object."""
    try:
        text = data.decode("utf-8")
        hooks = {"parse_int": whole, "parse_float": fraction, "parse_constant": constant}
        x = json.loads(text, object_pairs_hook=unique, **hooks)
        json.dumps(x, ensure_ascii=False).encode("utf-8")  # no half of a surrogate pair
    except (ValueError, RecursionError):
        return False
    return isinstance(x, dict) and depth(x) <= DEPTH and not has_nul(x)


def takes(page, data):
    page.send_frame(TEXT, data)
    answer = page.receive()
    assert answer["op"] == "error"
    return "not a JSON object" not in answer["message"]


REFUSED = [
    b"",
    b"null",
    b'"op"',
    b"[{}]",
    b"{} {}",
    b"{}x",
    b"{}\x00",
    b"\xef\xbb\xbf{}",
    b"{'op':1}",
    b"{op:1}",
    b'{"a":01}',
    b'{"a":+1}',
    b'{"a":-}',
    b'{"a":.5}',
    b'{"a":1.}',
    b'{"a":1e}',
    b'{"a":0x10}',
    b'{"a":NaN}',
    b'{"a":Infinity}',
    b'{"a":1e999}',
    b'{"a":9007199254740993}',
    b'{"a":-9007199254740993}',
    b'{"a":' + b"1" * 400 + b"}",
    b'{"a":1,}',
    b'{"a":1,"a":2}',
    b'{"op":1,"\\u006fp":2}',
    b'{"b":{"a":1,"a":2}}',
    b'{"a":"\\u0000"}',
    b'{"a\\u0000":1}',
    b'{"a":"\\ud800"}',
    b'{"a":"\\udc00"}',
    b'{"a":"\\ud800\\u0041"}',
    b'{"a":"\\x41"}',
    b'{"a":"\\u00g0"}',
    b'{"a":"\t"}',
    b'{"a":"\x7f\x01"}',
    b'{"a":"\\',
    b'{"a":tru}',
    b'{"a":TRUE}',
    b"/**/{}",
    b'{"a":' * 17 + b"1" + b"}" * 17,
    b'{"a":' + b"[" * 16 + b"]" * 16 + b"}",
    b"{" + b",".join(b'"%d":0' % i for i in range(65)) + b"}",
]
TAKEN = [
    b"{}",
    b' \t\r\n{"a" : [ ] } \n',
    b'{"a":9007199254740991}',
    b'{"a":-0.5e-3}',
    b'{"a":1E+2}',
    b'{"a":0}',
    b'{"a":"\\ud83d\\ude00 \\" \\\\ \\/ \xf0\x9f\x98\x80"}',
    b'{"a":1,"A":2}',
    b'{"a":{"b":1},"b":{"b":1}}',
    b'{"a":' * 16 + b"1" + b"}" * 16,
    b"{" + b",".join(b'"%d":0' % i for i in range(64)) + b"}",
]


@pytest.mark.parametrize("data", REFUSED)
def test_what_is_no_json_object_is_refused(data, page):
    if not re.search(rb"[\xef\x7f]|^$", data):
        assert not is_command(data), "the oracle takes it"
    try:
        data.decode()
    except UnicodeDecodeError:
        return
    assert not takes(page, data)


@pytest.mark.parametrize("data", TAKEN)
def test_what_is_one_is_taken(data, page):
    assert is_command(data)
    assert takes(page, data)


@pytest.mark.parametrize("command", ['{"Op":"stop"}', '{"OP":"stop"}', '{"op":"STOP"}'])
def test_case_counts(command, page):
    page.send_frame(TEXT, command.encode())
    assert "no such command" in page.receive()["message"]


def mutants(count, seed):
    """Texts that are nearly JSON."""
    pieces = [
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b'"',
        b"\\u0000",
        b"\\ud800",
        b"\\",
        b"0",
        b"1",
        b"-",
        b"e9",
        b".",
        b" ",
    ]
    pieces += [
        b"true",
        b"null",
        b"NaN",
        b',"n":[]',
        b"{}",
        b'"a"',
        b'"a":',
        b"9007199254740993",
        b"\xc3\xa9",
        b"\x00",
        b"\x1f",
    ]
    draw = random.Random(seed)
    for _ in range(count):
        data = bytearray(draw.choice(TAKEN[:9] * 4 + REFUSED[10:40]))
        for _ in range(draw.choice((1, 1, 1, 2, 3))):
            at = draw.randint(0, len(data))
            until = min(len(data), at + draw.choice((0, 0, 1, 2)))
            data[at:until] = draw.choice(pieces)
        try:
            data.decode()
        except UnicodeDecodeError:
            continue  # closes the socket, as it should: test_websocket.py
        yield bytes(data)


def test_2000_texts_that_are_nearly_json_are_taken_as_pythons_parser_takes_them(page):
    taken = 0
    for data in mutants(2000, seed=7):
        expected = is_command(data)
        assert takes(page, data) == expected, data
        taken += expected
    assert taken > 100
