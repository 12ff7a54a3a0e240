"""What `auto` has decided for a run: one provider, and which of its models stand in for others."""

from collections.abc import Mapping
from dataclasses import dataclass, field

AUTO = "auto"
"""The provider's name in the configuration that leaves the choice to moe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A provider of `providers.order` that was not taken.

    Attributes:
        why: In one line, with the remedy where there is one.
        is_named: config/providers.yaml has an entry for it, so that somebody counts on it.
    """

    provider: str
    why: str
    is_named: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderChoice:
    """The provider of a run whose configuration says `auto`.

    Attributes:
        provider: Its name.
        about: What it says of itself.
        stand_ins: Models that modelfiles name and it lacks, each with the one it takes instead.
        missing: Models that it lacks and nothing stands in for.
        passed_over: The others of the order, in that order.
    """

    provider: str
    about: str = ""
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()

    def warnings(self) -> tuple[str, ...]:
        """What somebody who configured a server should know."""
        return tuple(f"{one.provider} is passed over: {one.why}" for one in self.passed_over if one.is_named)
