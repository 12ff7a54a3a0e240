"""Which parts of a page are no text of its own: menus, banners, hidden parts, links to elsewhere."""

import re
from collections.abc import Mapping

from selectolax.lexbor import LexborHTMLParser, LexborNode

NEVER_READ = frozenset(
    "script style noscript template svg math head iframe object canvas audio video select datalist".split()
)
_ALWAYS = frozenset("nav button input textarea dialog menu".split())
_ALWAYS_ROLES = frozenset("navigation search dialog alertdialog menu menubar".split())
_AROUND = frozenset("header footer aside".split())  # of a page; an article's own belong to it
_AROUND_ROLES = {"banner": "header", "contentinfo": "footer", "complementary": "aside"}
_HIDDEN_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
# Names of classes and ids, as whole words of a hyphenated name. The first ones say it for sure.
_SURE = re.compile(
    r"""(?<![\w-])(?:
    (?:cookie|consent|gdpr|ccpa|privacy)s?[-_]?(?:banner|bar|box|consent|dialog|disclaimer|layer|law|message|modal|notice|
        notification|overlay|popup|prompt|wall|warning|window)
    | [\w-]*[-_](?:cookie|consent)[-_](?:banner|bar|dialog|message|modal|notice|popup)
    | cc[-_](?:window|banner|revoke) | (?:onetrust|didomi|usercentrics|cookiebot|cybotcookie|qc-cmp|sp_message)[\w-]*
    | skip[-_]?(?:link|nav|to[-_]?(?:content|main))s? | sr-only | visually-?hidden | screen-reader-text | d-none
    | mw-jump-link
    | nav(?:header|footer|bar) | (?:top|side|main|site|page|global|primary|mw)[-_]?nav(?:bar|igation)? | breadcrumbs?
    | sphinxsidebar | catlinks | printfooter | mw-editsection | noprint
    | (?:share|social)[-_]?(?:buttons?|bar|icons?|links?|media|tools)
    | related[-_]?(?:articles|content|links|posts|stories|reading) | back[-_]?to[-_]?top | pagination | newsletter[\w-]*
    )(?![\w-])""",
    re.IGNORECASE | re.VERBOSE,
)
# These say it only of what is made of links, or is a few words: a restaurant's menu is its text.
_LIKELY = re.compile(
    r"""(?<![\w-])(?:[\w-]*[-_])?(?:
    menu | menu[-_]?bar | nav | navigation | toc | table[-_]of[-_]contents | sidebar | side[-_]?bar | related | topbar
    | toolbar
    | footer | colophon | masthead | (?:site|page)[-_]header | pager | feedback | share | social | subscribe
    | promo | advert(?:isement)? | ads? | banner | login | search(?:box|[-_]form)?
    )(?![\w-])""",
    re.IGNORECASE | re.VERBOSE,
)
_HEADER = re.compile(r"(?<![\w-])header(?![\w-])", re.IGNORECASE)
_SHORT = re.compile(
    r"(?<![\w-])(?:[\w-]*[-_])?(?:footer|colophon|feedback|share|social|subscribe|login)(?![\w-])", re.IGNORECASE
)
_SHORT_CHARACTERS_MAX = 800
_LINK_SHARE_MIN = 0.6
_LINKS_MIN = 3
_NEVER_NAMED = frozenset("body html main article h1 h2 h3 h4 h5 h6 pre code dt dd th".split())
_PARTS = frozenset("div section ul ol table tr td form p dl center footer header aside".split())
_LISTS = frozenset(("ul", "ol", "td", "p", "div", "table", "center"))
_HEADING_MARK = re.compile(r"\s*[¶#§🔗⚓]?\s*")  # the link to itself that a heading ends with
_MARK_CLASS = re.compile(r"(?<![\w-])(?:headerlink|anchor|permalink|header-anchor|mark|heading-link)(?![\w-])")
_MENU_SHARE_MAX = 0.5  # a page that is mostly links is a list of them


class Furniture:
    """Tells of each element of a page whether it is passed over."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        """Look at the page as a whole.

        Args:
            tree: The page.
        """
        body = tree.body
        self._length = _count(body) if body is not None else 0
        self._has_heading = tree.css_first("h1, h2") is not None
        heads = tree.css("h1")
        self._has_other_head = any(not _is_in_page_header(head) for head in heads)

    def has(self, node: LexborNode, tag: str, *, in_article: bool, before_heading: bool) -> bool:
        """Whether an element is furniture.

        Args:
            node: The element.
            tag: Its tag.
            in_article: It stands in the page's main part, or in an article.
            before_heading: No heading stands above it.
        """
        attributes = node.attributes
        role = (attributes.get("role") or "").lower()
        if tag in _ALWAYS or role in _ALWAYS_ROLES:
            return True
        around = tag if tag in _AROUND else _AROUND_ROLES.get(role, "")
        if around:
            return self._is_around(node, around, in_article=in_article)
        if self._is_named_so(node, tag, attributes):
            return True
        return before_heading and not in_article and self._has_heading and tag in _LISTS and self._is_menu(node)

    def _is_around(self, node: LexborNode, kind: str, *, in_article: bool) -> bool:
        if in_article:
            return kind != "header" and _is_linked(node)
        if kind == "header":  # where it holds the page's only title, it is the beginning of the text
            return self._has_other_head or node.css_first("h1") is None or _is_linked(node)
        return True

    def _is_named_so(self, node: LexborNode, tag: str, attributes: Mapping[str, str | None]) -> bool:
        name = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        if name == " " or tag in _NEVER_NAMED:
            return False
        if tag == "a" and _MARK_CLASS.search(name) and _HEADING_MARK.fullmatch(node.text()):
            return True
        if _SURE.search(name):
            return 2 * _count(node) < self._length or _is_linked(node)
        if tag not in _PARTS:
            return False
        is_header = _HEADER.search(name) is not None and node.css_first("h2, h3, h4, h5, h6") is None
        if not (is_header or _LIKELY.search(name)) or node.css_first("h1") is not None:
            return False
        return _is_linked(node) or (_SHORT.search(name) is not None and _count(node) <= _SHORT_CHARACTERS_MAX)

    def _is_menu(self, node: LexborNode) -> bool:
        """A list of links above the page's heading."""
        return (
            len(node.css("a")) >= _LINKS_MIN
            and _is_linked(node, share=0.9)
            and _count(node) < _MENU_SHARE_MAX * self._length
        )


def is_hidden(attributes: Mapping[str, str | None]) -> bool:
    """Whether a page does not show an element to those who see it."""
    if "hidden" in attributes or (attributes.get("aria-hidden") or "").lower() == "true":
        return True
    style = attributes.get("style")
    return bool(style) and _HIDDEN_STYLE.search(style or "") is not None


def _is_linked(node: LexborNode, *, share: float = _LINK_SHARE_MIN) -> bool:
    """Whether most of an element's text leads elsewhere."""
    length = _count(node)
    return sum(_count(link) for link in node.css("a, button, label")) >= share * length


def _count(node: LexborNode) -> int:
    """The characters of an element, without white space."""
    return sum(map(len, node.text().split()))


def _is_in_page_header(node: LexborNode) -> bool:
    """Whether an element stands in a header that belongs to the page, and to no article."""
    found = False
    parent = node.parent
    while parent is not None and parent.tag not in ("article", "main"):
        found = found or parent.tag == "header"
        parent = parent.parent
    return found and parent is None
