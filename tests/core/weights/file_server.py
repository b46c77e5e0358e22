"""A file server on this machine that misbehaves on order."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FileServer(ThreadingHTTPServer):
    """Serves `content` at every path.

    Attributes:
        plan: what to do with the next requests, in order, then "serve":
            "serve" with ranges; "whole" without ranges; "unsized" without a length;
            "drop N" after N bytes; "stall N" after N bytes until the test is over;
            "promise N" bytes and send none; "more N" bytes than the file has, without a
            length; "chunks N" bytes, in chunks whose end never comes; "shift N" bytes off the
            part that was asked for; or an HTTP status such as "404".
        ranges: the Range field of each request so far, "" where it had none.
        paths: what was asked for, as the request line has it.
    """

    daemon_threads = True

    def __init__(self, content: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content = content
        self.plan: list[str] = []
        self.ranges: list[str] = []
        self.paths: list[str] = []
        self.over = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextlib.contextmanager
def serving(content: bytes) -> Iterator[FileServer]:
    server = FileServer(content)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: FileServer  # type: ignore[assignment]

    def do_GET(self) -> None:
        server = self.server
        wanted = self.headers.get("Range", "")
        server.ranges.append(wanted)
        server.paths.append(self.path)
        word, _, number = (server.plan.pop(0) if server.plan else "serve").partition(" ")
        content = server.content
        if word.isdecimal():
            self.send_error(int(word))
            return
        start = 0
        if wanted and word != "whole":
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if start >= len(content):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(content)}")
                self.end_headers()
                return
            told = start + int(number) if word == "shift" else start
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {told}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        if word == "promise":
            self.send_header("Content-Length", number)
        elif word == "chunks":
            self.send_header("Transfer-Encoding", "chunked")
        elif word not in ("unsized", "more"):
            self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        end = start + int(number) if word in ("drop", "stall", "chunks") else len(content)
        body = content[start:end] + (bytes(int(number)) if word == "more" else b"")
        if word == "chunks":
            body = b"%x\r\n%s\r\n" % (len(body), body)
        if word != "promise":
            with contextlib.suppress(ConnectionError):
                self.wfile.write(body)
                self.wfile.flush()
        if word == "stall":
            server.over.wait()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""
