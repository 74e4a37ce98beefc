"""/metrics, read with Prometheus' own parser."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest
from serve_support import KEY, Running, ask, question, upload

parser = pytest.importorskip("prometheus_client.parser", reason="prometheus_client is not installed (the serve extra)")


def scraped(running: Running, key: str = KEY) -> dict[tuple[str, ...], float]:
    """Values by name and labels."""
    wanted = urllib.request.Request(running.url + "/metrics", headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(wanted) as answer:
        assert answer.headers["content-type"].startswith("text/plain; version=")
        text = answer.read().decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in parser.text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_requests_tokens_and_what_waits_are_counted(speaking: Running) -> None:
    before = scraped(speaking)
    uploaded = upload(speaking, 4, "Zinnwald.txt")
    reply = ask(speaking, question("What does party 4 pay?", uploaded), max_tokens=3)
    for path in ("/nothing", "/nothing/else", "/v1/files/file-none"):
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(urllib.request.Request(speaking.url + path, headers={"Authorization": f"Bearer {KEY}"}))
    after = scraped(speaking)

    def more(*key: str) -> float:
        return after[key] - before.get(key, 0)

    assert more("tsel_requests_total", "POST", "/v1/chat/completions", "200") == 1
    assert more("tsel_requests_total", "GET", "/v1/files/{file_id}", "404") == 1
    assert more("tsel_requests_total", "other", "other", "404") == 2
    assert more("tsel_request_seconds_count", "/v1/chat/completions") == 1
    assert more("tsel_answers_total", "length") == 1
    assert more("tsel_tokens_total", "prompt") == reply.usage.prompt_tokens
    assert more("tsel_tokens_total", "completion") == 3
    assert more("tsel_files") == 1
    assert (after["tsel_waiting",], after["tsel_answering",], after["tsel_healthy",]) == (0, 0, 1)
    assert any(key[0] == "tsel_info" and "tiny" in key for key in after)
    assert "Zinnwald" not in str(after)
    speaking.client.files.delete(uploaded)


def test_who_may_not_ask_may_not_look(speaking: Running) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        scraped(speaking, "another-key-of-some-length")
    assert caught.value.code == 401
    assert scraped(speaking)["tsel_requests_total", "other", "other", "401"] >= 1
