"""An event as it goes over the wire, encoded once for all who get the same."""

import msgspec


class Frame:
    """One event with its payload (JSON, or an id). WebSocket frames differ by the stream's label."""

    __slots__ = ("_event", "_payload", "_sockets", "_sse")

    def __init__(self, event: str, payload: bytes) -> None:
        self._event = event
        self._payload = payload
        self._sockets: dict[str, str] = {}
        self._sse: bytes | None = None

    def socket(self, label: str) -> str:
        """The text of a WebSocket message for the subscription `label`."""
        text = self._sockets.get(label)
        if text is None:
            payload = msgspec.json.encode(self._payload.decode()).decode()
            text = f'{{"stream":{label},"event":"{self._event}","payload":{payload}}}'
            self._sockets[label] = text
        return text

    def sse(self) -> bytes:
        """An event of text/event-stream: JSON has no raw line breaks, so one data line holds it."""
        if self._sse is None:
            self._sse = b"event: %b\ndata: %b\n\n" % (self._event.encode(), self._payload)
        return self._sse
