"""The tables: what was measured, the ratios that the goals name, and who does less work than ours."""

from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.measuring import Measured
from benchmarks.refusals import SUCCESS, Kind


@dataclass(frozen=True)
class Goal:
    """A ratio of this run beside what it should be: at least, or, where `most`, at most."""

    name: str
    ratio: float | None
    bound: float | None
    most: bool = False
    note: str = ""

    @property
    def met(self) -> bool | None:
        if self.ratio is None or self.bound is None:
            return None
        return self.ratio <= self.bound if self.most else self.ratio >= self.bound


def measurements(rows: Iterable[Measured]) -> str:
    head = ("", "", "req/s", "requests", "errors", "CPU us/req", "p50 ms", "p99 ms", "at req/s", "memory MB")
    lines = [head]
    for row in rows:
        paced = row.paced
        # A run with a single wrong answer is never reported (benchmarks.load), so the errors of what stands here are 0.
        lines.append(
            (
                row.contender.name,
                row.kind,
                f"{row.rate:,.0f}",
                f"{row.requests:,}",
                "0",
                f"{row.cpu:,.0f}",
                *((f"{paced.p50:.2f}", f"{paced.p99:.2f}", f"{paced.rate:,.0f}") if paced else ("", "", "")),
                f"{row.memory / 2**20:.0f}",
            )
        )
    return table(lines, left=2)


def refusals(kinds: Iterable[Kind]) -> str:
    """Each kind's times, and how they compare with those of its endpoint's success."""
    lines = [("", "", "status", "p50 ms", "p99 ms", "p50 / success", "p99 / success")]
    success: Kind | None = None
    for kind in kinds:
        success = kind if kind.name == SUCCESS else success
        assert success
        lines.append(
            (
                kind.endpoint,
                kind.name,
                str(kind.status),
                f"{kind.p50:.2f}",
                f"{kind.p99:.2f}",
                f"{kind.p50 / success.p50:.2f}",
                f"{kind.p99 / success.p99:.2f}",
            )
        )
    return table(lines, left=2)


def goals(rows: Iterable[Goal]) -> str:
    lines = [("goal", "this run", "wanted", "", "")]
    lines += [
        (
            row.name,
            "-" if row.ratio is None else f"{row.ratio:.2f}",
            "" if row.bound is None else f"{'at most' if row.most else 'at least'} {row.bound:g}",
            {True: "met", False: "NOT MET", None: "" if row.ratio else "not measured"}[row.met],
            row.note,
        )
        for row in rows
    ]
    return table(lines, left=1)


def quotient(above: float | None, below: float | None) -> float | None:
    return above / below if above is not None and below else None


def table(lines: list[tuple[str, ...]], *, left: int) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < left or (column >= 8 and left == 1) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
