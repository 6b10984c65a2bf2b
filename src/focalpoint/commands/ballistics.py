"""``focalpoint scan``: read, prepare, compare, search and weigh 3D surface scans."""

import os
from importlib import import_module

from focalpoint.values.errors import BadInput

# Name, where it lives, one line of help.
VERBS = {
    "info": ("scan_files:info", "what an X3P file holds"),
    "show": ("scan_files:show", "a hill-shaded picture of a scan"),
    "prepare": ("scan_files:prepare", "a raw scan to a surface that can be compared"),
    "compare": ("scan_compare:compare", "two scans: congruent cells and their weight"),
    "matrix": ("scan_compare:matrix", "every pair of a folder, as CSV"),
    "report": ("scan_compare:report", "a comparison as a PDF to look at and file"),
    "index": ("scan_search:index", "a folder of scans into a searchable collection"),
    "search": ("scan_search:search", "one scan against a collection"),
}


def main(argv: list[str]) -> int:
    """Run one verb of ``focalpoint scan``."""
    if not argv or argv[0] in {"-h", "--help", "help"}:
        print("usage: focalpoint scan VERB …\n\nverbs:")
        for verb, (_, line) in VERBS.items():
            print(f"  {verb:10}{line}")
        print("\n'focalpoint scan VERB --help' tells the arguments of one.")
        return 0
    if argv[0] not in VERBS:
        raise BadInput(
            "scan has no verb %(verb)s; it has %(known)s",
            verb=repr(argv[0]),
            known=", ".join(VERBS),
        )
    # One thread for each process: the same figures on any machine, and no two libraries
    # that fight for the same cores. It must be said before numpy is loaded.
    for library in ("OPENBLAS", "OMP", "MKL", "NUMEXPR"):
        os.environ[f"{library}_NUM_THREADS"] = "1"
    module, _, function = VERBS[argv[0]][0].partition(":")
    run = getattr(import_module(f"focalpoint.commands.{module}"), function)
    return int(run(argv[1:]))
