#!/usr/bin/env python
"""Django's management commands, for those who look for them here."""

import sys

from focalpoint.management import execute

if __name__ == "__main__":
    sys.exit(execute(sys.argv[1:] or ["help"]))
