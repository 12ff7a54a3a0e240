from email import message_from_string

from moe_kit.documents.mail.message_text import add_message, list_names
from moe_kit.documents.outline import TextBuilder

REPLY = "References: <1@x> <2@x>\n\nYes.\n\nAm 3. März schrieb Ann:\n> Coming?\n"


def read(raw: str, *known: str) -> str:
    builder = TextBuilder()
    assert add_message(message_from_string(raw), builder, known=known) == []
    return builder.build()[0]


def test_what_is_quoted_of_a_known_message_is_left_out() -> None:
    assert read(REPLY, "<2@x>") == "Yes."
    assert read(REPLY, "<3@x>").endswith("> Coming?")


def test_pictures_within_the_text_are_no_attached_files() -> None:
    parts = (
        "Content-Type: multipart/related; boundary=b\n\n--b\n\nText.\n"
        "--b\nContent-Type: image/png; name=logo.png\n\nx\n--b--"
    )
    assert read(parts) == "Text."


def test_parts_without_end_are_no_attached_files_and_names_are_cut() -> None:
    nested = "--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 90
    assert read(f"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n{nested}") == "Subject: x"
    assert list_names([f"{number}.pdf" for number in range(11)]).endswith("9.pdf and more")
