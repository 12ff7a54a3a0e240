import pytest

TEXT = "<h1>The mill</h1><p>It grinds on Saturdays, from ten until the tide turns.</p>"
KEPT = "The mill\n\nIt grinds on Saturdays, from ten until the tide turns."
LINKS = '<a href="a">Opening hours</a> <a href="b">Old stories</a> <a href="c">Our shop</a>'


@pytest.mark.parametrize(
    "part",
    [
        "<nav>Menu</nav>",
        f"<header>{LINKS}</header>",
        "<footer>Imprint</footer>",
        "<aside>Ten best walks</aside>",
        '<div role="navigation">Menu</div>',
        '<div id="cookie-banner"><p>We use cookies.</p><button>Accept</button></div>',
        '<div class="cc-window cc-banner">We use cookies.</div>',
        '<div id="onetrust-consent-sdk">We value your privacy.</div>',
        '<div class="govuk-cookie-banner"><h2>Cookies</h2></div>',
        '<a class="skip-link" href="#m">Skip to the text</a>',
        '<ul class="breadcrumbs"><li>Home</li></ul>',
        f'<div class="sidebar">{LINKS}</div>',
        f'<div id="main-menu">{LINKS}</div>',
        f'<div class="toc">{LINKS}</div>',
        '<div class="site-footer">Built with Pagemaker</div>',
        '<div class="share-buttons">Tell others</div>',
        '<div class="newsletter-signup">Sign up!</div>',
        f"<ul><li>{LINKS.replace('> <', '></li><li><')}</li></ul>",
        "<p hidden>Draft</p>",
        '<p style="color: red; display:none">Draft</p>',
        '<p style="visibility : hidden">Draft</p>',
        '<p aria-hidden="true">Arrow</p>',
        '<span class="visually-hidden">Opens in a new window</span>',
        '<a class="headerlink" href="#x">¶</a>',
    ],
)
def test_what_surrounds_the_text_is_passed_over(load_one, part: str) -> None:
    assert load_one("p.html", f"<body>{part}{TEXT}</body>").text == KEPT


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ('<section class="menu"><p>Fish soup, £8.50</p></section>', "Fish soup, £8.50"),
        ('<div class="sidebar"><p>Dogs are welcome in the bar.</p></div>', "Dogs are welcome in the bar."),
        ('<div class="cookie-recipe"><p>Take two eggs.</p></div>', "Take two eggs."),
        ('<p>See <a class="anchor" href="#a">the wheel</a>.</p>', "See the wheel."),
        (
            "<article><header>By Ann</header><p>One.</p><footer>Written in May.</footer></article>",
            "By Ann\n\nOne.\n\nWritten in May.",
        ),
        (f"<ul><li>{LINKS.replace('> <', '></li><li><')}</li></ul>", "- Opening hours\n- Old stories\n- Our shop"),
    ],
)
def test_text_is_kept_whatever_its_class_is_called(load_one, part: str, text: str) -> None:
    assert load_one("p.html", f"<body>{TEXT}{part}</body>").text == f"{KEPT}\n\n{text}"


def test_headings_are_kept_though_they_are_links(load_one) -> None:
    page = f'{TEXT}<h2 class="header toc"><a class="header" href="#w">The wheel</a></h2><p>Oak.</p>'
    assert load_one("p.html", page).text == f"{KEPT}\n\nThe wheel\n\nOak."


def test_a_header_with_the_only_title_belongs_to_the_text(load_one) -> None:
    assert load_one("p.html", "<header><h1>The mill</h1></header><p>Text.</p>").text == "The mill\n\nText."
    assert load_one("p.html", "<header><h1>Site</h1></header><h1>The mill</h1>").text == "The mill"


def test_a_page_of_links_is_a_list_of_them(load_one) -> None:
    text = load_one("p.html", f"<body><ul><li>{LINKS.replace('> <', '></li><li><')}</ul><h1>Index</h1></body>").text
    assert text == "- Opening hours\n- Old stories\n- Our shop\n\nIndex"
