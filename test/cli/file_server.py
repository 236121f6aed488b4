"""A web server on loopback that misbehaves on demand."""

from __future__ import annotations

import http.server
import re
import threading


class FileServer:
    """Serves `content` at every path; the attributes say how."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.etag = '"v1"'
        self.ranges = True  # can resume
        self.cut_after: list[int] = []  # bytes until the connection breaks, one entry a request
        self.status = 200  # anything else: that answer, without a file
        self.redirect_to = ""  # the path /moved leads there
        self.requests: list[str] = []  # "PATH RANGE" of each
        self.on_request = lambda: None
        handler = type("Handler", (_Handler,), {"files": self})
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def url(self, path: str = "tiny.gguf") -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/{path}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    files: FileServer

    def log_message(self, *_) -> None:
        pass

    def do_GET(self) -> None:  # the name is http.server's
        files = self.files
        files.requests.append(f"{self.path} {self.headers.get('Range', '-')}")
        files.on_request()
        if files.redirect_to and self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", files.redirect_to)
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif files.status != 200:
            self.send_error(files.status)
        else:
            self._send_file()

    def _send_file(self) -> None:
        files = self.files
        total = len(files.content)
        begin = self._range_begin()
        if begin is not None and begin >= total:
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{total}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(200 if begin is None else 206)
        if begin is not None:
            self.send_header("Content-Range", f"bytes {begin}-{total - 1}/{total}")
        if files.etag:
            self.send_header("ETag", files.etag)
        body = files.content[begin or 0:]
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if files.cut_after:
            body = body[:files.cut_after.pop(0)]
        self.wfile.write(body)
        self.close_connection = True

    def _range_begin(self) -> int | None:
        """Where the body is asked to begin, if this server does such things."""
        match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if not match or not self.files.ranges:
            return None
        if self.headers.get("If-Range", self.files.etag) != self.files.etag:
            return None
        return int(match[1])
