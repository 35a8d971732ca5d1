"""The machine: its cores, what processes use of it, and what is installed on it."""

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE = CORES[0]
LOAD_CORE = CORES[-1]
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Usage:
    """What the processes of one session have used: CPU seconds in all, and the memory of the busiest of them."""

    cpu: float
    memory: int


def usage(session: int) -> Usage:
    seconds, memory = [], []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(") ")[2].split()
        except OSError:  # it has ended
            continue
        if int(fields[3]) == session:
            seconds.append((int(fields[11]) + int(fields[12])) / _TICKS)
            memory.append(int(fields[21]) * _PAGE)
    busiest = max(range(len(seconds)), key=seconds.__getitem__)
    return Usage(sum(seconds), memory[busiest])


def describe() -> str:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    gigabytes = os.sysconf("SC_PHYS_PAGES") * _PAGE / 2**30
    return f"{len(CORES)} cores of {model}, {gigabytes:.0f} GB, Linux {platform.release()}"


def load_average() -> float:
    return os.getloadavg()[0]


def version(package: str) -> str:
    return metadata.version(package)


def first_line(*command: str) -> str:
    """What a program says of its version, or nothing where it is not installed."""
    if shutil.which(command[0]) is None:
        return ""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr).strip().partition("\n")[0]
