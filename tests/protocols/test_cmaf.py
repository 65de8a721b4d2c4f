"""Parts and whole files: what is written can be read, and what is damaged is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols import cmaf, m4a
from parvis.protocols.cmaf import AAC, OPUS, Damaged

FRAMES = st.lists(st.binary(max_size=300), min_size=1, max_size=60)


@given(FRAMES, st.integers(0, 2**63), st.integers(0, 2**32 - 1))
def test_a_part_is_read_as_it_was_written(frames: list[bytes], start: int, sequence: int) -> None:
    part = cmaf.read_part(cmaf.write_part(OPUS, sequence, start, frames))
    assert (part.sequence, part.start, part.frames) == (sequence, start, tuple(frames))
    assert part.duration == 960 * len(frames)


@given(st.binary(max_size=400), st.integers(0, 400))
def test_what_is_no_part_is_refused(noise: bytes, cut: int) -> None:
    whole = cmaf.write_part(AAC, 1, 0, [b"frame"] * 47)
    with pytest.raises(Damaged):
        cmaf.read_part(noise)
    with pytest.raises(Damaged):
        cmaf.read_part(whole[: min(cut, len(whole) - 1)])


def test_boxes_lie_in_one_another() -> None:
    init = cmaf.write_init(AAC)
    assert [kind for kind, _, _ in cmaf.boxes(init)] == [b"ftyp", b"moov"]
    assert (AAC.codecs, OPUS.codecs) == ("mp4a.40.2", "opus")
    with pytest.raises(Damaged):
        cmaf.read_part(b"\0" * (cmaf.PART_MOST + 1))


def test_frames_of_a_part_begin_in_it() -> None:
    firsts = [AAC.first_frame(number * 48_000) for number in range(4)]
    assert firsts == [0, 47, 94, 141]
    assert AAC.first_frame(24_000) == 24


def test_a_whole_file_says_where_its_frames_are() -> None:
    head = m4a.head(AAC, [10] * 100, [(0, "Ada"), (48_000, "é" * 300)])
    kinds = [kind for kind, _, _ in cmaf.boxes(head + b"", 0, head.rindex(b"mdat") - 4)]
    assert kinds == [b"ftyp", b"moov"]
    assert len(head).to_bytes(8, "big") in head  # the first chunk begins right behind the head
    assert b"Ada" in head
