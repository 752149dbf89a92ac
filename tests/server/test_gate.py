"""The door: exact Host, Origin and token in front of every route."""

import http.client
import itertools

import pytest
from websocket import Refused, WebSocket

ROUTES = [
    "/",
    "/app.js",
    "/app.css",
    "/index.html",
    "/door.html",
    "/api/state",
    "/api/lessons",
    "/api/lessons/03-shared-references",
    "/api/pins/1/1/cam/64/1",
    "/api/class",
    "/export/1/csv",
    "/trace/1.cst",
    "/nothing",
    "/enter",
    "/ws",
]
PUBLIC = ["/door.js", "/door.css"]  # what hands the token of an address in, and how that looks
WRONG_HOSTS = [
    "evil.example",
    "evil.example:{port}",
    "127.0.0.1",
    "127.0.0.1:80",
    "localhost:1",
    "LOCALHOST:{port}",
    "localhost.:{port}",
    "127.0.0.1:{port}.evil.example",
    "127.0.0.1:{port}@evil.example",
    "127.1:{port}",
    "0.0.0.0:{port}",
    "[::1]:{port}",
    "",
]
WRONG_ORIGINS = [
    "http://evil.example",
    "http://evil.example:{port}",
    "null",
    "https://127.0.0.1:{port}",
    "http://127.0.0.1",
    "http://127.0.0.1:{port}/",
    "http://localhost:{port}",
    "HTTP://127.0.0.1:{port}",
    "",
]


def ask(server, method, path, headers=(), body=None):
    """(status, headers, body); headers: pairs, sent as they are, a name twice if it is there twice."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    found = answer.status, answer.headers, answer.read()
    connection.close()
    return found


def tokens(server):
    """Whether it lets in -> the headers that bring it."""
    name, token = f"cs_token_{server.port}", server.token
    wrong = ["0" * 64, token[:-1], token + "0", token.upper() if token.upper() != token else "", "", token[:-1] + "g"]
    yield True, [("Cookie", f"{name}={token}")]
    yield True, [("Cookie", f"a=b; {name}={token}; c=d")]
    yield False, []
    for guess in wrong:
        yield False, [("Cookie", f"{name}={guess}")]
    yield False, [("Cookie", f"x{name}={token}")]
    yield False, [("Cookie", f"cs_token_1={token}")]
    yield False, [("Cookie", f"a={name}={token}")]
    yield False, [("Cookie", f"{name}={token}"), ("Cookie", f"{name}={token}")]
    yield False, [("Authorization", f"Bearer {token}")]
    yield False, [("Referer", f"http://127.0.0.1:{server.port}/#t={token}")]


def hosts(server):
    """Whether it is this server's -> the headers."""
    own = f"127.0.0.1:{server.port}"
    for right in (own, f"localhost:{server.port}"):
        yield right, [("Host", right)]
    for wrong in WRONG_HOSTS:
        yield None, [("Host", wrong.format(port=server.port))]
    yield None, [("Host", own), ("Host", own)]
    yield None, [("Host", "evil.example"), ("Host", own)]
    yield None, []


def origins(server, host):
    yield True, []
    yield True, [("Origin", f"http://{host}")]
    other = "localhost" if host.startswith("127") else "127.0.0.1"
    for wrong in [*WRONG_ORIGINS[:-3], f"http://{other}:{server.port}", "HTTP://" + host, ""]:
        yield False, [("Origin", wrong.format(port=server.port))]
    yield False, [("Origin", f"http://{host}"), ("Origin", f"http://{host}")]


@pytest.mark.parametrize("route", ROUTES + PUBLIC)
def test_a_route_opens_for_the_right_host_origin_and_token_together_and_for_nothing_else(server, route):
    opened = 0
    for (host, host_line), (token, token_lines) in itertools.product(hosts(server), tokens(server)):
        for origin, origin_lines in origins(server, host or f"127.0.0.1:{server.port}"):
            status, headers, body = ask(server, "GET", route, [*host_line, *origin_lines, *token_lines])
            lets_in = host is not None and origin and (token or route in PUBLIC)
            assert (status not in (400, 403)) == bool(lets_in), (host_line, origin_lines, token_lines)
            assert server.token.encode() not in body and server.token not in str(headers)
            opened += bool(lets_in)
    assert opened >= 8


def test_a_token_in_the_query_opens_nothing(server):
    for route in ROUTES:
        for query in ("?t=", "?x=1&t=", "?token="):
            assert server.get(route + query + server.token, token=False)[0] == 403
    own = f"127.0.0.1:{server.port}"
    with pytest.raises(Refused, match="403"):
        WebSocket(server.port, "/ws?t=" + server.token, [("Host", own), ("Origin", "http://" + own)])


@pytest.mark.parametrize("origin", WRONG_ORIGINS)
def test_a_websocket_of_a_foreign_page_is_refused(server, origin):
    headers = {"Host": f"127.0.0.1:{server.port}", "Origin": origin.format(port=server.port), **server.cookie()}
    with pytest.raises(Refused, match="403"):
        WebSocket(server.port, "/ws", headers.items())


def test_a_websocket_needs_an_origin_and_the_token(server):
    host = {"Host": f"localhost:{server.port}"}
    origin = {"Origin": f"http://localhost:{server.port}"}
    for lacking in ({**host, **server.cookie()}, {**host, **origin}):
        with pytest.raises(Refused, match="403"):
            WebSocket(server.port, "/ws", lacking.items())
    WebSocket(server.port, "/ws", {**host, **origin, **server.cookie()}.items()).close()


# ---- coming in ----


def test_without_the_token_there_is_only_the_door(server):
    status, _, body = server.get("/", token=False)
    assert status == 403 and b"copyscope serve" in body and b"app.js" not in body
    assert b"enter" in server.get("/door.js", token=False)[2]


def test_a_token_that_is_handed_in_becomes_a_cookie_which_opens_every_door(server):
    status, line = server.enter(server.token)
    assert status == 204
    pair, *attributes = line.split("; ")
    assert attributes == ["Path=/", "HttpOnly", "SameSite=Strict"]
    assert pair.startswith(f"cs_token_{server.port}=")
    assert server.get("/api/state", token=False, Cookie="a=b; " + pair)[0] == 200
    assert server.get("/api/state", token=False, Cookie=pair[:-1] + "x")[0] == 403


def test_what_is_no_token_is_not_taken(server):
    token = server.token
    for guess in ("", "0" * 64, token[:-1], token + "0", token + "\n", " " + token, token * 2, "x" * 100_000):
        assert server.enter(guess) == (403, None)
    assert server.enter(token, **{"Content-Length": "-1"})[0] in (400, 403, 411)
    assert server.enter(token, **{"Transfer-Encoding": "chunked"})[0] in (400, 403, 501)


def test_it_is_handed_in_only_from_here(server):
    own = f"127.0.0.1:{server.port}"
    for host, origin in [
        (own, None),
        (own, "http://evil.example"),
        (own, "null"),
        ("evil.example", "http://evil.example"),
    ]:
        headers = [("Host", host), *([("Origin", origin)] if origin else [])]
        status, answered, _ = ask(server, "POST", "/enter", headers, server.token.encode())
        assert status == 403 and answered["Set-Cookie"] is None


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "CONNECT", "PROPFIND"]
)
@pytest.mark.parametrize("route", ["/", "/api/state", "/trace/1.cst", "/nothing"])
def test_anything_but_get_is_answered_with_405_and_without_an_origin_403(server, method, route):
    own = f"127.0.0.1:{server.port}"
    headers = [("Host", own), *server.cookie().items()]
    assert ask(server, method, route, headers)[0] in (400, 403, 405, 501)
    assert ask(server, method, route, [*headers, ("Origin", "http://" + own)])[0] in (400, 405, 501)


def test_two_servers_share_neither_token_nor_cookie(serve):
    one, two = serve(), serve()
    assert one.token != two.token
    assert one.enter(two.token) == (403, None)
    assert one.enter(one.token)[1].split("=")[0] != two.enter(two.token)[1].split("=")[0]
    both = f"{one.cookie()['Cookie']}; {two.cookie()['Cookie']}"
    assert (
        one.get("/api/state", token=False, Cookie=both)[0] == two.get("/api/state", token=False, Cookie=both)[0] == 200
    )


def test_no_log_has_the_token(serve):
    server = serve()
    server.enter(server.token)
    server.get("/api/state")
    server.get("/?t=" + server.token, token=False)
    server.open().close()
    _, errors = server.stop()
    assert server.token not in errors


@pytest.mark.parametrize("route", ["/", "/api/state", "/nothing", "/door.js"])
@pytest.mark.parametrize("token", [True, False])
def test_every_answer_says_what_a_page_may_load_and_who_may_show_it(server, route, token):
    _, headers, _ = server.get(route, token=token)
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';") and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Access-Control-Allow-Origin"] is None


@pytest.mark.parametrize(
    "path", ["/../main.c", "/fonts/../../main.c", "/%2e%2e/%2e%2e/etc/passwd", "/.git", "/app.js/", "//etc/passwd"]
)
def test_nothing_outside_the_page_is_served(serve, tmp_path, path):
    (tmp_path / "index.html").write_text("page")
    (tmp_path / ".git").write_text("secret")
    server = serve("--web-root", tmp_path)
    assert server.get("/")[2] == b"page"
    assert server.get(path)[0] in (400, 404)
