"""Mentions, hashtags and links of a status; its length and its HTML."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols.text import (
    MAX_URL,
    TextInvalid,
    clean,
    length,
    normalise_hashtag,
    parse,
    to_html,
)

MENTIONS = {
    "alice": ("https://p.example/@alice", "alice"),
    "bob@r.example": ("https://r.example/@Bob?a=1&b=2", "Bob"),
}


def html(text: str) -> str:
    return to_html(parse(text), MENTIONS, lambda name: f"https://p.example/tags/{name}")


def written(text: str) -> list[str]:
    return [text[part.start : part.end] for part in parse(text).parts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hi @alice!", [("alice", None)]),
        ("@alice. (@bob@r.example)", [("alice", None), ("bob", "r.example")]),
        ("@a.b-c@münchen.example.", [("a.b-c", "münchen.example")]),
        ("@a@localhost:3001", [("a", "localhost:3001")]),
        ("alice@example.org a/@b =@c @@d", []),
        ("@ @- @é", []),
        ("@bob@", [("bob", None)]),
        ("é @bob", [("bob", None)]),
    ],
)
def test_mentions(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert [(found.username, found.domain) for found in parse(text).mentions] == expected


def test_a_mention_has_one_key_however_it_is_written() -> None:
    assert [found.acct for found in parse("@Alice @BOB@R.example").mentions] == [
        "alice",
        "bob@r.example",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#Parvis", [("Parvis", "parvis")]),
        (
            "(#été, #STRASSE #Straße",
            [("été", "été"), ("STRASSE", "strasse"), ("Straße", "strasse")],
        ),
        ("#日本語 #हिन्दी", [("日本語", "日本語"), ("हिन्दी", "हिन्दी")]),
        ("#l·l #a· #a__ #_a", [("l·l", "l·l"), ("a", "a"), ("a__", "a__"), ("_a", "_a")]),
        ("#ｔａｇ", [("ｔａｇ", "tag")]),
        ("#123 #١٢ #_ #__ # ## #² #!", []),
        ("#1a #1_2 #1·2", [("1a", "1a"), ("1_2", "1_2"), ("1·2", "1·2")]),
        ("a#b /#b =#b )#b", []),
        ("#️⃣ #️⃣x", []),
        ("#ﷺ", [("ﷺ", "صلىاللهعليهوسلم")]),
    ],
)
def test_hashtags(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(found.name, found.normalised) for found in parse(text).hashtags] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://a.example.", ["https://a.example"]),
        ("HTTP://A.EXAMPLE/B, yes", ["HTTP://A.EXAMPLE/B"]),
        ("(https://a.example/x)", ["https://a.example/x"]),
        ("(https://a.example/x).", ["https://a.example/x"]),
        ("https://w.example/A_(b)!?", ["https://w.example/A_(b)"]),
        (
            "(https://w.example/A_(b)): [https://a.example]",
            ["https://w.example/A_(b)", "https://a.example"],
        ),
        (
            "« https://a.example/é » “https://b.example/”",
            ["https://a.example/é", "https://b.example/"],
        ),
        ("見て https://日本.example/道。次", ["https://日本.example/道"]),
        ("http://localhost:8000/@a#b", ["http://localhost:8000/@a#b"]),
        ("https://a.example?q=1&r=@b", ["https://a.example?q=1&r=@b"]),
        ("https://127.0.0.1/", ["https://127.0.0.1/"]),
        ("https://bank.example@evil.example/", ["https://bank.example"]),
        ("<https://a.example/>", ["https://a.example/"]),
        ("http:// https://x ftp://a.example xhttps://a.example javascript://a.example", []),
        ("https://a.example/" + "a" * MAX_URL, []),
    ],
)
def test_urls(text: str, expected: list[str]) -> None:
    assert [found.url for found in parse(text).urls] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("abc", 3),
        ("été 👨‍👩‍👧‍👦", 5),
        ("https://a.example/" + "a" * 500, 23),
        ("x https://a.example.", 26),
        ("@bob@r.example hi", 7),
        ("@bob #tag", 9),
        ("@a@b.example https://a.example @c@d.example!", 2 + 1 + 23 + 1 + 2 + 1),
    ],
)
def test_length(text: str, expected: int) -> None:
    assert length(text) == length(parse(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("\n\n", ""),
        ("a\nb\n\n\nc\n", "<p>a<br />b</p><p>c</p>"),
        ("\n@nobody\n", "<p>@nobody</p>"),
        ("@nobody@r.example", "<p>@nobody@r.example</p>"),
        ("<b a='\"'>&amp;", "<p>&lt;b a=&#39;&quot;&#39;&gt;&amp;amp;</p>"),
        (
            "hi @Alice",
            (
                '<p>hi <span class="h-card" translate="no"><a href="https://p.example/@alice" '
                'class="u-url mention">@<span>alice</span></a></span></p>'
            ),
        ),
        (
            "@bob@r.example",
            (
                '<p><span class="h-card" translate="no"><a '
                'href="https://r.example/@Bob?a=1&amp;b=2" '
                'class="u-url mention">@<span>Bob</span></a></span></p>'
            ),
        ),
        (
            "#Été",
            (
                '<p><a href="https://p.example/tags/été" class="mention hashtag" rel="tag">'
                "#<span>Été</span></a></p>"
            ),
        ),
        (
            "https://www.a.example/?a&b",
            (
                '<p><a href="https://www.a.example/?a&amp;b" rel="nofollow noopener noreferrer" '
                'target="_blank" translate="no"><span class="invisible">https://www.</span>'
                '<span class="">a.example/?a&amp;b</span><span class="invisible"></span></a></p>'
            ),
        ),
        (
            "http://a.example/345678901234567890123",
            (
                '<p><a href="http://a.example/345678901234567890123" '
                'rel="nofollow noopener noreferrer" target="_blank" translate="no">'
                '<span class="invisible">http://</span>'
                '<span class="ellipsis">a.example/34567890123456789012</span>'
                '<span class="invisible">3</span></a></p>'
            ),
        ),
    ],
)
def test_html(text: str, expected: str) -> None:
    assert html(text) == expected


def test_links_of_profile_fields_say_me() -> None:
    written = to_html(parse("https://a.example"), {}, str, rel_me=True)
    assert 'rel="nofollow noopener noreferrer me"' in written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain  ", "plain"),
        ("a\r\nb\rc\u2028d\n\n", "a\nb\nc\nd"),
        ("a\tb\x07\x1b", "a\tb"),
        ("\u202eevil", "evil"),
        ("a \u2067אב\u2069 b", "a \u2067אב\u2069 b"),
        ("a\u2069b", "ab"),
        ("\u202a\u2066a\u202c\u2069", "a"),
        ("\u202a\u2066a\u2069\u202c", "\u202a\u2066a\u2069\u202c"),
        ("\u2067a\nb\u2069", "a\nb"),
        ("é ", "é"),
        ("\u200b\u2060", ""),
        (" \u3164\ufe0f\u2800 \n", ""),
        ("\u200f\u05e9", "\u200f\u05e9"),
        ("\U0001fae9", "\U0001fae9"),  # newer than our tables
    ],
)
def test_cleans(text: str, expected: str) -> None:
    assert clean(text, field="status", maximum=100) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [("a\0b", "status contains a NUL"), ("\ud800", "surrogate"), ("a" * 101, "longer than 100")],
)
def test_refuses(text: str, words: str) -> None:
    with pytest.raises(TextInvalid, match=words):
        clean(text, field="status", maximum=100)


_pieces = st.lists(
    st.sampled_from(
        [
            "@",
            "#",
            "https://",
            "a",
            "b.example",
            "/",
            ".",
            "(",
            ")",
            " ",
            "\n",
            "é",
            "日",
            "_",
            "1",
            "·",
            ":80",
            "<",
            "&",
            '"',
            "@bob@r.example",
            "#tag",
            "\u0301",
            "İ",
            "\u202e",
        ]
    )
    | st.text(max_size=3)
).map("".join)


@given(_pieces)
def test_parts_are_in_order_and_never_overlap(text: str) -> None:
    end = 0
    for part in parse(text).parts:
        assert end <= part.start < part.end <= len(text)
        end = part.end
    assert all(part[0] in "@#hH" and part == part.strip() for part in written(text))


@given(_pieces)
def test_html_holds_no_markup_of_the_writer(text: str) -> None:
    shown = html(text)
    assert "\n" not in shown
    bare = to_html(parse(text), {}, str).replace("<br />", "").replace("</p><p>", "")
    for part in parse(text).parts:
        assert "<" not in text[part.start : part.end]
    assert bare.count("<") == bare.count(">")


@given(_pieces)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    with suppress(TextInvalid):
        once = clean(text, field="status", maximum=500)
        assert clean(once, field="status", maximum=500) == once


@given(_pieces)
def test_normalised_tags_are_stable(text: str) -> None:
    for tag in parse(text).hashtags:
        assert tag.normalised
        assert normalise_hashtag(tag.normalised) == tag.normalised


@pytest.mark.parametrize(
    "piece",
    ["@", "#", "a@", "https://", "https://a.", ".-", "@a@a.-", "·a", "https://a.b/)", ").", "#_"],
)
def test_hostile_text_costs_no_more_than_its_length(piece: str) -> None:
    for start in ("", "@a", "#a", "https://a.b/", "https://a"):
        text = start + piece * 20_000
        assert length(text) <= 3 * len(text)  # a link of 8 counts 23
