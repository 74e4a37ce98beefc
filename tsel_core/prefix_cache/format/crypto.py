"""Encryption at rest of kept readings: AES-256-GCM a block, one derived key a file (RFC 5869, NIST SP 800-38D)."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tsel_core.errors import UsageError
from tsel_core.installing import adding

KEY_VARIABLE = "TSEL_CACHE_KEY_FILE"
NO_KEY = "none"  # what the variable says where nothing is to be sealed
KEY_BYTES = 32
SALT_BYTES = 16
TAG_BYTES = 16
_SERVICE, _NAME = "tsel", "cache-key"


@dataclass(frozen=True, slots=True)
class MasterKey:
    """The user's key [32 bytes]; `key_id` names it in files without giving it away."""

    secret: bytes

    @property
    def key_id(self) -> bytes:
        """8 bytes derived from the key."""
        return hashlib.sha256(b"tsel key id" + self.secret).digest()[:8]

    def cipher(self, salt: bytes) -> BlockCipher:
        """Cipher of the file with this salt."""
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        return BlockCipher(HKDF(SHA256(), KEY_BYTES, salt, b"tsel kept reading").derive(self.secret))


class BlockCipher:
    """Seals the blocks of one file. The block number is the nonce, so every file has its own derived key."""

    def __init__(self, key: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._aead = AESGCM(key)

    def seal(self, number: int, data: bytes | memoryview) -> bytes:
        """Ciphertext and tag of block `number`."""
        return self._aead.encrypt(number.to_bytes(12, "little"), data, None)

    def unseal(self, number: int, data: bytes | bytearray | memoryview) -> bytes:
        """Plain bytes of block `number`; ValueError when it is not what was sealed."""
        plain = bytearray(max(0, len(data) - TAG_BYTES))
        self.unseal_into(number, data, plain)
        return bytes(plain)

    def unseal_into(self, number: int, data: bytes | bytearray | memoryview, plain: bytearray | memoryview) -> None:
        """The same into memory of TAG_BYTES fewer bytes than `data`."""
        from cryptography.exceptions import InvalidTag

        try:
            self._aead.decrypt_into(number.to_bytes(12, "little"), data, None, plain)
        except InvalidTag as error:
            raise ValueError(f"block {number} does not authenticate") from error


def master_key(environment: Mapping[str, str] | None = None) -> MasterKey | None:
    """The key TSEL_CACHE_KEY_FILE names: a file of 64 hex digits, or "keyring" for the system's keyring.

    Where the variable is not set (and no other `environment` is given) it is a file of this user's own, made the
    first time. None when it says "none". Raises UsageError when what it names cannot be used: a user who asked for
    encryption never gets a plain file; OSError when no key of one's own can be made.
    """
    named = (os.environ if environment is None else environment).get(KEY_VARIABLE, "")
    if named == NO_KEY or (not named and environment is not None):
        return None
    if not named:
        return _own_key(own_key_path())
    return _from_keyring() if named == "keyring" else _from_file(Path(named))


def own_key_path() -> Path:
    """Where this user's key is made when none is named: beside the settings, away from what it seals."""
    from platformdirs import user_config_path

    return user_config_path("tsel", appauthor=False) / "cache.key"


def _own_key(path: Path) -> MasterKey:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        write_key_file(part)
        try:
            os.link(part, path)  # whole or not at all, and the first of two processes makes it
        except FileExistsError:
            pass
        except OSError:  # a disk without hard links
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    return _from_file(path)


def _from_file(path: Path) -> MasterKey:
    try:
        text = path.read_text(encoding="ascii").strip()
        secret = bytes.fromhex(text)
    except (OSError, ValueError) as error:
        raise UsageError(f"{KEY_VARIABLE}: {path} cannot be read as a key: {error}", _hint(path)) from error
    if len(secret) != KEY_BYTES:
        raise UsageError(f"{KEY_VARIABLE}: {path} holds {len(secret)} bytes, a key has {KEY_BYTES}", _hint(path))
    return MasterKey(secret)


def _hint(path: Path) -> str:
    return f"make a key with: tsel cache key {path}"


def _from_keyring() -> MasterKey:
    try:
        import keyring
    except ImportError as error:
        raise UsageError(
            f"{KEY_VARIABLE}=keyring needs the keyring package", f"{adding('keyring')}, or name a key file"
        ) from error
    try:
        stored = keyring.get_password(_SERVICE, _NAME)
        if stored is None:
            stored = secrets.token_hex(KEY_BYTES)
            keyring.set_password(_SERVICE, _NAME, stored)
    except keyring.errors.KeyringError as error:
        raise UsageError(f"the system's keyring cannot be used: {error}", "name a key file instead") from error
    return MasterKey(bytes.fromhex(stored))


def write_key_file(path: Path) -> None:
    """Make a new key file (0600). An existing file is left alone: readings sealed with it would be lost."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise UsageError(f"{path} exists", "use it, or choose another name") from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")
