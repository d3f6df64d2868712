"""`make bench`: runs every measurement, prints each as a table, writes the ratios to results.json
and says which aims were met.

Only ratios of two things measured in the same run are kept: seconds say more about the machine.
"""

import json
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks import destruction, last_decision, need_to_know, pack_rendering, workbench
from benchmarks.aims import missed

MEASUREMENTS = {
    "need to know": need_to_know.measure,
    "workbench of 5,000 items": workbench.measure,
    "pack rendering": pack_rendering.measure,
    "keeping and destroying": destruction.measure,
    "pack after the last decision": last_decision.measure,
}


def alone(measure: Callable[[], Any]) -> Any:
    """What `measure` returns, in a process of its own that a small one starts: Linux counts the most memory that a
    program ever took from that of whoever started it.
    """
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as process:
        return process.submit(measure).result()


def main() -> None:
    """Measure everything, one after the other; it fails if an aim was missed."""
    results = {name: alone(measure) for name, measure in MEASUREMENTS.items()}
    path = Path(__file__).with_name("results.json")
    path.write_text(json.dumps(results, indent=2, sort_keys=True) + "\n")
    print(f"Written to {path.name}.")
    if not_met := missed(results):
        sys.exit(f"Missed: {'; '.join(not_met)}.")


if __name__ == "__main__":
    main()
