"""Messages between a command and the resident process: a length, JSON, and descriptors beside the first one."""

from __future__ import annotations

import array
import json
import os
import socket
import struct
import sys
from typing import Any

PROTOCOL = 2
Message = dict[str, Any]
_HEAD = struct.Struct("<I")
_LARGEST = 8_000_000  # arguments and environment; the system allows a process 2 MB of both


class Broken(Exception):
    """What came is no message."""


def send(connection: socket.socket, message: Message, fds: tuple[int, ...] = ()) -> None:
    """Send a message whole, with descriptors. Raises OSError."""
    data = json.dumps(message).encode("utf-8", "surrogateescape")
    packet = _HEAD.pack(len(data)) + data
    beside = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else []
    sent = connection.sendmsg([packet], beside)
    if sent < len(packet):  # never an empty rest: it fails when the other side has answered and gone by then
        connection.sendall(packet[sent:])


def receive(connection: socket.socket) -> Message | None:
    """The next message, None when the other side is gone. Raises Broken, or OSError."""
    return receive_with(connection, 0)[0]


def receive_with(connection: socket.socket, most_fds: int) -> tuple[Message | None, list[int]]:
    """The next message and its descriptors, which nothing inherits."""
    head = b""
    fds: list[int] = []
    try:
        if most_fds:
            head, fds = _first(connection, most_fds)
        head += _exactly(connection, _HEAD.size - len(head))
        if len(head) < _HEAD.size:
            return None, _closed(fds)
        (size,) = _HEAD.unpack(head)
        if size > _LARGEST:
            raise Broken(f"a message of {size:,} bytes")
        data = _exactly(connection, size)
        if len(data) < size:
            return None, _closed(fds)
        message = json.loads(data.decode("utf-8", "surrogateescape"))
    except ValueError as error:
        _closed(fds)
        raise Broken(str(error)) from error
    except BaseException:
        _closed(fds)
        raise
    if not isinstance(message, dict):
        _closed(fds)
        raise Broken("a message must be an object")
    return message, fds


def _first(connection: socket.socket, most_fds: int) -> tuple[bytes, list[int]]:
    """The first bytes of a message and the descriptors that came with them."""
    size = array.array("i").itemsize
    data, beside, _, _ = connection.recvmsg(_HEAD.size, socket.CMSG_SPACE(most_fds * size))
    found = array.array("i")
    for level, kind, content in beside:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            found.frombytes(content[: len(content) - len(content) % size])
    for fd in found:
        os.set_inheritable(fd, False)
    return data, list(found)


def _closed(fds: list[int]) -> list[int]:
    for fd in fds:
        os.close(fd)
    return []


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = connection.recv(min(size - len(data), 1 << 16))
        if not piece:
            break
        data += piece
    return data


def peer_uid(connection: socket.socket) -> int | None:
    """The user at the other end, as the kernel knows it; None where the system does not tell."""
    if hasattr(socket, "SO_PEERCRED"):
        size = struct.calcsize("3i")
        return int(struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))[1])
    if sys.platform == "darwin":
        local_peercred, xucred = 1, struct.Struct("II")  # sys/un.h, sys/ucred.h: version, uid, groups
        return int(xucred.unpack_from(connection.getsockopt(0, local_peercred, 76))[1])
    return None


def is_ours(connection: socket.socket) -> bool:
    """Whether the other end is a process of this user."""
    return peer_uid(connection) == os.getuid()
