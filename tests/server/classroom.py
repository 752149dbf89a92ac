"""A server with a class, its presenter and its followers, for tests and measurements."""

import http.client
import re
import threading
import time

from conftest import Server
from websocket import WebSocket

CODE = "[2-9a-km-np-z]{12}"


class Class(Server):
    """A server with a class on this machine, or on the network."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        found = re.fullmatch(
            rf"copyscope: the class opens (http://([0-9a-z.]+):(\d+)/#t=({CODE}))\n", self.process.stdout.readline()
        )
        assert found and int(found[3]) == self.port
        self.link, self.host, self.code = found[1], found[2], found[4]

    def at(self, host, path, token="", **headers):
        """(status, headers, body) of a request by this host's address."""
        connection = http.client.HTTPConnection(host, self.port, timeout=10)
        connection.request("GET", path, headers={**(self.cookie(token) if token else {}), **headers})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, answer.headers, body

    def socket(self, token, host="localhost"):
        headers = {"Host": f"{host}:{self.port}", "Origin": f"http://{host}:{self.port}", **self.cookie(token)}
        return WebSocket(self.port, "/ws", headers.items())

    def follow(self):
        """A follower that has had its first news."""
        socket = self.socket(self.code)
        return socket, news(socket)

    def present(self):
        socket = self.socket(self.token, "127.0.0.1")
        return socket, news(socket)


def news(socket, until=lambda message: True):
    """The next news of the class that is as wanted; what else comes is passed over."""
    while True:
        message = socket.receive()
        assert message is not None
        if isinstance(message, dict) and message["op"] == "class" and until(message):
            return message


def said(socket, op):
    """The next message of this kind."""
    while not isinstance(message := socket.receive(), dict) or message["op"] != op:
        assert message is not None
    return message


def run(socket, code):
    """Runs a snippet; returns its trace's id when all of it came."""
    socket.send(op="run", code=code)
    trace = said(socket, "run")["trace"]
    said(socket, "end")
    return trace


def lead(room, event, **more):
    room.presenter.send(op="lead", trace=room.trace, event=event, **more)
    return said(room.presenter, "led")["seq"]


def steps(room, followers, rounds, pause=0.0):
    """Leads through events; returns the seconds until each follower was told of each, or of a later one."""
    begun, delays = {}, []

    def watch(follower):
        at = 0
        while at < rounds:  # one that is slow is told of the last step only
            at = news(follower)["event"]
            if at:
                delays.append(time.perf_counter() - begun[at])

    threads = [threading.Thread(target=watch, args=(one,), daemon=True) for one in followers]
    for thread in threads:
        thread.start()
    for event in range(1, rounds + 1):
        begun[event] = time.perf_counter()
        lead(room, event)
        time.sleep(pause)
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return delays
