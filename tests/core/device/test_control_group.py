"""Limits of memory in made trees of control groups: both versions, the unit's own group, containers."""

from __future__ import annotations

from pathlib import Path

from tsel_core.device.control_group import limits, tightest_group

GB = 1 << 30


def process(tmp_path: Path, groups: str, *mounts: tuple[str, str, str]) -> Path:
    """A folder as /proc/self; a mount is (root, kind, options) at tmp_path/<kind and options>."""
    place = tmp_path / "self"
    place.mkdir()
    (place / "cgroup").write_text(groups, encoding="ascii")
    lines = ["21 1 0:20 / /proc rw - proc proc rw"]
    for root, kind, options in mounts:
        lines.append(f"30 24 0:26 {root} {tmp_path / kind} rw,nosuid shared:9 - {kind} {kind} rw,{options}")
    (place / "mountinfo").write_text("\n".join(lines), encoding="ascii")
    return place


def group(folder: Path, **files: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in files.items():
        (folder / name.replace("__", ".")).write_text(f"{value}\n", encoding="ascii")


def test_version_2_counts_the_unit_and_what_is_above_it(tmp_path: Path) -> None:
    proc = process(tmp_path, "0::/system.slice/tsel.service\n", ("/", "cgroup2", "nsdelegate"))
    root = tmp_path / "cgroup2"
    group(root / "system.slice", memory__max="max", memory__current=9 * GB)
    group(root / "system.slice/tsel.service", memory__max=8 * GB, memory__current=3 * GB, memory__stat=f"anon 1\ninactive_file {GB}")
    found = tightest_group(proc)
    assert found is not None
    assert (found.path, found.limit, found.room) == (root / "system.slice/tsel.service", 8 * GB, 6 * GB)
    group(root / "system.slice", memory__max=10 * GB, memory__current=9 * GB)
    found = tightest_group(proc)
    assert found is not None
    assert (found.path.name, found.room) == ("system.slice", GB)


def test_version_1(tmp_path: Path) -> None:
    proc = process(tmp_path, "5:cpu:/\n4:memory:/jobs/7\n0::/\n", ("/", "cgroup", "memory"), ("/", "cgroup2", "x"))
    root = tmp_path / "cgroup"
    group(root, memory__limit_in_bytes=2**63 - 4096, memory__usage_in_bytes=GB)
    group(root / "jobs/7", memory__limit_in_bytes=4 * GB, memory__usage_in_bytes=3 * GB, memory__stat=f"total_inactive_file {GB}")
    assert [(g.path.name, g.room) for g in limits(proc)] == [("7", 2 * GB)]


def test_a_container_that_is_told_the_path_of_the_host(tmp_path: Path) -> None:
    proc = process(tmp_path, "4:memory:/docker/abc\n", ("/docker/abc", "cgroup", "memory"))
    group(tmp_path / "cgroup", memory__limit_in_bytes=2 * GB, memory__usage_in_bytes=GB)
    found = tightest_group(proc)
    assert found is not None
    assert found.room == GB


def test_a_container_in_its_own_namespace(tmp_path: Path) -> None:
    proc = process(tmp_path, "0::/\n", ("/", "cgroup2", "x"))
    group(tmp_path / "cgroup2", memory__max=GB, memory__current=2 * GB)
    found = tightest_group(proc)
    assert found is not None
    assert found.room == 0


def test_no_limit_and_no_groups(tmp_path: Path) -> None:
    assert tightest_group(tmp_path / "nothing") is None
    proc = process(tmp_path, "0::/a\n\nbroken\n", ("/", "cgroup2", "x"))
    group(tmp_path / "cgroup2/a", memory__max="max", memory__current=1)
    assert tightest_group(proc) is None
