"""What the tests of notices send to, and a keyring that a process of its own finds in a file."""

from __future__ import annotations

import json
import threading
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from agent.clock import TAIPEI

QUIET = "[notices]\ndesktop = false\n"
BACKEND = "from stored_homes import FileKeyring\nfrom pathlib import Path\nimport os\nclass Keyring(FileKeyring):\n    def __init__(self):\n        super().__init__(Path(os.environ['KEPT_IN_A_FILE']))\n"
NOW = datetime(2023, 7, 3, 8, tzinfo=TAIPEI)


class Inbox:
    """A real HTTP server on this machine that takes what Apprise posts; `works` False: it answers 500."""

    def __init__(self) -> None:
        self.got: list[dict[str, str]] = []
        self.works = True
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if inbox.works:
                    inbox.got.append(json.loads(body))
                self.send_response(200 if inbox.works else 500)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"json://127.0.0.1:{self.server.server_port}/a-secret-path"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def said(self) -> list[str]:
        return [each["message"] for each in self.got]
