"""
Runs inside the cage: starts a development server there, and leads connections from a socket outside to its port.

Standard library only: it is handed to a bare interpreter as text. The cage has a network of its own, so a file is the
only way to it.
"""

import os
import socket
import subprocess
import sys
import threading


def pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        source.close()
        target.close()


def connected(port: int) -> socket.socket:
    """
    Node's servers take "localhost" for one of both families.
    """
    try:
        return socket.create_connection(("127.0.0.1", port), 5)
    except OSError:
        return socket.create_connection(("::1", port), 5)


def main() -> None:
    port, place, command = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    server = subprocess.Popen(["/bin/sh", "-c", command], stdin=subprocess.DEVNULL)  # noqa: S603
    threading.Thread(target=lambda: os._exit(server.wait() & 255), daemon=True).start()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(place)
    listener.listen(64)
    while True:
        client, _ = listener.accept()
        try:
            inside = connected(port)
        except OSError:
            client.close()
            continue
        inside.settimeout(None)
        for pair in ((client, inside), (inside, client)):
            threading.Thread(target=pump, args=pair, daemon=True).start()


if __name__ == "__main__":
    main()
