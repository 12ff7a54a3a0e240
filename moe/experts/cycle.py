"""The cycle of a question: experts are woken, what they bring is judged, and the best one's evidence leads."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from moe.contracts.experts import Consultation, ExpertFinding, ExpertWish
from moe.experts.expansion import ExpertPanel, expansion_phase
from moe.experts.joining import find_added
from moe.experts.selection import make_bench
from moe.experts.settings import ExpertSettings
from moe.experts.track_records import read_bundled
from moe_core.contracts.persona import Persona
from moe_core.loading.registry import Catalog


@dataclass(frozen=True, kw_only=True)
class ExpertCycle:
    """Guides searches; what is known of the experts is read at the first one, and stays so until it is made anew.

    Attributes:
        personas: Who there is.
        settings: Of choosing.
        seed: Another one draws otherwise.
    """

    personas: Catalog[Persona] = field(repr=False)
    settings: ExpertSettings
    seed: int = 0

    @cached_property
    def panel(self) -> ExpertPanel:
        """Who can be woken, and what is known of them."""
        personas = [entry.value for entry in self.personas]
        proven = read_bundled(personas)
        return ExpertPanel(
            bench=make_bench(personas), proven=proven, records=proven, settings=self.settings, seed=self.seed
        )

    def consult(self, question: str, walk: Callable[[str], ExpertFinding], wish: ExpertWish) -> Consultation:
        """Wake experts as far as it takes; the first one's evidence leads, the others add what is new.

        Raises:
            MoeError: Nobody that was woken could walk.
        """
        expansion = expansion_phase(question, walk, self.panel, wish)
        lead, *others = expansion.findings
        added = find_added(lead, others)
        return Consultation(
            choices=expansion.choices,
            scores=(),
            lead=lead.persona,
            added=tuple(pair for pairs in added.values() for pair in pairs),
        )
