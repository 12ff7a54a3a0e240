"""Whether two texts say yes and no to the same thing."""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from moe_core.text.tokens import stem
from moe_kit.support.reading import Reading, SaidWord

_NOT = frozenset(
    """not no never none nor neither without cannot nobody nothing nowhere hardly unable
    nicht kein keine keinen keinem keiner keines nie niemals ohne niemand nichts""".split()
)
_REACH = 5  # words from "not" to what it denies
_DENIED = 2
_PAIRS = """
    before/after more/less more/fewer above/below over/under open/closed opened/closed opens/closes
    increase/decrease increased/decreased increased/fell rise/fall rises/falls rose/fell risen/fallen
    highest/lowest higher/lower largest/smallest larger/smaller first/last oldest/youngest oldest/newest
    older/younger older/newer earlier/later north/south east/west northern/southern eastern/western left/right
    always/never always/sometimes all/none all/some won/lost win/lose wins/loses bought/sold buy/sell buys/sells
    allowed/forbidden allowed/prohibited includes/excludes included/excluded with/without began/ended begins/ends
    start/end started/ended husband/wife father/mother son/daughter brother/sister man/woman minimum/maximum
    most/least born/died day/night gain/loss gained/lost import/export upper/lower early/late summer/winter
    spring/autumn accepted/rejected accepted/refused agreed/refused approved/rejected arrived/left arrives/leaves
    passed/failed passes/fails longest/shortest longer/shorter inside/outside heavier/lighter cheaper/dearer
    better/worse best/worst positive/negative present/absent true/false up/down
""".split()


_QUANTITIES = tuple(
    frozenset(group.split())
    for group in (
        "all every each always",
        "some several sometimes",
        "most mostly",
        "few",
        "many",
        "only just solely alone",
        "both two",
        "no none neither never nobody nothing not",
    )
)


def _read_pairs() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for pair in _PAIRS:
        one, other = pair.split("/")
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


_OPPOSITES = _read_pairs()


def find_contradiction(statement: Reading, source: Reading) -> str | None:
    """The word that one of them denies, turns round or says of another share of things; None when they agree."""
    return _find_denial(statement, source) or _find_opposite(statement, source) or _find_quantity(statement, source)


def _find_denial(statement: Reading, source: Reading) -> str | None:
    denied_here, denied_there = list(_list_denied(statement)), list(_list_denied(source))
    there = {word for group in denied_there for word in group}
    for group in denied_here:
        if not denied_there or (group and there.isdisjoint(group)):
            return group[0] if group else "not"
    here = {word for group in denied_here for word in group}
    for group in denied_there:
        if group and group[0] in statement.stems and here.isdisjoint(group) and not _is_affirmed(group[0], source):
            return group[0]
    return None


def _list_denied(reading: Reading) -> Iterator[tuple[str, ...]]:
    """For each "not", the words of weight behind it."""
    for place, word in enumerate(reading.words):
        if word.folded in _NOT:
            behind = list(_until_border(reading.words[place + 1 : place + 1 + _REACH]))
            yield tuple(other.stem for other in behind if _has_weight(other))[:_DENIED]


def _has_weight(word: SaidWord) -> bool:
    return not word.is_weak and word.folded not in _NOT


def _is_affirmed(wanted: str, source: Reading) -> bool:
    """Whether the word also stands where nothing denies it."""
    left = 0
    for word in source.words:
        left = _REACH if word.folded in _NOT else 0 if word.is_lead else left - 1
        if word.stem == wanted and left <= 0:
            return True
    return False


def _until_border(words: Sequence[SaidWord]) -> Iterator[SaidWord]:
    """The words up to where the next sentence begins."""
    return takewhile(lambda word: not word.is_lead, words)


def _find_opposite(statement: Reading, source: Reading) -> str | None:
    there = {word.folded for word in source.words}
    for word in statement.words:
        others = _OPPOSITES.get(word.folded)
        if others and word.folded not in there and stem(word.folded) not in source.stems and others & there:
            return word.folded
    return None


def _find_quantity(statement: Reading, source: Reading) -> str | None:
    """A word that says how many of the things, where the source has none that says as many."""
    there = {word.folded for word in source.words}
    for word in statement.words:
        alike = next((group for group in _QUANTITIES if word.folded in group), None)
        if alike and there.isdisjoint(alike):
            return word.folded
    return None
