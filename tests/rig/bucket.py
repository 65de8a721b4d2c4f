"""An S3-compatible store in memory, on a socket: what storage says to one, and no more."""

import hashlib
import itertools
import re
from typing import Any, Self
from xml.sax.saxutils import escape

from aiohttp import web

WRITTEN = "2026-01-01T00:00:00.000Z"  # all its files, as long as nobody asks otherwise


class Bucket:
    """`async with Bucket() as bucket:` serves; `bucket.url` is what PARVIS_STORAGE_URL would be."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.url = ""
        self._uploads: dict[str, dict[int, bytes]] = {}  # of one that was completed: stays
        self._numbers = itertools.count(1)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=1 << 28)
        application.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"s3+http://key:secret@127.0.0.1:{port}/parvis/below?region=eu-west-3"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if "AWS4-HMAC-SHA256" not in request.headers.get("authorization", ""):
            return web.Response(status=403)
        if request.method == "GET" and "list-type" in request.query:
            return self._list(request.query.get("prefix", ""))
        key = request.match_info["path"].removeprefix("parvis/")
        if not key.startswith("below/") and request.method != "POST":
            return web.Response(status=403)
        doing: Any = getattr(self, f"_{request.method.lower()}")
        return await doing(request, key)

    def _list(self, prefix: str) -> web.Response:
        found = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>{WRITTEN}</LastModified>"
            f"<ETag>{escape(_etag(content))}</ETag><Size>{len(content)}</Size></Contents>"
            for key, content in sorted(self.files.items())
            if key.startswith(prefix)
        )
        return _xml("ListBucketResult", f"<IsTruncated>false</IsTruncated>{found}")

    async def _put(self, request: web.Request, key: str) -> web.Response:
        body = await request.read()
        upload = request.query.get("uploadId")
        if upload is not None:
            if upload not in self._uploads:
                return _no_upload()
            self._uploads[upload][int(request.query["partNumber"])] = body
        else:
            self.files[key] = body
        return web.Response(headers={"etag": _etag(body)})

    async def _post(self, request: web.Request, key: str) -> web.Response:
        if "uploads" in request.query:
            upload = str(next(self._numbers))
            self._uploads[upload] = {}
            return _xml("InitiateMultipartUploadResult", f"<UploadId>{upload}</UploadId>")
        if "uploadId" in request.query:
            # Clients repeat a request whose answer was late or lost; completing twice is once.
            parts = self._uploads.get(request.query["uploadId"])
            if parts is None:
                return _no_upload()
            self.files[key] = b"".join(parts[number] for number in sorted(parts))
            tag = escape(_etag(self.files[key]))
            return _xml("CompleteMultipartUploadResult", f"<ETag>{tag}</ETag>")
        keys = re.findall(r"<Key>(.*?)</Key>", (await request.read()).decode())
        for gone in keys:
            self.files.pop(gone, None)
        deleted = "".join(f"<Deleted><Key>{escape(gone)}</Key></Deleted>" for gone in keys)
        return _xml("DeleteResult", deleted)

    async def _get(self, request: web.Request, key: str) -> web.Response:
        content = self.files.get(key)
        if content is None:
            return _xml("Error", "<Code>NoSuchKey</Code>", 404)
        headers = {"etag": _etag(content), "last-modified": "Sun, 22 Nov 2026 00:00:00 GMT"}
        span = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", ""))
        if span is None:
            return web.Response(body=content, headers=headers)
        first, last = int(span[1]), int(span[2] or len(content) - 1)
        headers["content-range"] = f"bytes {first}-{last}/{len(content)}"
        return web.Response(body=content[first : last + 1], status=206, headers=headers)

    _head = _get

    async def _delete(self, request: web.Request, key: str) -> web.Response:
        if "uploadId" in request.query:
            self._uploads.pop(request.query["uploadId"], None)
        self.files.pop(key, None)
        return web.Response(status=204)


def _etag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def _no_upload() -> web.Response:
    return _xml("Error", "<Code>NoSuchUpload</Code>", 404)


def _xml(name: str, inner: str, status: int = 200) -> web.Response:
    text = f'<?xml version="1.0"?><{name}>{inner}</{name}>'
    return web.Response(text=text, status=status, content_type="application/xml")
