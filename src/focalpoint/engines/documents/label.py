"""The label of an exhibit: its number to read, and a code that opens its page."""

import io
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Label:
    """A label of 90 by 50 mm.

    Parameters
    ----------
    number : str
        The exhibit's number, as large as it fits.
    lines : tuple of str
        Reference, unit, description: at most four lines.
    url : str
        What the code holds: the address of the exhibit's page. Opening it still asks
        for sign-in and rights.
    handling, notice : str, optional
        Handling code; such as "invented data".
    """

    number: str
    lines: tuple[str, ...]
    url: str
    handling: str = ""
    notice: str = ""

    def code_as_svg(self) -> bytes:
        """Return the QR code, with a quarter of it redundant against scratches."""
        import segno

        out = io.BytesIO()
        code = segno.make(self.url, error="q", micro=False)
        code.save(out, kind="svg", border=4, xmldecl=False, svgns=True)
        return out.getvalue()
