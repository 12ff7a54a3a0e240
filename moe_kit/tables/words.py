"""Words of a question beside words of a table: alike by stem, by ending, by a slip of the pen, or by what they mean."""

from functools import lru_cache

from moe_core.text.tokens import fold, stem

# Words that people use for the same column.
_MEANINGS = tuple(
    frozenset(words.split())
    for words in (
        "price cost costs expensive cheap dear amount fee charge rate value paid pay spend spent preis kosten teuer"
        " billig guenstig gunstig betrag wert kostet",
        "sale sales sold sell revenue turnover income umsatz verkauf verkauft erlos einnahmen",
        "quantity qty units pieces count number stock available menge anzahl bestand stuck stuckzahl",
        "staff employee employees people person persons worker workers colleague colleagues member name mitarbeiter"
        " personen leute",
        "customer customers client clients buyer kunde kunden",
        "supplier vendor lieferant",
        "weight heavy light kg gewicht schwer leicht",
        "height high tall hohe hoch",
        "length long short lange lang",
        "duration long hours minutes time dauer",
        "age old young alter",
        "date day when datum tag",
        "year jahr",
        "salary wage pay earn earns earned gehalt lohn verdient",
        "visitor visitors guests came besucher kamen",
        "city town ort stadt",
        "item product article thing artikel produkt ware",
        "department team division abteilung",
        "start started joined since beginn seit",
        "hours work works worked stunden arbeitet",
        "phone telephone extension number telefon durchwahl",
        "temperature hot cold warm temperatur",
        "speed fast slow",
        "size big large small area grosse gross klein flache",
    )
)
_ENDINGS = frozenset(("s", "es", "e", "n", "en", "er", "ern", "em", "in", "innen", "r", "ed", "d", "ing", "ly"))
_LETTERS_MIN = 4
_SLIP_LETTERS_MIN = 6


def is_same(one: str, other: str) -> bool:
    """Whether two folded words are forms of one word."""
    if one == other or stem(one) == stem(other):
        return True
    short, long = sorted((one, other), key=len)
    return len(short) >= _LETTERS_MIN - 1 and long.startswith(short) and long[len(short) :] in _ENDINGS


@lru_cache(4096)
def is_slip(one: str, other: str) -> bool:
    """Whether one word is the other with one letter wrong, missing, added or changed in place with its neighbour."""
    if min(len(one), len(other)) < _SLIP_LETTERS_MIN or abs(len(one) - len(other)) > 1 or one[0] != other[0]:
        return False
    if any(char.isdigit() for char in one + other):
        return False
    place = 0
    while place < min(len(one), len(other)) and one[place] == other[place]:
        place += 1
    rest, beside = one[place:], other[place:]
    swapped = rest[1:2] + rest[:1] + rest[2:] if len(rest) > 1 else rest
    return rest[1:] == beside[1:] or rest == beside[1:] or rest[1:] == beside or swapped == beside


def mean_same(one: str, other: str) -> bool:
    """Whether people use two folded words for the same column."""
    return any(_is_in(one, meaning) and _is_in(other, meaning) for meaning in _MEANINGS)


def split_name(name: str) -> list[str]:
    """The folded words of a column's or a file's name: "unitPrice", "unit_price" and "Unit price (EUR)" alike."""
    spaced = "".join(
        f" {char}" if char.isupper() and place and name[place - 1].islower() else char if char.isalnum() else " "
        for place, char in enumerate(name)
    )
    return [fold(word) for word in spaced.split()]


def _is_in(word: str, meaning: frozenset[str]) -> bool:
    return word in meaning or (len(word) > _LETTERS_MIN and word.removesuffix("s") in meaning)
