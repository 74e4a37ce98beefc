"""WebVTT and SubRip: cues with times, voices and markup; notes and styles are left out."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from itertools import pairwise

from tsel_core.ingest.source import Draft
from tsel_core.ingest.transcript.cues import Cue, add_turns, merge, name_speakers, seconds
from tsel_core.ingest.transcript.system_lines import is_system_line
from tsel_core.lazy_pattern import lazy_pattern

MIN_SHARED = 10  # characters
_TIMING = lazy_pattern(
    r"^\s*((?:\d+:)?\d+:\d+(?:[.,:]\d+)?)\s*--?>\s*((?:\d+:)?\d+:\d+(?:[.,:]\d+)?)(?:\s+(\S.*))?\s*$"
)
_COMMA = lazy_pattern(r"^(\d+:\d\d:\d\d\.\d{3}),(\d+:\d\d:\d\d\.\d{3})[ \t]*$", re.M)  # YouTube's .sbv
_ARROW = lazy_pattern(r"-->")
_TAG = lazy_pattern(r"</?[a-zA-Z][^<>]*>|</>|<\d[\d:.]*>")
_VOICE = lazy_pattern(r"<v(?:\.[^\s>]*)?(?:[ \t]+([^>]*))?>", re.I)
_RT = lazy_pattern(r"<rt>(.*?)(?:</rt>|(?=</ruby>|$))", re.S | re.I)
_ASS = lazy_pattern(r"\{\\[^{}]*\}")
_WEBEX = lazy_pattern(r'^\s*\d+\s+"([^"]{1,80})"(?:\s*\(\d+\))?\s*$')
_NUMBER = lazy_pattern(r"^\s*\d+\s*$")


def read_captions(draft: Draft, text: str) -> None:
    """Turns of a WebVTT, SubRip or SBV text into `draft`."""
    text = _COMMA.sub(r"\1 --> \2", text)
    if draft.kind == "vtt" and not text.lstrip("\ufeff").startswith("WEBVTT"):
        draft.warn("the first line is not WEBVTT; the cues were read all the same")
    cues, broken, stray = parse_cues(text, is_vtt=draft.kind == "vtt")
    if broken:
        draft.warn(f"{broken} cues have a time that cannot be read; their words were kept without a time")
    if stray and cues:
        draft.warn(f"{stray} lines that belong to no cue were kept with the time before them")
    if not cues and draft.kind == "srt":
        cues = [Cue(None, None, None, block) for block in text.split("\n\n") if block.strip()]
        draft.warn("no cue times were found; the file was read as text")
    draft.metadata["num_cues"] = len(cues)
    for cue in cues:
        cue.text = draft.clean(cue.text)
    add_turns(draft, merge(name_speakers(drop_rolling(cues))))


def parse_cues(text: str, *, is_vtt: bool) -> tuple[list[Cue], int, int]:
    """Cues in file order, how many have a broken time line, and how many lines of words belong to no cue."""
    cues: list[Cue] = []
    broken = stray = 0
    lines = text.replace("\ufeff", "").split("\n")
    at = 0
    named: str | None = None  # by the line before the cue, as Webex does: 12 "Kim Park" (1234567)
    start: float | None = None
    stop: float | None = None
    if is_vtt and lines and lines[0].startswith("WEBVTT"):
        at = _skip_block(lines, 1)  # the header: its other lines are metadata
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
        elif is_vtt and _is_block(line) and not _ARROW.search(line):
            at = _skip_block(lines, at)
        elif _ARROW.search(line):
            end = _cue_end(lines, at + 1)
            body = "\n".join(lines[at + 1 : end])
            match = _TIMING.match(line)
            broken += match is None
            start = seconds(match[1]) if match else None
            stop = seconds(match[2]) if match else None
            if start is not None and stop is not None and stop < start:
                stop = start
            cues.extend(_voices(body, start, stop, is_vtt=is_vtt, speaker=named))
            named = None
            at = end
        else:
            heads = at + 1 < len(lines) and _ARROW.search(lines[at + 1])  # a cue's number or name
            webex = _WEBEX.match(line) if heads else None
            named = " ".join(webex[1].split()) if webex else None
            if not heads and not _NUMBER.match(line) and (text := plain(line, is_vtt=is_vtt)):
                stray += 1
                cues.append(Cue(start, stop, None, text))
            at += 1
    return cues, broken, stray


def _is_block(line: str) -> bool:
    """NOTE, STYLE and REGION blocks hold no speech."""
    return line == "NOTE" or line.startswith(("NOTE ", "NOTE\t")) or line.rstrip() in ("STYLE", "REGION")


def _skip_block(lines: list[str], at: int) -> int:
    while at < len(lines) and lines[at].strip() and not _ARROW.search(lines[at]):
        at += 1
    if at < len(lines) and _ARROW.search(lines[at]) and at and _NUMBER.match(lines[at - 1]):
        at -= 1
    return at


def _cue_end(lines: list[str], at: int) -> int:
    """Index after a cue's text: an empty line, or the time line (with its number) of a cue that follows at once."""
    while at < len(lines) and lines[at]:  # a line of spaces does not end a cue
        if _TIMING.match(lines[at]):
            return at
        if at + 1 < len(lines) and _NUMBER.match(lines[at]) and _TIMING.match(lines[at + 1]):
            return at
        at += 1
    return at


def _voices(
    body: str, start: float | None, stop: float | None, *, is_vtt: bool, speaker: str | None = None
) -> list[Cue]:
    """The cue's text by voice: `<v Kim>one</v><v Lee>two` are two, and so are two lines that begin with a dash."""
    body = _ASS.sub("", body)
    marks = list(_VOICE.finditer(body))
    if not marks:
        text = plain(body, is_vtt=is_vtt)
        if speaker is None and is_system_line(text):
            return [Cue(start, stop, None, text, system=True)]
        lines = text.split("\n")
        dashed = len(lines) > 1 and all(line.startswith(("- ", "– ", "— ")) for line in lines)
        if not dashed:
            return [Cue(start, stop, speaker, text)] if text else []
        return [Cue(start, stop, None, line, changed=True) for line in lines]
    found: list[Cue] = []
    before = plain(body[: marks[0].start()], is_vtt=is_vtt)
    if before:
        found.append(Cue(start, stop, None, before))
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        text = plain(body[mark.end() : following.start() if following else len(body)], is_vtt=is_vtt)
        if text:
            name = " ".join(html.unescape(mark[1] or "").split()) or None
            found.append(Cue(start, stop, name, text))
    return found


def plain(body: str, *, is_vtt: bool) -> str:
    """Text without tags and time marks, readings (`<rt>`) left out, entities resolved, lines joined."""
    from tsel_core.ingest.encoding.clean import join_lines

    body = _TAG.sub("", _RT.sub("", body))
    if is_vtt or "&" in body:
        body = html.unescape(body)
    joined = ""
    for line in body.replace("\xa0", " ").split("\n"):
        line = " ".join(line.split())
        dashed = line.startswith(("- ", "– ", "— ")) and joined
        joined = joined + "\n" + line if dashed else join_lines(joined, line)
    return joined.strip()


def drop_rolling(cues: list[Cue]) -> list[Cue]:
    """Live captions show the line before again in every cue: keep each line once, if a third of the cues do so."""
    shared = [0, *(_shared(a, b) for a, b in pairwise(cues))]
    if len(cues) < 4 or sum(1 for n in shared if n) * 3 < len(cues):
        return cues
    kept = []
    for cue, size in zip(cues, shared, strict=True):
        rest = cue.text[size:].strip()
        if rest:
            kept.append(replace(cue, text=rest))
    return kept


def _shared(before: Cue, cue: Cue) -> int:
    """Characters at the beginning of `cue` that ended the cue right before it; a few do not count."""
    if before.speaker != cue.speaker:
        return 0
    if before.end_s is not None and cue.start_s is not None and cue.start_s > before.end_s + 0.25:
        return 0
    first, second = before.text, cue.text
    for size in range(min(len(first), len(second), 400), MIN_SHARED - 1, -1):
        if first.endswith(second[:size]):
            return size
    return 0
