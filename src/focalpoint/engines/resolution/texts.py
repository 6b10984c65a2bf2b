"""Reading millions of serial numbers at the price of thousands.

Numbers of one pattern are read alike: ``A-12345`` and ``A-67890`` differ in their
figures only. The pattern is read once, by ``described.read_number``, and the figures
are put into its answer. Text in which the figures themselves decide (a year, a float of
a spreadsheet, a count in a sentence) is read by itself.
"""

import re

from focalpoint.engines.resolution.described import Number, bodies_of, number_from

MOST_PATTERNS = 300_000

_FIGURE = re.compile(r"[0-9]")
_ALL_NINES = str.maketrans("012345678", "999999999")
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
# In a pattern: a word, brackets, a formula, a power of ten.
_BY_ITSELF = re.compile(r"[^\W\d_]{4}|[()\[\]{}\n=%]|[.,]9+[eE]")
# In a pattern: what may be a year; decimals, which may be noughts.
_MAYBE = re.compile(r"(?<!9)9999(?!9)|[.,]9+\s*$")
_NOUGHTS = re.compile(r"[.,]0+\s*$")
DOUBTFUL = r"(^|[^0-9])(19|20)[0-9]{2}([^0-9]|$)|[.,]0+\s*$"
"""A year or noughts after a point, as a database finds them."""
_NOT_SIGN = re.compile(r"[^A-Z0-9?]")


class Numbers:
    """A reader of serial numbers that remembers patterns."""

    def __init__(self) -> None:
        self._patterns: dict[str, _Pattern | None] = {}

    def read(self, text: str) -> Number:
        """The same as ``described.read_number``."""
        pattern = text.translate(_ALL_NINES)
        try:
            known = self._patterns[pattern]
        except KeyError:
            known = _pattern(pattern)
            if len(self._patterns) < MOST_PATTERNS:
                self._patterns[pattern] = known
        if known is None or (
            known.doubtful and (_YEAR.search(text) or _NOUGHTS.search(text))
        ):
            return number_from(*bodies_of(text))
        figures = tuple(_FIGURE.findall(text))
        return number_from(
            known.status, [body % figures for body in known.bodies], known.known
        )

    def cut(self, pattern: str) -> tuple[int, int] | None:
        """Where the number begins in texts of a pattern, and how many signs are read.

        For texts whose number is all that stands from one place on, separators left
        out: then a database can cut it. None for every other pattern. Texts that
        ``DOUBTFUL`` finds have to be read one by one.
        """
        known = _pattern(pattern)
        if known is None or len(known.bodies) != 1:
            return None
        body = known.bodies[0].replace("%s", "9")
        for start in range(len(pattern)):
            rest = pattern[start:]
            if rest.isascii() and _NOT_SIGN.sub("", rest.upper()) == body:
                return start, known.known
        return None


class _Pattern:
    """The answer for a pattern: its bodies with ``%s`` for every figure."""

    __slots__ = ("bodies", "doubtful", "known", "status")

    def __init__(
        self, status: str, bodies: list[str], known: int, *, doubtful: bool
    ) -> None:
        self.status, self.bodies, self.known = status, bodies, known
        self.doubtful = doubtful


def _pattern(pattern: str) -> _Pattern | None:
    if _BY_ITSELF.search(pattern):
        return None
    status, bodies, known = bodies_of(pattern)
    figures = pattern.count("9")
    if any(body.count("9") != figures for body in bodies):
        return None
    spaces = [body.replace("9", "%s") for body in bodies]
    doubtful = _MAYBE.search(pattern) is not None
    return _Pattern(status, spaces, known, doubtful=doubtful)
