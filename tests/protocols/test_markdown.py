"""The network's long texts: CommonMark, and nothing that a page may not hold."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols.html_sanitizer import sanitize_document
from parvis.protocols.markdown import to_html

REL = 'rel="noopener noreferrer"'
WORDS = """h2 h3 h4 h5 h6 p br hr a strong em code pre blockquote ul ol li"""
TAGS = set(WORDS.split())
BAIT = st.sampled_from(
    [
        *"[]()<>!#*_`-+.\\&\"'\n\t ",
        "](",
        "https://a.example/b_c",
        "javascript:x",
        "<script>",
        "1. ",
        "\n\n",
    ]
)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        (" \n", ""),
        ("# Rules\n\n###### Six", "<h2>Rules</h2>\n<h6>Six</h6>"),
        ("one\ntwo\n\nthree", "<p>one<br>\ntwo</p>\n<p>three</p>"),
        (
            "3. *a*\n4. **b**",
            '<ol start="3">\n<li><em>a</em></li>\n<li><strong>b</strong></li>\n</ol>',
        ),
        ('[us](/about "t")', f'<p><a href="/about" title="t" {REL}>us</a></p>'),
        (
            "(https://a.example/b_c_d).",
            f'<p>(<a href="https://a.example/b_c_d" {REL}>https://a.example/b_c_d</a>).</p>',
        ),
        ("[https://a.example](/b)", f'<p><a href="/b" {REL}>https://a.example</a></p>'),
        ("[x](mailto:a@b.example)", f'<p><a href="mailto:a@b.example" {REL}>x</a></p>'),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("![x](https://a.example/p.png)", f'<p>!<a href="https://a.example/p.png" {REL}>x</a></p>'),
        ("<b onclick=x>&amp;</b>", "<p>&lt;b onclick=x&gt;&amp;&lt;/b&gt;</p>"),
        ("`https://a.example`", "<p><code>https://a.example</code></p>"),
    ],
)
def test_what_is_written_is_shown(text: str, html: str) -> None:
    assert to_html(text) == html


@given(st.lists(BAIT | st.text(max_size=3), max_size=40).map("".join))
def test_nothing_else_comes_through(text: str) -> None:
    html = to_html(text)
    assert sanitize_document(html) == html

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag in TAGS
            for name, value in attrs:
                assert name in {"href", "title", "rel", "start"}
                assert not (value or "").lower().startswith(("javascript:", "data:"))

    Reader().feed(html)
