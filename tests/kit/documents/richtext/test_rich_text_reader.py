from moe_kit.documents.richtext.rich_text_reader import RichBlock, RichTextReader


def read(body: str) -> list[RichBlock]:
    return list(RichTextReader(b"{\\rtf1\\ansi " + body.encode("latin-1") + b"}").read())


def test_levels_rows_and_margins_are_told_apart() -> None:
    body = r"{\header Top\par}\outlinelevel1 Wood\par\pard\intbl a\cell b\cell\row\pard\outlinelevel9 Text"
    assert read(body) == [
        RichBlock(cells=("Top",), is_margin=True),
        RichBlock(cells=("Wood",), level=2),
        RichBlock(cells=("a", "b"), is_row=True),
        RichBlock(cells=("Text",)),
    ]


def test_hidden_text_ends_with_its_group_or_its_sign() -> None:
    assert read(r"a{\v b}c\v d\v0 e\v f\plain g") == [RichBlock(cells=("aceg",))]


def test_characters_for_readers_without_unicode_are_passed_over() -> None:
    assert read(r"\uc2\u228ae\u246\'f6x{\uc1\u252 u}z") == [RichBlock(cells=("äöüz",))]
