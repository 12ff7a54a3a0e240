"""Questions over one to three tiny notes: answered where the note answers, refused where it only sounds like it.

    python benchmarks/answers/tiny_folders.py [--verbose]

Each row is (notes, question, what an answer must hold); None: the notes do not say. The second half was written after
the code that it measures.
"""

import argparse

from moe_core.contracts.evidence import Evidence
from moe_core.contracts.messages import Grounding, Purpose
from moe_kit.extraction.statements import extract_statements

CAR = ("The car weighs 1,240 kg.",)
BOAT = ("The boat was launched in 1978. It is eleven metres long.", "Sigrid Moen owns the boat.")
CAFE = ("The café opens at 8 am and closes at 6 pm.", "A pot of tea costs £3.20. Scones are baked by Tom Leary.")
CLUB = ("The chess club meets on Thursdays in the school hall.", "Membership is 25 euros a year.")
LEASE = ("The tenant pays 640 euros a month.", "The lease ends on 30 June 2026.", "Dogs are not allowed in the flat.")
BIKE = ("My bike has 21 gears. I bought it from Anton in 2019.",)
RECIPE = ("Bake the loaf for 45 minutes at 220 degrees.", "The dough needs 500 g of flour and 10 g of salt.")
FIRST: tuple[tuple[tuple[str, ...], str, str | None], ...] = (
    (CAR, "How heavy is the car?", "1,240"),
    (CAR, "What does the car weigh?", "1,240"),
    (CAR, "Who built the car?", None),
    (CAR, "How heavy is the trailer?", None),
    (BOAT, "When was the boat launched?", "1978"),
    (BOAT, "How long is the boat?", "eleven"),
    (BOAT, "Who owns the boat?", "Sigrid Moen"),
    (BOAT, "How much did the boat cost?", None),
    (CAFE, "When does the café open?", "8 am"),
    (CAFE, "What time does the café close?", "6 pm"),
    (CAFE, "How much is a pot of tea?", "3.20"),
    (CAFE, "Who bakes the scones?", "Tom Leary"),
    (CAFE, "How much does a scone cost?", None),
    (CLUB, "When does the chess club meet?", "Thursdays"),
    (CLUB, "Where does the chess club meet?", "school hall"),
    (CLUB, "How much is the membership?", "25"),
    (CLUB, "Who is the president of the chess club?", None),
    (LEASE, "How much does the tenant pay?", "640"),
    (LEASE, "When does the lease end?", "30 June 2026"),
    (LEASE, "Are dogs allowed?", "not allowed"),
    (LEASE, "What is the landlord called?", None),
    (BIKE, "How many gears does the bike have?", "21"),
    (BIKE, "When did I buy the bike?", "2019"),
    (BIKE, "Who sold me the bike?", "Anton"),
    (BIKE, "What colour is the bike?", None),
    (RECIPE, "How long does the loaf bake?", "45 minutes"),
    (RECIPE, "How hot is the oven?", "220"),
    (RECIPE, "How much flour does the dough need?", "500 g"),
    (RECIPE, "How much sugar does the dough need?", None),
    (RECIPE, "Who wrote the recipe?", None),
)
WIFI = ("The guest network is called Heron. Its password is tide-and-time.",)
DENTIST = ("Your appointment is on 12 March at 14:30.", "Dr Hale's practice is at 9 Quay Street. Phone: 0131 555 0100")
TREE = ("The oak is about 300 years old and 22 metres tall.",)
CAT = ("Our cat Mimi weighs 4 kg. She eats twice a day.",)
FERRY = ("The ferry to Lunn takes 35 minutes.", "It does not sail on Sundays.", "A ticket costs 7 euros.")
SHED = ("The shed was painted green by Olaf in May.",)
SERVER = ("The backup runs every night at 02:00.", "Backups are kept for 30 days.", "The server has 64 GB of memory.")
SECOND: tuple[tuple[tuple[str, ...], str, str | None], ...] = (
    (WIFI, "What is the guest network called?", "Heron"),
    (WIFI, "What is the password?", "tide-and-time"),
    (WIFI, "How fast is the network?", None),
    (DENTIST, "When is my appointment?", "12 March"),
    (DENTIST, "Where is the practice?", "9 Quay Street"),
    (DENTIST, "What is the phone number?", "0131 555 0100"),
    (DENTIST, "What does the appointment cost?", None),
    (TREE, "How old is the oak?", "300"),
    (TREE, "How tall is the oak?", "22"),
    (TREE, "Who planted the oak?", None),
    (CAT, "How much does Mimi weigh?", "4 kg"),
    (CAT, "How often does the cat eat?", "twice"),
    (CAT, "What is the name of our cat?", "Mimi"),
    (CAT, "How old is the cat?", None),
    (FERRY, "How long does the ferry take?", "35"),
    (FERRY, "Does the ferry sail on Sundays?", "not sail"),
    (FERRY, "What does a ticket cost?", "7 euros"),
    (FERRY, "Who is the captain of the ferry?", None),
    (SHED, "What colour is the shed?", "green"),
    (SHED, "Who painted the shed?", "Olaf"),
    (SHED, "When was the shed painted?", "May"),
    (SHED, "How big is the shed?", None),
    (SERVER, "When does the backup run?", "02:00"),
    (SERVER, "How long are backups kept?", "30 days"),
    (SERVER, "How much memory does the server have?", "64 GB"),
    (SERVER, "Who runs the server?", None),
    (SERVER, "What does the server cost?", None),
    (CAR + SHED, "How heavy is the car?", "1,240"),
    (CAR + SHED, "Who owns the shed?", None),
    (TREE + CAT, "How tall is the oak?", "22"),
)


def ask(notes: tuple[str, ...], question: str) -> str:
    """The quotes over the notes, one file a note; "" when it is refused."""
    evidence = tuple(
        Evidence(
            evidence_id=f"n{n}", document=f"n{n}.txt", passage_id=f"n{n}", start=0, end=len(note), text=note,
            score=1.0 / n,
        )
        for n, note in enumerate(notes, start=1)
    )  # fmt: skip
    grounding = Grounding(purpose=Purpose.SYNTHESISE, question=question, instruction=question, evidence=evidence)
    return " ".join(quote.text for quote in extract_statements(grounding).quotes)


def main() -> None:
    parser = argparse.ArgumentParser(description="Questions over tiny folders")
    parser.add_argument("--verbose", action="store_true")
    wanted = parser.parse_args()
    for half, rows in (("before", FIRST), ("after", SECOND)):
        right = refused = wrongly = 0
        for notes, question, value in rows:
            said = ask(notes, question)
            is_right = value in said if value is not None else not said
            right += is_right and value is not None
            refused += is_right and value is None
            wrongly += value is not None and not said
            if wanted.verbose and not is_right:
                print(f"  {question} wanted {value!r}, said {said!r}")
        there = sum(value is not None for _, _, value in rows)
        print(
            f"written {half} the code: {right} of {there} answered, {wrongly} refused wrongly;"
            f" {refused} of {len(rows) - there} refused"
        )


if __name__ == "__main__":
    main()
