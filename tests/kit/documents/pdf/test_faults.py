from moe_kit.documents.pdf.faults import NO_TEXT, describe_faults, find_fault


def test_runs_of_pages_are_told_together() -> None:
    faults = [("i", ""), ("1", NO_TEXT), ("2", NO_TEXT), ("3", ""), ("4", NO_TEXT)]
    assert describe_faults(faults) == ["pages 1-2, 4 hold no text (scanned?): run ocrmypdf"]
    assert describe_faults(faults[3:]) == ["page 4 holds no text (scanned?): run ocrmypdf"]


def test_characters_without_a_name_are_a_fault_of_the_page() -> None:
    assert not find_fault("The wheel is of oak.", unmapped=1)
    assert find_fault("The wheel is of oak.", unmapped=10)
