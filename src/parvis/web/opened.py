"""What a reader wants opened, or not fetched, in pages whose cards are the same for everybody."""

import re

from parvis.domain.access.types import Reading

# As templates/cards.html writes them: the words of a warning may be in any direction, ours are not.
WARNED = '<details class="warning"><summary dir="auto">'
SENSITIVE = '<details class="warning"><summary>'
POSTER = re.compile(r'(<video[^>]*) poster="')


def opened(page: str, reading: Reading, *, is_sparing: bool) -> str:
    """The page with its warnings and sensitive pictures open for who wants them so. For who asks for little,
    films keep their room, and their stills are not fetched: style sheets cannot see to that.
    """
    if reading.expands_warnings:
        page = page.replace(WARNED, WARNED.replace("<details", "<details open"))
    if reading.media == "show_all":
        page = page.replace(SENSITIVE, SENSITIVE.replace("<details", "<details open"))
    return POSTER.sub(r'\1 data-poster="', page) if is_sparing else page
