import pytest

from moe_core.contracts.errors import DocumentError

FIRST = "From ann Mon\nMessage-ID: <1@x>\nFrom: Ann <ann@x>\nSubject: Ferry\n\nComing?\n>From here it is far.\n\n"
REPLY = (
    "From bob Tue\nFrom: bob@x\nIn-Reply-To: <1@x>\nSubject: Re: Ferry\n\nYes.\n\n"
    "On Monday, Ann wrote:\n> Coming?\n> It is far.\n\nBob\n\n"
)
OTHER = "From cy Wed\nFrom: cy@x\nSubject: Tide\n\nHigh at nine.\n> quoted\n"


def test_each_message_is_a_document_without_what_it_quotes_of_the_others(load) -> None:
    loaded = load("a.mbox", FIRST + REPLY + OTHER)
    assert [(d.document_id, d.title, d.source) for d in loaded.documents] == [
        ("a.mbox, message 1", "Ferry (from Ann)", "a.mbox"),
        ("a.mbox, message 2", "Re: Ferry (from bob@x)", "a.mbox"),
        ("a.mbox, message 3", "Tide (from cy@x)", "a.mbox"),
    ]
    texts = [document.text.partition("\n\n")[2] for document in loaded.documents]
    assert texts == ["Coming?\nFrom here it is far.", "Yes.\n\n\nBob", "High at nine.\n> quoted"]


def test_attached_files_are_said_to_be_left_out(load) -> None:
    attached = "Content-Type: application/pdf; name=a.pdf\nContent-Disposition: attachment\n\nx\n\n"
    loaded = load("a.mbox", FIRST + f"From x\nSubject: y\n{attached}" * 12)
    assert loaded.notes == ("12 attached files are left out: " + ", ".join(["a.pdf"] * 10) + " and more",)


def test_what_is_no_mailbox_is_refused(load) -> None:
    with pytest.raises(DocumentError, match="is no mailbox"):
        load("a.mbox", "Subject: x\n\ny")
