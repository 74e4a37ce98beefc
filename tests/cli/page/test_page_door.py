"""Who may use the page: token, cookie, hosts, other sites; what every answer tells the browser; nothing of the disk."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from page_support import TOKEN, Served, make_pdf, serving

from tsel_cli.page.door import OWNER, PageDoor
from tsel_cli.page.headers import HEADERS


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("model")) as server:
        yield server


def call(served: Served, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(served.address).netloc, timeout=30)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body or None, named)
    answer = connection.getresponse()
    found = answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    connection.close()
    return found


def cookie(served: Served) -> str:
    status, headers, _ = call(served, "POST", "/page/enter", authorization=f"Bearer {TOKEN}")
    assert status == 204
    assert {"HttpOnly", "Path=/page", "SameSite=strict"} <= {p.strip() for p in headers["set-cookie"].split(";")}
    return headers["set-cookie"].split(";")[0]


def test_only_the_cookie_opens_documents(served: Served, tmp_path: Path) -> None:
    served.show(make_pdf(tmp_path / "a.pdf"))
    assert call(served, "GET", "/page/api/state")[0] == 401
    assert call(served, "GET", "/page/api/state", cookie=f"{served.page.door.name}=guessed")[0] == 401
    assert call(served, "POST", "/page/enter", authorization="Bearer guessed")[0] == 401
    status, _, body = call(served, "GET", "/page/api/state", cookie=cookie(served))
    assert status == 200
    assert [d["name"] for d in json.loads(body)["documents"]] == ["a.pdf"]


def test_other_sites_and_hosts_are_refused(served: Served) -> None:
    ours = cookie(served)
    for headers in (
        {"origin": "http://evil.example"}, {"sec_fetch_site": "cross-site"}, {"sec_fetch_site": "same-site"}, {"host": "evil.example"},
    ):  # fmt: skip
        assert call(served, "GET", "/page/api/state", cookie=ours, **headers)[0] == 403, headers
        assert call(served, "POST", "/page/enter", authorization=f"Bearer {TOKEN}", **headers)[0] == 403, headers
    assert call(served, "GET", "/", host="evil.example:80")[0] == 403
    assert call(served, "GET", "/", sec_fetch_site="cross-site")[0] == 200  # a link from a file leads to the empty page


def test_every_answer_has_the_policy(served: Served) -> None:
    ours = cookie(served)
    for path in ("/", "/page/static/app.js", "/page/static/parts.css", "/page/api/state", "/page/api/nothing"):
        _, headers, _ = call(served, "GET", path, cookie=ours)
        assert {name: headers.get(name) for name in HEADERS} == HEADERS, path
    _, _, page = call(served, "GET", "/")
    assert b"style=" not in page
    assert b"onclick" not in page
    assert page.count(b"<script") == page.count(b"<script type=\"module\" src=\"/page/static/") == 1


@pytest.mark.parametrize("name", ["..%2fapp.py", "../app.py", "app.py", "%2e%2e/%2e%2e/commands/open.py", "__init__.py", ""])
def test_nothing_of_the_disk_can_be_asked_for(served: Served, name: str) -> None:
    assert call(served, "GET", f"/page/static/{name}", cookie=cookie(served))[0] in (401, 404)


def test_bad_requests_are_refused(served: Served, tmp_path: Path) -> None:
    served.show(make_pdf(tmp_path / "a.pdf"))
    ours = cookie(served)
    document = json.loads(call(served, "GET", "/page/api/state", cookie=ours)[2])["documents"][0]["id"]
    base = f"/page/api/documents/{document}"
    assert call(served, "GET", f"{base}/pages/3", cookie=ours)[0] == 400
    assert call(served, "GET", f"{base}/pages/-1", cookie=ours)[0] == 400
    assert call(served, "GET", f"{base}/pages/0?width=999999999", cookie=ours)[2][:4] == b"\x89PNG"
    assert call(served, "POST", f"{base}/places", b'{"spans": [[0, 0, 1e400]]}', cookie=ours)[0] == 400
    found = call(served, "POST", f"{base}/places", b'{"spans": [[0, -5, 1000000000], [77, 0, 1]]}', cookie=ours)
    assert len(json.loads(found[2])["places"]) == 2
    assert call(served, "GET", "/page/api/documents/other/units", cookie=ours)[0] == 400
    for body in (b"{", b"[]", b'{"question": "x"}', b'{"question": " ", "documents": []}', b'{"question": "x", "documents": ["?"]}'):
        assert call(served, "POST", "/page/api/ask", body, cookie=ours)[0] == 400, body


def test_keys_have_documents_of_their_own() -> None:
    door = PageDoor(("first-key-of-some-length", "second-key-of-some-length"), "unused")

    def enter(secret: str) -> str | None:
        owner, refusal = door.check("POST", "/page/enter", {"host": "a.example", "authorization": f"Bearer {secret}"})
        return None if refusal else owner

    assert enter("unused") is None
    first, second = enter("first-key-of-some-length"), enter("second-key-of-some-length")
    assert None not in (first, second)
    assert len({first, second, OWNER}) == 3
    value = door.enter(first or "")
    assert door.check("GET", "/page/api/state", {"host": "a.example", "cookie": f"x=1; {door.name}={value}"})[0] == first
    assert door.check("GET", "/v1/models", {"host": "a.example", "cookie": f"{door.name}={value}"})[1] is not None


def test_the_page_beside_the_interfaces_of_serve(served: Served) -> None:
    """`tsel serve --ui`: the page has its cookie, the interfaces their key, and neither opens the other."""
    from fastapi.testclient import TestClient

    from tsel_cli.commands.serve import _app
    from tsel_cli.serve.app import ServeSettings

    key = "a-key-of-some-length"
    app, token = _app(served.page.engine, ServeSettings("tiny", key), None, ui=True)
    assert token == ""  # the key opens the page
    client = TestClient(app, base_url="http://tsel.example")
    bearer = {"authorization": f"Bearer {key}"}
    assert client.get("/").status_code == 200
    assert client.get("/v1/models", headers=bearer).json()["data"][0]["id"] == "tiny"
    assert client.get("/page/api/state").status_code == 401
    assert client.post("/page/enter", headers=bearer).status_code == 204  # the client keeps the cookie
    assert client.get("/page/api/state").json()["documents"] == []
    opened = client.post("/page/api/documents?lang=ja", files={"file": ("報告.txt", "第1条 対価は100円とする。".encode())})
    assert opened.json()["name"] == "報告.txt"
    assert [d["name"] for d in client.get("/page/api/state").json()["documents"]] == ["報告.txt"]
    assert client.get("/v1/models").status_code == 401
    units = {lang: client.get(f"/page/api/documents/{opened.json()['id']}/units?lang={lang}").json() for lang in ("en", "ja")}
    assert [units[lang][0]["label"] for lang in ("en", "ja")] == ["第1条, line 1", "第1条、1行目"]
    refused = client.post("/page/api/ask?lang=ja", json={"question": "", "documents": []})
    assert "文書が選ばれていません" in refused.json()["error"]["message"]
    app, token = _app(served.page.engine, ServeSettings("tiny"), None, ui=True)
    assert len(token) > 20
    app, token = _app(served.page.engine, ServeSettings("tiny"), None, ui=False)
    assert TestClient(app, base_url="http://localhost").get("/").status_code == 404


def test_from_the_command_line(tmp_path: Path) -> None:
    """`tsel open` prints the address, serves this machine, and ends with Ctrl-C, leaving nothing behind."""
    import os
    import re
    import signal
    import subprocess
    import sys
    import urllib.error
    import urllib.request

    from tiny_folder import make_folder

    model = make_folder(tmp_path / "model")
    document = make_pdf(tmp_path / "a.pdf")
    names = {f"TSEL_{name}": str(tmp_path / name) for name in ("CACHE", "LOG_DIR", "MODELS")}
    arguments = ["open", str(document), "--model", str(model), "--no-browser", "--quiet", "--no-trace"]
    program = subprocess.Popen([sys.executable, "-m", "tsel_cli", *arguments], stderr=subprocess.PIPE, text=True, env={**os.environ, **names})
    try:
        assert program.stderr is not None
        address = re.search(r"(http://127\.0\.0\.1:\d+)/#(\S{20,})", program.stderr.readline())
        assert address is not None
        page = urllib.request.urlopen(address[1] + "/", timeout=30)
        assert b"/page/static/app.js" in page.read()
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(address[1] + "/page/api/state", timeout=30)
        program.send_signal(signal.SIGINT)
        assert program.wait(30) == 0
        assert "Traceback" not in program.stderr.read()
    finally:
        program.kill()
        program.wait()
    assert not (tmp_path / "CACHE" / "readings").exists()
