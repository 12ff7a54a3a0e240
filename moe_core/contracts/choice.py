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
        asks_for: The address of a server that may be taken once the user says that it may read documents and
            questions; "" when there is nothing to ask.
    """

    provider: str
    why: str
    is_named: bool = False
    asks_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderChoice:
    """The provider of a run whose configuration says `auto`.

    Attributes:
        provider: Its name.
        about: What it says of itself.
        stand_ins: Models that modelfiles name and it lacks, each with the one it takes instead.
        missing: Models that it lacks and nothing stands in for.
        passed_over: The others of the order, in that order.
        has_model: The provider is a language model.
    """

    provider: str
    about: str = ""
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    has_model: bool = True

    def list_found(self) -> list[PassedOver]:
        """Servers that nobody has named, and that the user has not said yes or no to."""
        return [one for one in self.passed_over if one.asks_for]

    def warnings(self) -> tuple[str, ...]:
        """What somebody who configured a server should know, and in one line what was found and may not be asked."""
        told = [f"{one.provider} is passed over: {one.why}" for one in self.passed_over if one.is_named]
        found = self.list_found()
        if found and not self.has_model:
            others = ", ".join(f"{one.provider} at {one.asks_for}" for one in found[1:])
            also = f" (also found: {others})" if others else ""
            told.append(f"{found[0].provider} is passed over: {found[0].why}{also}")
        return tuple(told)
