"""Locking plugins: what is installed as a lock, and how it differs from the locks that there are."""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from moe.contracts.plugin_locks import FrozenPlugins, LockReport
from moe_core.contracts.errors import ConfigError
from moe_core.loading.locations import Locations
from moe_core.loading.plugins.locking.lock_file import read_lock, write_lock
from moe_core.loading.plugins.locking.survey import PluginSurvey, survey_plugins
from moe_core.loading.plugins.selection import Selection


class PluginLocks(msgspec.Struct, frozen=True, kw_only=True):
    """The locks of a project and of its user.

    Attributes:
        locations: Where plugins and locks lie.
        switches: The configuration's word on plugins, by id.
    """

    locations: Locations
    switches: Mapping[str, bool]

    @property
    def places(self) -> tuple[Path, ...]:
        """Where moe looks for locks."""
        return self.locations.lock_places

    @property
    def is_locked(self) -> bool:
        """Whether only what the locks name is run."""
        return bool(self.locations.locks)

    def freeze(self, output: Path | None = None) -> FrozenPlugins:
        """Write all plugins that can be used, moe's own apart, into a lock. Each is asked for what it brings.

        Args:
            output: The file; by default the lock that there is, else the project's, else the user's own.

        Raises:
            StorageError: It cannot be written.
        """
        survey = self._survey(is_tried=True)
        lock = survey.take_lock()
        file = output or self._choose_place()
        write_lock(file.absolute(), lock)
        left = {info.source.plugin: info.state for info in survey.list_left_out()}
        return FrozenPlugins(file=file.absolute(), plugins=tuple(lock.plugins), left_out=left)

    def compare(self, *, is_tried: bool) -> list[LockReport]:
        """Hold what is installed against each lock.

        Args:
            is_tried: Whether plugins that are locked out are asked for what they bring, in a process of their own.

        Raises:
            ConfigError: There is no lock, or one is damaged.
        """
        locks = [(file, lock) for file in self.places if (lock := read_lock(file)) is not None]
        if not locks:
            places = " and no ".join(map(str, self.places))
            raise ConfigError(f"there is no {places}", hint="`moe plugins freeze` writes it from what is installed")
        survey = self._survey(is_tried=is_tried)
        return [
            LockReport(file=file, plugins=len(lock.plugins), differences=tuple(survey.compare(lock)))
            for file, lock in locks
        ]

    def _survey(self, *, is_tried: bool) -> PluginSurvey:
        selection = Selection(choice=self.locations.plugin_choice, switches=self.switches)
        return survey_plugins(self.locations, selection, is_tried=is_tried)

    def _choose_place(self) -> Path:
        found = next((file for file in self.places if os.path.lexists(file)), self.places[0])
        found.parent.mkdir(parents=True, exist_ok=True)
        return found
