import pytest

from moe_kit.documents.delimiters import find_delimiter


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("Artikel;Preis\nRad;189,50\nBank;240,00\nKorb;88,60\n", ";"),
        ("a;b;c\n1,5;2,5;3,5\n1,5;2,5;3,5\n", ";"),
        ("name,remark\nA,one; two\nB,three; four\n", ","),
        ('name,remark\nA,"one; two"\nB,"three; four"\n', ","),
        ("name\tprice\nA, B\t1,5\nC, D\t2,5\n", "\t"),
        ("name|price\nA, B|1,5\n", "|"),
        ('name;remark\nA;"one\n\ntwo"\nB;x\n', ";"),
        ("Report, of May; all\n\nname;sum\nA;1,5\nB;2,5\nC;3,5\n", ";"),
        ("one\ntwo\n", ","),
        ("", ","),
    ],
)
def test_the_delimiter_parts_all_rows_alike(text: str, delimiter: str) -> None:
    assert find_delimiter(text) == delimiter
