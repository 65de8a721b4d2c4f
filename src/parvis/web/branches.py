"""Answers to a status as branches: each first answer with all that follows from it, and the lines between."""

from typing import NamedTuple

from parvis.domain.statuses.types import Shown

DEEPEST = 4  # further answers are not pushed aside any more


class Leaf(NamedTuple):
    shown: Shown
    depth: int
    lines: list[int]  # columns whose line goes on past it
    leads: bool  # to an answer of its own


def branches(main: Shown, answers: list[Shown]) -> list[list[Leaf]]:
    """`answers` stand as they are read: each after what it answers."""
    depths = {main.status.id: -1}
    for shown in answers:
        above = depths.get(shown.status.in_reply_to_id or 0, -1)
        depths[shown.status.id] = min(above + 1, DEEPEST)
    made: list[list[Leaf]] = []
    to_come: set[int] = set()  # columns in which something stands further down
    below = 0
    for shown in reversed(answers):
        depth = depths[shown.status.id]
        to_come = {column for column in to_come if column <= depth}
        leaf = Leaf(shown, depth, sorted(to_come - {0}), below > depth)
        if not made or 0 in to_come:
            made.append([])
            to_come.discard(0)
        made[-1].append(leaf)
        to_come.add(depth)
        below = depth
    return [branch[::-1] for branch in made[::-1]]
