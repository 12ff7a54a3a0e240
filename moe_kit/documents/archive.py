"""Documents that are zip archives, opened with a limit on what they unpack to."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from moe_core.contracts.errors import DocumentError
from moe_core.files.regular import open_regular

UNPACKED_BYTES_MAX = 200 * 1024 * 1024  # above large books; the reader's walls stand behind it
MEMBERS_MAX = 20_000  # above books of one picture a page
_OLDER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # packed as programs did before, and still do for a password


@contextmanager
def open_archive(path: Path, name: str) -> Iterator[ZipFile]:
    """Open a zip archive that unpacks to a reasonable size.

    Raises:
        DocumentError: It is damaged, needs a password, is no archive, would unpack to more than 200 MB, or holds far
            too many files.
    """
    try:
        with open_regular(path) as file:
            if file.read(len(_OLDER)) == _OLDER:
                raise DocumentError(
                    f"{name} needs a password, or is of an older format",
                    path=name,
                    hint="save a copy without the password, in the format that its name says",
                )
            file.seek(0)
            with ZipFile(file) as archive:
                _check_size(archive, name)
                yield archive
    except BadZipFile as error:
        raise DocumentError(f"{name} is damaged: {error}", path=name, hint="get a fresh copy of it") from error
    except OSError as error:
        raise DocumentError(f"{name} could not be read: {error.strerror or error}", path=name) from error


def _check_size(archive: ZipFile, name: str) -> None:
    # zipfile never unpacks more of a member than its header declares, so the headers can be trusted here.
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if len(members) > MEMBERS_MAX:
        raise DocumentError(
            f"{name} holds {len(members):,} files; moe reads up to {MEMBERS_MAX:,}",
            path=name,
            hint="save the text alone",
        )
    if unpacked > UNPACKED_BYTES_MAX:
        raise DocumentError(
            f"{name} unpacks to {unpacked >> 20} MB; moe reads up to {UNPACKED_BYTES_MAX >> 20} MB",
            path=name,
            hint="split it, or save the text alone",
        )
