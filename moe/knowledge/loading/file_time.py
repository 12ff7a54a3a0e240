"""What one file may take of a run's time."""

import time

import msgspec

from moe_core.contracts.errors import DocumentError

# Of the time that is left when a file's turn comes: however many files take all they can, the next one has its half.
_SHARE = 0.5


class LateFileError(DocumentError):
    """A file needed more time than a run's deadline leaves for one."""


class FileTime(msgspec.Struct, frozen=True, kw_only=True):
    """How long one file may be read, and its text indexed after that.

    Attributes:
        seconds: Longest for either.
        until: When a run must be over, Unix time; None without a deadline. A file gets half of what is left of it.
        is_waived: Whether a file that the deadline leaves no time for is left out; else all is given up for it.
    """

    seconds: float
    until: float | None = None
    is_waived: bool = True

    def allow(self) -> float:
        """The seconds for what begins now."""
        if self.until is None:
            return self.seconds
        return max(0.0, min(self.seconds, (self.until - time.time()) * _SHARE))

    def make_error(self, document_id: str, seconds: float, purpose: str) -> DocumentError:
        """The error for a file that was given so many seconds, for "read" or "index", and needed more."""
        if seconds >= self.seconds:
            hint = "raise system.documents.seconds, or split the file"
            return DocumentError(
                f"{document_id} needed more than {self.seconds:g} seconds to {purpose}", path=document_id, hint=hint
            )
        return LateFileError(
            f"{document_id} needed more than {seconds:.1f} seconds to {purpose}; the deadline leaves no more for it",
            path=document_id,
            hint="give it more with --deadline SECONDS, or split the file",
        )

    def start(self, document_id: str) -> "IndexingClock":
        """A clock for indexing a document that begins now."""
        return IndexingClock(self, document_id)


class IndexingClock:
    """Looks at the time while one document is indexed.

    The wall of seconds is held in time of the processor, which a busy machine does not take away; the deadline is not.
    """

    def __init__(self, file_time: FileTime, document_id: str) -> None:
        self._file_time = file_time
        self._document_id = document_id
        self._allowed = file_time.allow()
        self._started, self._worked = time.monotonic(), time.thread_time()

    def check(self) -> None:
        """Go on only while there is time.

        Raises:
            DocumentError: There is none left for this document.
        """
        is_short = self._allowed < self._file_time.seconds
        spent = time.monotonic() - self._started if is_short else time.thread_time() - self._worked
        if spent > self._allowed:
            raise self._file_time.make_error(self._document_id, self._allowed, "index")
