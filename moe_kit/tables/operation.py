"""What a question wants computed: the words that name an operation."""

import re
from enum import StrEnum

import msgspec


class Operation(StrEnum):
    """What is done with the rows that a question picks."""

    MEAN = "average"
    MEDIAN = "median"
    SUM = "total"
    COUNT = "number"
    DISTINCT = "number of different ones"
    SHARE = "share"
    HIGHEST = "highest"
    LOWEST = "lowest"
    DIFFERENCE = "difference"
    LOOKUP = "entry"


class AskedOperation(msgspec.Struct, frozen=True, kw_only=True):
    """An operation that a question names.

    Attributes:
        places: [start, end) of the words that name it.
        limit: Of a ranking, how many rows.
        hint: The superlative's word for what is measured: "expensive", "heavy"; "" without one.
        is_age: Its words turn round over dates: the oldest has the earliest.
        says_sum: The question says "total" or "sum", not only "how much".
        adds_up: Rows of one group are to be added before they are compared.
        is_single: The question says that one row is compared with another: "in a single month".
    """

    operation: Operation
    places: tuple[tuple[int, int], ...]
    limit: int = 1
    hint: str = ""
    is_age: bool = False
    adds_up: bool = False
    is_single: bool = False
    says_sum: bool = False


_NUMBER_WORDS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_COUNT = r"(?:(?P<top>\d{1,3}|two|three|four|five|six|seven|eight|nine|ten) )?"
_HIGHEST = (
    r"highest|largest|biggest|greatest|maximum|max|most(?: (?P<much>expensive|recent))?|dearest|top|best|longest"
    r"|heaviest|tallest|fastest|hottest|warmest|latest|newest|last|oldest|höchste[nrs]?|größte[nrs]?|teuerste[nrs]?"
    r"|meisten|längste[nrs]?|schwerste[nrs]?|maximale[nrs]?"
)
_LOWEST = (
    r"lowest|smallest|least(?: (?P<few>expensive))?|fewest|minimum|min|cheapest|shortest|lightest|slowest|coldest"
    r"|earliest"
    r"|first|youngest|niedrigste[nrs]?|kleinste[nrs]?|billigste[nrs]?|günstigste[nrs]?|wenigsten|kürzeste[nrs]?"
    r"|leichteste[nrs]?|minimale[nrs]?"
)
_HINTS = (
    (re.compile(r"expensive|dearest|cheapest|teuerste|billigste|günstigste"), "price"),
    (re.compile(r"heaviest|lightest|schwerste|leichteste"), "weight"),
    (re.compile(r"tallest"), "height"),
    (re.compile(r"longest|shortest|längste|kürzeste"), "length"),
    (re.compile(r"fastest|slowest"), "speed"),
    (re.compile(r"hottest|warmest|coldest"), "temperature"),
    (re.compile(r"oldest|youngest"), "age"),
    (re.compile(r"latest|newest|recent|earliest|first|last"), "date"),
)
_SINGLE = re.compile(
    r"\b(?:in a single|single|per|(?:in|on) (?:one|any)|at once|einzelne[nmrs]?|pro|(?:an|in) einem)\b", re.IGNORECASE
)
# In this order: "the average of the highest" is an average, "how many in total" a count.
_PATTERNS = (
    (Operation.DIFFERENCE, r"\bdifference\b|\bhow (?:much|many) (?:more|less|fewer)\b|\bby how (?:much|many)\b"
     r"|\bdifferenz\b|\bunterschied\b"),
    (Operation.MEAN, r"\b(?:on average|average|the mean|mean of|avg|durchschnitt\w*|mittelwert|im schnitt)\b"),
    (Operation.MEDIAN, r"\bmedian\b"),
    (Operation.SHARE, r"\b(?:share|percentage|proportion|fraction|per cent|percent|anteil|prozent)\b"),
    (Operation.DISTINCT, r"\b(?:how many|number of|wie viele) (?:different|distinct|unique|verschiedene)\b"),
    (Operation.HIGHEST, rf"\b(?:top (?P<head>\d{{1,3}}|three|five|ten)\b|{_COUNT}(?:{_HIGHEST})\b)"),
    (Operation.LOWEST, rf"\b{_COUNT}(?:{_LOWEST})\b"),
    (Operation.COUNT, r"\b(?:how many|number of|count|wie ?viele|anzahl)\b"),
    (Operation.SUM, r"\b(?:total|sum|altogether|in all|in total|combined|overall|summe|insgesamt|gesamt\w*)\b"),
    (Operation.SUM, r"\b(?:how much|wie ?viel)\b"),
)  # fmt: skip
_FIND = tuple((operation, re.compile(pattern, re.IGNORECASE)) for operation, pattern in _PATTERNS)
_ADDED = re.compile(r"\b(?:in total|total|altogether|overall|combined|insgesamt|in all|all together)\b", re.IGNORECASE)
_IN_ALL = re.compile(r"\b(?:in total|altogether|in all|all together|insgesamt)\b", re.IGNORECASE)
_MUCH = re.compile(r"\b(?:how much|cost|costs|paid|pay|wie ?viel|kostete?n?)\b", re.IGNORECASE)
_ASKS_ONE = re.compile(
    r"\b(?:what|which|who|whose|whom|when|where|how (?:old|much|long|high|tall|heavy|big|large|far|often|many)"
    r"|was|welche[rsnm]?|wer|wann|wo|wie)\b",
    re.IGNORECASE,
)
_NO_CELL = re.compile(
    r"\b(?:why|warum|weshalb|wieso|how (?:do|can|should|must) (?:i|we|you|one)|how to)\b", re.IGNORECASE
)
# Words that ask for computing over rows, whatever the documents are.
_TOTAL = re.compile(
    r"\b(?:totals?|sum|averages?|mean of|median|altogether|in all|combined|overall|summe|insgesamt|gesamt\w*"
    r"|durchschnitt\w*)\b",
    re.IGNORECASE,
)
_EXPLICIT = frozenset((Operation.MEAN, Operation.MEDIAN, Operation.DISTINCT, Operation.DIFFERENCE))


def find_operation(question: str) -> AskedOperation | None:
    """The operation that a question names first in rank; looking an entry up when it names none.

    No cell is a reason, and none tells how something is done.
    """
    if _NO_CELL.search(question):
        return None
    for operation, pattern in _FIND:
        match = pattern.search(question)
        if match is not None and not (operation is Operation.COUNT and match.group().lower() == "count of"):
            return _build(operation, match, question)
    asks = _ASKS_ONE.search(question)
    return AskedOperation(operation=Operation.LOOKUP, places=(asks.span(),)) if asks else None


def wants_computing(question: str) -> bool:
    """Whether a question plainly asks for a figure worked out over rows, such as an average or a total."""
    found = find_operation(question)
    if found is None:
        return False
    is_total = found.operation is Operation.SUM and _ADDED.search(question) is not None
    return found.operation in _EXPLICIT or is_total or re.search(r"\bsum of\b", question, re.IGNORECASE) is not None


def asks_total(text: str) -> bool:
    """Whether a question asks for, or a sentence tells, a figure over many entries."""
    return _TOTAL.search(text) is not None


def adds_up(question: str) -> bool:
    """Whether a question asks for money "in all", which one thing may cost as well as many."""
    return _IN_ALL.search(question) is not None and _MUCH.search(question) is not None


def says_total(row: str) -> bool:
    """Whether a row begins with the word for a figure over the others."""
    return re.match(r"\W*(?:grand total|total|sum|average|summe|gesamt|insgesamt)\b", row, re.IGNORECASE) is not None


def _build(operation: Operation, match: re.Match[str], question: str) -> AskedOperation:
    said = match.group().lower()
    groups = match.groupdict()
    limit = (groups.get("head") or groups.get("top") or "1").lower()
    added = list(_ADDED.finditer(question))
    places = [match.span(), *(found.span() for found in added)]
    if operation is not Operation.COUNT:
        places += [found.span() for found in re.finditer(r"\bhow (?:much|many)\b", question, re.IGNORECASE)]
    is_ranking = operation in (Operation.HIGHEST, Operation.LOWEST)
    single = _SINGLE.search(question) if is_ranking else None
    if single:
        places.append(single.span())
    return AskedOperation(
        operation=operation,
        places=tuple(dict.fromkeys(places)),
        limit=_NUMBER_WORDS.get(limit) or int(limit),
        hint=next((hint for pattern, hint in _HINTS if is_ranking and pattern.search(said)), ""),
        is_age=re.search(r"oldest|youngest", said) is not None,
        says_sum=re.match(r"how|wie", said) is None,
        adds_up=bool(added) or re.match(r"most\Z|fewest|meisten|wenigsten", said) is not None,
        is_single=single is not None,
    )
