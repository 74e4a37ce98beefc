"""Benchmark results as Markdown."""

from __future__ import annotations

from typing import Any

COLUMNS = {
    "vs_full": "x full attention",
    "vs_published": "x published design",
    "vs_definition": "x torch definition",
    "vs_torch_topk_sort": "x torch.topk + sort",
    "vs_torch_linear": "x torch's product alone",
    "vs_inside": "x the same inside the window",
}


def _rate(row: dict[str, Any]) -> str:
    """Bandwidth or arithmetic rate with its share of the ceiling measured in the same run."""
    if "gb_s" in row:
        share = f" ({row['of_copy']:.0%} of copy)" if "of_copy" in row else ""
        return f"{row['gb_s']:.0f} GB/s{share}"
    if "tflop_s" in row:
        share = f" ({row['of_matmul']:.0%} of matmul)" if "of_matmul" in row else ""
        return f"{row['tflop_s']:.0f} TFLOP/s{share}"
    return ""


def _table(run: dict[str, Any]) -> list[str]:
    lines = [f"\n### {run['model']}, N = {run['rows']}\n", "| what | ms (p20, p80) | rate | ratios |", "|---|---|---|---|"]
    for row in run["results"]:
        ratios = ", ".join(f"{row[key]:.2f}{label}" for key, label in COLUMNS.items() if key in row)
        lines.append(f"| {row['name']} | {row['ms']:.4f} ({row['p20']:.4f}, {row['p80']:.4f}) | {_rate(row)} | {ratios} |")
    return lines


def markdown(result: dict[str, Any], only_last: bool = False) -> str:
    """The whole result, or the table of its last run."""
    if only_last:
        return "\n".join(_table(result["runs"][-1]))
    lines = [
        f"# Kernels on {result['gpu']}",
        "",
        f"torch {result['torch']}, triton {result['triton']}, cuDNN {result['cudnn']}, {result['date']}. Measured in the same run: "
        f"copy {result['copy_gb_s']:.0f} GB/s, bf16 matrix product {result['matmul_tflop_s']:.0f} TFLOP/s. Command: "
        "`python kernels/benchmarks/run.py`. bf16, k 2048, 128 sinks, window 512, L2 flushed before each call. A prefill "
        "row is the time of 512 tokens (anchored selection runs in chunks of 8192). Full attention is the fastest of "
        "flash and cuDNN, with enable_gqa and with the group folded into the query rows.",
    ]
    for family, tests in result["refused"].items():
        lines.append(f"\nRefused: {family} ({', '.join(tests[:5])}).")
    for run in result["runs"]:
        lines += _table(run)
    return "\n".join(lines) + "\n"
