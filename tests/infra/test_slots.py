"""Generation slots: what a bump says, and to whom."""

from pathlib import Path

from parvis.infra.slots import ERA, Fact, Slots, create, slot_of


def test_a_bump_is_seen_through_another_map(tmp_path: Path) -> None:
    create(tmp_path / "slots")
    one, other = Slots(tmp_path / "slots"), Slots(tmp_path / "slots")
    slot = slot_of(Fact.HOME, 7)
    before, era = other.values[slot], other.era
    one.bump([slot])
    assert other.values[slot] != before
    assert other.era != era


def test_every_bump_changes_the_value() -> None:
    slots = Slots()
    slot = slot_of(Fact.STATUS, 7)
    seen = set[int]()
    for _ in range(1_000):
        slots.bump([slot])
        seen.add(slots.values[slot])
    assert len(seen) == 1_000


def test_two_processes_never_write_one_value(tmp_path: Path) -> None:
    create(tmp_path / "slots")
    one, other = Slots(tmp_path / "slots"), Slots(tmp_path / "slots")
    other._salt = one._salt + 1  # noqa: SLF001 - what another process would have
    slot = slot_of(Fact.STATUS, 7)
    one.bump([slot])
    first = one.values[slot]
    other.bump([slot])
    assert one.values[slot] != first


def test_no_bump_of_nothing() -> None:
    slots = Slots()
    slots.bump([])
    assert slots.era == 0


def test_many_machines_trust_nothing() -> None:
    slots = Slots(is_shared=False)
    assert slots.values[1] != slots.values[1]
    slots.bump([1])
    assert slots.era != slots.era


def test_slots_of_facts_differ() -> None:
    assert len({slot_of(fact, 7 << 16) for fact in Fact}) == len(Fact)
    assert ERA not in {slot_of(fact, key) for fact in Fact for key in range(1, 1_000)}
