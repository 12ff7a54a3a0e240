from xml.etree.ElementTree import Element, SubElement

from moe_kit.documents.opendocument.lists import ListStyles


def test_the_marks_of_lists_are_counted_and_shown_as_the_style_says() -> None:
    part = Element("styles")
    style = SubElement(part, "list-style", name="L1")
    SubElement(
        style, "list-level-style-number", {"level": "1", "num-format": "I", "num-suffix": ".", "start-value": "4"}
    )
    SubElement(style, "list-level-style-number", {"level": "2", "num-format": "1", "display-levels": "2"})
    SubElement(style, "list-level-style-bullet", level="3")
    lists = ListStyles([part])
    assert lists.get_start("L1", 1) == 4
    assert lists.get_start("L1", 2) == lists.get_start("none", 1) == 1
    assert [lists.label("L1", counts) for counts in ([4], [4, 2], [4, 2, 1])] == ["IV.", "4.2", "-"]
    assert lists.label("none", [1]) == "-"
