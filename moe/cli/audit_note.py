"""Commands that change who may what, as the audit log tells of them."""

from moe.cli.session import Session
from moe.cli.user import find_user
from moe.contracts.audit import AuditNote


def note_command(session: Session, what: str, target: str) -> None:
    """Write that somebody on this machine did something, where the server's audit log is kept.

    Raises:
        StorageError: It cannot be written.
    """
    if not session.app.config.server.audit:
        return
    who = find_user()
    note = AuditNote(
        who=who, kind="person", identity=who, address="command line", what=what, target=target, outcome="done"
    )
    session.app.audit.append(note)
