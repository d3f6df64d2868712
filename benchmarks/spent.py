"""What something takes: on the clock, and of the processors, which others on the machine slow down less."""

import os
import time
from typing import NamedTuple, Self


class Spent(NamedTuple):
    """Seconds on the clock and seconds of the processors, ours and those of what we started and waited for."""

    seconds: float
    work: float

    @classmethod
    def so_far(cls) -> Self:
        times = os.times()
        work = times.user + times.system + times.children_user + times.children_system
        return cls(time.perf_counter(), work)

    def since(self, before: Self) -> Self:
        return type(self)(self.seconds - before.seconds, self.work - before.work)
