"""A process that makes one film or sound fit to be shown, and ends: decoders meet strangers' bytes here.

Started by infra/films.py with nothing of ours in its environment. Standard input: a line of JSON, the
recipe {"kind", "source", "folder"}. It writes the film, and a still picture where there is one, into the
folder, and says on standard output what it made. What browsers play already is only put into a clean
container; the rest is encoded anew. Memory, processor time and the size of files are bounded by the
kernel; only the demuxer of the kind that was sniffed is open.
"""

import ctypes
import importlib
import json
import resource
import signal
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

MEMORY = 3 << 30
CPU_S = 1_200
FILE_BYTES = 400 << 20
PR_SET_PDEATHSIG = 1

# Which of FFmpeg's demuxers reads which kind.
DEMUXERS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "audio/mp4": "mov",
    "video/webm": "matroska",
    "video/ogg": "ogg",
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/flac": "flac",
    "audio/wav": "wav",
}
# What each container may hold that browsers play: its video codecs and its audio codecs.
MP4 = ("mp4", frozenset({"h264"}), frozenset({"aac", "mp3"}))
WEBM = ("webm", frozenset({"vp8", "vp9", "av1"}), frozenset({"opus", "vorbis"}))
SOUNDS = {"mp3": "mp3", "aac": "m4a", "opus": "ogg", "vorbis": "ogg", "flac": "flac"}
FORMATS = {"m4a": "ipod"}  # where FFmpeg's name of a container is another than its extension
PLAIN = frozenset({"yuv420p", "yuvj420p"})  # 8 bits, colours halved: what every browser decodes
MAX_PIXELS = 3840 * 2160
MAX_RATE = 120
ENCODED_AREA = 1280 * 720
ENCODED_RATE = 60
LONGEST_S = 4 * 3600
SIDEWAYS = frozenset({90, 270})
STILL_AT = Fraction(1, 10)  # of its length: the first frame is often black
DURATION_UNIT = 1_000_000  # AV_TIME_BASE


class Refused(Exception):
    """The upload is no film or sound we make something of."""


def confine() -> None:
    """Give up what decoding does not need, before the first foreign byte."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    confine()
    recipe: dict[str, str] = json.loads(sys.stdin.buffer.readline())
    av: Any = importlib.import_module("av")  # after the limits stand
    av.logging.set_level(None)
    try:
        answer = make(av, recipe["kind"], recipe["source"], Path(recipe["folder"]))
    except Refused as refused:
        answer = {"refused": str(refused)}
    except (av.FFmpegError, ValueError, EOFError):
        # FFmpeg's own words name offsets and functions: nothing a person could act on.
        answer = {"refused": "it is damaged, not complete, or of a kind that is not known"}
    sys.stdout.write(json.dumps(answer))


def make(av: Any, kind: str, source: str, folder: Path) -> dict[str, Any]:
    """The film and its still picture in the folder; what they are."""
    with _open(av, kind, source) as there:
        video, audio = _streams(there)
        check(there, video)
        if video is None:
            made = make_sound(av, there, audio, folder)
        else:
            made = make_film(av, there, video, audio, folder)
    with _open(av, kind, source) as there:
        made["still"] = take_still(av, there, folder)
    return made


def _open(av: Any, kind: str, source: str) -> Any:
    return av.open(
        source,
        format=DEMUXERS[kind],
        options={"protocol_whitelist": "file"},  # no container may name another file to read
        metadata_errors="replace",
    )


def _streams(there: Any) -> tuple[Any, Any]:
    """The first moving picture and the first sound; a cover is a picture that does not move."""
    moving = [one for one in there.streams.video if not _is_cover(one)]
    sounds = list(there.streams.audio)
    if not moving and not sounds:
        raise Refused("it holds neither pictures that move nor sound")
    return (moving[0] if moving else None), (sounds[0] if sounds else None)


def _is_cover(stream: Any) -> bool:
    return "attached_pic" in str(stream.disposition).lower()


def codec_of(stream: Any) -> str:
    """The codec's own name, whichever decoder reads it."""
    return str(stream.codec_context.codec.canonical_name)


def length_of(there: Any) -> Fraction:
    """Seconds; 0 when the container does not say."""
    return Fraction(there.duration or 0, DURATION_UNIT)


def check(there: Any, video: Any) -> None:
    """Refuse by the header what would cost too much to decode."""
    if length_of(there) > LONGEST_S:
        raise Refused(f"it is longer than {LONGEST_S // 3600} hours; make it shorter")
    if video is None:
        return
    width, height = video.codec_context.width, video.codec_context.height
    if not width or not height:
        raise Refused("it does not say how wide and high it is")
    if width * height > MAX_PIXELS:
        raise Refused(f"{width}x{height} pixels are too many; make it smaller")
    if _rate(video) > MAX_RATE:
        raise Refused(f"more than {MAX_RATE} frames a second are too many; make it slower")


def _rate(video: Any) -> Fraction:
    return Fraction(video.average_rate or video.guessed_rate or 25)


def make_film(av: Any, there: Any, video: Any, audio: Any, folder: Path) -> dict[str, Any]:
    context = video.codec_context
    is_plain = context.pix_fmt in PLAIN
    fitting = [one for one in (MP4, WEBM) if is_plain and codec_of(video) in one[1]]
    container, _, sounds = fitting[0] if fitting else MP4
    turned = turn_of(there, video)
    path = folder / f"film.{container}"
    with _begin(av, path, container) as out:
        pictures: Any = _Copy(out, video) if fitting else _Pictures(av, out, video, turned)
        takers: dict[int, Any] = {video.index: pictures}
        if audio is not None:
            is_fit = codec_of(audio) in sounds
            takers[audio.index] = _Copy(out, audio) if is_fit else _Sound(out, audio, container)
        run(there, takers)
    width, height = (context.width, context.height) if fitting else pictures.size
    if fitting and turned in SIDEWAYS:
        width, height = height, width
    rate = _rate(video) if fitting else pictures.rate
    return {
        "kind": "video" if audio is not None else "gifv",
        "file": path.name,
        "content_type": f"video/{container}",
        "width": width,
        "height": height,
        "rate": f"{rate.numerator}/{rate.denominator}",
        "duration": float(length_of(there)),
        **_heard(audio),
    }


def make_sound(av: Any, there: Any, audio: Any, folder: Path) -> dict[str, Any]:
    extension = SOUNDS.get(codec_of(audio))
    copies = extension is not None
    extension = extension or "m4a"
    path = folder / f"sound.{extension}"
    with _begin(av, path, extension) as out:
        run(there, {audio.index: _Copy(out, audio) if copies else _Sound(out, audio, extension)})
    types = {"mp3": "audio/mpeg", "m4a": "audio/mp4"}
    return {
        "kind": "audio",
        "file": path.name,
        "content_type": types.get(extension, f"audio/{extension}"),
        "duration": float(length_of(there)),
        **_heard(audio),
    }


def _begin(av: Any, path: Path, container: str) -> Any:
    """A new file. Bit-exact: it does not say what wrote it, nor when."""
    options = {"fflags": "+bitexact"}
    if container == "mp4":
        options["movflags"] = "+faststart"  # played before all of it has come
    return av.open(str(path), "w", format=FORMATS.get(container, container), options=options)


def _heard(audio: Any) -> dict[str, Any]:
    if audio is None:
        return {}
    context = audio.codec_context
    return {
        "codec": codec_of(audio),
        "sampling": context.sample_rate,
        "channels": context.layout.name,
    }


def run(there: Any, takers: dict[int, Any]) -> None:
    """Each packet to whoever takes its stream, then what they still hold."""
    wanted = [stream for stream in there.streams if stream.index in takers]
    for packet in there.demux(wanted):
        if packet.dts is not None:  # the empty one that ends a stream
            takers[packet.stream.index].take(packet)
    for taker in takers.values():
        taker.end()


class _Copy:
    """Puts packets as they are into the new container; nothing else of the old one goes along."""

    def __init__(self, out: Any, stream: Any) -> None:
        self.out = out
        self.stream = out.add_stream_from_template(stream, opaque=True)
        self.stream.metadata.clear()

    def take(self, packet: Any) -> None:
        packet.stream = self.stream
        self.out.mux(packet)

    def end(self) -> None:
        """It holds nothing back."""


class _Pictures:
    """H.264, upright, no larger and no faster than every telephone plays."""

    def __init__(self, av: Any, out: Any, video: Any, turned: int) -> None:
        self.av = av
        self.out = out
        self.video = video
        self.turned = turned
        width, height = video.codec_context.width, video.codec_context.height
        if turned in SIDEWAYS:
            width, height = height, width
        scale = min(1.0, (ENCODED_AREA / (width * height)) ** 0.5)
        self.size = _even(width * scale), _even(height * scale)
        self.rate = min(_rate(video), Fraction(ENCODED_RATE))
        self.stream = out.add_stream("libx264", rate=self.rate)
        self.stream.width, self.stream.height = self.size
        self.stream.pix_fmt = "yuv420p"
        self.stream.options = {"preset": "veryfast", "crf": "23"}
        self.graph: Any = None

    def take(self, packet: Any) -> None:
        for frame in packet.decode():
            self._encode(frame)

    def _encode(self, frame: Any) -> None:
        if self.graph is None:
            self.graph = self._graph(frame)
        self.graph.push(frame)
        self._pull()

    def _pull(self) -> None:
        while True:
            try:
                frame = self.graph.pull()
            except (self.av.error.BlockingIOError, self.av.error.EOFError):
                return
            frame.pict_type = 0
            self.out.mux(self.stream.encode(frame))

    def _graph(self, frame: Any) -> Any:
        width, height = self.size
        return _filters(
            self.av,
            frame,
            [
                *_turns(self.turned),
                ("fps", str(self.rate)),
                ("scale", f"{width}:{height}"),
                ("format", "yuv420p"),
            ],
        )

    def end(self) -> None:
        for frame in self.video.codec_context.decode(None):
            self._encode(frame)
        if self.graph is not None:
            self.graph.push(None)
            self._pull()
        self.out.mux(self.stream.encode(None))


def _turns(turned: int) -> list[tuple[str, str]]:
    """Filters that set upright what a player would turn counter-clockwise."""
    turns = {90: ["cclock"], 180: ["clock", "clock"], 270: ["clock"]}
    return [("transpose", turn) for turn in turns.get(turned, [])]


def _filters(av: Any, frame: Any, steps: list[tuple[str, str]]) -> Any:
    """A chain of filters for frames like this one."""
    graph = av.filter.Graph()
    first = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
    )
    rest = [graph.add(name, said) for name, said in steps]
    graph.link_nodes(first, *rest, graph.add("buffersink")).configure()
    return graph


class _Sound:
    """AAC, or Opus inside WebM; mono or stereo at 48 kHz."""

    def __init__(self, out: Any, audio: Any, container: str) -> None:
        self.out = out
        self.audio = audio
        codec = "libopus" if container == "webm" else "aac"
        layout = "mono" if audio.codec_context.layout.nb_channels == 1 else "stereo"
        self.stream = out.add_stream(codec, rate=48_000, layout=layout)
        self.stream.bit_rate = 128_000

    def take(self, packet: Any) -> None:
        for frame in packet.decode():
            self.out.mux(self.stream.encode(frame))

    def end(self) -> None:
        for frame in self.audio.codec_context.decode(None):
            self.out.mux(self.stream.encode(frame))
        self.out.mux(self.stream.encode(None))


def _even(length: float) -> int:
    """Colours are halved, so sides are even."""
    return max(2, int(length) // 2 * 2)


def turn_of(there: Any, video: Any) -> int:
    """How far a player turns the picture counter-clockwise: 0, 90, 180 or 270 degrees."""
    turned = _turned(_first_frame(there, video))
    there.seek(0)
    return turned


def _turned(frame: Any) -> int:
    return round((frame.rotation or 0) / 90) * 90 % 360


def _first_frame(there: Any, video: Any) -> Any:
    for frame in there.decode(video):
        return frame
    raise Refused("it holds no picture")


def take_still(av: Any, there: Any, folder: Path) -> str | None:
    """The file of a picture of it, a JPEG, upright: a frame of a film, the cover of a sound."""
    video, _ = _streams(there)
    if video is None:
        covers = [one for one in there.streams.video if _is_cover(one)]
        if not covers:
            return None
        video = covers[0]
    else:
        duration = length_of(there)
        if duration > 2:  # noqa: PLR2004 - seconds; a shorter one is shown by its beginning
            there.seek(int(duration * STILL_AT * DURATION_UNIT))
    try:
        frame = _first_frame(there, video)
    except av.FFmpegError:
        if not _is_cover(video):
            raise
        return None
    path = folder / "still.jpg"
    path.write_bytes(_jpeg(av, frame))
    return path.name


def _jpeg(av: Any, frame: Any) -> bytes:
    if turns := _turns(_turned(frame)):
        graph = _filters(av, frame, turns)
        graph.push(frame)
        frame = graph.pull()
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height = frame.width, frame.height
    encoder.pix_fmt = "yuvj420p"
    encoder.time_base = Fraction(1, 25)
    encoder.options = {"qmin": "2", "qmax": "4"}
    still = frame.reformat(format="yuvj420p")
    still.pts, still.pict_type = 0, 0
    return b"".join(bytes(packet) for packet in [*encoder.encode(still), *encoder.encode(None)])


if __name__ == "__main__":
    main()
