from moe_kit.extraction.units import MAX_UNIT_CHARACTERS, UnitKind, split_evidence


def _by_text(units):
    return {unit.text: unit for unit in units}


def test_every_unit_is_a_slice_of_its_document(harbour):
    for unit in split_evidence(harbour):
        item = unit.evidence
        assert item.text[unit.start - item.start : unit.end - item.start] == unit.text


def test_headings_questions_menus_and_rules_give_context_but_are_not_quoted(harbour):
    units = _by_text(split_evidence(harbour))
    assert units["# The Skarn light"].kind is UnitKind.HEADING
    assert units["Who paid for it?"].kind is UnitKind.QUESTION
    assert units["|---|---|---|"].kind is UnitKind.NOISE
    assert units["Home » Fish » Contact"].kind is UnitKind.NOISE
    assert not any(units[text].can_be_quoted for text in ("# The Skarn light", "Who paid for it?", "|---|---|---|"))


def test_a_row_stands_under_its_header(harbour):
    row = _by_text(split_evidence(harbour))["| Ida Quist | 1889 | 1910 |"]
    assert row.kind is UnitKind.ROW
    assert "Keeper | From | To" in row.context


def test_the_sentence_after_a_question_stands_under_it(harbour):
    answer = _by_text(split_evidence(harbour))["The harbour board paid 4,200 pounds."]
    assert "Who paid for it?" in answer.context


def test_comma_separated_lines_are_rows_and_their_first_line_a_header(make_evidence):
    units = split_evidence([make_evidence("code,item,cost\nM01,Sluice gate,27900\nM02,Eel pass,19750\n")])
    assert [(unit.text, unit.kind) for unit in units] == [
        ("code,item,cost", UnitKind.HEADING),
        ("M01,Sluice gate,27900", UnitKind.ROW),
        ("M02,Eel pass,19750", UnitKind.ROW),
    ]


def test_a_wrapped_sentence_stays_whole(make_evidence):
    text = "The tide gate was\nmade of greenheart,\nfrom the old pier."
    assert [unit.text for unit in split_evidence([make_evidence(text)])] == [text]


def test_a_figure_with_a_comma_makes_no_row(make_evidence):
    (unit,) = split_evidence([make_evidence("In all 1,126 people gave 71,430 pounds.")])
    assert unit.kind is UnitKind.SENTENCE


def test_an_endless_line_is_cut_into_pieces_that_can_be_read(make_evidence):
    units = split_evidence([make_evidence("salt and herring " * 400)])
    assert len(units) > 3
    assert max(len(unit.text) for unit in units) <= MAX_UNIT_CHARACTERS


def test_a_stretch_given_twice_counts_once(harbour):
    assert len(split_evidence([*harbour, *harbour])) == len(split_evidence(harbour))


def test_numbered_and_bold_headings_are_headings_and_list_items_are_not(make_evidence):
    sections = "3. Why it leans\n\nThe gable leans.\n\n**4. Dredging.**\n\nThe pond was dredged.\n\n"
    text = f"{sections}1. Oak boards\n2. Elm floats\n"
    units = _by_text(split_evidence([make_evidence(text)]))
    assert units["3. Why it leans"].kind is UnitKind.HEADING
    assert units["**4. Dredging.**"].kind is UnitKind.HEADING
    assert "Why it leans" in units["The gable leans."].context
    assert units["1. Oak boards"].can_be_quoted


def test_a_date_by_itself_is_not_quoted(make_evidence):
    units = _by_text(split_evidence([make_evidence("29 September 2017.\n\nDear Mrs Tennick, the gate is sound.")]))
    assert not units["29 September 2017."].can_be_quoted
    assert units["Dear Mrs Tennick, the gate is sound."].can_be_quoted


def test_a_mails_subject_stands_over_it_and_is_not_quoted(make_evidence):
    text = "Subject: Spring regatta\n\nWe meet at the boathouse.\n\nBring a lamp."
    units = split_evidence([make_evidence(text)])
    assert [unit.text for unit in units if unit.can_be_quoted] == ["We meet at the boathouse.", "Bring a lamp."]
    assert all("Spring regatta" in unit.context for unit in units if unit.can_be_quoted)


def test_the_names_of_columns_are_not_quoted(make_evidence):
    text = "columns: Boat, Crew, Mooring\nBoat: Heron; Crew: 4; Mooring: north"
    units = split_evidence([make_evidence(text)])
    assert [unit.text for unit in units if unit.can_be_quoted] == ["Boat: Heron; Crew: 4; Mooring: north"]


def test_each_word_in_a_chat_stands_by_itself(make_evidence):
    chat = "[09:12] kit: the vote is on friday\n[09:13] mo: ok. i tell dunc\n12.03.24, 18:05 - Anna: wann\n<kit> hi\n"
    texts = [unit.text for unit in split_evidence([make_evidence(chat)])]
    assert texts[0] == "[09:12] kit: the vote is on friday"
    assert not any(text.count("mo:") and text.count("kit:") for text in texts)
    wrapped = "We meet from 09:12 until noon\nand then have lunch with all of us\n"
    assert len(split_evidence([make_evidence(wrapped)])) == 1
