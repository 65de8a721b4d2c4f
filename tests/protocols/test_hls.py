"""Playlists of low latency, from numbers: what they show, what they wait for, what they refuse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols import hls
from parvis.protocols.adts import write_adts
from parvis.protocols.hls import BlockRefused, Live

LIVES = st.builds(
    Live,
    st.sampled_from([200, 500, 1_000, 3_000, 5_000]),
    st.integers(0, 2**41),
    st.integers(0, 50),
    st.integers(-1, 10**6),
    st.booleans(),
)


def test_a_playlist_of_the_middle_of_a_segment() -> None:
    written = hls.write_media(Live(1_000, 0, 0, 9, is_over=False), "?t=x").splitlines()
    assert written[:3] == ["#EXTM3U", "#EXT-X-VERSION:9", "#EXT-X-TARGETDURATION:4"]
    assert "#EXT-X-MEDIA-SEQUENCE:0" in written
    assert [line for line in written if line.startswith("s")] == ["s0.m4s?t=x", "s1.m4s?t=x"]
    assert written[-3:] == [
        '#EXT-X-PART:DURATION=1.000,URI="8.m4s?t=x",INDEPENDENT=YES',
        '#EXT-X-PART:DURATION=1.000,URI="9.m4s?t=x",INDEPENDENT=YES',
        '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="10.m4s?t=x"',
    ]


@given(LIVES)
def test_segments_follow_one_another_and_hold_what_is_kept(live: Live) -> None:
    lines = hls.write_media(live).splitlines()
    sequence = next(int(x.split(":")[1]) for x in lines if x.startswith("#EXT-X-MEDIA-SEQUENCE:"))
    segments = [int(x[1:-4]) for x in lines if x.startswith("s")]
    assert segments == list(range(sequence, sequence + len(segments)))
    assert len(segments) <= hls.WINDOW
    assert all(one * live.parts >= live.first for one in segments)
    parts = [int(x.split('"')[1][:-4]) for x in lines if x.startswith("#EXT-X-PART:")]
    assert parts == sorted(set(parts))
    assert not parts or parts[-1] == live.newest
    assert lines.count("#EXT-X-ENDLIST") == live.is_over


def test_what_may_be_waited_for() -> None:
    live = Live(1_000, 0, 0, 9, is_over=False)
    assert hls.wanted_part(live, "2", "2") == 10
    assert hls.wanted_part(live, "2", None) == 11
    assert hls.wanted_part(live, "0", "0") == 0
    for segment, part in (
        ("9", None),
        ("x", None),
        ("2", "-1"),
        ("2", "99"),
        ("9" * 13, "0"),
        ("", None),
    ):
        with pytest.raises(BlockRefused):
            hls.wanted_part(live, segment, part)


def test_the_list_of_renditions() -> None:
    written = hls.write_master({"aac": ("mp4a.40.2", 64_000)}, "?t=x")
    assert '#EXT-X-STREAM-INF:BANDWIDTH=76800,CODECS="mp4a.40.2"\naac/live.m3u8?t=x\n' in written


@given(st.lists(st.binary(min_size=1, max_size=2_000), max_size=20))
def test_adts_says_where_each_frame_ends(frames: list[bytes]) -> None:
    stream = write_adts(frames)
    for frame in frames:
        assert stream[:4] == b"\xff\xf1\x4c" + stream[3:4]
        length = int.from_bytes(stream[3:6], "big") >> 5 & 0x1FFF
        assert stream[7:length] == frame
        stream = stream[length:]
    assert stream == b""
