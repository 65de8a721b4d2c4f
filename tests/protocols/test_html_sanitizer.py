"""HTML of others."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols.html_sanitizer import sanitize, to_text
from parvis.protocols.text import parse, to_html

REL = 'rel="nofollow noopener noreferrer"'


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", ""),
        ("<p>a<br/>b</p>", "<p>a<br>b</p>"),
        ("<h1 class='x'>T</h1><H2>U</H2>", "<p><strong>T</strong></p><p><strong>U</strong></p>"),
        (
            '<a href="https://a.example" class="mention x u-url" rel="evil">x</a>',
            f'<a href="https://a.example" class="mention u-url" target="_blank" {REL}>x</a>',
        ),
        (
            '<span class="h-card bad" translate="no">z</span>',
            '<span class="h-card" translate="no">z</span>',
        ),
        ('<span class="bad" translate="yes">z</span>', "<span>z</span>"),
        ('<p lang="fr" dir="rtl">a</p>', '<p lang="fr" dir="rtl">a</p>'),
        ('<p lang="&quot;x" dir="up">a</p>', "<p>a</p>"),
        ('<ol start="3"><li value="x">b</li></ol>', '<ol start="3"><li>b</li></ol>'),
        ("<ruby>漢<rp>(</rp><rt>kan</rt></ruby>", "<ruby>漢<rp>(</rp><rt>kan</rt></ruby>"),
        ("<table><tr><td>x</td></tr></table>", "x"),
        ("<p>open", "<p>open</p>"),
        ("a &lt;b&gt; &amp;", "a &lt;b&gt; &amp;"),
    ],
)
def test_keeps_what_apps_know(html: str, expected: str) -> None:
    assert sanitize(html) == expected


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<style>*{}</style>",
        "<p onclick='alert(1)'>x</p>",
        "<p style='position:fixed'>x</p>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' java\nscript:alert(1)'>x</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "<a href='//evil.example'>x</a>",
        "<a href='/relative'>x</a>",
        "<iframe src='https://evil.example'></iframe>",
        "<form action=x><input name=password></form>",
        "<svg><p><style><a title='</style><img src=x onerror=alert(1)>'>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<h1<script>alert(1)</script>>x</h1>",
        "<a href='https://a.example/<a  onmouseover=alert(1) '>x</a>",
        "<a href='https://a.example/<h1>\" onmouseover=alert(1) '>x</a>",
    ],
)
def test_nothing_runs(html: str) -> None:
    assert unsafe(sanitize(html)) == []


def unsafe(html: str) -> list[str]:
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag in {"script", "style", "img", "iframe", "form", "input", "svg", "math"}:
                found.append(tag)
            for name, value in attrs:
                if name.startswith("on") or name == "style":
                    found.append(name)
                if name == "href" and not (value or "").startswith(("http:", "https:")):
                    found.append(value or "")

    Reader().feed(html)
    return found


_pieces = st.lists(
    st.sampled_from(
        [
            "<",
            ">",
            "p",
            "<a href='",
            "'",
            '"',
            "https://a",
            "javascript:",
            "</a>",
            "<script>",
            "<h1>",
            "onload=",
            " ",
            "=",
            "<!--",
            "-->",
            "<svg>",
            "<style>",
            "</style>",
            "&lt;",
            "\x00",
            "<math>",
        ]
    )
    | st.text(max_size=3)
).map("".join)


@given(_pieces)
def test_whatever_comes_nothing_runs(html: str) -> None:
    clean = sanitize(html)
    assert unsafe(clean) == []
    assert sanitize(clean) == clean


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("plain &amp; simple", "plain & simple"),
        ("<p>a<br>b</p><p>c &lt;d&gt;</p>", "a\nb\n\nc <d>"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("<p>x</p><script>y</script>", "x"),
        ("a\0b", "ab"),
        ("<p>a</p>\n\n\n\n<p>b</p>", "a\n\nb"),
    ],
)
def test_text(html: str, expected: str) -> None:
    assert to_text(html) == expected


@given(_pieces)
def test_any_html_has_a_text(html: str) -> None:
    assert "\0" not in to_text(html)


@given(st.text(alphabet="ab<>&'\" @#\n.").filter(lambda text: "\n\n" not in text))
def test_our_own_html_says_what_was_written(text: str) -> None:
    assert to_text(to_html(parse(text), {}, str)) == text.strip()
