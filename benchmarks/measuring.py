"""Rounds: every contender of a group in turn, again and again, so that a machine's moods meet them all."""

import sys
from dataclasses import dataclass, field
from statistics import median

from benchmarks import load
from benchmarks.contenders import Contender
from benchmarks.errors import WrongAnswer
from benchmarks.load import Run

_STRIDE = 4_099  # a round goes on at other clients than the one before
_SHARE_OF_CAPACITY = 0.7


@dataclass
class Measured:
    """One kind of work by one contender: the runs at full speed, and one at 70 % of what they came to."""

    contender: Contender
    kind: str
    runs: list[Run] = field(default_factory=list)
    paced: Run | None = None

    @property
    def rate(self) -> float:
        return median(run.rate for run in self.runs)

    @property
    def cpu(self) -> float:
        return median(run.cpu for run in self.runs)

    @property
    def memory(self) -> int:
        return max(run.memory for run in self.runs)

    @property
    def requests(self) -> int:
        return sum(run.requests for run in self.runs)


def in_turn(group: list[Measured], *, rounds: int, seconds: float, paced: bool = True) -> dict[str, str]:
    """Fill the members of `group`. Returns why those that answered wrongly are to be left out, by name."""
    left_out: dict[str, str] = {}

    def attempt(member: Measured, *, start: int = 0, rate: float = 0, seconds: float = seconds) -> Run | None:
        name = f"{member.contender.name}, {member.kind}"
        if name in left_out:
            return None
        work = member.contender.works[member.kind]
        try:
            return load.run(work, member.contender.server, seconds=seconds, start=start, rate=rate)
        except WrongAnswer as error:
            left_out[name] = str(error)
            return None

    for member in group:
        attempt(member, seconds=max(2, seconds))
    for number in range(rounds):
        _say(f"round {number + 1} of {rounds}: " + ", ".join(f"{m.contender.name} ({m.kind})" for m in group))
        for member in group:
            run = attempt(member, start=number * _STRIDE)
            if run:
                member.runs.append(run)
    for member in group if paced else []:
        if member.runs:
            member.paced = attempt(member, start=_STRIDE * rounds, rate=member.rate * _SHARE_OF_CAPACITY)
    group[:] = [member for member in group if f"{member.contender.name}, {member.kind}" not in left_out]
    return left_out


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
