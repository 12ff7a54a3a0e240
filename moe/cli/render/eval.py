"""Measurements for reading, and as the objects that --json prints."""

from typing import Any

from moe.cli.render.screen import Screen, Table, Toned
from moe.evaluation.corpus import OpenedCorpus
from moe.evaluation.evidence import EvidenceDetail, EvidenceReport
from moe.evaluation.retrieval import Detail, RetrievalReport
from moe_core.text.amounts import count, format_seconds

_DIGITS = 2


def retrieval_as_json(report: RetrievalReport, corpus: OpenedCorpus, *, with_details: bool) -> dict[str, Any]:
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
    return {**fields, "details": [_retrieval_detail(detail) for detail in report.details]} if with_details else fields


def show_retrieval(screen: Screen, report: RetrievalReport, corpus: OpenedCorpus, *, with_details: bool) -> None:
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
    asked = count(len(report.details), "question")
    passages = count(len(corpus.library.passages), "passage")
    screen.line(Toned(f"{asked}, {passages}, indexed in {format_seconds(corpus.seconds)}", "dim"))
    times = f"{report.p50_ms:.1f} ms of CPU a question, {report.p95_ms:.1f} ms for 95 of 100"
    screen.line(Toned(f"{times}; {report.peak_rss_mb:.0f} MB of memory at most", "dim"))


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
