"""Ending programs of ours in the middle of their work, as a machine that runs out of memory does."""

import os
import threading
import time
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def killed_when_it_starts(module, number):
    """Within the block, the next `python -m module` that this process starts is sent the signal `number`."""
    done = threading.Event()
    killed = []

    def watch():
        while not done.is_set() and not killed:
            for child in children():
                if module.encode() in command_of(child).split(b"\0"):
                    os.kill(child, number)
                    killed.append(child)
                    return
            time.sleep(0.002)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
    assert killed, f"{module} was never started"


def children():
    return [
        int(number)
        for listed in Path("/proc/self/task").glob("*/children")
        for number in listed.read_text().split()
    ]


def command_of(process):
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""
