"""Heads of questions and of answers, as the relay's own front reads and writes them."""

from parvis.live.relay.answers import AGAIN_S, Answer, part_headers, refusal
from parvis.live.relay.parts import Away, Gone, Part
from parvis.live.relay.state import RoomState

_IN_A_HURRY = {"busy": 503, "too_often": 429}
_REASONS = {
    200: "OK", 204: "No Content", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
    404: "Not Found", 405: "Method Not Allowed", 413: "Content Too Large", 429: "Too Many Requests",
    431: "Request Header Fields Too Large", 503: "Service Unavailable",
}  # fmt: skip


class AskedHead:
    """What httptools calls while it reads a head."""

    def __init__(self) -> None:
        self.target = ""
        self.headers: dict[str, str] = {}
        self.has_body = False

    def on_url(self, target: bytes) -> None:
        self.target += target.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        text = name.decode("latin-1").lower()
        said = value.decode("latin-1")
        # Of several lines the first was said by the farthest (RFC 9110 §5.3); nothing else is a list here.
        if text == "x-forwarded-for" and text in self.headers:
            said = f"{self.headers[text]},{said}"
        self.headers[text] = said
        if text == "transfer-encoding" or (text == "content-length" and value != b"0"):
            self.has_body = True


def canned() -> dict[str, bytes]:
    """Whole answers to a flood, by why."""
    made: dict[str, bytes] = {}
    for why, status in _IN_A_HURRY.items():
        answer = refusal(status, why)
        answer.headers.append(("retry-after", AGAIN_S))
        head = head_of(status, answer.headers, len(answer.content), closes=False)
        made[why] = head + answer.content
    return made


def head_of(status: int, headers: list[tuple[str, str]], length: int, *, closes: bool) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    end = "connection: close\r\n\r\n" if closes else "\r\n"
    return (
        f"HTTP/1.1 {status} {_REASONS.get(status, 'Other')}\r\n{lines}content-length: {length}\r\n{end}"
    ).encode("latin-1")


def part_of(part: Part, state: RoomState | None) -> bytes:
    headers = part_headers(part, state)
    return head_of(200, headers, len(part.content), closes=False) + part.content


def absent(outcome: Exception) -> Answer:
    """Why a part that was waited for did not come."""
    if isinstance(outcome, Away):
        return refusal(503, "origin_away", retry=True)
    if isinstance(outcome, Gone):
        return refusal(404, "gone")
    return refusal(503, "broken", retry=True)
