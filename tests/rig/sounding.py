"""A room's process for tests of who keeps it: it keeps what it is told in a file, and sounds nothing."""

import asyncio
import json
import sys
from pathlib import Path

ROOM, SOCKET, FOLDER = sys.argv[1], sys.argv[2], Path(sys.argv[3])


def answer(method: str, target: str, body: bytes) -> tuple[int, bytes, str]:
    if method == "PUT":
        with (FOLDER / "told").open("ab") as kept:
            kept.write(body + b"\n")
        return 200, b"{}", ""
    if target == f"/listen/{ROOM}/state":
        return 200, b'{"listeners": 7}', ""
    if method == "POST":
        return 201, b"v=0 " + target.encode(), "location: /whip/abc\r\n"
    return 200, b"", ""


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    method, target, _ = head.split(" ", 2)
    lengths = [line for line in head.split("\r\n") if line.startswith("content-length:")]
    body = await reader.readexactly(int(lengths[0].partition(":")[2]) if lengths else 0)
    status, said, further = answer(method, target, body)
    writer.write(f"HTTP/1.1 {status} -\r\ncontent-length: {len(said)}\r\n{further}\r\n".encode())
    writer.write(said)
    await writer.drain()
    writer.close()
    if method == "PUT" and json.loads(body)["ends"]:
        (FOLDER / "recording.m4a").write_bytes(b"sound")
        sys.exit(0)


async def main() -> None:
    server = await asyncio.start_unix_server(serve, SOCKET)
    await server.serve_forever()


asyncio.run(main())
