"""A program: damages a tiny model's files, seed by seed, and does with them what tsel does. Prints what was unexpected.

A process of its own with limits of memory and time: a file that ends it, or makes it wait, is a finding too.
"""

from __future__ import annotations

import contextlib
import json
import random
import resource
import shutil
import struct
import sys
import tempfile
import time
from pathlib import Path

from damage import damaged_bytes, damaged_json

FILES = ("config.json", "config.json", "model.safetensors", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "generation_config.json")
MEMORY = 24 << 30  # address space; PyTorch alone reserves some gigabytes
SECONDS = 60.0


def damage(folder: Path, chosen: random.Random) -> str:
    """Damage one file of a model folder; its name and what was done."""
    name = chosen.choice(FILES)
    path = folder / name
    data = path.read_bytes()
    if name != "model.safetensors":
        if chosen.random() < 0.3:
            path.write_bytes(damaged_bytes(data, chosen))
        else:
            path.write_text(damaged_json(data.decode(), chosen), encoding="utf-8", errors="surrogatepass")
        return name
    length = struct.unpack("<Q", data[:8])[0]
    kind = chosen.random()
    if kind < 0.3:
        path.write_bytes(damaged_bytes(data, chosen, reach=8 + length))
    elif kind < 0.4:
        path.write_bytes(struct.pack("<Q", chosen.choice((0, 1, 2**31, 2**63, 2**64 - 1, len(data)))) + data[8:])
    else:
        header = damaged_json(data[8 : 8 + length].decode(), chosen).encode("utf-8", "surrogatepass")
        path.write_bytes(struct.pack("<Q", len(header)) + header + data[8 + length :])
    return name


def use(folder: Path) -> None:
    """What a command does with a model before it reads."""
    from tsel_core.document import Document, Unit
    from tsel_core.models.load import load_fast_tokenizer, load_model, load_tokenizer, resolve_model
    from tsel_core.prompts.build import build_prompt
    from tsel_core.prompts.tasks import ask_task

    info = resolve_model(str(folder))
    info.loaded_bytes("cpu")
    load_fast_tokenizer(info)
    document = Document("a.txt", "0", "txt", "paragraph", (Unit(0, "paragraph", "1", "The fee is 620 euros."),))
    build_prompt([document], ask_task("What is the fee?"), load_tokenizer(info))
    load_model(info)


def main() -> None:
    """fuzz_models.py WHOLE_FOLDER FIRST COUNT: one JSON line for each seed with an unexpected end, then the tally."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    from tsel_core.errors import TselError

    whole, first, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    refused = used = 0
    for seed in range(first, first + count):
        chosen = random.Random(seed)
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "model"
            shutil.copytree(whole, folder)
            name = damage(folder, chosen)
            began, told = time.monotonic(), ""
            print(json.dumps({"seed": seed, "file": name}), flush=True)
            try:
                with contextlib.redirect_stdout(sys.stderr):
                    use(folder)
                used += 1
            except TselError as error:
                refused += 1
                told = "" if error.hint else "no hint"
            except BaseException as error:
                told = f"{type(error).__name__}: {str(error)[:200]}"
            if time.monotonic() - began > SECONDS:
                told += " (slow)"
            if told:
                print(json.dumps({"seed": seed, "file": name, "unexpected": told}), flush=True)
    print(json.dumps({"refused": refused, "used": used}), flush=True)


if __name__ == "__main__":
    main()
