"""The audit log: who did what, from where, and what came of it."""

import msgspec


class AuditNote(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody did, or was refused.

    Attributes:
        who: The name of the key or user; "" for nobody who is known.
        kind: What they are: "key", "user", "person" (on the machine), or "" for nobody.
        identity: What stays the same of them: the key's id, or the issuer and its name for the user.
        address: Where it came from: an address, or "command line".
        what: A method and a path as the API describes it, or a command.
        target: What it was about, where it names something: a path.
        outcome: The answer's status, with the kind of problem behind it: "403 scope".
        correlation_id: The request's.
    """

    who: str
    kind: str
    identity: str
    address: str
    what: str
    target: str = ""
    outcome: str
    correlation_id: str = ""


class AuditLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the log.

    Attributes:
        number: Its own, from 1 on.
        at: Unix time in seconds.
        note: What happened.
        previous: The digest of the line before; zeros for the first.
        digest: SHA-256 of `previous` and all else that the line says.
    """

    number: int
    at: float
    note: AuditNote
    previous: str
    digest: str


class AuditFault(msgspec.Struct, frozen=True, kw_only=True):
    """A line that is not as it was written; `line` is its number, where it stands or should stand."""

    line: int
    what: str


class AuditReport(msgspec.Struct, frozen=True, kw_only=True):
    """What came of looking over the log.

    Attributes:
        path: Where it lies.
        lines: How many it has.
        digest: Of the last one; "" without any.
        faults: What is wrong with it; () for nothing.
    """

    path: str
    lines: int
    digest: str
    faults: tuple[AuditFault, ...]
