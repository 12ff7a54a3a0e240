from xml.etree.ElementTree import Element, SubElement

from moe_kit.documents.word.numbering import ListNumbers


def make_numbering() -> Element:
    part = Element("numbering")
    abstract = SubElement(part, "abstractNum", abstractNumId="0")
    for level, form, text in ((0, "decimal", "%1."), (1, "lowerRoman", "%1.%2"), (2, "bullet", "o"), (3, "none", "")):
        element = SubElement(abstract, "lvl", ilvl=str(level))
        SubElement(element, "numFmt", val=form)
        SubElement(element, "lvlText", val=text)
    for identifier, start in (("1", ""), ("2", "7"), ("3", "")):
        number = SubElement(part, "num", numId=identifier)
        SubElement(number, "abstractNumId", val="0")
        if start:
            SubElement(SubElement(number, "lvlOverride", ilvl="0"), "startOverride", val=start)
    return part


def test_items_are_counted_by_level_and_deeper_ones_begin_anew() -> None:
    numbers = ListNumbers([make_numbering()])
    places = [("1", 0), ("1", 1), ("1", 1), ("1", 0), ("1", 1), ("1", 2), ("1", 3)]
    assert [numbers.count(place) for place in places] == ["1.", "1.i", "1.ii", "2.", "2.i", "-", ""]


def test_a_list_goes_on_with_the_one_it_is_made_from_unless_it_says_where_to_begin() -> None:
    numbers = ListNumbers([make_numbering()])
    assert [numbers.count((identifier, 0)) for identifier in ("1", "3", "2", "2", "none")] == [
        "1.",
        "2.",
        "7.",
        "8.",
        "",
    ]
