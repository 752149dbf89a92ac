"""The door: exact Host, Origin and token in front of every route."""

import http.client

import pytest
from websocket import Refused, WebSocket

ROUTES = [
    "/",
    "/app.js",
    "/api/state",
    "/api/lessons",
    "/api/lessons/03-shared-references",
    "/trace/1.cst",
    "/nothing",
    "/ws",
]


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_wants_the_token(server, route):
    assert server.get(route, token=False)[0] == 403
    assert server.get(route + "?t=" + "0" * 64, token=False)[0] == 403
    assert server.get(route + "?t=" + server.token[:-1], token=False)[0] == 403
    assert server.get(route)[0] != 403


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "localhost:1", "127.0.0.1:{port}.evil.example", "[::1]:{port}", ""]
)
def test_every_route_wants_the_exact_host(server, route, host):
    assert server.get(route, Host=host.format(port=server.port))[0] in (400, 403)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1", ""])
def test_a_foreign_origin_is_refused(server, origin):
    origin = origin.format(port=server.port)
    assert server.get("/api/state", Origin=origin)[0] == 403
    with pytest.raises(Refused, match="403"):
        WebSocket(server.port, "/ws?t=" + server.token, [("Host", f"127.0.0.1:{server.port}"), ("Origin", origin)])


def test_a_websocket_needs_an_origin_and_the_token(server):
    host = ("Host", f"localhost:{server.port}")
    origin = ("Origin", f"http://localhost:{server.port}")
    with pytest.raises(Refused, match="403"):
        WebSocket(server.port, "/ws?t=" + server.token, [host])
    with pytest.raises(Refused, match="403"):
        WebSocket(server.port, "/ws", [host, origin])
    WebSocket(server.port, "/ws?t=" + server.token, [host, origin]).close()


def test_the_cookie_opens_every_door(server):
    status, headers, _ = server.get("/")
    cookie = headers["Set-Cookie"]
    assert status == 200
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    pair = cookie.split(";")[0]
    assert server.get("/api/state", token=False, Cookie="a=b; " + pair)[0] == 200
    assert server.get("/api/state", token=False, Cookie=pair[:-1] + "x")[0] == 403
    headers = [("Host", f"127.0.0.1:{server.port}"), ("Origin", f"http://127.0.0.1:{server.port}"), ("Cookie", pair)]
    WebSocket(server.port, "/ws", headers).close()


def test_two_servers_do_not_share_a_cookie(serve):
    one, two = serve(), serve()
    names = {s.get("/")[1]["Set-Cookie"].split("=")[0] for s in (one, two)}
    assert len(names) == 2
    assert one.token != two.token


def test_the_page_may_load_only_from_here(server):
    _, headers, _ = server.get("/")
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_only_get_is_answered(server):
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "HEAD"):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request(method, "/api/state?t=" + server.token)
        assert connection.getresponse().status == 405
        connection.close()


@pytest.mark.parametrize(
    "path", ["/../main.c", "/fonts/../../main.c", "/%2e%2e/%2e%2e/etc/passwd", "/.git", "/app.js/", "//etc/passwd"]
)
def test_nothing_outside_the_page_is_served(serve, tmp_path, path):
    (tmp_path / "index.html").write_text("page")
    (tmp_path / ".git").write_text("secret")
    server = serve("--web-root", tmp_path)
    assert server.get("/")[2] == b"page"
    assert server.get(path)[0] in (400, 404)
