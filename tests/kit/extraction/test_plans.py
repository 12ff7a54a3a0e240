from moe_core.contracts.messages import Choice, Grounding, Purpose
from moe_kit.extraction.plans import decompose, find_searches, plan_tasks, split_questions

RESEARCH = Choice(name="research", summary="Finds what sources say", capabilities=("research", "facts"))
ANALYSIS = Choice(name="analysis", summary="Works with numbers and tables", capabilities=("statistics", "average"))
SEARCH = Choice(name="search", capabilities=("search", "retrieval"))
CONTENT = Choice(name="content", capabilities=("summary", "outline"))
NUMBERS = Choice(name="analysis", capabilities=("statistics", "calculation"))
API = Choice(name="api", capabilities=("api", "http"))


def _plan(question, *choices):
    return plan_tasks(Grounding(purpose=Purpose.PLAN, question=question, choices=choices))


def _drummers(instruction, *choices):
    grounding = Grounding(purpose=Purpose.DECOMPOSE, question="?", instruction=instruction, choices=choices)
    return [task["drummer"] for task in decompose(grounding)]


def test_every_chosen_belter_gets_the_question():
    tasks = _plan("What did the gate cost?", RESEARCH, ANALYSIS)
    assert [(task["belter"], task["instruction"]) for task in tasks] == [
        ("research", "What did the gate cost?"),
        ("analysis", "What did the gate cost?"),
    ]


def test_two_questions_become_two_tasks():
    tasks = _plan("Who built the mill? And what did the new gate cost?", RESEARCH)
    assert [task["instruction"] for task in tasks] == ["Who built the mill?", "what did the new gate cost?"]
    assert len({task["id"] for task in tasks}) == 2


def test_questions_that_lean_on_each_other_stay_together():
    text = "The councillor asked for soft blades. Did she get them? And what did they cost?"
    assert split_questions(text) == [text]


def test_a_comparison_stays_one_task():
    text = "Which is older, Pell Mill or Skarn Mill? Also which is larger, Pell Mill or Skarn Mill?"
    assert split_questions(text) == [text]


def test_a_comparison_searches_for_each_side():
    assert find_searches("Compare Anna Berg and Carl Falk") == [
        "Compare Anna Berg and Carl Falk",
        "Compare Anna Berg",
        "Compare Carl Falk",
    ]


def test_two_clauses_are_searched_for_separately():
    question = "By how much did the wall lean, and what did fixing the gable cost?"
    assert find_searches(question)[1:] == ["By how much did the wall lean", "what did fixing the gable cost"]


def test_a_plain_question_is_one_search():
    assert _drummers("When was Lena Horne born?", SEARCH, CONTENT, NUMBERS, API) == ["search"]


def test_numbers_and_summaries_add_their_drummers():
    assert _drummers("What is the average output?", SEARCH, CONTENT, NUMBERS) == ["search", "analysis"]
    assert _drummers("Summarise the survey", SEARCH, CONTENT, NUMBERS) == ["search", "content"]
    assert _drummers("Fetch https://example.org/x", SEARCH, API) == ["search", "api"]


def test_without_a_searcher_somebody_still_works():
    assert _drummers("What happened?", CONTENT) == ["content"]


def test_nobody_to_choose_from_means_no_tasks():
    assert _plan("What happened?") == []
    assert _drummers("What happened?") == []
