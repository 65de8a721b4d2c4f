"""What a reader wants opened, opened in pages whose cards are the same for everybody."""

from parvis.domain.access.types import Reading

# As templates/cards.html writes them: the words of a warning may be in any direction, ours are not.
WARNED = '<details class="warning"><summary dir="auto">'
SENSITIVE = '<details class="warning"><summary>'


def opened(page: str, reading: Reading) -> str:
    """The page with its warnings and sensitive pictures open for who wants them so."""
    if reading.expands_warnings:
        page = page.replace(WARNED, WARNED.replace("<details", "<details open"))
    if reading.media == "show_all":
        page = page.replace(SENSITIVE, SENSITIVE.replace("<details", "<details open"))
    return page
