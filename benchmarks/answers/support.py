"""How many true statements are kept, and how many false ones get past, when they are held against what they cite.

    python benchmarks/answers/support.py DOCUMENTS [DOCUMENTS …] [--most 60] [--verbose]

DOCUMENTS are folders or corpus.jsonl files. Statements are made of their sentences by rules: true ones say the same in
another order, form or length; false ones change one thing. Kinds marked * were written after
the first code that is measured, which was mended by what they showed; those marked ** after that.
"""

import argparse
import random
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from moe.app import App
from moe.evaluation.corpus import open_corpus
from moe_core.text.sentences import split_sentences
from moe_kit.support.check import Source, find_unsupported

NUMBER = re.compile(r"(?<![\w.,:-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w:-]|[.,]\d)")
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*")
BE = re.compile(r"\b(?:was|is|were|are|has|had|will|can)\b")
NOT = re.compile(r"\b(?:not|never) ")
WHEN = re.compile(r",? ((?:in|on|at|since|until|by) (?:\d{1,2} )?(?:[A-Z][a-z]+ )?\d{4})\b")
MONTH = re.compile(r"\b(?:January|February|March|April|June|July|August|September|October|November|December)\b")
UNIT = re.compile(r"(?<=\d )(?:km|kg|m|miles|metres|feet|pounds|euros|dollars|hours|minutes|days|years|months|weeks)\b")
SWAPPED_UNITS = {
    "km": "kg",
    "kg": "km",
    "m": "kg",
    "miles": "kg",
    "metres": "miles",
    "feet": "miles",
    "pounds": "euros",
}
OPPOSITES = {
    "before": "after", "after": "before", "more": "less", "first": "last", "last": "first", "north": "south",
    "south": "north", "east": "west", "west": "east", "highest": "lowest", "largest": "smallest", "above": "below",
    "won": "lost", "lost": "won", "bought": "sold", "sold": "bought", "born": "died", "opened": "closed",
}  # fmt: skip
INVENTED = (" in {y} for {n} million dollars", ", as Napoleon had ordered in {y}", " and burned down {n} years later")
VERBS = "restored founded painted wrote bought directed destroyed discovered married designed".split()


@dataclass(frozen=True)
class Piece:
    """A sentence, and where it stands."""

    text: str
    title: str
    document: str
    before: str


@dataclass
class Material:
    """All sentences, and the names in them."""

    pieces: list[Piece]
    names: list[str]
    chance: random.Random = field(default_factory=lambda: random.Random(11))

    def pick_other(self, piece: Piece) -> Piece:
        """A sentence of another document."""
        while True:
            other = self.chance.choice(self.pieces)
            if other.document != piece.document:
                return other


Made = tuple[str, Sequence[Piece]] | None


def verbatim(piece: Piece, all_: Material) -> Made:
    return piece.text, [piece]


def shortened(piece: Piece, all_: Material) -> Made:
    head = re.split(r", |; | \(", piece.text)[0]
    return (f"{head}.", [piece]) if 5 < len(head.split()) < len(piece.text.split()) - 2 else None


def date_first(piece: Piece, all_: Material) -> Made:
    match = WHEN.search(piece.text)
    if not match or not piece.text.startswith(("The ", "It ", "He ", "She ")):
        return None
    rest = piece.text[: match.start()] + piece.text[match.end() :]
    return f"{match[1].capitalize()}, {rest[0].lower()}{rest[1:]}", [piece]


def other_format(piece: Piece, all_: Material) -> Made:
    def write(match: re.Match[str]) -> str:
        digits = match.group()
        if "," in digits:
            return digits.replace(",", all_.chance.choice(["", "."]))
        words = "zero one two three four five six seven eight nine ten eleven twelve".split()
        return words[int(digits)] if digits.isdigit() and 1 < int(digits) < 13 else digits

    text = NUMBER.sub(write, piece.text)
    return (text, [piece]) if text != piece.text else None


def named(piece: Piece, all_: Material) -> Made:
    match = re.match(r"(?:He|She|It) (?=was|is|has|had)", piece.text)
    return (f"{piece.title} {piece.text[match.end() :]}", [piece]) if match and piece.title else None


def joined(piece: Piece, all_: Material) -> Made:
    mine = set(NAME.findall(piece.text))
    other = next((o for o in all_.pieces if o.document != piece.document and mine & set(NAME.findall(o.text))), None)
    return (f"{piece.text.rstrip('.')}, and {other.text}", [piece, other]) if other and mine else None


def two_sentences(piece: Piece, all_: Material) -> Made:
    other = all_.pick_other(piece)
    return f"{piece.text} {other.text}", [piece, other]


def without_aside(piece: Piece, all_: Material) -> Made:
    text = re.sub(r" \([^)]*\)|, [^,]{3,40},", "", piece.text)
    return (text, [piece]) if text != piece.text and len(text.split()) > 5 else None


def introduced(piece: Piece, all_: Material) -> Made:
    lead = piece.text if re.match(r"(?:I|[A-Z][a-z]+ [A-Z])", piece.text) else piece.text[0].lower() + piece.text[1:]
    return f"According to the document, {lead}", [piece]


def number_changed(piece: Piece, all_: Material) -> Made:
    found = list(NUMBER.finditer(piece.text))
    if not found:
        return None
    match = all_.chance.choice(found)
    value = float(match.group().replace(",", "")) + all_.chance.choice([1, 3, 17])
    return f"{piece.text[: match.start()]}{value:g}{piece.text[match.end() :]}", [piece]


def subject_changed(piece: Piece, all_: Material) -> Made:
    match = NAME.search(piece.text)
    other = all_.chance.choice(all_.names)
    if not match or other in f"{piece.text} {piece.title} {piece.before}":
        return None
    return piece.text[: match.start()] + other + piece.text[match.end() :], [piece]


def negated(piece: Piece, all_: Material) -> Made:
    if NOT.search(piece.text):
        return NOT.sub("", piece.text, count=1), [piece]
    match = BE.search(piece.text)
    return (f"{piece.text[: match.end()]} not{piece.text[match.end() :]}", [piece]) if match else None


def other_document(piece: Piece, all_: Material) -> Made:
    return piece.text, [all_.pick_other(piece)]


def invented(piece: Piece, all_: Material) -> Made:
    more = all_.chance.choice(INVENTED).format(y=all_.chance.randint(1400, 1700), n=all_.chance.randint(13, 19))
    return f"{piece.text.rstrip('.')}{more}.", [piece]


def figures_exchanged(piece: Piece, all_: Material) -> Made:
    found = list(NUMBER.finditer(piece.text))
    if len(found) < 2 or found[0].group() == found[1].group():
        return None
    (a, b), text = found[:2], piece.text
    return text[: a.start()] + b.group() + text[a.end() : b.start()] + a.group() + text[b.end() :], [piece]


def month_changed(piece: Piece, all_: Material) -> Made:
    match = MONTH.search(piece.text)
    other = "March" if match and match.group() != "March" else "August"
    text = MONTH.sub(other, piece.text, count=1)
    return (text, [piece]) if match and other not in piece.text else None


def unit_changed(piece: Piece, all_: Material) -> Made:
    text = UNIT.sub(lambda match: SWAPPED_UNITS.get(match.group(), match.group()), piece.text)
    return (text, [piece]) if text != piece.text else None


def opposite(piece: Piece, all_: Material) -> Made:
    for word in piece.text.split():
        if word in OPPOSITES and OPPOSITES[word] not in piece.text:
            return piece.text.replace(f" {word} ", f" {OPPOSITES[word]} ", 1), [piece]
    return None


def mixed_up(piece: Piece, all_: Material) -> Made:
    other = all_.pick_other(piece)
    head, tail = piece.text.split(), other.text.split()
    if set(NAME.findall(piece.text)) & set(NAME.findall(other.text)):
        return None
    return " ".join(head[: len(head) // 2] + tail[len(tail) // 2 :]), [piece, other]


def verb_changed(piece: Piece, all_: Material) -> Made:
    match = re.search(r"(?<= was )(\w+ed|built|born|written)\b", piece.text)
    other = all_.chance.choice(VERBS)
    return (f"{piece.text[: match.start()]}{other}{piece.text[match.end() :]}", [piece]) if match else None


def from_next_door(piece: Piece, all_: Material) -> Made:
    """A name of the sentence before in place of its own."""
    mine, theirs = NAME.search(piece.text), NAME.findall(piece.before)
    other = next((name for name in theirs if name not in f"{piece.text} {piece.title}"), None)
    return (piece.text[: mine.start()] + other + piece.text[mine.end() :], [piece]) if mine and other else None


def quantity_changed(piece: Piece, all_: Material) -> Made:
    for word, other in (("all", "some"), ("most", "few"), ("many", "no"), ("both", "neither"), ("only", "also")):
        if f" {word} " in piece.text and other not in piece.text:
            return piece.text.replace(f" {word} ", f" {other} ", 1), [piece]
    return None


def moved_a_century(piece: Piece, all_: Material) -> Made:
    text = re.sub(r"\b(1[5-9]|20)(\d\d)\b", lambda match: f"{int(match[1]) - 1}{match[2]}", piece.text)
    return (text, [piece]) if text != piece.text else None


def day_in_figures(piece: Piece, all_: Material) -> Made:
    months = "January February March April May June July August September October November December".split()
    match = re.search(rf"\b(\d{{1,2}}) ({'|'.join(months)}) (\d{{4}})\b", piece.text)
    if not match:
        return None
    day = f"{match[3]}-{months.index(match[2]) + 1:02}-{int(match[1]):02}"
    return piece.text[: match.start()] + day + piece.text[match.end() :], [piece]


def list_turned(piece: Piece, all_: Material) -> Made:
    match = re.search(r"(?<=[a-z] )([A-Z][a-z]+) and ([A-Z][a-z]+)(?= [a-z]|[.,;])", piece.text)
    turned = f"{match[2]} and {match[1]}" if match else ""
    return (piece.text[: match.start()] + turned + piece.text[match.end() :], [piece]) if match else None


TRUE: dict[str, Callable[[Piece, Material], Made]] = {
    "verbatim": verbatim, "shortened": shortened, "date first": date_first, "other number format": other_format,
    "pronoun named": named, "two sources joined*": joined, "two sentences*": two_sentences,
    "aside left out*": without_aside, "introduced*": introduced,
    "day in figures**": day_in_figures, "list turned round**": list_turned,
}  # fmt: skip
FALSE: dict[str, Callable[[Piece, Material], Made]] = {
    "number changed": number_changed, "name changed": subject_changed, "negated": negated,
    "other document": other_document, "invented": invented, "figures exchanged*": figures_exchanged,
    "month changed*": month_changed, "unit changed*": unit_changed, "opposite word*": opposite,
    "two halves mixed up*": mixed_up, "verb changed*": verb_changed,
    "name from next door**": from_next_door, "quantity changed**": quantity_changed,
    "moved a century**": moved_a_century,
}  # fmt: skip


def load(documents: Sequence[str]) -> Material:
    """Plain sentences of 6 to 35 words that end as sentences do."""
    pieces = []
    with tempfile.TemporaryDirectory() as project:
        app = App.open(Path(project), overrides={"system.record": False})
        for name in documents:
            for document in open_corpus(name, app).library.documents():
                pieces += list(_list_pieces(document.text, document.title, document.document_id))
    names = sorted({name for piece in pieces for name in NAME.findall(piece.text)})
    material = Material(pieces, names)
    material.chance.shuffle(pieces)
    return material


def _list_pieces(text: str, title: str, document: str) -> Iterator[Piece]:
    before = ""
    for start, end in split_sentences(text):
        sentence = " ".join(text[start:end].split())
        if (
            6 <= len(sentence.split()) <= 35
            and sentence.endswith(".")
            and sentence[0].isupper()
            and "|" not in sentence
        ):
            yield Piece(sentence, title, document, before)
        before = sentence


def check(statement: str, cited: Sequence[Piece]) -> str | None:
    """What is not supported, or None."""
    return find_unsupported(statement, [Source(text=piece.text, context=piece.title) for piece in cited])


def measure(
    material: Material, makers: dict[str, Callable[[Piece, Material], Made]], most: int
) -> Iterator[tuple[str, str, Sequence[Piece], str | None]]:
    """Each kind's statements with what is not supported of them."""
    for kind, make in makers.items():
        made = (make(piece, material) for piece in material.pieces)
        for number, one in enumerate(one for one in made if one is not None):
            if number == most:
                break
            yield kind, one[0], one[1], check(*one)


def main() -> None:
    parser = argparse.ArgumentParser(description="True and false statements against what they cite")
    parser.add_argument("documents", nargs="+")
    parser.add_argument("--most", type=int, default=60, help="statements a kind")
    parser.add_argument("--verbose", action="store_true")
    wanted = parser.parse_args()
    material = load(wanted.documents)
    for title, makers, is_true in (("true", TRUE, True), ("false", FALSE, False)):
        rows = list(measure(material, makers, wanted.most))
        print(f"{title} statements{'':13} made  {'lost' if is_true else 'passed'}")
        for kind in makers:
            own = [problem for name, _, _, problem in rows if name == kind]
            wrong = sum((problem is not None) is is_true for problem in own)
            print(f"  {kind:26}{len(own):5}{wrong:7}")
        wrong = sum((row[3] is not None) is is_true for row in rows)
        print(f"  {'all':26}{len(rows):5}{wrong:7}  {100 * wrong / len(rows):.1f} %")
        if wanted.verbose:
            for kind, text, cited, problem in rows:
                if (problem is not None) is is_true:
                    print(f"    [{kind}] {text}\n      cites {[piece.text for piece in cited]}: {problem}")


if __name__ == "__main__":
    main()
