from email import message_from_string

import pytest

from moe_kit.documents.mail.headers import describe_message, name_message, read_header


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ("From: Ann <a@x>\nSubject: Ferry\nDate: Mon, 3 Mar 2025 10:05:00 +0100", "Ferry (from Ann, 2025-03-03)"),
        ("From: a@x", "from a@x"),
        ("Subject: Ferry", "Ferry"),
        ("X: y", ""),
    ],
)
def test_a_message_is_called_by_its_subject_and_sender(headers: str, name: str) -> None:
    assert name_message(message_from_string(f"{headers}\n\nx")) == name


def test_headers_are_read_in_the_letters_they_stand_for_and_never_without_end() -> None:
    message = message_from_string(f"Subject: =?utf-8?q?F=C3=A4hre?=\n and more\nTo: {'a@x, ' * 90_000}\n\nx")
    assert read_header(message, "Subject") == "Fähre and more"
    assert len(describe_message(message)) < 2_100
