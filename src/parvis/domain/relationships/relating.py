"""That something changed between two accounts, told to the pages that show how they stand to each other."""

from collections.abc import Sequence

from parvis.domain.events import Followed, Unfollowed
from parvis.domain.wakes import wakes
from parvis.domain.wakes.wakes import Wake
from parvis.infra.postgres import Tx


async def tell_both(tx: Tx, told: Sequence[Followed | Unfollowed]) -> None:
    """Of a block nobody is told: it would say to whom it concerns what they are not meant to notice."""
    pairs = {(one.account_id, one.target_id) for one in told}
    await wakes.write(
        tx,
        [
            Wake("relation", other, account_id=one)
            for pair in sorted(pairs)
            for one, other in (pair, pair[::-1])
        ],
    )
