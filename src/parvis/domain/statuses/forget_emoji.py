"""Statuses keep only the name of an emoji that was removed."""

from parvis.domain.network.forget_emoji import forgetting
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.statuses")

forget = forgetting(Q.forget_emoji, Fact.STATUS)
