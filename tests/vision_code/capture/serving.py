"""
A web server for tests, run as a process of its own: pages, a redirect, an error, a download, and an answer that never
comes.
"""

from __future__ import annotations

import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

STYLE = "<!doctype html><style>*{margin:0}body{background:#ffffff}div{width:100%}</style>"
PAGES = {
    "/": f"{STYLE}<div style='height:100px;background:#1e90ff'></div><div style='height:1500px'></div>"
    "<div style='height:60px;background:#b22222'></div>",
    "/drawn": f"{STYLE}<script>setTimeout(() => {{ document.body.style.background = '#2e8b57' }}, 200)</script>",
    "/hop": f"{STYLE}<script>setTimeout(() => {{ location = '/drawn' }}, 300)</script>",
    "/peek": f"{STYLE}<iframe src='file:///etc/passwd' style='border:0'></iframe>"
    "<script>setTimeout(() => { location = 'file:///etc/passwd' }, 100); alert('stop'); open('/drawn')</script>",
    "/endless": f"{STYLE}<script>while (true) {{}}</script>",
    "/high": f"{STYLE}<div style='height:60000px;background:#4682b4'></div>",
    "/picture": f"{STYLE}<img src='/slow.svg' style='display:block'>",
}
SVG = (
    "<svg xmlns='http://www.w3.org/2000/svg' width='50' height='50'><rect width='50' height='50' fill='#ff00ff'/></svg>"
)


class Handler(BaseHTTPRequestHandler):
    """
    Answers by path.
    """

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/never":
            time.sleep(600)
        elif path == "/moved":
            self._send(302, "", Location="/drawn?token=secret")
        elif path == "/file":
            self._send(302, "", Location="file:///etc/passwd")
        elif path == "/zip":
            self._send(200, "PK", Content_Type="application/zip", Content_Disposition="attachment")
        elif path == "/slow.svg":
            time.sleep(0.5)
            self._send(200, SVG, Content_Type="image/svg+xml")
        elif path in PAGES:
            self._send(200, PAGES[path], Content_Type="text/html")
        else:
            self._send(404, f"{STYLE}<h1>Not here</h1>", Content_Type="text/html")

    def _send(self, status: int, body: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        return


if __name__ == "__main__":
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        sys.stdout.write(f"{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()
