"""What others add to the leading evidence."""

from moe.experts.joining import find_added


def test_others_add_what_has_words_that_nothing_before_has(make_finding):
    lead = make_finding("ann", (1.0, 0.5), nodes="ab", covers=[{0}, {1}])
    other = make_finding("bob", (1.0, 0.9, 0.8, 0.7), nodes="axyz", covers=[{0}, {1}, {2}, {2}])
    assert find_added(lead, [other]) == {"bob": [("y", 0.8)]}


def test_what_nobody_vouches_for_is_left_out(make_finding):
    lead = make_finding("ann", (1.0,), nodes="a", covers=[{0}])
    other = make_finding("bob", (0.4,), nodes="y", covers=[{2}])
    assert find_added(lead, [other]) == {"bob": []}


def test_a_later_one_adds_what_those_before_it_did_not_and_all_together_add_three(make_finding):
    lead = make_finding("ann", (1.0,), nodes="a", covers=[{0}])
    bob = make_finding("bob", (1.0, 1.0), nodes="bc", covers=[{1}, {2}])
    eve = make_finding("eve", (1.0, 1.0, 1.0), nodes="def", covers=[{2}, {3}, {4}])
    added = find_added(lead, [bob, eve])
    assert added == {"bob": [("b", 1.0), ("c", 1.0)], "eve": [("e", 1.0)]}
