"""Versions of installed packages, without importing them."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def package_version(name: str) -> str:
    """The version of an installed package; "" when it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
