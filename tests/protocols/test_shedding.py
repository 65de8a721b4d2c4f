"""Limits per key, and what is turned away when there is too much; time is a number here."""

from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols.gcra import Gcra, Rate, prefix_of
from parvis.protocols.shedding import Codel, Concurrency


@given(
    st.integers(1, 50),
    st.floats(0.1, 60),
    st.lists(st.floats(0, 5), min_size=1, max_size=200),
)
def test_no_window_holds_more_than_the_burst_and_the_rate(
    count: int, period_s: float, pauses: list[float]
) -> None:
    gcra = Gcra(Rate(count, period_s))
    now = 0.0
    allowed: list[float] = []
    for pause in pauses:
        now += pause
        wait = gcra.take("one", now)
        if wait == 0:
            allowed.append(now)
        else:
            assert 0 < wait <= period_s + 1e-6
            assert Gcra(Rate(count, period_s)).take("other", now) == 0
    for begin, start in enumerate(allowed):
        within = sum(1 for at in allowed[begin:] if at - start < period_s)
        assert within <= 2 * count  # a whole burst, and what refills in the meantime


def test_who_waits_as_told_is_let_in() -> None:
    gcra = Gcra(Rate(2, 10))
    assert [gcra.take("a", 0) for _ in range(3)] == [0, 0, 5]
    assert gcra.take("b", 0) == 0
    assert gcra.take("a", 5) == 0


def test_memory_is_bounded_and_a_whole_limit_is_forgotten_first() -> None:
    gcra = Gcra(Rate(1, 10), most_keys=100)
    for number in range(99):
        gcra.take(number, 0)
    gcra.take("late", 9)
    gcra.take("new", 11)
    assert len(gcra) == 2
    assert gcra.take("late", 11) > 0
    for number in range(1_000):
        gcra.take(number, 11)
        assert len(gcra) <= 100


def test_neighbours_share_a_prefix() -> None:
    assert prefix_of("192.0.2.7") == prefix_of("192.0.2.200") == prefix_of("::ffff:192.0.2.9")
    assert prefix_of("192.0.2.7") != prefix_of("192.0.3.7")
    assert prefix_of("2001:db8:1:2::3") == prefix_of("2001:db8:1:f::9")
    assert prefix_of("2001:db8:1::") != prefix_of("2001:db8:2::")
    assert prefix_of("unix") == "unix"


def test_a_burst_passes_and_a_standing_queue_does_not() -> None:
    codel = Codel(0.05, 0.5)
    assert not any(codel.sheds(0.2, at / 100) for at in range(40))  # 0.4 s: a burst
    assert not codel.sheds(0.01, 0.45)
    assert not codel.sheds(0.2, 0.5)
    assert not codel.sheds(0.2, 0.9)
    assert codel.sheds(0.2, 1.01)
    assert codel.is_shedding
    shed = [codel.sheds(0.2, 1.01 + at / 1_000) for at in range(4_000)]
    assert sum(shed[3_000:]) > sum(shed[:1_000])  # the times come closer
    assert not codel.sheds(0.01, 6)
    assert not codel.is_shedding


@given(st.lists(st.tuples(st.floats(0, 3), st.floats(0, 1)), max_size=300))
def test_nothing_that_did_not_wait_is_ever_shed(seen: list[tuple[float, float]]) -> None:
    codel = Codel(0.05, 0.5)
    now = 0.0
    for waited, pause in seen:
        now += pause
        shed = codel.sheds(waited, now)
        assert not (shed and waited < 0.05)


@given(st.lists(st.tuples(st.floats(0, 2), st.floats(0.1, 1)), max_size=400))
def test_concurrency_stays_between_its_ends_and_never_loses_count(
    ends: list[tuple[float, float]],
) -> None:
    concurrency = Concurrency(0.25, least=4, most=64)
    now = 0.0
    under_way = 0
    for took, share in ends:
        now += 0.01
        if concurrency.takes(share):
            under_way += 1
        if under_way and took < 1:
            concurrency.ended(took, now)
            under_way -= 1
        assert concurrency.under_way == under_way
        assert 4 <= concurrency.limit <= 64


def test_slowness_lowers_it_once_a_round_and_a_low_lane_leaves_room() -> None:
    concurrency = Concurrency(0.1, least=4, most=80)
    while concurrency.takes(0.5):
        pass
    assert concurrency.under_way == concurrency.limit // 2
    assert concurrency.takes()
    before = concurrency.limit
    for _ in range(3):
        concurrency.ended(1.0, 5.0)
    assert concurrency.limit == int(before * 0.8)
