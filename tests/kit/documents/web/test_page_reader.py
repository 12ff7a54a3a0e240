def test_terms_stand_with_what_describes_them(load_one) -> None:
    page = "<dl><dt>Char</dt><dt>Arctic char:</dt><dd>since 1988<p>More.</p></dd><dt>Pike<dd><pre>x</pre><dt>Eel</dl>"
    assert load_one("p.html", page).text == "Char / Arctic char: since 1988\n\nMore.\n\nPike:\n\nx\n\nEel"


def test_items_of_numbered_lists_have_their_numbers(load_one) -> None:
    page = "<ol><li>Off.</li><li>Open:<ul><li>lid</li></ul></li><li>Pull.</li></ol><ol start=7><li>Go."
    assert load_one("p.html", page).text == "1. Off.\n2. Open:\n- lid\n3. Pull.\n\n7. Go."


def test_code_stays_together_below_the_line_that_announces_it(load_one) -> None:
    page = "<p>Restart it:</p><pre><code>stop\n\nstart\n</code></pre><p>Done.</p><pre>  a\n b</pre>"
    assert load_one("p.html", page).text == "Restart it:\n```\nstop\n\nstart\n```\n\nDone.\n\na\n b"


def test_what_is_folded_away_is_read(load_one) -> None:
    assert load_one("p.html", "<details><summary>How loud?</summary>38 dB</details>").text == "How loud?\n\n38 dB"
