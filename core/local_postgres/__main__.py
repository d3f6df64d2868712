"""The command line: `python -m core.local_postgres start|stop|leave|status|url|environment|renew|drop demo|test`."""

import argparse
import sys

from core import local_postgres
from core.local_postgres.binaries import find_binaries


def main() -> None:
    """Do one thing with a private server; one sentence and exit status 1 if it cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m core.local_postgres", description=__doc__)
    acts = parser.add_subparsers(dest="act", required=True)
    acts.add_parser("binaries", help="print the folder of the server programs that would be used")
    for act, meaning in (
        ("start", "make it if need be, and start it"),
        ("stop", "stop it, keep its data"),
        ("leave", "stop it unless somebody is using it"),
        ("status", "say whether it runs; exit status 1 if not"),
        ("url", "print the application role's DATABASE_URL"),
        ("environment", "print DATABASE_URL and DATABASE_OWNER_URL as NAME=VALUE lines"),
        ("renew", "start it with an empty database"),
        ("drop", "stop it and remove its data"),
    ):
        acts.add_parser(act, help=meaning).add_argument("purpose", choices=["demo", "test"])
    given = parser.parse_args()
    try:
        if given.act == "binaries":
            print(find_binaries().folder)
        else:
            _carry_out(given.act, given.purpose)
    except local_postgres.CannotStart as error:
        sys.exit(str(error))


def _carry_out(act: str, purpose: local_postgres.Purpose) -> None:
    server = local_postgres.cluster(purpose)
    match act:
        case "start":
            print("Started." if server.start() else "Already running.", server.base)
        case "stop":
            print("Stopped." if server.stop() else "Was not running.")
        case "leave":
            if not server.is_busy():
                server.stop()
        case "status":
            answers = server.answers()
            print(f"{'Running' if answers else 'Not running'}: {server.base}")
            sys.exit(not answers)
        case "url":
            print(server.environment()["DATABASE_URL"])
        case "environment":
            print("\n".join(f"{name}={value}" for name, value in server.environment().items()))
        case "renew":
            server.start()
            server.renew()
        case "drop":
            server.drop()
            print("Removed.")


if __name__ == "__main__":
    main()
