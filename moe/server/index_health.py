"""Whether the project's index can be opened, looked at again only when its files have changed."""

from threading import Lock

from moe.app import App

_REMEDY = "moe index add --anew rebuilds it"


class IndexHealth:
    """What is wrong with the index, as often as somebody asks."""

    def __init__(self) -> None:
        self._looked_at: object = None
        self._damage = ""
        self._lock = Lock()  # those who ask at once wait for one look

    def __repr__(self) -> str:
        return f"<IndexHealth, {self._damage or 'nothing is known to be wrong'}>"

    def find_damage(self, app: App) -> str:
        """What is wrong, and the remedy, in one line; "" for nothing. Takes as long as opening the index."""
        with self._lock:
            stamp = app.index.store.stamp()
            if stamp is None or stamp != self._looked_at:
                damage = app.index.find_damage()
                self._damage = f"{damage}; {_REMEDY}" if damage else ""
                self._looked_at = stamp
            return self._damage
