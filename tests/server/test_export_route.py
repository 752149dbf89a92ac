"""What the page gets from /export/TRACE/FORMAT: the files that `copyscope export` writes."""

import pytest
from tracebytes import whole


@pytest.fixture
def served(serve, tmp_path):
    path = tmp_path / "it.cst"
    path.write_bytes(whole(20))
    return serve(path), path


def text(body):
    return body.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    "form", ["csv", "ndjson", "chrome", "speedscope", "folded", "dot", "graphml", "vcd", "wavedrom"]
)
def test_a_format_is_what_the_command_writes(form, served, program):
    server, path = served
    status, headers, body = server.get(f"/export/1/{form}")
    assert status == 200 and "attachment" in headers["Content-Disposition"]
    assert text(body) == program("export", path, "--to", form).stdout


def test_a_range_is_cut(served, program):
    server, path = served
    _, _, body = server.get("/export/1/csv?events=5..9")
    assert text(body) == program("export", path, "--to", "csv", "--events", "5..9").stdout


def test_the_page_is_one_file_too(served):
    server, _ = served
    status, _, body = server.get("/export/1/html")
    assert status == 200 and b'id="recording">' in body


def test_the_trace_comes_with_what_the_server_simulated(served):
    server, path = served
    _, _, plain = server.get("/trace/1.cst")
    _, _, more = server.get("/trace/1-replayed.cst")
    assert plain == path.read_bytes() and more.startswith(plain) and more[len(plain) :][:4] == b"CAM_"


@pytest.mark.parametrize(
    "path",
    [
        "/export/",
        "/export/1",
        "/export/1/",
        "/export/1/nonsense",
        "/export/9/csv",
        "/export/-1/csv",
        "/export/+1/csv",
        "/export/1/csv?events=x",
        "/export/1/csv?events=9..3",
        "/export/1/csv?events=99999",
        "/export/1 /csv",
        "/trace/1-.cst",
    ],
)
def test_what_there_is_not_is_refused(path, served):
    server, _ = served
    status, _, body = server.get(path.replace(" ", "%20"))
    assert status == 404 and body.startswith(b"copyscope: ")


def test_without_the_token_nothing_leaves(served):
    server, _ = served
    assert server.get("/export/1/csv", token=False)[0] == 403
