"""A short run of each fuzzer: `make fuzz` runs them for long."""

import json
import os
import pathlib
import subprocess
import sys

import pytest
from conftest import ROOT

HERE = pathlib.Path(__file__).parent
FUZZERS = ROOT / os.environ.get("BUILD", "build") / "server-tests"
SEEDS = {
    "fuzz_json": [
        b'{"op":"run","code":"[1]","frame":1.5e3}',
        b'{"a":[{"b":null},true,"\\u00e9\\ud83d\\ude00"]}',
        b"{}",
    ],
    "fuzz_websocket": [
        b"\x03\x81\x82\0\0\0\0{}\x89\x80\0\0\0\0",
        b"\x01\x01\x81\0\0\0\0{\x80\x81\0\0\0\0}\x88\x80mask",
    ],
}


@pytest.mark.parametrize("name", SEEDS)
def test_100000_inputs_find_nothing(name, tmp_path):
    if not (FUZZERS / name).exists():
        pytest.skip("it is not built: there is no clang with libFuzzer")
    for i, seed in enumerate(SEEDS[name]):
        (tmp_path / str(i)).write_bytes(seed)
    command = [FUZZERS / name, "-runs=100000", "-seed=1", "-max_len=512", f"-artifact_prefix={tmp_path}/", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Done 100000 runs" in done.stderr


def test_2000_exchanges_that_are_nearly_right_leave_the_server_whole():
    command = [sys.executable, HERE / "exchanges.py", "--count", "2000", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    states = json.loads(done.stdout)
    assert {"101", "200", "204", "400", "403"} <= set(states), states
