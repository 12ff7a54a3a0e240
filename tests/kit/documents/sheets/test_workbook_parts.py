from io import BytesIO
from zipfile import ZipFile

from moe_kit.documents.sheets import workbook_parts
from moe_kit.documents.sheets.workbook_parts import scan_sheet

SHEET = (
    '<x:c r="A1"><x:f>SUM(B1)</x:f><x:v>3</x:v></x:c><c><f>A1</f><v/></c><c><f>A1</f></c>'
    '<c><f t="shared" si="0"/><v></v></c>'
    '<c><f t="shared" si="0"/><v>1</v></c><mergeCells count="2">'
    '<mergeCell ref="A4:A5"/><x:mergeCell a="" ref="AB1:AC10"/>'
)


def test_merged_cells_and_formulas_without_result_are_found_across_pieces(monkeypatch) -> None:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("s.xml", SHEET)
    for size in (7, 64, 1 << 20):
        monkeypatch.setattr(workbook_parts, "_CHUNK_BYTES", size)
        with ZipFile(buffer) as archive:
            facts = scan_sheet(archive, "s.xml")
        assert facts.merges == [(3, 0, 4, 0), (0, 27, 9, 28)]
        assert facts.formulas_without_result == 3
