"""What one file may take of the time."""

import time

import msgspec

from moe_core.contracts.errors import DocumentError

# Of the time that is left when a file's turn comes: however many files take all they can, the next one has its half.
_SHARE = 0.5


class LateFileError(DocumentError):
    """A file needed more time than a run's deadline leaves for one."""


class FileTime(msgspec.Struct, frozen=True, kw_only=True):
    """How long a file may be read, and its text indexed after that.

    Attributes:
        seconds: Longest for either; of a corpus, for each part that is read and each document that is indexed.
        until: When a run must be over, Unix time; None without a deadline. A file gets half of what is left of it.
        is_waived: Whether a file that the deadline leaves no time for is left out; else all is given up for it.
    """

    seconds: float
    until: float | None = None
    is_waived: bool = True

    def start(self, purpose: str) -> "FileClock":
        """The clock of a file whose turn comes now, to "read" or "index" it."""
        left = None if self.until is None else max(0.0, self.until - time.time()) * _SHARE
        return FileClock(self.seconds, left, purpose)


class FileClock:
    """What is left of a file's time.

    The seconds for a document are held in time of the processor, which a busy machine does not take away; a deadline is
    not.
    """

    def __init__(self, seconds: float, share: float | None, purpose: str) -> None:
        """Begin.

        Args:
            seconds: For each part or document.
            share: For all of them; None without a deadline.
            purpose: For messages: "read" or "index".
        """
        self._seconds = seconds
        self._share = share
        self._purpose = purpose
        self._started, self._worked = time.monotonic(), time.thread_time()

    def allow(self) -> float:
        """The seconds for a part that begins now."""
        return min(self._seconds, self._find_left())

    def begin_document(self) -> None:
        """The next document begins, with seconds of its own."""
        self._worked = time.thread_time()

    def check(self, document_id: str) -> None:
        """Go on with a document only while there is time for it.

        Raises:
            DocumentError: There is none left.
        """
        if self._find_left() <= 0 or time.thread_time() - self._worked > self._seconds:
            raise self.make_error(document_id)

    def make_error(self, name: str) -> DocumentError:
        """The error for a file or document that needed more."""
        if self._share is not None and self._find_left() <= 0:
            return LateFileError(
                f"{name} needed more than {self._share:.1f} seconds to {self._purpose}; the deadline leaves it no more",
                path=name,
                hint="give it more with --deadline SECONDS, or split the file",
            )
        return DocumentError(
            f"{name} needed more than {self._seconds:g} seconds to {self._purpose}",
            path=name,
            hint="raise system.documents.seconds, or split the file",
        )

    def _find_left(self) -> float:
        return float("inf") if self._share is None else self._share - (time.monotonic() - self._started)
