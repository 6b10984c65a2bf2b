"""What commands say beside their results."""

import sys

from focalpoint.values.files import whole_file

__all__ = ["progress", "whole_file"]


def progress(done: int, total: int, what: str) -> None:
    """Say on standard error how far the work is: one line, rewritten on a terminal."""
    end = "\r" if sys.stderr.isatty() and done < total else "\n"
    print(f"{done:,} of {total:,} {what}", end=end, file=sys.stderr, flush=True)
