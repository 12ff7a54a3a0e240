"""Measurements for reading, and as the objects that --json prints."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from moe.cli.render.screen import Screen, Table, Toned
from moe.contracts.question_sets import QuestionSet
from moe.evaluation.comparison import Difference
from moe.evaluation.corpus import OpenedCorpus
from moe.evaluation.evidence import EvidenceDetail, EvidenceReport
from moe.evaluation.refusal import RefusalDetail, RefusalReport, is_refusal
from moe.evaluation.retrieval import Detail, RetrievalReport
from moe_core.text.amounts import count, format_seconds
from moe_core.text.lines import join_line

_DIGITS = 2


def retrieval_as_json(
    report: RetrievalReport,
    corpus: OpenedCorpus,
    other: RetrievalReport | None = None,
    differences: Mapping[int, Difference] | None = None,
    *,
    with_details: bool,
) -> dict[str, Any]:
    """The object that `moe eval retrieval --json` prints."""
    fields: dict[str, Any] = {
        **_name_recalls(report),
        "all_gold@5": round(report.all_gold, _DIGITS),
        "questions": len(report.details),
        "passages": len(corpus.library.passages),
        "index_seconds": round(corpus.seconds, 3),
        "p50_ms": round(report.p50_ms, _DIGITS),
        "p95_ms": round(report.p95_ms, _DIGITS),
        "peak_rss_mb": round(report.peak_rss_mb, 1),
    }
    if other is not None and differences is not None:
        fields["against"] = {**_name_recalls(other), "p50_ms": _round(other.p50_ms), "p95_ms": _round(other.p95_ms)}
        fields["differences"] = {
            f"recall@{depth}": {"mean": _round(one.mean), "low": _round(one.low), "high": _round(one.high)}
            for depth, one in differences.items()
        }
    return {**fields, "details": [_retrieval_detail(detail) for detail in report.details]} if with_details else fields


def show_retrieval(
    screen: Screen,
    report: RetrievalReport,
    corpus: OpenedCorpus,
    other: RetrievalReport | None = None,
    differences: Mapping[int, Difference] | None = None,
    *,
    with_details: bool,
) -> None:
    """Print the figures, and with details each question."""
    if with_details:
        deepest = max(report.recalls)
        rows = [
            (
                detail.question.id or detail.question.question,
                detail.question.type,
                f"{detail.recalls[deepest]:.0f}",
                f"{detail.ms:.1f}",
                ", ".join(detail.missed),
            )
            for detail in report.details
        ]
        screen.table(Table(columns=("question", "type", f"recall@{deepest}", "ms", "not found"), rows=rows))
        screen.line()
    figures = [*_name_recalls(report).items(), ("all_gold@5", report.all_gold)]
    screen.table(Table(columns=("figure", "percent"), rows=[(name, f"{value:.1f}") for name, value in figures]))
    if other is not None and differences is not None:
        _show_differences(screen, other, differences)
    asked = count(len(report.details), "question")
    passages = count(len(corpus.library.passages), "passage")
    screen.line(Toned(f"{asked}, {passages}, indexed in {format_seconds(corpus.seconds)}", "dim"))
    times = f"{report.p50_ms:.1f} ms of CPU a question, {report.p95_ms:.1f} ms for 95 of 100"
    screen.line(Toned(f"{times}; {report.peak_rss_mb:.0f} MB of memory at most", "dim"))


def _show_differences(screen: Screen, other: RetrievalReport, differences: Mapping[int, Difference]) -> None:
    rows = [
        (f"recall@{depth}", f"{other.recalls[depth]:.1f}", f"{one.mean:+.1f}", f"{one.low:+.1f} to {one.high:+.1f}")
        for depth, one in differences.items()
    ]
    screen.line()
    screen.table(Table(columns=("against", "percent", "difference", "95 % interval"), rows=rows))
    screen.line(Toned(f"{other.p50_ms:.1f} ms of CPU a question, {other.p95_ms:.1f} ms for 95 of 100, for it", "dim"))


def evidence_as_json(report: EvidenceReport, *, with_details: bool) -> dict[str, Any]:
    """The object that `moe eval evidence --json` prints."""
    fields: dict[str, Any] = {
        "precision": _round(report.precision),
        "recall": _round(report.recall),
        "f1": _round(report.f1),
        "gold_cited": _round(report.gold_cited),
        "all_gold_cited": _round(report.all_gold_cited),
        "citations": _round(report.citations),
        "questions": len(report.details),
        "degraded": report.degraded,
        "failed": report.failed,
    }
    return {**fields, "details": [_evidence_detail(detail) for detail in report.details]} if with_details else fields


def show_evidence(screen: Screen, report: EvidenceReport, *, with_details: bool) -> None:
    """Print the figures, and with details each question."""
    if with_details:
        rows = [
            (
                detail.question.id or detail.question.question,
                detail.question.type,
                _percent(detail.f1),
                "all" if detail.is_whole else "some" if detail.is_found else "none",
                detail.error or ", ".join(detail.cited),
            )
            for detail in report.details
        ]
        screen.table(Table(columns=("question", "type", "f1", "gold cited", "cited"), rows=rows))
        screen.line()
    figures = {
        "precision of cited sentences": report.precision,
        "recall of supporting sentences": report.recall,
        "f1": report.f1,
        "a citation is gold": report.gold_cited,
        "all gold is cited": report.all_gold_cited,
    }
    known = [(name, _percent(value)) for name, value in figures.items() if value is not None]
    screen.table(Table(columns=("figure", "percent"), rows=known))
    asked = count(len(report.details), "question")
    screen.line(Toned(f"{asked}, {report.citations:.1f} passages cited a question", "dim"))


def refusal_as_json(report: RefusalReport, *, with_details: bool) -> dict[str, Any]:
    """The object that `moe eval refusal --json` prints."""
    fields: dict[str, Any] = {
        "refused_without_gold": _round(report.refused_without_gold),
        "refused_with_gold": _round(report.refused_with_gold),
        "questions": len(report.details),
        "failed": report.failed,
    }
    return {**fields, "details": [_refusal_detail(detail) for detail in report.details]} if with_details else fields


def show_refusal(screen: Screen, report: RefusalReport, *, with_details: bool) -> None:
    """Print the figures, and with details each question that went wrong."""
    if with_details:
        wrong = [
            (detail.question.id or detail.question.question, what, answer)
            for detail in report.details
            for what, answer in _list_mistakes(detail)
        ]
        screen.table(Table(columns=("question", "mistake", "answer"), rows=wrong))
        screen.line()
    rows = [
        ("refused when the evidence is gone", f"{report.refused_without_gold:.1f}"),
        ("refused though it is there", f"{report.refused_with_gold:.1f}"),
    ]
    screen.table(Table(columns=("figure", "percent"), rows=rows))
    screen.line(Toned(count(len(report.details), "question"), "dim"))


def _list_mistakes(detail: RefusalDetail) -> Iterator[tuple[str, str]]:
    if is_refusal(detail.with_gold):
        yield "refused", join_line(detail.with_gold.answer)
    if detail.without_gold is not None and not is_refusal(detail.without_gold):
        yield "answered", join_line(detail.without_gold.answer)


def _refusal_detail(detail: RefusalDetail) -> dict[str, Any]:
    without = detail.without_gold
    return {
        "id": detail.question.id,
        "question": detail.question.question,
        "type": detail.question.type,
        "gold": detail.question.gold,
        "refused_with_gold": is_refusal(detail.with_gold),
        "answer_with_gold": detail.with_gold.answer,
        "refused_without_gold": None if without is None else is_refusal(without),
        "answer_without_gold": None if without is None else without.answer,
    }


def _name_recalls(report: RetrievalReport) -> dict[str, float]:
    return {f"recall@{depth}": round(recall, _DIGITS) for depth, recall in report.recalls.items()}


def _retrieval_detail(detail: Detail) -> dict[str, Any]:
    return {
        "id": detail.question.id,
        "question": detail.question.question,
        "type": detail.question.type,
        "gold": detail.question.gold,
        "found": detail.found,
        "recalls": {f"recall@{depth}": round(recall, _DIGITS) for depth, recall in detail.recalls.items()},
        "ms": round(detail.ms, _DIGITS),
    }


def _evidence_detail(detail: EvidenceDetail) -> dict[str, Any]:
    return {
        "id": detail.question.id,
        "question": detail.question.question,
        "type": detail.question.type,
        "gold": detail.question.gold,
        "support": detail.question.support,
        "cited": detail.cited,
        "cited_sentences": detail.cited_sentences,
        "precision": _round(detail.precision),
        "recall": _round(detail.recall),
        "f1": _round(detail.f1),
        "gold_cited": detail.is_found,
        "all_gold_cited": detail.is_whole,
        "degraded": detail.is_degraded,
        "error": detail.error,
    }


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def show_sets(screen: Screen, sets: Sequence[QuestionSet]) -> None:
    """Print the project's question sets."""
    if not sets:
        screen.line("there is no question set yet: moe eval add ID --to NAME makes one of a run's question")
    for one in sets:
        screen.line(Toned(one.name, "strong"), f"  {one.problem or count(one.questions, 'question')}  ", one.path)
