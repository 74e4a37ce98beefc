"""Whether the server in this container answers and gets work done: exit code 0 or 1.

The key is TSEL_API_KEY's, or the secret's; TSEL_HEALTH_URL names another address than the usual one.
"""

from __future__ import annotations

import os
import sys
import urllib.request
from pathlib import Path

URL = "http://127.0.0.1:8765/health"
SECRET = Path("/run/secrets/tsel_api_key")


def main() -> int:
    """See the module."""
    key = os.environ.get("TSEL_API_KEY") or (SECRET.read_text() if SECRET.exists() else "")
    first = next(iter(key.split()), "")
    url = os.environ.get("TSEL_HEALTH_URL", URL)
    try:
        asked = urllib.request.Request(url, headers={"Authorization": f"Bearer {first}"})
        with urllib.request.urlopen(asked, timeout=4) as reply:
            return 0 if reply.status == 200 else 1
    except OSError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
