"""Values of shared options that the parser takes as they are: what is wrong with one is said before anything is read.

So a command that has no use for an option (a list without the model has none for --device) refuses it all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tsel_cli.job_options import JobOptions


def check_values(options: JobOptions) -> None:
    """Raise UsageError for a value that means nothing. What is left out costs nothing, not even an import."""
    if options.device != "auto":
        from tsel_core.device.kinds import check_names

        check_names(options.device)
    if options.memory_limit is not None:
        from tsel_core.text.sizes import parse_size

        parse_size(options.memory_limit, "--memory-limit")
    if options.profile is not None:
        from tsel_core.settings import find_profile

        find_profile(options.profile)
    if options.keep_alive:
        from tsel_cli.resident.keep_alive import check_keep_alive

        check_keep_alive(options.keep_alive)
    if options.encoding is not None or options.pages is not None or options.time_stamps != 60.0:
        from tsel_core.ingest.options import ReadOptions

        ReadOptions(encoding=options.encoding, pages=options.pages, time_stamps_s=options.time_stamps)
