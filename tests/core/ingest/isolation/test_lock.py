"""Breaking out of the process that reads documents, from inside: in Python, and natively past everything of Python's."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.core.ingest.make_files import docx, p, pdf
from tsel_core.document import Document
from tsel_core.ingest import ReadOptions, read_document
from tsel_core.ingest.fence.landlock import version
from tsel_core.ingest.fence.syscalls import HARMFUL, PLAIN, machine
from tsel_core.ingest.isolation import sandbox
from tsel_core.ingest.isolation.probe import probe

pytestmark = pytest.mark.skipif(machine() is None, reason="seccomp is Linux on x86_64 and aarch64")
needs_landlock = pytest.mark.skipif(not version(), reason="this kernel has no Landlock")

# In the real worker, in the place of a reader that a hostile file has taken over. What it prints is the document.
_TAKEN_OVER = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
import tsel_core.ingest.parse as parse
from tsel_core.ingest.isolation import worker
from tsel_core.ingest.source import Draft
def read(source, options):
    found = {}
    def attempt(name, act):
        try:
            found[name] = str(act())
        except (OSError, RuntimeError, ValueError) as error:
            found[name] = type(error).__name__
    %s
    draft = Draft("text", "paragraph")
    draft.add("paragraph", "1", json.dumps(found))
    return draft
parse._reader = read
worker.forbid = lambda options: None  # Python's own hook is out of the way: the kernel must hold alone
worker.main()
"""


def taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, **options: object) -> dict[str, str]:
    """What each attempt of `body` gave in the locked process: its result, or the name of the error."""
    monkeypatch.setattr(sandbox, "_START", _TAKEN_OVER % body.replace("\n", "\n    "))
    (tmp_path / "a.txt").write_text("words", encoding="utf-8")
    document = read_document(tmp_path / "a.txt", ReadOptions(**options))  # type: ignore[arg-type]
    found: dict[str, str] = json.loads(document.units[0].text)
    return found


IN_PYTHON = """
import os, socket, subprocess, threading, signal, resource
attempt("write beside a library", lambda: open(parse.__file__ + ".x", "w"))
attempt("socket", socket.socket)
attempt("socketpair", socket.socketpair)
attempt("fork", os.fork)
attempt("spawn", lambda: subprocess.run(["/bin/true"]))
attempt("exec", lambda: os.execv("/bin/true", ["true"]))
attempt("kill the parent", lambda: os.kill(os.getppid(), signal.SIGTERM))
attempt("more memory", lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)))
attempt("memory file", lambda: os.memfd_create("x"))
"""


def test_in_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = taken_over(tmp_path, monkeypatch, IN_PYTHON)
    assert len(found) == 9
    assert {n: v for n, v in found.items() if v not in ("PermissionError", "OSError", "ValueError")} == {}


@needs_landlock
def test_no_file_of_the_user_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("a secret", encoding="utf-8")
    body = f"""
attempt("a file", lambda: open({str(mine)!r}).read())
attempt("a folder", lambda: __import__("os").listdir({str(tmp_path)!r}))
attempt("home", lambda: __import__("os").listdir(__import__("os").path.expanduser("~")))
attempt("passwd", lambda: open("/etc/passwd").read())
attempt("of the parent", lambda: open("/proc/" + str(__import__("os").getppid()) + "/environ", "rb").read())
attempt("memory of the parent", lambda: open("/proc/" + str(__import__("os").getppid()) + "/mem", "rb").read(1))
attempt("a test beside the program", lambda: open({__file__!r}).read())
attempt("a library", lambda: len(open(json.__file__).read()) > 100)
"""
    found = taken_over(tmp_path, monkeypatch, body)
    assert found.pop("a library") == "True"
    assert set(found.values()) == {"PermissionError"}, found


def test_nothing_secret_stands_in_its_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    found = taken_over(tmp_path, monkeypatch, 'attempt("all", lambda: dict(__import__("os").environ))')
    assert "hf_secret" not in found["all"]


X86 = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def native(*numbers):
    answer = libc.syscall(*(ctypes.c_long(n) if isinstance(n, int) else n for n in numbers))
    if answer < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return answer
home = __import__("os").path.expanduser("~").encode()
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of x86_64")
def test_natively(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = {
        "fork": "57", "vfork": "58", "clone": "56, 17, 0, 0, 0, 0", "clone of namespaces": "56, 0x10000011, 0, 0, 0, 0",
        "clone3": "435, ctypes.create_string_buffer(88), 88", "execve": '59, b"/bin/true", None, None',
        "execveat": '322, -100, b"/bin/true", None, None, 0', "ptrace": "101, 0, 0, 0, 0", "attach": "101, 16, __import__('os').getppid(), 0, 0",
        "process_vm_readv": "310, __import__('os').getppid(), 0, 0, 0, 0, 0", "io_uring": "425, 8, ctypes.create_string_buffer(120)",
        "bpf": "321, 0, 0, 0", "userfaultfd": "323, 0", "open to write": '257, -100, b"/tmp/tsel-x", 0o101, 0o600',
        "openat2": '437, -100, b"/etc/hostname", ctypes.create_string_buffer(24), 24', "creat": '85, b"/tmp/tsel-x", 0o600',
        "unlink": '87, b"/tmp/tsel-nothing"', "rename": '82, b"/tmp/tsel-a", b"/tmp/tsel-b"', "chmod": "90, home, 0o777",
        "inet": "41, 2, 1, 0", "unix": "41, 1, 1, 0", "netlink": "41, 16, 3, 0", "mount": '165, b"none", b"/mnt", b"tmpfs", 0, 0',
        "unshare": "272, 0x10000000", "keyctl": "250, 0, -3, 0", "kill": "62, __import__('os').getppid(), 15", "another thread group": "234, __import__('os').getppid(), __import__('os').getppid(), 15",
        "prctl": "157, 22, 0, 0, 0, 0", "seccomp": "317, 1, 0, 0", "prlimit of the parent": "302, __import__('os').getppid(), 9, ctypes.create_string_buffer(16), 0",
        "shared memory": "29, 0, 4096, 0o1600", "signal by fcntl": "72, 1, 8, __import__('os').getppid()", "type into a terminal": '16, 0, 0x5412, b"x"',
        "pidfd": "434, __import__('os').getppid(), 0", "symlink": '88, b"/etc/passwd", b"/tmp/tsel-link"', "mknod": '133, b"/tmp/tsel-fifo", 0o10600, 0', "truncate": "76, home, 0",
    }  # fmt: skip
    body = X86 + "\n".join(f"attempt({name!r}, lambda: native({numbers}))" for name, numbers in calls.items())
    found = taken_over(tmp_path, monkeypatch, body)
    assert len(found) == len(calls)
    assert {n: v for n, v in found.items() if v not in ("PermissionError", "OSError", "ValueError")} == {}


@needs_landlock
@pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of x86_64")
def test_natively_no_file_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("a secret", encoding="utf-8")
    body = X86 + f"""
attempt("open", lambda: native(2, {os.fsencode(mine)!r}, 0, 0))
attempt("openat", lambda: native(257, -100, {os.fsencode(mine)!r}, 0, 0))
attempt("a path alone", lambda: open("/proc/self/fd/" + str(native(257, -100, {os.fsencode(mine)!r}, 0o10000000, 0))).read())
"""
    found = taken_over(tmp_path, monkeypatch, body)
    assert set(found.values()) == {"PermissionError"}, found


@pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of x86_64")
def test_the_table_of_another_machine_ends_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tsel_core.errors import DocumentError

    body = X86 + 'attempt("x32", lambda: native(0x40000000 + 39))'
    with pytest.raises(DocumentError, match=r"reader stopped on this file \(exit -31\)"):
        taken_over(tmp_path, monkeypatch, body)


def test_what_readers_need_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = """
import threading
def thread():
    done = []
    t = threading.Thread(target=lambda: done.append(1)); t.start(); t.join()
    return done
attempt("thread", thread)
attempt("libraries", lambda: [__import__(n).__name__ for n in ("lxml.etree", "pypdfium2", "openpyxl", "pptx", "PIL.Image", "numpy", "python_calamine", "msoffcrypto", "cryptography.fernet")][-1])
attempt("random", lambda: len(__import__("os").urandom(4)))
"""
    found = taken_over(tmp_path, monkeypatch, body)
    assert found == {"thread": "[1]", "libraries": "cryptography", "random": "4"}


def test_the_second_process_of_a_long_pdf_is_locked_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it can do comes back as an error of its pages; both halves are read nevertheless."""
    start = _TAKEN_OVER % "pass"
    start = start.replace("parse._reader = read", (
        "import tsel_core.ingest.pdf.reader as reader, os, socket\n"
        "def second(source, options, pages, num):\n"
        "    try:\n        os.fork(); socket.socket(); open('/etc/passwd')\n"
        "    except PermissionError:\n        return [('locked', os.getpid())] * len(pages)\n"
        "    return ['free'] * len(pages)\n"
        "reader.read_pages = second\n"
        "def read(source, options):\n"
        "    from tsel_core.ingest.pdf.layout.parts import in_parts\n"
        "    found = in_parts(lambda n: ('first', os.getpid()), range(150), source.others)\n"
        "    draft = Draft('text', 'paragraph'); draft.add('paragraph', '1', json.dumps(found)); return draft\n"
        "parse._reader = read"))  # fmt: skip
    monkeypatch.setattr(sandbox, "_START", start)
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("one core: there is no second process")
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n" + b"%" * 200_000)
    found = json.loads(read_document(tmp_path / "a.pdf").units[0].text)
    assert [kind for kind, _ in found] == ["first"] * 75 + ["locked"] * 75
    assert found[0][1] != found[-1][1]


def test_a_long_pdf_in_two_locked_processes(tmp_path: Path) -> None:
    pages = [[(50.0, 700.0 - 16 * i, 11.0, f"Words {i} of page number {n}, and more of them to make it long") for i in range(40)] for n in range(260)]
    data = pdf(pages)
    assert len(data) > 100_000
    (tmp_path / "a.pdf").write_bytes(data)
    assert read_document(tmp_path / "a.pdf") == read_document(tmp_path / "a.pdf", ReadOptions(isolate=False))


def test_without_the_lock_the_probe_can_do_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """So what it reports as impossible is the lock's doing."""
    from tsel_core.ingest.isolation import probe as probing

    held = probe()
    assert held is not None
    assert held.seccomp
    assert set(held.possible) <= (set() if held.landlock else {"open files of the user"})
    start = probing._START.replace(";main()", ";import tsel_core.ingest.isolation.probe as p;p.lock_for_reading=lambda:p.__class__;from tsel_core.ingest.fence.lock import Lock;p.lock_for_reading=lambda: Lock();main()")
    monkeypatch.setattr(probing, "_START", start)
    free = probe()
    assert free is not None
    assert set(free.possible) == set(probing._ATTEMPTS)


def test_a_kernel_without_the_locks_reads_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "b.docx").write_bytes(docx(p("First paragraph.")))
    start = sandbox._START.replace("import main", "import main;from tsel_core.ingest.fence import landlock, seccomp;landlock._CREATE=9999;seccomp._SET_FILTER=77")
    expected: Document = read_document(tmp_path / "b.docx")
    monkeypatch.setattr(sandbox, "_START", start)
    assert read_document(tmp_path / "b.docx") == expected


def test_no_call_is_in_both_tables() -> None:
    for column in (0, 1):
        plain = [n[column] for n in PLAIN.values() if n[column] is not None]
        harmful = {n[column] for n in HARMFUL.values()}
        assert len(plain) == len(set(plain))
        assert not harmful & set(plain)


def test_the_filter_of_the_other_machine_assembles() -> None:
    """aarch64 is not run here: its program is as long as its table says, and every jump stays inside."""
    from tsel_core.ingest.fence.seccomp import helper_filter, reading_filter
    from tsel_core.ingest.fence.syscalls import MACHINES

    for one in MACHINES.values():
        for program in (reading_filter(one, 1), helper_filter(one)):
            assert len(program) < 4096
            for at, (code, yes, no, _) in enumerate(program):
                if code & 0x07 == 0x05:
                    assert at + 1 + max(yes, no) < len(program)
            assert program[-1][0] == 0x06


def test_a_program_for_ocr_starts_and_nothing_is_sent(tmp_path: Path) -> None:
    """Profile of `--ocr` with tesseract: the program runs, sockets and files of the user stay closed."""
    script = tmp_path / "bin" / "tesseract"
    script.parent.mkdir()
    script.write_text("#!/bin/sh\necho started; cat /etc/passwd 2>/dev/null; : > /tmp/tsel-written-by-ocr\n", encoding="utf-8")
    script.chmod(0o755)
    code = (
        "import json,sys;sys.path[:]=json.loads(sys.argv[1]);import subprocess,socket\n"
        "from tsel_core.ingest.fence.lock import lock_for_reading\n"
        "held = lock_for_reading(sys.argv[2])\n"
        "out = subprocess.run([sys.argv[2]], capture_output=True, text=True).stdout\n"
        "try:\n    socket.socket()\n    open_socket = True\nexcept PermissionError:\n    open_socket = False\n"
        "print(json.dumps([held.landlock, held.seccomp, out, open_socket]))\n"
    )
    command = [sys.executable, "-I", "-S", "-c", code, json.dumps(sandbox.child_path()), str(script)]
    done = subprocess.run(command, capture_output=True, text=True, env={**sandbox.environment()})
    files, calls, out, sockets = json.loads(done.stdout)
    assert calls
    assert not sockets
    if files:
        assert out == "started\n"
        assert not os.path.exists("/tmp/tsel-written-by-ocr")


OFFICE = shutil.which("soffice") or shutil.which("/usr/lib/libreoffice/program/soffice")


@needs_landlock
@pytest.mark.skipif(not Path("/bin/bash").exists(), reason="bash makes the sockets")
def test_libreoffice_writes_in_its_folder_and_reaches_nothing(tmp_path: Path) -> None:
    """A program in its place that a hostile document has taken over."""
    import socket

    from tsel_core.ingest.fence.office import locked

    mine, folder, programs = tmp_path / "mine.txt", tmp_path / "folder", tmp_path / "programs"
    mine.write_text("a secret", encoding="utf-8")
    folder.mkdir()
    programs.mkdir()
    program = programs / "soffice"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        program.write_text(
            f"""#!/bin/bash
echo own > {folder}/own && echo wrote in its folder
cat {mine} 2>/dev/null
ls {tmp_path} 2>/dev/null
cat /etc/hostname /proc/1/environ 2>/dev/null
echo x > {tmp_path}/other 2>/dev/null && echo wrote elsewhere
rm {mine} 2>/dev/null && echo removed
(exec 3<>/dev/tcp/127.0.0.1/{port}) 2>/dev/null && echo connected
(exec 3<>/dev/udp/127.0.0.1/{port}) 2>/dev/null && echo sent
kill -0 $PPID 2>/dev/null && [ $PPID != 1 ] && echo can signal
exit 0
""",
            encoding="utf-8",
        )
        program.chmod(0o755)
        told = subprocess.run(locked([str(program)], str(folder)), capture_output=True, text=True).stdout
    lines = [line for line in told.splitlines() if line != "can signal" or version() >= 6]
    assert lines == ["wrote in its folder"]
    assert mine.exists()


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_the_real_libreoffice_converts_under_its_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tsel_core.ingest.fence.lock import PIPES

    assert OFFICE is not None
    profile = (tmp_path / "profile").as_uri()
    sample = Path(__file__).resolve().parents[4] / "samples" / "contract.docx"
    command = [OFFICE, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "doc", "--outdir", str(tmp_path), str(sample)]
    subprocess.run(command, capture_output=True, timeout=120, check=True)
    before = {path for folder in PIPES for path in Path(folder).glob("OSL_PIPE_*")}
    monkeypatch.setattr("tsel_core.ingest.safety.convert.office", lambda: OFFICE)
    document = read_document(tmp_path / "contract.doc")
    assert any("Hollin Marine" in u.text for u in document.units)
    assert {path for folder in PIPES for path in Path(folder).glob("OSL_PIPE_*")} <= before
