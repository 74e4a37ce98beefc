"""A headless Chromium for the tests that look at pages."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest


def make_browser(width: int = 1300, height: int = 900) -> Any:
    """A browser that notes what it asks the network for; skips where there is none."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    binary = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if not binary or not driver:
        pytest.skip("no chromium with chromedriver on this machine")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    size = f"--window-size={width},{height}"
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--lang=en", size):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    from selenium.webdriver.chrome.service import Service

    # a locale that every machine has: names of files in other than ASCII are found by it
    return webdriver.Chrome(options=options, service=Service(driver, env={**os.environ, "LC_ALL": "C.UTF-8"}))
