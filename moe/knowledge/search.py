"""Search through the graph: personas walk it, and what they find becomes one ranking."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import msgspec

from moe.contracts.experts import Consultation, ExpertFinding, ExpertGuide, ExpertWish
from moe.contracts.search import WordsVerdict
from moe.knowledge.graph.builder import GraphBuilder, QueryGraph
from moe.knowledge.graph.filling import make_node_id
from moe.knowledge.graph.walking.column_walk import walk_columns
from moe.knowledge.graph.walking.decision import is_decided
from moe.knowledge.graph.walking.finding import make_finding
from moe.knowledge.graph.walking.fusion import fuse_rankings, insert_others
from moe.knowledge.graph.walking.walk import Walk, walk
from moe.knowledge.graph.walking.words_first import POOL, rate_found
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.literal_search import search_literally
from moe_core.contracts.errors import MoeError, PluginError
from moe_core.contracts.evidence import Hit
from moe_core.contracts.persona import Persona
from moe_core.contracts.retriever import Embeddings, Retriever, SearchIndex, VectorIndex
from moe_core.contracts.traversal import TraversalStrategy
from moe_core.text.tokens import find_terms
from moe_kit.graphs.columns import ColumnTraversal


class Walker(msgspec.Struct, frozen=True, kw_only=True):
    """A persona and the strategy that it walks with."""

    persona: Persona
    strategy: type[TraversalStrategy]


class GraphLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What one question may use.

    Attributes:
        max_nodes: Passages that a walk reaches.
        max_visits: Passages that a walk goes on from.
        seconds: Wall time of a walk.
    """

    max_nodes: int = 600
    max_visits: int = 100
    seconds: float = 5.0


class GuidedWalkers(msgspec.Struct, frozen=True, kw_only=True):
    """Walkers that are chosen for each question.

    Attributes:
        guide: Chooses them, and judges what they bring.
        find_walker: A persona's name to who walks.
    """

    guide: ExpertGuide
    find_walker: Callable[[str], Walker]


class SearchSetup(msgspec.Struct, frozen=True, kw_only=True):
    """Who searches, and how.

    Attributes:
        retriever: Finds where walks begin.
        walkers: Who walks every question; with () the retriever's ranking is the result; None leaves it to `guided`.
        limits: Per question.
        embeddings: What vectors are made by, in place of the retriever's own model.
        guided: Chooses who walks, where there are no fixed walkers or a question comes with a wish.
    """

    retriever: Retriever
    walkers: tuple[Walker, ...] | None = ()
    limits: GraphLimits = msgspec.field(default_factory=GraphLimits)
    embeddings: Embeddings | None = None
    guided: GuidedWalkers | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exploration:
    """Everything that happened for one question.

    Attributes:
        graph: As far as it was built.
        walks: One a walker, in their order.
        hits: The fused ranking, with scores in [0, 1]; the retriever's own, with its scores, when nobody is to walk.
        consultation: How the walkers were chosen and judged; None for fixed ones, and where nobody was woken.
        verdict: Why nobody was woken; the hits are then the retriever's, with scores in [0, 1].
        further: The rounds that went on from there, each with the hits that it added.
        seconds: Wall time.
    """

    graph: QueryGraph
    walks: tuple[Walk, ...] = ()
    hits: tuple[Hit, ...] = ()
    consultation: Consultation | None = None
    verdict: WordsVerdict | None = None
    further: tuple["Exploration", ...] = ()
    seconds: float = field(compare=False, default=0.0)

    @property
    def is_cut(self) -> bool:
        """Whether a walk stopped at its limits."""
        return any(walk.is_cut for walk in self.walks)


class GraphSearch:
    """Searches an index by letting personas walk the graph of each question."""

    def __init__(self, index: PassageIndex, found: SearchIndex, setup: SearchSetup) -> None:
        """Join an index with those who walk it.

        Args:
            index: The passages.
            found: What the retriever made of them; its hits are where walks begin.
            setup: Who walks, and how far.
        """
        self._index = index
        self._found = found
        self._walkers = setup.walkers
        self._guided = setup.guided
        self._builder = GraphBuilder(index, found)
        self._limits = setup.limits
        self._can_be_decided = not isinstance(found, VectorIndex)  # with vectors scores have another scale

    @property
    def is_walked(self) -> bool:
        """Whether anybody walks."""
        return self._walkers is None or bool(self._walkers)

    def search(self, query: str, *, k: int) -> list[Hit]:
        """The best k passages, best first; [] when nothing matches."""
        if not self.is_walked:
            return self._find(query, k)
        return list(self.explore(query, k=k).hits)

    def try_words(self, query: str, *, k: int) -> tuple[float, list[Hit]] | None:
        """How likely a walk is held to find more than words alone, and their best k passages.

        None where words are never taken alone. What feedback adds is left out.
        """
        chance = self._builder.build(query).measure_chance() if self._can_be_decided else None
        return None if chance is None else (chance, self._find(query, k))

    def explore(
        self, query: str, *, k: int | None = None, wish: ExpertWish | None = None, must_walk: bool = False
    ) -> Exploration:
        """Build the question's graph and let those walk it who are to.

        Args:
            query: The question.
            k: Hits to put together; None for all. The same ones that `search` finds.
            wish: Who is to be woken, in place of fixed walkers; heeded where somebody guides the search.
            must_walk: Somebody walks also where words alone do.

        Raises:
            PluginError: The retriever or a strategy failed.
        """
        k = None if k is None else max(0, k)
        started = time.perf_counter()
        graph = self._builder.build(query)
        if self._guided is None or (wish is None and self._walkers is not None):
            exploration = self._explore_fixed(graph, k)
        else:
            verdict = None if must_walk else self._find_verdict(graph, self._guided, wish or ExpertWish())
            exploration = (
                self._explore_guided(graph, self._guided, wish or ExpertWish(), k)
                if verdict is None
                else self._take_words(graph, verdict, k)
            )
        if not exploration.hits and not graph.question.terms:
            hits = tuple(self._find_literally(query, POOL if k is None else k))
            exploration = replace(exploration, hits=hits)
        return replace(exploration, seconds=time.perf_counter() - started)

    def _explore_fixed(self, graph: QueryGraph, k: int | None) -> Exploration:
        """Everybody who is set walks; without anybody the retriever's own ranking is what is found."""
        walks = tuple(self._walk(graph, walker) for walker in self._walkers or ())
        if not walks:
            graph.list_seeds()  # whoever explores reads the graph too: what is wrong with it is told here
            return Exploration(graph=graph, hits=tuple(self._find(graph.question.text, POOL if k is None else k)))
        ranking = fuse_rankings([found.ranking for found in walks], most=k)
        return Exploration(graph=graph, walks=walks, hits=self._read_hits(graph, ranking))

    def _explore_guided(self, graph: QueryGraph, guided: GuidedWalkers, wish: ExpertWish, k: int | None) -> Exploration:
        """Those walk who are woken for the question."""
        walks, further, consultation = self._consult(graph, guided, wish)
        lead = next(found for found in walks if found.persona.name == consultation.lead)
        supported = [pair for one in consultation.rounds for pair in one.supported]
        ranking = insert_others(lead.ranking, [*supported, *consultation.added], most=k)
        hits = self._read_hits(graph, ranking)
        return Exploration(graph=graph, walks=walks, hits=hits, consultation=consultation, further=further)

    def _find_verdict(self, graph: QueryGraph, guided: GuidedWalkers, wish: ExpertWish) -> WordsVerdict | None:
        """Why nobody is woken; None where somebody is."""
        if not self._can_be_decided:
            return None
        verdict = graph.find_verdict(shift=guided.guide.words_shift)
        return verdict if verdict is not None and guided.guide.may_rest(graph.question.text, wish) else None

    def _take_words(self, graph: QueryGraph, verdict: WordsVerdict, k: int | None) -> Exploration:
        """The retriever's ranking is what is found."""
        found = graph.found if k is None or k <= POOL else dict(self._found.search(graph.question.text, k=k))
        ranking = [(make_node_id(number), rating) for number, rating in rate_found(found)[:k]]
        return Exploration(graph=graph, hits=self._read_hits(graph, ranking), verdict=verdict)

    def _read_hits(self, graph: QueryGraph, ranking: Iterable[tuple[str, float]]) -> tuple[Hit, ...]:
        return tuple(Hit(passage=graph.get_passage(node_id), score=score) for node_id, score in ranking)

    def _consult(
        self, graph: QueryGraph, guided: GuidedWalkers, wish: ExpertWish
    ) -> tuple[tuple[Walk, ...], tuple[Exploration, ...], Consultation]:
        """Let those walk who are woken for the question, and go on from what they find."""
        walks: list[Walk] = []
        further: dict[str, tuple[QueryGraph, Walk]] = {}

        def walk_as(name: str, question: str = "") -> ExpertFinding:
            walked = self._builder.build(question) if question else graph
            found = self._walk(walked, guided.find_walker(name))
            if question:
                further[question] = walked, found
            else:
                walks.append(found)
            decided = self._can_be_decided and is_decided(walked.growth)
            return make_finding(walked, found, is_decided=decided)

        consultation = guided.guide.consult(graph.question.text, walk_as, wish)
        rounds = tuple(
            Exploration(
                graph=walked,
                walks=(found,),
                hits=tuple(Hit(passage=walked.get_passage(name), score=rating) for name, rating in one.supported),
            )
            for one in consultation.rounds
            for walked, found in ([further[one.question]] if one.question in further else ())
        )
        return tuple(walks), rounds, consultation

    def _walk(self, graph: QueryGraph, walker: Walker) -> Walk:
        name = walker.strategy.name
        limits = self._limits
        deadline = time.perf_counter() + limits.seconds
        try:
            if issubclass(walker.strategy, ColumnTraversal):
                is_needless = self._can_be_decided and is_decided(graph.growth)
                return walk_columns(
                    graph,
                    walker.strategy,
                    walker.persona,
                    max_nodes=limits.max_nodes,
                    max_visits=0 if is_needless else limits.max_visits,
                    deadline=deadline,
                )
            return walk(
                graph.graph,
                graph.question.text,
                walker.strategy,
                walker.persona,
                max_nodes=limits.max_nodes,
                max_visits=limits.max_visits,
                deadline=deadline,
            )
        except MoeError:
            raise
        except Exception as error:  # a plugin's own fault must end as one line
            raise PluginError(
                f"traversal {name} failed: {type(error).__name__}: {error}",
                plugin=name,
                reason="contract",
                hint="`moe plugins list` shows where it comes from; --set system.traversal=belief works",
            ) from error

    def _find(self, query: str, k: int) -> list[Hit]:
        """The retriever's own ranking."""
        found = [
            Hit(passage=self._index.get_sound_passage(number), score=score)
            for number, score in self._found.search(query, k=k)
        ]
        return found if found or find_terms(query) else self._find_literally(query, k)

    def _find_literally(self, query: str, k: int) -> list[Hit]:
        """What a question of stop words only finds."""
        found = search_literally(self._index, query, k=k)
        return [Hit(passage=self._index.get_sound_passage(number), score=score) for number, score in found]
