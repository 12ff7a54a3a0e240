import io

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from moe_core.contracts.errors import DocumentError


def make_show() -> bytes:
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text = "Budget"
    slide.placeholders[1].text_frame.text = "Dredging first"
    slide.placeholders[1].text_frame.add_paragraph().text = "Lights later"
    slide.notes_slide.notes_text_frame.text = "The grant is 40,000."
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = "Costs"
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(2)).table
    for column, (name, value) in enumerate((("Item", "Pump"), ("Pounds", "4,350"))):
        table.cell(0, column).text, table.cell(1, column).text = name, value
    slide = show.slides.add_slide(show.slide_layouts[6])
    data = CategoryChartData()
    data.categories = ["2023", "2024"]
    data.add_series("Visitors", (1200, 1450.5))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(1), Inches(4), Inches(3), data)
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(Inches(1), Inches(6), Inches(3), Inches(1)).text_frame.text = "Source: gate"
    slide._element.set("show", "0")
    buffer = io.BytesIO()
    show.save(buffer)
    return buffer.getvalue()


def test_slides_are_pages_with_their_tables_charts_and_notes(load) -> None:
    loaded = load("a.pptx", make_show())
    (document,) = loaded.documents
    assert document.text == (
        "Budget\n\n- Dredging first\n- Lights later\n\nNotes: The grant is 40,000.\n\n"
        "Costs\n\nItem: Pump; Pounds: 4,350\n\n"
        "row: 2023; Visitors: 1200\nrow: 2024; Visitors: 1450.5\n\nSource: gate"
    )
    assert [section.title for section in document.sections] == ["Budget", "Costs", "slide 3"]
    starts = [document.text.index(words) for words in ("Budget", "Costs", "row: 2023")]
    assert [(page.label, page.start) for page in document.pages] == list(zip("123", starts, strict=True))
    assert loaded.notes == ("hidden slides are read too: 3",)


@pytest.mark.parametrize("data", [b"", make_show()[:900]])
def test_a_damaged_file_is_a_document_error(load, data: bytes) -> None:
    with pytest.raises(DocumentError, match=r"a\.pptx"):
        load("a.pptx", data)
