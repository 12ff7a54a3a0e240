from email.message import EmailMessage

import pytest

from moe_core.contracts.errors import DocumentError


def make_message(text: str = "I arrive on Thursday.") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Zoë Brontë <zoe@example.org>"
    message["To"] = "ann@example.org"
    message["Date"] = "Mon, 3 Mar 2025 10:05:00 +0100"
    message["Subject"] = "Größe der Fähre"
    message.set_content(text)
    return message


HEAD = "From: Zoë Brontë <zoe@example.org>\nTo: ann@example.org\nDate: 2025-03-03 10:05\nSubject: Größe der Fähre"


def test_a_message_says_who_wrote_when_and_what(load) -> None:
    loaded = load("a.eml", make_message().as_bytes())
    assert loaded.documents[0].text == f"{HEAD}\n\nI arrive on Thursday."
    assert loaded.documents[0].title == "Größe der Fähre (from Zoë Brontë, 2025-03-03)"
    assert loaded.notes == ()


@pytest.mark.parametrize(
    ("plain", "text"),
    [
        ("The long and plain words.", "The long and plain words."),
        ("See HTML.", "In HTML: the ferry leaves at nine from the long pier."),
    ],
)
def test_the_plain_part_is_read_unless_it_only_points_to_the_other(load_one, plain: str, text: str) -> None:
    message = make_message(plain)
    message.add_alternative("<p>In HTML: the ferry leaves at nine from the long pier.</p>", subtype="html")
    assert load_one("a.eml", message.as_bytes()).text == f"{HEAD}\n\n{text}"


def test_attached_texts_and_messages_are_read_and_other_files_are_said_to_be_left_out(load) -> None:
    message = make_message()
    message.add_attachment("Name,Sum\nAnn,3\n", subtype="csv", filename="sums.csv")
    message.add_attachment(b"PK", maintype="application", subtype="zip", filename="größe.zip")
    message.add_attachment(make_message("Forwarded words."))
    loaded = load("a.eml", message.as_bytes())
    text = loaded.documents[0].text
    assert "Attachments: größe.zip" in text
    assert "Name,Sum\nAnn,3" in text
    assert text.endswith(f"{HEAD}\n\nForwarded words.")
    assert loaded.notes == ("attached files are left out: größe.zip; save them beside it",)


def test_what_is_quoted_is_kept_where_it_stands_alone(load_one) -> None:
    assert load_one("a.eml", make_message("Yes.\n\n> Coming?\n").as_bytes()).text.endswith("Yes.\n\n> Coming?")


def test_charsets_and_broken_headers_are_no_error(load_one) -> None:
    data = b"Subject: =?nosuch?q?x?=\nDate: soon\nContent-Type: text/plain; charset=koi8-r\n\n" + "Привет".encode(
        "koi8-r"
    )
    document = load_one("a.eml", data)
    assert document.text.endswith("Date: soon\nSubject: =?nosuch?q?x?=\n\nПривет")


def test_messages_nested_without_end_are_read_to_a_depth(load) -> None:
    message = make_message("inmost")
    data = message.as_bytes()
    for _ in range(60):
        data = b"Subject: outer\nContent-Type: message/rfc822\n\n" + data
    assert load("a.eml", data).documents[0].text.count("Subject: outer") == 21


def test_what_is_no_message_is_refused(load) -> None:
    with pytest.raises(DocumentError, match="is no message"):
        load("a.eml", b"\n\njust text")
