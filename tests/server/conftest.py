import http.client
import os
import pathlib
import re
import signal
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))

from websocket import WebSocket  # noqa: E402

os.environ["COPYSCOPE_CONFIG"] = os.devnull  # that of whoever runs the tests counts for nothing
PROGRAM = ROOT / os.environ.get("BUILD", "build") / "copyscope"
FAKE_PYTHON = HERE / "fake_python.py"
REAL_PYTHON = ROOT / ".venv/bin/python"


class Server:
    """A running `copyscope serve`."""

    def __init__(self, *arguments, python=FAKE_PYTHON, before=()):
        command = [*before, PROGRAM, "serve", "--port", "0", "--python", python, *arguments]
        self.process = subprocess.Popen(
            [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        line = self.process.stdout.readline()
        found = re.fullmatch(r"copyscope: http://127\.0\.0\.1:(\d+)/#t=([0-9a-f]{64})\n", line)
        assert found, (line, self.process.stderr.read() if not line else "")
        self.port, self.token = int(found[1]), found[2]
        self.output = None

    def get(self, path, token=True, **headers):
        """(status, headers, body)"""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path, headers={**(self.cookie() if token else {}), **headers})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, answer.headers, body

    def cookie(self, token=None):
        return {"Cookie": f"cs_token_{self.port}={token or self.token}"}

    def enter(self, token, host="127.0.0.1", **headers):
        """Hands a token in: (status, the cookie's line or None)."""
        connection = http.client.HTTPConnection(host, self.port, timeout=10)
        connection.request("POST", "/enter", token, {"Origin": f"http://{host}:{self.port}", **headers})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status, answer.headers["Set-Cookie"]

    def open(self, **options):
        own = f"127.0.0.1:{self.port}"
        headers = {"Host": own, "Origin": "http://" + own, **self.cookie()}
        return WebSocket(self.port, "/ws", headers.items(), **options)

    def stop(self, number=signal.SIGINT):
        """Returns (exit code, standard error)."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        if self.output is None:
            self.output, self.errors = self.process.communicate(timeout=20)
        return self.process.returncode, self.errors


def start_servers(kind=Server):
    """Yields a function that starts servers; at the end each must end well, without a word from a sanitizer."""
    started = []

    def start(*arguments, **options):
        started.append(kind(*arguments, **options))
        return started[-1]

    yield start
    for server in started:
        code, errors = server.stop()
        assert code == 0, errors
        assert "Sanitizer" not in errors, errors


@pytest.fixture
def serve():
    yield from start_servers()


@pytest.fixture(scope="module")
def server():
    """One for all tests of a file: what one test does to it, the next must survive."""
    for start in start_servers():
        yield start()


@pytest.fixture(scope="module")
def server_of_python():
    """One with the recorder itself, for all tests of a file."""
    for start in start_servers():
        yield start(python=found_python())


@pytest.fixture
def page(server):
    socket = server.open()
    yield socket
    socket.close()


@pytest.fixture
def program():
    def run(*arguments, **options):
        return subprocess.run(
            [str(PROGRAM), *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False, **options
        )

    return run


@pytest.fixture
def real_python():
    return found_python()


def found_python():
    if subprocess.run([REAL_PYTHON, "-I", "-c", "import copyscope"], capture_output=True, check=False).returncode:
        pytest.skip("the recorder is not installed")
    return REAL_PYTHON
