"""Tells that what the experts learned is damaged, before a command learns on."""

from moe.cli.session import Session


def warn_of_damage(session: Session) -> None:
    """Have a damaged file of what the experts learned kept aside, and say so.

    Raises:
        StorageError: It cannot be read, or the workspace cannot be written.
    """
    told = session.app.personas.ledger.keep_damaged()
    if told:
        session.warn(told)
