"""``python -m focalpoint``."""

import sys

from focalpoint.cli import main

if __name__ == "__main__":
    sys.exit(main())
