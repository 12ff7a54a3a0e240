"""Where right answers are lost, without a language model: in the search, the ranking, the acceptance, the short answer.

    python benchmarks/answers/budget.py [sixth] [seventh] … [ninth]

Of the questions that the documents answer: whether a passage found holds the answer, whether the sentence that does is
the likeliest of all (see `find_likely`), and what came of it. Of the wrong answers: what was wrong. Questions whose
answer is yes or no alone are counted apart, as no span tells which sentence answers them.
"""

import argparse
from collections import Counter
from pathlib import Path

import anyio
from fit_refusal import find_evidence
from judge import HERE, AskedQuestion, judge, open_collection, read_questions, says

from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe.knowledge.library import DocumentLibrary
from moe_kit.extraction.query import parse_query
from moe_kit.extraction.ranking import rank_units
from moe_kit.extraction.unit_ranker import find_likely
from moe_kit.extraction.units import split_evidence

UNANSWERABLE, YES_NO = "the documents do not say it", "yes or no"
NOT_FOUND, NOT_FIRST, FIRST = "not in what was found", "found, another is likelier", "found, the likeliest"
CLASSES = (NOT_FOUND, NOT_FIRST, FIRST, YES_NO, UNANSWERABLE)
COLUMNS = ("right", "refused rightly", "partly", "wrong", "refused wrongly")


def find_class(library: DocumentLibrary, question: AskedQuestion) -> str:
    """How far the sentence that answers came."""
    spans = _find_spans(question)
    if not question.right:
        return UNANSWERABLE
    if not spans:
        return YES_NO
    units = split_evidence(find_evidence(library, question.text, frozenset()))
    if not any(unit.can_be_quoted and says(unit.text, spans) for unit in units):
        return NOT_FOUND
    query = parse_query(question.text)
    likely = find_likely(query, rank_units(query, units), units)
    return FIRST if likely and says(likely[0].signed.candidate.unit.text, spans) else NOT_FIRST


def find_fault(question: AskedQuestion, result: RunResult) -> str:
    """What is wrong with a wrong answer."""
    spans = _find_spans(question)
    if not question.right:
        return "should have been refused"
    if any(says(citation.text, spans) for citation in result.citations):
        return "right sentence, wrong short answer"
    return "wrong sentence" if spans else "wrong yes or no"


def _find_spans(question: AskedQuestion) -> list[str]:
    return [span for span in question.right if span not in ("Yes", "No")]


async def measure(folder: Path) -> tuple[Counter[tuple[str, str]], Counter[str]]:
    """Questions of a collection by class and verdict, and its wrong answers by fault."""
    counts: Counter[tuple[str, str]] = Counter()
    faults: Counter[str] = Counter()
    with open_collection(folder) as (app, library):
        for question in read_questions(folder):
            result = await app.run(RunRequest(question=question.text), library=library)
            verdict = judge(question, result)
            counts[find_class(library, question), verdict] += 1
            if verdict == "wrong":
                faults[find_fault(question, result)] += 1
    return counts, faults


def main() -> None:
    parser = argparse.ArgumentParser(description="Where right answers are lost")
    parser.add_argument("halves", nargs="+", help="folders of collections: first to ninth")
    wanted = parser.parse_args()
    unknown = [half for half in wanted.halves if not (HERE / half).is_dir()]
    if unknown:
        parser.error(f"no set of questions is called {', '.join(unknown)}; there are first to ninth")
    counts: Counter[tuple[str, str]] = Counter()
    faults: Counter[str] = Counter()
    for half in wanted.halves:
        for folder in sorted(path for path in (HERE / half).iterdir() if path.is_dir()):
            of_folder, of_wrong = anyio.run(measure, folder)
            counts += of_folder
            faults += of_wrong
    print(f"{'questions':30}" + "".join(f"{column:>17}" for column in COLUMNS))
    for name in CLASSES:
        print(f"{name:30}" + "".join(f"{counts[name, column]:17}" for column in COLUMNS))
    print("wrong: " + ", ".join(f"{fault} {count}" for fault, count in faults.most_common()))


if __name__ == "__main__":
    main()
