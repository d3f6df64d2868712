"""A scanner that speaks clamd's protocol over a real socket, and knows one virus: EICAR."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.samples import EICAR


@dataclass
class Scanner:
    """Where it listens, and what it was given to look at."""

    address: str = ""
    limit: int = 30_000_000
    seen: list[bytes] = field(default_factory=list)


def _handler(scanner: Scanner) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            assert self.rfile.read(10) == b"zINSTREAM\0"
            content = b""
            while length := struct.unpack("!I", self.rfile.read(4))[0]:
                content += self.rfile.read(length)
                if len(content) > scanner.limit:
                    self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                    return
            scanner.seen.append(content)
            found = b"Eicar-Signature FOUND" if EICAR in content else b"OK"
            self.wfile.write(b"stream: " + found + b"\0")

    return Handler


@contextmanager
def running() -> Iterator[Scanner]:
    scanner = Scanner()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _handler(scanner)) as server:
        scanner.address = f"tcp://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield scanner
        server.shutdown()
        thread.join()
