import pytest

from moe_core.contracts.errors import DocumentError


def test_a_page_gives_its_words_without_its_furniture(load_one) -> None:
    document = load_one(
        "p.html",
        """<!doctype html><title>The  Mill |
        News</title><style>p{}</style><script>var a = "<p>no</p>";</script>
        <header><h1>Site name</h1></header><nav>menu</nav>
        <div role="dialog">cookies</div><p hidden>hidden</p>
        <main><article><header><h1>Big <em>news</em></h1></header>
        <p>One&nbsp;two <b>th</b>ree.<br>Next   line</p>
        <h2>List</h2><ul><li>a<li>b <ul><li>c</ul></ul><p>After</p>
        <pre>x  y
  z</pre></article></main><!-- note --><aside>side</aside><footer>foot</footer>""",
    )
    assert document.title == "The Mill | News"
    assert document.text == ("Big news\n\nOne two three.\nNext line\n\nList\n\n- a\n- b\n- c\n\nAfter\n\nx  y\n  z")
    assert [(s.title, s.level) for s in document.sections] == [("Big news", 1), ("List", 2)]
    assert document.text[document.sections[1].start :].startswith("List\n")


def test_table_rows_are_lines_and_layout_tables_are_not(load_one) -> None:
    document = load_one(
        "p.html",
        "<table><caption>Prices</caption><tr><th>Who<th>Price<tbody><tr><td>Adult<br>full<td>£6.50</table>"
        "<table><tr><td><h2>Left</h2><p>One.</p><p>Two.</p></td><td>Right</td></tr></table>",
    )
    assert document.text == "Prices\n\nWho: Adult full; Price: £6.50\n\nLeft\n\nOne.\n\nTwo.\n\nRight"


def test_a_page_that_is_all_furniture_still_says_something(load_one) -> None:
    assert load_one("p.html", "<footer><p>Only this.</p></footer>").text == "Only this."


def test_the_title_is_the_first_heading_when_the_page_has_none(load_one) -> None:
    assert load_one("p.html", "<p>x</p><h3>Heading</h3>").title == "Heading"
    assert load_one("p.html", "<p>x</p>").title == ""


def test_a_declared_encoding_is_heeded(load_one) -> None:
    data = '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r"><p>Привет</p>'.encode("koi8-r")
    assert load_one("p.html", data).text == "Привет"


def test_self_closed_elements_of_xhtml_do_not_swallow_the_page(load_one) -> None:
    markup = '<?xml version="1.0"?><html><head><script src="a.js"/><title/></head><a id="x"/><p>Here.</p></html>'
    assert load_one("p.xhtml", markup).text == "Here."


def test_deep_nesting_is_read(load_one) -> None:
    assert load_one("p.html", "<div>" * 4_000 + "deep").text == "deep"


def test_binary_data_is_refused(load) -> None:
    with pytest.raises(DocumentError, match="is not HTML"):
        load("p.html", b"\x89PNG\r\n\x1a\n\0\0")


@pytest.mark.parametrize("tags", ["<div>", "<ul><li>", "<b>", "<section><p>"])
def test_what_is_nested_deeper_than_any_page_is_refused(load, tags: str) -> None:
    with pytest.raises(DocumentError, match="it is nested too deeply"):
        load("p.html", tags * 20_000 + "deep")


def test_tags_that_nobody_closes_are_not_taken_for_depth(load_one) -> None:
    assert load_one("p.html", "<p>a<br><img>" * 10_000).text.count("a") == 10_000
    assert load_one("p.html", "<ul>" + "<li>a" * 10_000 + "</ul>").text.count("a") == 10_000


def test_the_header_of_an_article_is_read_and_that_of_a_page_is_not(load_one) -> None:
    page = "<header>menu</header><article><div><header>Title</header></div>text</article><header>foot</header>"
    assert load_one("p.html", page).text == "Title\n\ntext"
