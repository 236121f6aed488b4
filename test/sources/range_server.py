"""A web server on loopback that serves the files of a folder, whole or in ranges, and counts. It
takes uploads in parts as S3 does; signatures are noted, not checked."""

from __future__ import annotations

import http.server
import pathlib
import re
import threading
import urllib.parse


class RangeServer:
    """/NAME and /bucket/NAME are the file NAME of `folder`. REQUIRES close()."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.bytes_sent = 0
        self.authorizations: list[str] = []  # of each request
        handler = type("Handler", (_Handler,), {"files": self})
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self.host = f"127.0.0.1:{self._server.server_address[1]}"

    def url(self, name: str) -> str:
        return f"http://{self.host}/{name}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    files: RangeServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_) -> None:
        pass

    def do_HEAD(self) -> None:  # the names are http.server's
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_POST(self) -> None:
        """The begin of an upload, or its end."""
        if "uploads" in self.path:
            self._path().write_bytes(b"")
        self._say(b"<InitiateMultipartUploadResult><UploadId>1</UploadId>"
                  b"</InitiateMultipartUploadResult>" if "uploads" in self.path else
                  b"<CompleteMultipartUploadResult></CompleteMultipartUploadResult>")

    def do_PUT(self) -> None:
        """A part; small files have one."""
        with open(self._path(), "ab") as file:
            file.write(self._body())
        self._say(b"")

    def _path(self) -> pathlib.Path:
        name = urllib.parse.urlsplit(self.path).path.removeprefix("/bucket").lstrip("/")
        return self.files.folder / name

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def _say(self, body: bytes) -> None:
        if self.command == "POST":
            self._body()
        self.send_response(200)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, with_body: bool) -> None:
        self.files.authorizations.append(self.headers.get("Authorization", ""))
        path = self._path()
        if not path.is_file():
            self.send_error(404)
            return
        content = path.read_bytes()
        total = len(content)
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        self.send_response(206 if asked else 200)
        if asked:
            begin, end = int(asked[1]), min(int(asked[2]), total - 1)
            content = content[begin:end + 1]
            self.send_header("Content-Range", f"bytes {begin}-{end}/{total}")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if with_body:
            self.wfile.write(content)
            self.files.bytes_sent += len(content)
