"""A client of a `tsel serve` that is starting: health, an upload, a question about it, a stream. Prints one JSON object.

python serve_client.py STDERR_OF_THE_SERVER DOCUMENT
"""

from __future__ import annotations

import json
import re
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any


def address(log: Path, seconds: float = 100.0) -> str:
    """Where the server says that it listens."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        found = re.search(r"http://[\d.]+:\d+", log.read_text(errors="replace"))
        if found:
            return found[0]
        time.sleep(0.1)
    raise SystemExit("the server did not start")


def call(url: str, body: bytes | None = None, kind: str = "application/json") -> bytes:
    """The response; an HTTP error ends the program with its text."""
    request = urllib.request.Request(url, body, {"Content-Type": kind})
    with urllib.request.urlopen(request, timeout=100) as response:
        return bytes(response.read())


def upload(base: str, path: Path) -> str:
    """The id of the uploaded file."""
    edge = "edge-of-a-part"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\n\r\n'
    body = head.encode() + path.read_bytes() + f"\r\n--{edge}--\r\n".encode()
    found = json.loads(call(f"{base}/v1/files", body, f"multipart/form-data; boundary={edge}"))
    return str(found["id"])


def main() -> None:
    """See the module."""
    base, document = address(Path(sys.argv[1])), Path(sys.argv[2])
    health = json.loads(call(f"{base}/health"))
    model = json.loads(call(f"{base}/v1/models"))["data"][0]["id"]
    file_id = upload(base, document)
    content: list[dict[str, Any]] = [
        {"type": "file", "file": {"file_id": file_id}},
        {"type": "text", "text": "What was decided?"},
    ]
    asked = {"model": model, "messages": [{"role": "user", "content": content}], "max_tokens": 16}
    whole = json.loads(call(f"{base}/v1/chat/completions", json.dumps(asked).encode()))
    stream = call(f"{base}/v1/chat/completions", json.dumps({**asked, "stream": True}).encode()).decode()
    if "[DONE]" not in stream:
        raise SystemExit(f"the stream did not end: {stream[-300:]}")
    print(json.dumps({"health": health, "usage": whole["usage"]}))


if __name__ == "__main__":
    main()
