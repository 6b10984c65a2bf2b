"""The ZIP archive of an X3P file, read with suspicion."""

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from focalpoint.values.errors import BadInput

MEMBERS_MAX = 1_000
DOCUMENT_BYTES_MAX = 4 << 20
# A megabyte and more that shrinks a hundredfold holds no measured surface; a drawing of
# a few colours may, so small files are let through.
BOMB_BYTES, BOMB_RATIO = 64 << 20, 100
TOTAL_BYTES_MAX = 64 << 30
CHUNK = 1 << 20


class Archive:
    """Members of one X3P file by their path beside ``main.xml``."""

    def __init__(self, zipped: zipfile.ZipFile, name: str) -> None:
        self.name = name
        self._zipped = zipped
        infos = zipped.infolist()
        if len(infos) > MEMBERS_MAX:
            raise BadInput(
                "%(name)s holds %(count)s files where an X3P holds a handful; it is "
                "not read",
                name=name,
                count=len(infos),
            )
        for info in infos:
            self._check(info)
        if sum(info.file_size for info in infos) > TOTAL_BYTES_MAX:
            raise self._bomb()
        self._infos = {info.filename: info for info in infos if not info.is_dir()}
        self.base = self._find_base()

    def _check(self, info: zipfile.ZipInfo) -> None:
        # zipfile has already cut the name at a NUL and turned the system's separators
        # round; the name as it stands in the file is what an attacker wrote.
        for written in (info.filename, getattr(info, "orig_filename", info.filename)):
            path = PurePosixPath(written.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts or ":" in written[:2]:
                raise BadInput(
                    "%(name)s holds a file named %(member)s, which points outside the "
                    "archive; it is not read",
                    name=self.name,
                    member=repr(written),
                )
        if info.flag_bits & 0x1:
            raise BadInput(
                "%(name)s is encrypted; ask the sender for an open file", name=self.name
            )
        packed = max(info.compress_size, 1)
        if info.file_size > BOMB_BYTES and info.file_size / packed > BOMB_RATIO:
            raise self._bomb()

    def _bomb(self) -> BadInput:
        return BadInput(
            "%(name)s would unpack to far more than a scan holds (a ZIP bomb); it is "
            "not read",
            name=self.name,
        )

    def _find_base(self) -> str:
        found = [
            path
            for path in self._infos
            if PurePosixPath(path).name == "main.xml"
            and not path.startswith("__MACOSX/")
        ]
        if not found:
            raise BadInput(
                "%(name)s has no main.xml, so it is not an X3P file", name=self.name
            )
        nearest = min(found, key=lambda path: (path.count("/"), path))
        return nearest[: -len("main.xml")]

    def __contains__(self, member: str) -> bool:
        return self.base + member in self._infos

    def members(self) -> list[str]:
        """Paths beside ``main.xml``, without the litter of desktop systems."""
        litter = ("__MACOSX/",)
        return [
            path[len(self.base) :]
            for path in self._infos
            if path.startswith(self.base)
            and not path.startswith(litter)
            and not PurePosixPath(path).name.startswith(("._", ".DS_Store"))
        ]

    def size(self, member: str) -> int:
        """Unpacked size as declared, bytes."""
        return self._info(member).file_size

    def content(self, member: str, limit: int) -> bytes:
        """One member whole, refused above ``limit`` bytes."""
        if self.size(member) > limit:
            raise self._bomb()
        return b"".join(self.chunks(member))

    def chunks(self, member: str) -> Iterator[bytes]:
        """One member piece by piece; a damaged one is an error."""
        try:
            with self._zipped.open(self._info(member)) as stream:
                while piece := stream.read(CHUNK):
                    yield piece
        except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as problem:
            raise BadInput(
                "%(member)s in %(name)s is damaged (%(problem)s); ask for the file "
                "again",
                member=member,
                name=self.name,
                problem=str(problem) or type(problem).__name__,
            ) from problem
        except Exception as problem:
            if type(problem).__module__ not in {"zlib", "lzma"}:
                raise
            raise BadInput(
                "%(member)s in %(name)s is damaged (%(problem)s); ask for the file "
                "again",
                member=member,
                name=self.name,
                problem=str(problem),
            ) from problem

    def unpack(self, member: str, into: BinaryIO) -> str:
        """Write one member into an open file and return its MD5 as hex."""
        digest = hashlib.md5(usedforsecurity=False)
        for piece in self.chunks(member):
            digest.update(piece)
            into.write(piece)
        into.flush()
        return digest.hexdigest()

    def _info(self, member: str) -> zipfile.ZipInfo:
        path = self.base + member
        if path not in self._infos:
            raise BadInput(
                "%(name)s names %(member)s but does not hold it; ask for the whole "
                "file",
                name=self.name,
                member=member,
            )
        return self._infos[path]


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open an X3P file for reading.

    Raises
    ------
    BadInput
        If it is missing, cut short, not a ZIP, encrypted, a bomb, or reaches outside.
    """
    try:
        zipped = zipfile.ZipFile(path)
    except FileNotFoundError as problem:
        raise BadInput("there is no file %(path)s", path=str(path)) from problem
    except IsADirectoryError as problem:
        raise BadInput(
            "%(path)s is a folder, not an X3P file", path=str(path)
        ) from problem
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as problem:
        raise BadInput(
            "%(path)s is not a whole X3P file (%(problem)s); ask for it again",
            path=str(path),
            problem=str(problem),
        ) from problem
    with zipped:
        yield Archive(zipped, path.name)
