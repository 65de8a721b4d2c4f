"""What is different for one reader in cards that are the same for all."""

from parvis.domain.access.types import Reading
from parvis.web.opened import opened

NOTHING = Reading(expands_warnings=False, media="default", autoplays=False)


def test_stills_of_films_are_fetched_by_who_did_not_ask_for_little() -> None:
    film = '<video class="gif" loop muted src="/media/1" poster="/media/2" width="4"></video>'
    said = f'{film}<p>a poster="x"</p>{film}'
    assert opened(said, NOTHING, is_sparing=False) == said
    spared = opened(said, NOTHING, is_sparing=True)
    assert spared == said.replace(' poster="/', ' data-poster="/')
