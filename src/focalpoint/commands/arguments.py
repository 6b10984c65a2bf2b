"""An argument parser that answers a mistake with one line."""

import argparse
from typing import NoReturn

from focalpoint.values.errors import BadInput


class Parser(argparse.ArgumentParser):
    """``argparse`` whose errors are ``BadInput``: one line on standard error, exit 2."""

    def error(self, message: str) -> NoReturn:
        hint = f"see '{self.prog} --help'"
        raise BadInput("%(message)s (%(hint)s)", message=message, hint=hint)
