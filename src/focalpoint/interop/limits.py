"""How large an incoming file may be, in itself and when it is unpacked."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that an incoming file must keep; sizes in bytes.

    The defaults let through a registry of a million rows and stop what only a
    hostile or broken file reaches.
    """

    upload: int = 512 * MIB  # the file as it arrives
    unpacked: int = 1024 * MIB  # all members of an archive together, as declared
    ratio: int = 250  # unpacked to packed size of a member above ten megabytes
    members: int = 5000  # files inside a workbook
    cells: int = 30_000_000  # area of one sheet, gaps included
    line: int = 4 * MIB  # one line of a text table
    columns: int = 2000


DEFAULTS = Limits()
