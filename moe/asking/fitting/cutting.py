"""Cutting what a request rests on down to what a model can read: whole pieces by rank, never mid-sentence."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import msgspec

from moe.asking.fitting.counting import TokenCounter
from moe_core.contracts.errors import ContextOverflowError
from moe_core.contracts.evidence import Evidence
from moe_core.contracts.messages import Grounding, Message
from moe_core.contracts.wire import JsonObject, encode_json
from moe_core.text.sentences import split_sentences
from moe_core.text.tokens import find_terms

# Evidence and findings may each take this share of the room, and what the other one leaves.
FINDINGS_SHARE = 0.5
# What an answer is left when nobody says how long it may be: this share of the context, within bounds.
_ANSWER_SHARE, _ANSWER_MIN, _ANSWER_MAX = 0.25, 128, 2048
# How far below the size that was refused the next attempt stays.
_STEP_BELOW = 0.9
# Cutting to size takes a round or two; each aims a little below the limit.
_ROUNDS_MAX, _MARGIN = 5, 0.98


class CutGrounding(msgspec.Struct, frozen=True, kw_only=True):
    """A grounding that fits, and what it cost.

    Attributes:
        dropped: Ids of evidence that was left out, in rank order.
        shortened: Ids of evidence of which only some sentences are left.
        findings_dropped: How many findings were left out.
        tokens_before: Of evidence and findings, by the counter.
        tokens: Of what is left of them.
    """

    grounding: Grounding
    dropped: tuple[str, ...] = ()
    shortened: tuple[str, ...] = ()
    findings_dropped: int = 0
    tokens_before: float = 0.0
    tokens: float = 0.0

    @property
    def is_cut(self) -> bool:
        """Whether anything is missing."""
        return bool(self.dropped or self.shortened or self.findings_dropped)


class FittedMessages(msgspec.Struct, frozen=True, kw_only=True):
    """Messages that a model can read whole.

    Attributes:
        tokens: What they have, by the server's count or the estimate with its reserve.
    """

    messages: tuple[Message, ...]
    cut: CutGrounding
    tokens: float


def cut_grounding(grounding: Grounding, *, tokens_max: float, count: Callable[[str], float]) -> CutGrounding:
    """Leave out what does not fit: evidence from its last piece on, findings from their longest on.

    The first piece of evidence that does not fit whole keeps the sentences around the one that is most like the
    question; those after it go. Ids stay, and start and end still point at exactly the text. With more room there
    is never less of either.

    Args:
        tokens_max: Room for evidence and findings together.
        count: Tokens of a text; it must not fall when a text grows.
    """
    evidence, findings = grounding.evidence, grounding.findings
    evidence_tokens = [count(write_evidence(item)) for item in evidence]
    findings_tokens = [count(_write_finding(finding)) for finding in findings]
    before = sum(evidence_tokens) + sum(findings_tokens)
    if before <= tokens_max:
        return CutGrounding(grounding=grounding, tokens_before=before, tokens=before)
    room = max(0.0, tokens_max)
    for_findings = max(room * FINDINGS_SHARE, room - sum(evidence_tokens))
    for_evidence = max(room * (1 - FINDINGS_SHARE), room - sum(findings_tokens))
    kept_findings, findings_used = _keep_shortest(findings, findings_tokens, for_findings)
    wanted = frozenset(find_terms(f"{grounding.question} {grounding.instruction}"))
    kept, evidence_used = _keep_first(evidence, evidence_tokens, for_evidence, wanted, count)
    return CutGrounding(
        grounding=replace(grounding, evidence=kept, findings=kept_findings),
        dropped=tuple(item.evidence_id for item in evidence[len(kept) :]),
        shortened=tuple(new.evidence_id for new, old in zip(kept, evidence, strict=False) if new.text != old.text),
        findings_dropped=len(findings) - len(kept_findings),
        tokens_before=before,
        tokens=evidence_used + findings_used,
    )


async def fit_messages(
    grounding: Grounding,
    build: Callable[[Grounding], tuple[Message, ...]],
    *,
    tokens_max: float,
    counter: TokenCounter,
) -> FittedMessages:
    """Build the messages of a grounding, which is cut until they fit.

    Args:
        build: Makes messages of a grounding; a template may use its parts once, several times or not at all.
        tokens_max: Room for all messages; see `compute_prompt_limit`.

    Raises:
        ContextOverflowError: They do not fit without any evidence or findings either, or nothing would be left of the
            evidence: what a model says that has seen none of it would be no answer.
    """
    count = counter.estimate_text
    messages = build(grounding)
    tokens = await counter.count(messages, tokens_max=tokens_max)
    cut = cut_grounding(grounding, tokens_max=math.inf, count=count)
    if tokens <= tokens_max:
        return FittedMessages(messages=messages, cut=cut, tokens=tokens)
    bare = cut_grounding(grounding, tokens_max=0.0, count=count)
    bare_messages = build(bare.grounding)
    bare_tokens = await counter.count(bare_messages, tokens_max=tokens_max)
    if bare_tokens > tokens_max:
        raise _make_overflow(f"there is room for {tokens_max:.0f}", bare_tokens, tokens_max)
    room = cut.tokens
    for _ in range(_ROUNDS_MAX):
        # What is over comes from the parts that can be cut, however often the template shows them.
        room *= (tokens_max - bare_tokens) / (tokens - bare_tokens) * _MARGIN
        cut = cut_grounding(grounding, tokens_max=room, count=count)
        messages = build(cut.grounding)
        tokens = await counter.count(messages, tokens_max=tokens_max)
        if tokens <= tokens_max:
            break
    else:
        messages, cut, tokens = bare_messages, bare, bare_tokens
    if grounding.evidence and not cut.grounding.evidence:
        there = f"none fits into the {tokens_max:.0f} that there is room for"
        raise _make_overflow(there, bare_tokens, tokens_max)
    return FittedMessages(messages=messages, cut=cut, tokens=tokens)


def _make_overflow(there: str, bare_tokens: float, tokens_max: float) -> ContextOverflowError:
    return ContextOverflowError(
        f"the request has {bare_tokens:.0f} tokens without any evidence, and {there}",
        prompt_tokens=math.ceil(bare_tokens),
        context_tokens=int(tokens_max),
        hint="use a model that reads more, or shorten the agent's system prompt",
    )


def find_answer_limit(parameters: JsonObject) -> int | None:
    """How long an answer may be, in tokens, as the parameters say; None when they do not limit it."""
    told = parameters.get("num_predict")
    return told if isinstance(told, int) and told > 0 else None


def compute_prompt_limit(context_tokens: int, parameters: JsonObject) -> int:
    """How many tokens a prompt may have, so that the answer has room beside it.

    Args:
        context_tokens: What the model reads, answer included.
        parameters: The request's; `num_ctx` lowers the context, `num_predict` says how long the answer may be.
    """
    told = parameters.get("num_ctx")
    if isinstance(told, int) and told > 0:
        context_tokens = min(context_tokens, told)
    answer = find_answer_limit(parameters)
    if answer is None:
        answer = min(_ANSWER_MAX, max(_ANSWER_MIN, int(context_tokens * _ANSWER_SHARE)))
    return max(1, context_tokens // 4, context_tokens - answer)


def compute_lower_limit(
    error: ContextOverflowError, *, tokens: float, tokens_max: float, parameters: JsonObject
) -> float:
    """The room for messages after a server found them too long, always less than they had.

    Args:
        error: What the server said.
        tokens: What the messages had by our own count.
        tokens_max: The room they were cut to.
        parameters: The request's.
    """
    limit = min(tokens_max, tokens) * _STEP_BELOW
    if error.context_tokens is None:
        return limit
    allowed = compute_prompt_limit(error.context_tokens, parameters) * _STEP_BELOW
    # By the server's count of these messages its limit can be said in our own tokens.
    scale = tokens / error.prompt_tokens if error.prompt_tokens else 1.0
    return min(limit, allowed * scale)


def write_evidence(item: Evidence) -> str:
    """A piece of evidence as a prompt shows it, for counting."""
    return f"[{item.evidence_id}] {item.title}\n{item.text}\n\n"


def _write_finding(finding: JsonObject) -> str:
    return encode_json(finding).decode() + "\n"


def _keep_shortest(
    findings: Sequence[JsonObject], tokens: Sequence[float], room: float
) -> tuple[tuple[JsonObject, ...], float]:
    """The findings in their order, the longest left out first: each says one thing, so the most are kept."""
    kept: set[int] = set()
    used = 0.0
    for place in sorted(range(len(findings)), key=lambda place: (tokens[place], place)):
        if used + tokens[place] > room:
            break
        kept.add(place)
        used += tokens[place]
    return tuple(finding for place, finding in enumerate(findings) if place in kept), used


def _keep_first(
    evidence: Sequence[Evidence],
    tokens: Sequence[float],
    room: float,
    wanted: frozenset[str],
    count: Callable[[str], float],
) -> tuple[tuple[Evidence, ...], float]:
    kept: list[Evidence] = []
    used = 0.0
    for item, size in zip(evidence, tokens, strict=True):
        if used + size > room:
            part = _shorten(item, room - used, wanted, count)
            if part is not None:
                kept.append(part)
                used += count(write_evidence(part))
            break
        kept.append(item)
        used += size
    return tuple(kept), used


def _shorten(item: Evidence, room: float, wanted: frozenset[str], count: Callable[[str], float]) -> Evidence | None:
    """The longest stretch of whole sentences around the best one that fits; None when not even that one does."""
    if item.end - item.start != len(item.text):
        return None  # its characters are not the document's one by one, so a part of it would point at other words
    windows = [_take(item, span) for span in _grow_windows(item.text, wanted)]
    low, high = 0, len(windows)
    while low < high:
        middle = (low + high) // 2
        if count(write_evidence(windows[middle])) <= room:
            low = middle + 1
        else:
            high = middle
    return windows[low - 1] if low else None


def _take(item: Evidence, span: tuple[int, int]) -> Evidence:
    start, end = span
    return replace(item, text=item.text[start:end], start=item.start + start, end=item.start + end)


def _grow_windows(text: str, wanted: frozenset[str]) -> list[tuple[int, int]]:
    """Stretches that each hold the one before: the best sentence, then the better of its neighbours, and so on."""
    spans = split_sentences(text)
    if not spans:
        return []
    worth = [len(wanted.intersection(find_terms(text[start:end]))) for start, end in spans]
    first = last = max(range(len(spans)), key=lambda place: (worth[place], -place))
    windows = [spans[first]]
    while first > 0 or last < len(spans) - 1:
        before = worth[first - 1] if first > 0 else -1
        after = worth[last + 1] if last < len(spans) - 1 else -1
        if after >= before:
            last += 1
        else:
            first -= 1
        windows.append((spans[first][0], spans[last][1]))
    return windows
