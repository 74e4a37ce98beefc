"""What a number of documents a day takes, from measured rates. Prints the rows of docs/scaling.md.

    python kernels/benchmarks/a_day.py --prefill 44000 --decode 122 --devices-per-host 8

seconds of a document = fixed + tokens / prefill + answer / decode
engines              = ceil(documents x seconds / (86,400 x use))
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass

DAY = 86_400.0


@dataclass(frozen=True)
class Rates:
    """What was measured: tokens/s of reading and of writing at the document's length, seconds that each document adds."""

    prefill: float
    decode: float
    fixed: float = 0.0


@dataclass(frozen=True)
class Load:
    """A typical document: its tokens, those of the answer, bytes of keys and values a token; `use` of the day, 0 to 1."""

    tokens: int = 8192
    answer: int = 300
    kv_bytes: int = 57_344
    use: float = 1.0


def seconds(rates: Rates, load: Load) -> float:
    """Seconds of one document on one engine."""
    return rates.fixed + load.tokens / rates.prefill + load.answer / rates.decode


def engines(rates: Rates, load: Load, documents: int) -> int:
    """Engines that do so many documents a day."""
    return max(1, math.ceil(documents * seconds(rates, load) / (DAY * load.use)))


def row(rates: Rates, load: Load, documents: int, per_host: int) -> str:
    """A row of the table: documents, engines (hosts), hours of the day they work, disk for a day's readings."""
    count = engines(rates, load, documents)
    hours = documents * seconds(rates, load) / count / 3600
    disk = documents * load.tokens * load.kv_bytes / 1e9
    hosts = math.ceil(count / per_host)
    return f"| {documents:,} | {count:,} | {hosts:,} | {hours:.2f} | {disk:,.0f} GB |"


def main() -> None:
    """Print seconds, documents a day, and the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--prefill", type=float, required=True, help="tokens/s of reading at the document's length")
    parser.add_argument("--decode", type=float, required=True, help="tokens/s of writing")
    parser.add_argument("--fixed", type=float, default=0.0, help="seconds that each document adds")
    parser.add_argument("--tokens", type=int, default=8192)
    parser.add_argument("--answer", type=int, default=300)
    parser.add_argument("--kv-bytes", type=int, default=57_344, help="bytes of keys and values a token")
    parser.add_argument("--use", type=float, default=1.0, help="share of the day the engines work")
    parser.add_argument("--devices-per-host", type=int, default=1)
    given = parser.parse_args()
    rates = Rates(given.prefill, given.decode, given.fixed)
    load = Load(given.tokens, given.answer, given.kv_bytes, given.use)
    one = seconds(rates, load)
    print(f"{one:.2f} s a document, {int(DAY * load.use / one):,} documents a day and engine\n")
    print("| documents a day | engines | hosts | hours of the day | disk if all are kept |\n|---|---|---|---|---|")
    for documents in (10, 1_000, 1_000_000):
        print(row(rates, load, documents, given.devices_per_host))


if __name__ == "__main__":
    main()
