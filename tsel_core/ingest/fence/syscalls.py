"""Numbers of Linux' system calls by machine, and what the process that reads documents needs of them."""

from __future__ import annotations

import platform
from dataclasses import dataclass

CLONE_THREAD = (0x3D0F00, 0x7D0F00)  # the flags with which glibc and musl start a thread, and nothing else
WRITING = 0o3 | 0o100 | 0o1000  # O_WRONLY, O_RDWR, O_CREAT, O_TRUNC


@dataclass(frozen=True, slots=True)
class Machine:
    """What seccomp calls a machine, which column of the tables is its, and the number of `seccomp` itself."""

    audit: int
    column: int
    seccomp: int


MACHINES = {
    "x86_64": Machine(0xC000003E, 0, 317),
    "aarch64": Machine(0xC00000B7, 1, 277),
}

# name: (x86_64, aarch64); None where a machine has no such call
PLAIN: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63), "write": (1, 64), "close": (3, 57), "fstat": (5, 80), "lseek": (8, 62), "mmap": (9, 222),
    "munmap": (11, 215), "brk": (12, 214), "futex": (202, 98), "newfstatat": (262, 79), "stat": (4, None),
    "lstat": (6, None), "poll": (7, None), "mprotect": (10, 226), "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "pread64": (17, 67), "readv": (19, 65),
    "writev": (20, 66), "access": (21, None), "select": (23, None), "sched_yield": (24, 124), "mremap": (25, 216),
    "msync": (26, 227), "mincore": (27, 232), "madvise": (28, 233), "dup": (32, 23), "dup2": (33, None),
    "nanosleep": (35, 101), "getpid": (39, 172), "exit": (60, 93), "wait4": (61, 260), "uname": (63, 160),
    "getcwd": (79, 17), "readlink": (89, None), "gettimeofday": (96, 169), "getrlimit": (97, 163),
    "getrusage": (98, 165), "sysinfo": (99, 179), "times": (100, 153), "getuid": (102, 174), "getgid": (104, 176),
    "geteuid": (107, 175), "getegid": (108, 177), "getppid": (110, 173), "sigaltstack": (131, 132),
    "sched_getparam": (143, 121), "sched_getscheduler": (145, 120), "gettid": (186, 178), "time": (201, None),
    "sched_getaffinity": (204, 123), "getdents64": (217, 61), "set_tid_address": (218, 96),
    "restart_syscall": (219, 128), "fadvise64": (221, 223), "clock_gettime": (228, 113), "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115), "exit_group": (231, 94), "readlinkat": (267, 78), "faccessat": (269, 48),
    "pselect6": (270, 72), "ppoll": (271, 73), "set_robust_list": (273, 99), "dup3": (292, 24), "getcpu": (309, 168),
    "getrandom": (318, 278), "membarrier": (324, 283), "statx": (332, 291), "rseq": (334, 293),
    "faccessat2": (439, 439),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Condition:
    """A call that is let through when an argument, under a mask, has one of some values."""

    numbers: tuple[int | None, int | None]
    argument: int
    mask: int
    values: tuple[int, ...]
    whole: bool = False  # all 64 bits of the argument count, not the lower half alone


def conditions(pid: int) -> tuple[Condition, ...]:
    """What is let through in one form only, for the process `pid`."""
    every = 0xFFFFFFFF
    return (
        Condition((257, 56), 2, WRITING, (0,)),  # openat: reading
        Condition((2, None), 1, WRITING, (0,)),  # open: reading
        Condition((56, 220), 0, every, CLONE_THREAD),  # clone: a thread, no process
        Condition((72, 25), 1, every, (1, 2, 3, 4, 1030)),  # fcntl: F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC
        Condition((16, 29), 1, every, (0x5401, 0x541B)),  # ioctl: TCGETS (isatty), FIONREAD
        Condition((302, 261), 2, every, (0,), whole=True),  # prlimit64: asking, not setting
        Condition((234, 131), 0, every, (pid,)),  # tgkill: abort()
    )


# For a reader that must start a program of its own (--ocr with tesseract): all but these is let through.
HARMFUL: dict[str, tuple[int | None, int | None]] = {
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201),
    "accept": (43, 202), "accept4": (288, 242), "sendto": (44, 206), "sendmsg": (46, 211), "recvfrom": (45, 207),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "keyctl": (250, 219),
    "add_key": (248, 217), "request_key": (249, 218), "mount": (165, 40), "umount2": (166, 39),
    "unshare": (272, 97), "setns": (308, 268), "pivot_root": (155, 41), "chroot": (161, 51),
    "kexec_load": (246, 104), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264), "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438), "personality": (135, 92), "open_tree": (428, 428), "move_mount": (429, 429),
    "fsopen": (430, 430), "memfd_create": (319, 279),
}  # fmt: skip


# What LibreOffice needs of it: a socket of its own to see whether it runs already; it connects to nothing.
OWN_SOCKETS = frozenset(
    {"socket", "socketpair", "bind", "listen", "accept", "accept4", "sendto", "sendmsg", "recvfrom"}
)
LOCAL_SOCKET = Condition((41, 198), 0, 0xFFFFFFFF, (1,))  # AF_UNIX


def machine() -> Machine | None:
    """This machine, where its numbers are known and Python runs in its own width."""
    import sys

    return MACHINES.get(platform.machine()) if sys.platform == "linux" and sys.maxsize > 2**32 else None
