"""From a name to a loaded model: fetch, convert, tokenizer, weights. Heavy imports happen inside."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsel_core.device.control_group import address_limit
from tsel_core.device.faults import as_fault
from tsel_core.device.kinds import compute_dtype, pick_one
from tsel_core.errors import ModelError, OutOfMemory, TselError, UnknownModel, UsageError
from tsel_core.models.catalog import find_entry
from tsel_core.models.checked_files import check_files
from tsel_core.models.early_weights import early_weights
from tsel_core.models.families import FAMILIES
from tsel_core.models.hub import hub_folder, is_hub_name, split_revision
from tsel_core.models.hub_gguf import hub_gguf, known_gguf, names_gguf
from tsel_core.models.info import ModelInfo, describe_folder, weight_files
from tsel_core.models.locked_tokenizer import LockedTokenizer
from tsel_core.models.plain_tokenizer import known_tokenizer, remember_tokenizer
from tsel_core.models.precision import reads_in_bf16
from tsel_core.models.store import clean_models, embedded_folder, fetched_folder, gguf_folder, suggest
from tsel_core.models.unpack import plain_folder

if TYPE_CHECKING:
    import tokenizers
    import torch

    from tsel_core.models.shard import Shard
    from tsel_core.models.shipped.known import KnownModel

__all__ = ["LoadedModel", "ModelInfo", "load_fast_tokenizer", "load_model", "load_tokenizer", "resolve_model"]
OnProgress = Callable[[str, int, int], None]
_READING = threading.Lock()
INT8_FROM = 20_000_000  # parameters: a smaller model is bound by overhead, not by reading its weights


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """Weights in memory: transformers' causal language model in eval mode, or a PlainModel; `eos_ids` end an answer.

    Everything is on `device`; `dtype` is that of activations and cache (weights may be bf16 under fp32 ones).
    """

    model: Any
    tokenizer: Any
    info: ModelInfo
    eos_ids: tuple[int, ...]
    device: torch.device
    dtype: torch.dtype
    int8_rows: bool = False  # the engine multiplies single rows by int8 weights (CPU)
    files_digest: str = ""  # of every file that answers depend on: weights, config, tokenizer, chat template
    known: KnownModel | None = None  # what the package knows of it, where no check of this machine's was found


def resolve_model(name: str | None, *, offline: bool = False, progress: OnProgress | None = None) -> ModelInfo:
    """The model of this name on this machine, fetched and converted when needed.

    `name`: a catalogue name (None or "default": the default), a folder, a .gguf file, or a Hugging Face id, which may
    name a commit (owner/model@commit) and, for a repository of GGUF files, a form (owner/model-GGUF:Q4_K_M).
    `progress(phase, done, total)` hears bytes of the phases "fetch" and "convert". Raises ModelError.
    """
    clean_models()
    entry = find_entry(name)
    if entry and entry.embedded:
        folder = embedded_folder(entry, offline=offline, progress=progress)
        return describe_folder(folder, name=entry.name, source="catalog", entry=entry)
    if entry and entry.hub_file is not None:
        known = entry.hub_file
        folder = fetched_folder(entry, lambda: known_gguf(known, offline=offline), progress=progress)
        return describe_folder(folder, name=entry.name, source="hub", entry=entry)
    if entry:
        folder = hub_folder(entry.origin, offline=offline, revision=entry.revision, sha256=entry.file_sha256)
        return describe_folder(folder, name=entry.name, source="hub", entry=entry)
    assert name
    path = Path(name).expanduser()
    if path.is_dir():
        folder, title = path.absolute(), path.absolute().name
        return describe_folder(plain_folder(folder, title, progress), name=title, source="folder")
    if path.is_file() and _is_gguf(path):
        return describe_folder(gguf_folder(path.absolute(), progress=progress), name=path.name, source="gguf")
    if path.is_file():
        raise ModelError(f"{name} is a file, but not a GGUF file", "name a .gguf file, a folder, or a catalogue name")
    if path.suffix.lower() == ".gguf" or name.startswith((".", "/", "~")) or "\\" in name:
        raise ModelError(f"model {name}: no such file or folder", "check the path, or see `tsel models list`")
    if is_hub_name(name) and names_gguf(name):
        folder = gguf_folder(hub_gguf(name, offline=offline), progress=progress)
        return describe_folder(folder, name=name, source="hub")
    if is_hub_name(name):
        repo, revision = split_revision(name)
        folder = plain_folder(hub_folder(repo, offline=offline, revision=revision), repo, progress)
        return describe_folder(folder, name=repo, source="hub")
    raise UnknownModel(f"model {name} is not known", suggest(name))


def _is_gguf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"GGUF"


def pick_device(name: str = "auto") -> str:
    """Device for a name of the command line: those of device.kinds, or several with commas. UsageError for others.

    Started by torchrun, one device stands for one in every process.
    """
    names = [n.strip() for n in name.split(",")]
    world = torchrun_size()
    if world > 1 and len(names) == 1:
        names = ["cpu"] * world if pick_one(names[0]) == "cpu" else [f"cuda:{i}" for i in range(world)]
    if world > 1 and len(names) != world:
        raise UsageError(f"--device {name} names {len(names)}, but torchrun started {world} processes", "name as many")
    found = [pick_one(n) for n in names]
    cuda = [n for n in found if n.startswith("cuda")]
    same = not cuda and set(found) == {"cpu"}
    if len(found) > 1 and not same and (len(set(cuda)) != len(cuda) or len(cuda) != len(found)):
        raise UsageError(f"device {name}: several devices must be different GPUs, or all cpu", "cuda:0,cuda:1")
    return ",".join(found)


def device_list(device: str) -> list[str]:
    """The devices that `pick_device` found."""
    return device.split(",")


def torchrun_size() -> int:
    """How many processes torchrun started of this program; 1 without it."""
    return int(os.environ.get("WORLD_SIZE", "1")) if "TORCHELASTIC_RUN_ID" in os.environ else 1


def load_fast_tokenizer(info: ModelInfo) -> tokenizers.Tokenizer:
    """The bare tokenizer, for counting tokens: ten times quicker to load than load_tokenizer's."""
    from tokenizers import Tokenizer

    path = info.path / "tokenizer.json"
    if not path.is_file():
        found: tokenizers.Tokenizer = load_tokenizer(info).backend_tokenizer
        return found
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the library's own errors are plain Exceptions
        raise _bad_tokenizer(info.name, error) from error


def load_tokenizer(info: ModelInfo) -> Any:
    """The model's fast tokenizer with its chat template, for any thread: a PlainTokenizer, or that of transformers.

    ModelError when there is none.

    Kept, because reading it takes as long as reading the weights: a second call gives the same object.
    """
    stamps = tuple(_stamp(info.path / name) for name in ("tokenizer.json", "tokenizer_config.json"))
    with _READING:  # two threads that need it read it once
        return _read_tokenizer(info.path, info.name, info.model_type, stamps)


def _stamp(file: Path) -> tuple[int, int] | None:
    """Changes when the file does."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=2)
def _read_tokenizer(folder: Path, name: str, model_type: str, _stamps: tuple[tuple[int, int] | None, ...]) -> Any:
    try:
        if (folder / "tokenizer.json").is_file():
            known = known_tokenizer(folder, model_type)
            if known is not None:
                return known
            # not AutoTokenizer: some of its classes rebuild the splitting rule instead of reading the file's
            from transformers import PreTrainedTokenizerFast

            # some versions take any config.json without "transformers_version" for an old Mistral and warn of a wrong
            # splitting rule; False keeps the file's own rule, as they do without it, and only leaves the warning out
            mistral = any(family in model_type for family in ("mistral", "ministral", "pixtral", "voxtral"))
            told: dict[str, Any] = {} if mistral else {"fix_mistral_regex": False}
            made = _usable(PreTrainedTokenizerFast.from_pretrained(str(folder), local_files_only=True, **told))
            remember_tokenizer(folder, model_type, made)
            return LockedTokenizer(made)
        if not any((folder / n).is_file() for n in ("tokenizer.model", "vocab.json")):
            raise OSError("it has no tokenizer file")  # AutoTokenizer would make an empty one without a word
        from transformers import AutoTokenizer

        made = _usable(AutoTokenizer.from_pretrained(str(folder), local_files_only=True, use_fast=True))
        return LockedTokenizer(made)
    except Exception as error:  # the libraries' own errors are plain Exceptions
        raise _bad_tokenizer(name, error) from error


def _usable(tokenizer: Any) -> Any:
    """The tokenizer; ValueError for a setting of its file that each later call would stumble over."""
    if not isinstance(tokenizer.model_max_length, int | float):
        raise ValueError(f"model_max_length is no number: {tokenizer.model_max_length!r}"[:100])
    return tokenizer


def _bad_tokenizer(name: str, error: Exception) -> ModelError:
    why = _first_line(error)[:200]
    hint = "the folder needs tokenizer.json and tokenizer_config.json"
    return ModelError(f"the tokenizer of {name} cannot be read: {why}", hint)


def load_model(
    info: ModelInfo,
    *,
    device: str = "cpu",
    dtype: torch.dtype | str = "auto",
    attn_implementation: str = "eager",
    shard: Shard | None = None,
) -> LoadedModel:
    """Load the weights: fp32 on a CPU, bf16 on CUDA unless `dtype` says otherwise; eval mode, no gradients.

    On a CPU with dtype "auto" the engine adds int8 weights for single rows, and weights stay bf16 where the CPU
    multiplies bf16 in hardware (tsel_core.decoder.cpu_linear); name a dtype to keep every product in it. With a `shard`
    one rank's part is loaded, and `info` of the result has that part's heads. Raises
    ModelError when weights and architecture do not match, or the architecture is not a causal language model that
    transformers knows without remote code.
    """
    import torch

    from tsel_core.models.accepted import accepted_files, known_refused
    from tsel_core.models.low_bit.model import packed_model
    from tsel_core.models.plain_decoder import plain_model
    from tsel_core.models.shipped.known import known_model
    from tsel_core.models.weights import load_weights, read_weights

    kind = compute_dtype(device) if isinstance(dtype, str) else dtype
    target = torch.device(device)
    if info.packed:
        packed, files_digest = packed_model(info, target)
        return LoadedModel(
            packed, load_tokenizer(info), info, _end_ids(packed), target, kind, files_digest=files_digest
        )
    int8_rows = target.type == "cpu" and isinstance(dtype, str) and info.num_params >= INT8_FROM
    leads = shard is None or shard.rank == 0
    try:
        stored = torch.bfloat16 if int8_rows and reads_in_bf16(info.model_type) else kind
        begun = early_weights().take(info, target, stored) if shard is None else None
        with ThreadPoolExecutor(2) as pool:  # the files are read twice, at the same time: once from the disk
            digest = begun.digest if begun is not None else pool.submit(check_files, info) if leads else None
            files = weight_files(info.path)
            weights = begun.weights if begun is not None else pool.submit(read_weights, files, target, stored, shard)
            if info.model_type not in FAMILIES:  # transformers runs it: imported while the files are read
                import transformers  # noqa: F401
            files_digest = digest.result() if digest is not None else ""
            usual = shard is None and attn_implementation == "eager"
            found = accepted_files(files_digest, target, stored, kind) if usual else None
            refused = not usual or found is not None or known_refused(files_digest, target, stored, kind)
            known = None if refused else known_model(info)
            outline = found.outline if found is not None else None if known is None else known.outline
            model = None if outline is None else plain_model(outline, weights.result())
            if model is None:
                model = load_weights(info.path, weights, target, stored, attn_implementation, shard)
    except Exception as error:  # a library's word on a config or weights it does not know, of whatever kind
        if isinstance(error, TselError) or as_fault(error, "loading the model") is not None:
            raise
        bound = address_limit()
        if bound is not None and isinstance(error, ImportError):  # what cannot be mapped looks as if it were not there
            why = f"{_first_line(error)[:160]}; this program may take {bound / 1e9:.1f} GB of address space"
            raise OutOfMemory(f"the model cannot be loaded: {why}", "raise the limit (ulimit -v unlimited)") from error
        raise ModelError(
            f"model {info.name} ({info.model_type}) cannot be loaded: {_first_line(error)}",
            "use a causal language model that this transformers version knows, without remote code",
        ) from error
    model.eval().requires_grad_(False)
    tokenizer = load_tokenizer(info) if leads else None
    if shard is not None:
        info = replace(info, num_heads=info.num_heads // shard.size, num_kv_heads=info.num_kv_heads // shard.size)
    known = known if outline is not None and getattr(model, "outline", None) is outline else None
    return LoadedModel(model, tokenizer, info, _end_ids(model), target, kind, int8_rows, files_digest, known)


def _end_ids(model: Any) -> tuple[int, ...]:
    """Tokens that end an answer: of the generation settings, else of the config."""
    outline = getattr(model, "outline", None)
    if outline is not None:
        return tuple(outline.eos_ids)
    for source in (getattr(model, "generation_config", None), model.config.get_text_config()):
        found = getattr(source, "eos_token_id", None)
        if found is not None:
            ids = tuple(found) if isinstance(found, list | tuple) else (found,)
            if not all(isinstance(i, int) for i in ids):
                raise ModelError(f"eos_token_id is no number: {found!r}"[:100], "fetch the model again")
            return ids
    return ()


def _first_line(error: BaseException) -> str:
    """What a library says first; where that only announces the next line, that too."""
    if "ignore_mismatched_sizes" in str(error):  # transformers' report of it went to its log
        return "its weights have other shapes than config.json says"
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return " ".join(line.strip() for line in lines[: 2 if lines[0].rstrip().endswith(":") else 1])
