"""Every option that commands share, in one place: name, environment variable, help."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from tsel_cli import completion
from tsel_core.text.tongue import LANGUAGES


class Attention(StrEnum):
    """--attention"""

    auto = "auto"
    full = "full"
    select = "select"


class KVOption(StrEnum):
    """--kv"""

    auto = "auto"
    bf16 = "bf16"
    fp8 = "fp8"
    q4 = "q4"
    host = "host"


class WeightsOption(StrEnum):
    """--weights"""

    auto = "auto"
    full = "full"
    fp8 = "fp8"
    q8 = "q8"
    q4 = "q4"


class QuarantineMode(StrEnum):
    """What is done with passages that give orders."""

    auto = "auto"
    off = "off"
    always = "always"


class Effort(StrEnum):
    """--effort"""

    quick = "quick"
    normal = "normal"
    high = "high"


class Format(StrEnum):
    """--format"""

    text = "text"
    markdown = "markdown"
    json = "json"


class Changes(StrEnum):
    """--changes"""

    accept = "accept"
    reject = "reject"
    show = "show"


_MODEL, _READING, _OUTPUT = "Model and attention", "Reading the file", "Output"

Files = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="Files, folders or globs; - reads stdin.", show_default=False)
]

Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        "-m",
        envvar="TSEL_MODEL",
        autocompletion=completion.models,
        help="Name from `tsel models list`, a Hugging Face id, a folder, or a .gguf file.",
        rich_help_panel=_MODEL,
    ),
]
Device = Annotated[
    str,
    typer.Option(
        "--device",
        envvar="TSEL_DEVICE",
        help="auto, cpu, cuda, cuda:N, rocm, xpu, mps; cuda:0,cuda:1 share the model.",
        rich_help_panel=_MODEL,
    ),
]
KV = Annotated[
    KVOption,
    typer.Option(
        "--kv",
        envvar="TSEL_KV",
        help="How keys and values are held: bf16, fp8 (half the memory, small loss), q4 (a quarter, small loss), host "
        "(memory of the machine, for a GPU), auto: exactly, or the first that fits, in this order.",
        rich_help_panel=_MODEL,
    ),
]
Weights = Annotated[
    WeightsOption,
    typer.Option(
        "--weights",
        envvar="TSEL_WEIGHTS",
        help="How weights are held: full as they are stored, fp8 so and in 8-bit floats beside (reads quicker on a GPU "
        "that multiplies them), q8 and q4 in 8 and 4 bits, auto: in 4 bits where the file was made in 4 bits and this "
        "processor gains by it.",
        rich_help_panel=_MODEL,
    ),
]
MemoryLimit = Annotated[
    str | None,
    typer.Option(
        "--memory-limit",
        metavar="SIZE",
        envvar="TSEL_MEMORY_LIMIT",
        help="Most this process may use of the device (weights, KV, workspace), such as 24GB.",
        rich_help_panel=_MODEL,
    ),
]
AttentionOption = Annotated[
    Attention,
    typer.Option(
        "--attention",
        envvar="TSEL_ATTENTION",
        help="full reads exactly, select picks rows of the cache, auto takes the faster.",
        rich_help_panel=_MODEL,
    ),
]
Budget = Annotated[
    int,
    typer.Option(
        "--budget",
        envvar="TSEL_BUDGET",
        min=1,
        help="Rows a pick may hold (k); a profile has its own.",
        rich_help_panel=_MODEL,
    ),
]
CoverageFloor = Annotated[
    float,
    typer.Option(
        "--coverage",
        envvar="TSEL_COVERAGE",
        min=0.0,
        max=0.999,
        help="Share of attention mass a pick must hold; below it the budget grows, then full attention runs. 0: off.",
        rich_help_panel=_MODEL,
    ),
]
ProfileName = Annotated[
    str | None,
    typer.Option(
        "--profile",
        envvar="TSEL_PROFILE",
        autocompletion=completion.profiles,
        help="exact, careful, fast, cells, a name that `tsel tune` saved, or a plugin's pick rule.",
        rich_help_panel=_MODEL,
    ),
]
QuarantineOption = Annotated[
    QuarantineMode,
    typer.Option(
        "--quarantine",
        envvar="TSEL_QUARANTINE",
        help="Passages that give orders to the reader or to the program: auto asks again without them when the answer "
        "may rest on them, always never reads them, off only names them.",
        rich_help_panel=_OUTPUT,
    ),
]
EffortOption = Annotated[
    Effort,
    typer.Option(
        "--effort",
        envvar="TSEL_EFFORT",
        help="quick answers a question in one pass; normal looks again at the evidence it finds and says whether both "
        "agree; high asks a third time.",
        rich_help_panel=_OUTPUT,
    ),
]
Verify = Annotated[
    bool,
    typer.Option("--verify", help="Answer twice (select and full) and compare the facts.", rich_help_panel=_OUTPUT),
]
Recheck = Annotated[
    bool,
    typer.Option(
        "--recheck",
        help="When passages that match the question were never selected, answer again with full attention.",
        rich_help_panel=_OUTPUT,
    ),
]
Extrapolate = Annotated[
    bool | None,
    typer.Option(
        "--extrapolate/--no-extrapolate",
        envvar="TSEL_EXTRAPOLATE",
        help="Read documents longer than the model's trained window in one context, less reliably the longer they are. "
        "By default up to a quarter longer where it is not read in parts; --no-extrapolate never.",
        rich_help_panel=_MODEL,
    ),
]
Think = Annotated[
    bool,
    typer.Option(
        "--think/--no-think",
        envvar="TSEL_THINK",
        help="Let a model that can reason first do so, in up to 1,024 tokens; -v shows them.",
        rich_help_panel=_MODEL,
    ),
]
MaxNewTokens = Annotated[
    int,
    typer.Option(
        "--max-new-tokens", envvar="TSEL_MAX_NEW_TOKENS", min=1, help="Longest answer.", rich_help_panel=_MODEL
    ),
]
Temperature = Annotated[
    float,
    typer.Option("--temperature", envvar="TSEL_TEMPERATURE", min=0.0, help="0 is greedy.", rich_help_panel=_MODEL),
]
Seed = Annotated[int, typer.Option("--seed", envvar="TSEL_SEED", help="Seed of sampling.", rich_help_panel=_MODEL)]
Offline = Annotated[
    bool,
    typer.Option("--offline", envvar="TSEL_OFFLINE", help="Fetch nothing, ever.", rich_help_panel=_MODEL),
]
NoTrace = Annotated[
    bool,
    typer.Option(
        "--no-trace",
        envvar="TSEL_NO_TRACE",
        help="Leave nothing behind: no reading, no row in the log, nothing for -c.",
        rich_help_panel=_MODEL,
    ),
]
NoCache = Annotated[
    bool,
    typer.Option(
        "--no-cache",
        envvar="TSEL_NO_CACHE",
        help="Neither use nor keep readings (tsel cache).",
        rich_help_panel=_MODEL,
    ),
]
KeepAlive = Annotated[
    str | None,
    typer.Option(
        "--keep-alive",
        metavar="TIME",
        envvar="TSEL_KEEP_ALIVE",
        help="How long the model stays loaded for the next command, such as 1h (5m unless given); 0: not at all.",
        rich_help_panel=_MODEL,
    ),
]

Encoding = Annotated[
    str | None,
    typer.Option("--encoding", help="Encoding of text files, when detection is wrong.", rich_help_panel=_READING),
]
Pages = Annotated[
    str | None,
    typer.Option("--pages", help="Pages of a PDF to read, such as 3-9,12.", rich_help_panel=_READING),
]
Password = Annotated[
    str | None,
    typer.Option(
        "--password",
        envvar="TSEL_PASSWORD",
        help="Password of a PDF, Word or Excel file.",
        rich_help_panel=_READING,
    ),
]
ChangesOption = Annotated[
    Changes, typer.Option("--changes", help="Tracked changes of a Word file.", rich_help_panel=_READING)
]
Comments = Annotated[
    bool, typer.Option("--comments", help="Read a Word file's comments too.", rich_help_panel=_READING)
]
Hidden = Annotated[
    bool,
    typer.Option("--hidden", help="Give the model text that a reader cannot see, marked.", rich_help_panel=_READING),
]
TimeStamps = Annotated[
    float,
    typer.Option(
        "--time-stamps",
        help="Give the model a transcript's time when so many seconds have passed; 0: never.",
        rich_help_panel=_READING,
    ),
]
Annotations = Annotated[
    bool, typer.Option("--annotations", help="Read a PDF's annotations.", rich_help_panel=_READING)
]
Ocr = Annotated[
    bool, typer.Option("--ocr", help="Recognize scanned pages (needs the ocr extra).", rich_help_panel=_READING)
]
Speakers = Annotated[
    bool,
    typer.Option("--speakers", help="Tell the voices of a recording apart: Speaker 1, 2.", rich_help_panel=_READING),
]

Language = StrEnum("Language", ["auto", *sorted(LANGUAGES)])  # type: ignore[misc]  # its members are those of a table
"""--lang"""
ANY_LANGUAGE = Language("auto")

LangOption = Annotated[
    Language,
    typer.Option(
        "--lang",
        metavar="LANGUAGE",
        envvar="TSEL_LANG",
        case_sensitive=False,
        autocompletion=completion.languages,
        help="Language of the answer and of a summary's headings (en, ja, de, fr, zh, ...; lists and comparisons: en "
        "or ja) and, en or ja, of messages.",
        rich_help_panel=_OUTPUT,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.", rich_help_panel=_OUTPUT)]
FormatOption = Annotated[
    Format, typer.Option("--format", envvar="TSEL_FORMAT", help="Form of the answer.", rich_help_panel=_OUTPUT)
]
TimingsOption = Annotated[
    bool, typer.Option("--timings", help="Where the time went, on stderr.", rich_help_panel=_OUTPUT)
]
Explain = Annotated[
    str | None,
    typer.Option(
        "--explain", metavar="FILE.html", help="Write a report of what was selected.", rich_help_panel=_OUTPUT
    ),
]
LogText = Annotated[
    bool,
    typer.Option(
        "--log-text",
        envvar="TSEL_LOG_TEXT",
        help="Keep question and answer in the audit log too.",
        rich_help_panel=_OUTPUT,
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Nothing on stderr but errors.", rich_help_panel=_OUTPUT)]
Verbose = Annotated[
    int,
    typer.Option("--verbose", "-v", count=True, help="More on stderr; -vv shows tracebacks.", rich_help_panel=_OUTPUT),
]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colour (also NO_COLOR).", rich_help_panel=_OUTPUT)]
