"""How far a model's download is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PullProgress:
    """One step of fetching a model.

    Attributes:
        status: What the server is doing, in its words; "success" at the end.
        digest: The layer that it fetches; "" between layers.
        completed: Bytes of this layer that are there.
        total: Bytes of this layer; 0 when it is not known.
    """

    status: str
    digest: str = ""
    completed: int = 0
    total: int = 0
