"""Plans by rule: which Belter gets which question, and which Drummer which part of it."""

import re
from collections.abc import Iterable, Sequence

from moe_core.contracts.messages import Choice, Grounding
from moe_core.text.tokens import find_terms
from moe_kit.extraction.asked import asks_latest
from moe_kit.extraction.query import find_names, has_content, parse_query
from moe_kit.extraction.tool_choice import find_expression, is_bare_sum

TASKS_MAX = 6  # chosen: a question with more parts is no question

_QUESTION_BORDER = re.compile(
    r"(?<=[?？])\s+(?:and\s+(?:also\s+)?|also,?\s+)?|;\s*(?:and\s+)?also,?\s+|\.\s+also,?\s+", re.IGNORECASE
)
_CLAUSE_BORDER = re.compile(
    r",?\s+(?:and|but)\s+(?=(?:by |in |on |at |for |to )?(?:what|who|whom|whose|when|where|why|how|which"
    r"|did|does|do|is|was|are|were|has|have|had|can|could)\b)",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|theirs|this|these|those|former|latter|one|ones|there)\b",
    re.IGNORECASE,
)
_STATISTICS = re.compile(
    r"\b(?:average|mean|median|sum|totals?|altogether|count|maximum|minimum|percentages?|per cent|ratio"
    r"|correlat\w+|trends?|statistics?|statistical|deviation|variance|distribution|calculate|compute"
    r"|how (?:many|much)|highest|lowest|largest|smallest|cheapest|dearest)\b|\d\s*[-+*/×÷^]\s*\d",
    re.IGNORECASE,
)
_SUMMARY = re.compile(
    r"\b(?:summar\w+|outlines?|overview|abstract|key points|main points|structure|table of contents|headings)\b",
    re.IGNORECASE,
)
_INTERNET = re.compile(
    r"https?://|\b(?:web|internet|online|latest|news|headlines?|papers|arxiv|doi|api|endpoint)\b", re.IGNORECASE
)

SEARCHES = frozenset(["search", "retrieval", "document_search", "evidence"])
ANALYSES = frozenset(["analysis", "statistics", "calculation", "arithmetic", "math", "data_analysis", "table_analysis"])
WRITES = frozenset(["content", "summary", "summarise", "summarisation", "outline", "document_format", "structure"])
CALLS = frozenset(["api", "http", "web", "web_search", "internet"])
_RULED = SEARCHES | ANALYSES | WRITES | CALLS


_RELEASES = "changelog releases versions"


def plan_tasks(grounding: Grounding) -> list[dict[str, object]]:
    """Camina's tasks: every chosen Belter works; several questions in one become several tasks."""
    if not grounding.choices:
        return []
    question = grounding.instruction or grounding.question
    parts = split_questions(question)[: max(1, TASKS_MAX - len(grounding.choices) + 1)]
    pairs: list[tuple[Choice, str]] = []
    if len(parts) > 1:
        pairs = [(_find_best_choice(part, grounding.choices), part) for part in parts]
    busy = {choice.name for choice, _ in pairs}
    pairs += [(choice, question) for choice in grounding.choices if choice.name not in busy]
    return [
        {
            "id": f"t{number}",
            "belter": choice.name,
            "capability": _find_capability(part, choice),
            "instruction": part,
            "depends_on": [],
        }
        for number, (choice, part) in enumerate(pairs, start=1)
    ]


def decompose(grounding: Grounding) -> list[dict[str, object]]:
    """A Belter's tasks: search, then analysis, content or an API where the words ask for it; a sum needs no search.

    A Drummer that none of these rules is about works when the instruction says its name or one of its capabilities.
    """
    instruction = grounding.instruction or grounding.question
    calculator = _find_capable(grounding.choices, ANALYSES) if find_expression(instruction) else None
    pairs: list[tuple[Choice, str]] = []
    searcher = _find_capable(grounding.choices, SEARCHES)
    if calculator is not None and is_bare_sum(instruction):
        pairs.append((calculator, instruction))
    elif searcher is not None:
        pairs += [(searcher, query) for query in find_searches(instruction)]
    for pattern, capabilities in ((_STATISTICS, ANALYSES), (_SUMMARY, WRITES), (_INTERNET, CALLS)):
        choice = _find_capable(grounding.choices, capabilities)
        if choice is None or choice is searcher or (choice, instruction) in pairs:
            continue
        if pattern.search(instruction) or choice is calculator:
            pairs.append((choice, instruction))
    pairs += [(choice, instruction) for choice in grounding.choices if _is_asked_for(choice, instruction)]
    if not pairs and grounding.choices:
        pairs = [(_find_best_choice(instruction, grounding.choices), instruction)]
    return [
        {"id": f"t{number}", "drummer": choice.name, "instruction": part, "depends_on": []}
        for number, (choice, part) in enumerate(pairs[:TASKS_MAX], start=1)
    ]


def split_questions(text: str) -> list[str]:
    """The questions that a text clearly holds; the whole text when they lean on each other or compare."""
    parts = [part.strip() for part in _QUESTION_BORDER.split(text) if part and part.strip()]
    stand_alone = all(len(find_terms(part)) > 1 for part in parts) and not any(map(_POINTS_BACK.search, parts[1:]))
    if len(parts) < 2 or not stand_alone or parse_query(text).is_comparison:
        return [text]
    return parts


def find_searches(instruction: str) -> list[str]:
    """What to search for: the instruction, and its halves where a half can be searched by itself."""
    listed = [_RELEASES] if asks_latest(instruction) else []
    return list(dict.fromkeys([instruction, *_find_halves(instruction), *listed]))


def _find_halves(instruction: str) -> list[str]:
    names = find_names(instruction)
    if len(names) == 2 and parse_query(instruction).is_comparison:
        return [_leave_out(instruction, other) for other in reversed(names)]
    return find_clauses(instruction)


def find_clauses(instruction: str) -> list[str]:
    """The questions that one sentence asks one after the other; none when it asks a single one."""
    clauses = [clause.strip(" ,?") for clause in _CLAUSE_BORDER.split(instruction)]
    return [clause for clause in clauses if len(clauses) > 1 and len(find_terms(clause)) > 1]


def _leave_out(text: str, name: Sequence[str]) -> str:
    """The text without a name and the word that joins it to the other one."""
    pattern = r"[\W_]+".join(re.escape(word) for word in name)
    joint = r"(?:and|or|than|versus|vs\.?|with|to)"
    without = re.sub(rf"\b{joint}\s+{pattern}\b|\b{pattern}\s+{joint}\b|\b{pattern}\b", " ", text, flags=re.IGNORECASE)
    return " ".join(without.split())


def _find_capable(choices: Sequence[Choice], capabilities: frozenset[str]) -> Choice | None:
    named = (choice for choice in choices if choice.name.lower() in capabilities)
    able = (choice for choice in choices if capabilities & {word.lower() for word in choice.capabilities})
    return next(named, None) or next(able, None)


def _is_asked_for(choice: Choice, instruction: str) -> bool:
    offers = {choice.name.lower(), *(word.lower() for word in choice.capabilities)}
    if offers & _RULED:
        return False
    terms = set(find_terms(instruction))
    wanted = [set(find_terms(re.sub(r"[_-]", " ", offer))) for offer in offers]
    return any(words and words <= terms for words in wanted)


def _find_best_choice(text: str, choices: Sequence[Choice]) -> Choice:
    """The choice that shares most words with the text; the first of equals."""
    terms = set(find_terms(text))
    return max(choices, key=lambda choice: len(terms & set(find_terms(_describe(choice)))))


def _find_capability(text: str, choice: Choice) -> str:
    if not choice.capabilities:
        return choice.name
    terms = set(find_terms(text))
    return max(choice.capabilities, key=lambda word: len(terms & set(find_terms(word))))


def _describe(choice: Choice) -> str:
    return " ".join(_words([choice.name, choice.summary, *choice.capabilities]))


def _words(texts: Iterable[str]) -> list[str]:
    return [text.replace("_", " ") for text in texts if text and has_content(text)]
