"""`make benchmark`: ours beside its peers and the floors. Nothing that it starts or makes outlives it."""

import argparse
import contextlib
import os
import shutil
import signal
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, NoReturn

from benchmarks import databases, floors, load, machine, measuring, moving, ours, refusals, report
from benchmarks.contenders import CHECK, HELLO, REGISTER, TOKEN, Contender
from benchmarks.errors import CannotRun, WrongAnswer
from benchmarks.measuring import Measured
from benchmarks.peers import authlib, glewlwyd, node, toolkit
from benchmarks.report import Goal, quotient
from benchmarks.servers import ROOT

_VAR = ROOT / "var" / "benchmarks"
_INSTALLED = _VAR / "installed"
_FEW = 10_000
_MOST_OF_A_PEER = 100_000
_REVOCATIONS = 15
_TURNS = 1_000
_MOVED = 100_000
# A process waits alone for the database's answer and for the disk; `make run` starts two.
_SHIPPED = "ours as shipped, 2 processes"
_PEERS = ("node", "toolkit", "glewlwyd", "authlib")


def main() -> int:
    options = _options()
    signal.signal(signal.SIGINT, _interrupted)
    signal.signal(signal.SIGTERM, _interrupted)
    folder = _VAR / str(os.getpid())
    try:
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            return _measure(options, folder, stack)
    except (CannotRun, WrongAnswer) as error:
        print(f"benchmarks: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("benchmarks: stopped, and everything that was started with it", file=sys.stderr)
    return 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--clients", type=int, default=100_000, help="of ours, at most 10,000,000 (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="(%(default)s)")
    parser.add_argument("--seconds", type=int, default=4, help="of each run in a round (%(default)s)")
    parser.add_argument("--peers", default=",".join(_PEERS), help="separated by commas, or none (%(default)s)")
    options = parser.parse_args()
    if not 1_000 <= options.clients <= 10_000_000:
        parser.error("--clients: from 1,000 to 10,000,000")
    return options


def _interrupted(*_: Any) -> NoReturn:
    """Once is enough: what follows is the clean-up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def _measure(options: argparse.Namespace, folder: Path, stack: ExitStack) -> int:
    wrk = load.check_installed()
    postgresql = databases.check_server(options.clients)
    _say(f"seeding {options.clients:,} clients …")
    large = stack.enter_context(ours.installation(folder / "large", "large"))
    filled = large.ask("fill", clients=options.clients, folder=str(large.folder))
    small = stack.enter_context(ours.installation(folder / "small", "small"))
    world = small.ask("fill", clients=_FEW, folder=str(small.folder))

    uri = filled["redirect_uri"]
    floor = stack.enter_context(floors.contender(folder / "floor"))
    here = stack.enter_context(ours.contender(large, name="ours", redirect_uri=uri))
    shipped = stack.enter_context(ours.contender(large, name=_SHIPPED, redirect_uri=uri, workers=2))
    few = stack.enter_context(ours.contender(small, name=f"ours, {_FEW:,} clients", redirect_uri=uri))
    peers, skipped = _peers(options, folder, stack)

    tokens = [Measured(floor, HELLO), Measured(here, TOKEN), *(Measured(peer, TOKEN) for peer in peers.values())]
    tokens += [Measured(shipped, TOKEN), Measured(few, TOKEN), Measured(here, CHECK)]
    skipped |= measuring.in_turn(tokens, rounds=options.rounds, seconds=options.seconds)
    registrations = [Measured(c, REGISTER) for c in (here, *peers.values(), shipped) if REGISTER in c.works]
    skipped |= measuring.in_turn(registrations, rounds=options.rounds, seconds=options.seconds)
    with ours.contender(
        large, name="ours, 2 processes", redirect_uri=uri, workers=2, cores=tuple(machine.CORES)
    ) as two:
        processes = [Measured(here, TOKEN), Measured(two, TOKEN)]
        skipped |= measuring.in_turn(processes, rounds=options.rounds, seconds=options.seconds, paced=False)
    _say("revoking and reinstating …")
    revocations = large.ask("time_revocations", times=_REVOCATIONS)
    _say("refusing …")
    kinds = refusals.measure(small, few, redirect_uri=uri, turns=_TURNS)
    _say(f"importing {_MOVED:,} clients of an old server …")
    moved = moving.import_clients(small, few, software_id=world["software_id"], clients=_MOVED)

    print(f"\n{datetime.now(UTC):%Y-%m-%d %H:%M} UTC. {machine.describe()}.")
    print(f"{postgresql}, Python {sys.version.split()[0]}, {wrk}.")
    print(
        f"Server on core {machine.SERVER_CORE}, load on core {machine.LOAD_CORE}, {load.CONNECTIONS} connections;"
        f" medians of {options.rounds} rounds of {options.seconds} s in turn; {options.clients:,} clients,"
        f" of peers {min(options.clients, _MOST_OF_A_PEER):,}.\n"
        f"p50 and p99 at about 70 % of that rate, {load.PACED_CONNECTIONS}"
        f" connections that pause at random. Other work on the machine: load average {machine.load_average():.1f}.\n"
    )
    rows = [*tokens, *registrations, *processes[1:]]
    print(report.measurements(rows))
    print(f"\nRefusals beside successes: one worker, one kept-open connection, {_TURNS:,} of each kind in turn.")
    print(report.refusals(kinds))
    print(f"\n{_MOVED:,} clients of an old server imported in {moved:.1f} s, each good for a token at once.")
    print("\n" + report.goals(_goals(tokens, registrations, processes, revocations, filled)))
    print("\nWhat else there is to know")
    for row in {member.contender.name: member.contender for member in rows}.values():
        if row.versions or row.remark:
            print(f"  {row.name}: {row.versions}{'. ' if row.remark else ''}{row.remark}")
    for name, reason in skipped.items():
        print(f"  left out: {name}: {reason}")
    return 1 if any(name.startswith("ours") for name in skipped) else 0


def _peers(options: argparse.Namespace, folder: Path, stack: ExitStack) -> tuple[dict[str, Contender], dict[str, str]]:
    """The peers that could be started and answered rightly, and why the others could not."""
    clients = min(options.clients, _MOST_OF_A_PEER)
    makers = {
        "node": lambda: node.contender(folder / "node", clients, _INSTALLED / "node"),
        "toolkit": lambda: toolkit.contender(folder / "toolkit", clients),
        "glewlwyd": lambda: glewlwyd.contender(folder / "glewlwyd"),
        "authlib": lambda: authlib.contender(folder / "authlib", clients, _INSTALLED / "flask"),
    }
    found: dict[str, Contender] = {}
    skipped: dict[str, str] = {}
    for name in _PEERS:
        if name not in options.peers.split(","):
            skipped[name] = "not asked for"
            continue
        _say(f"starting {name} …")
        try:
            found[name] = stack.enter_context(makers[name]())
        except (CannotRun, WrongAnswer) as error:
            skipped[name] = str(error)
    return found, skipped


def _goals(
    tokens: list[Measured],
    registrations: list[Measured],
    processes: list[Measured],
    revocations: dict[str, list[float]],
    filled: dict[str, Any],
) -> list[Goal]:
    def find(group: list[Measured], start: str, kind: str = "") -> Measured | None:
        return next((m for m in group if m.contender.name.startswith(start) and kind in {"", m.kind}), None)

    def against(group: list[Measured], start: str, kind: str) -> tuple[float | None, str]:
        """Ours ÷ theirs by rate; by CPU, which a busy machine disturbs less; and of two processes on the one core."""
        mine, both, theirs = find(group, "ours", kind), find(group, _SHIPPED, kind), find(group, start)
        if mine is None or theirs is None:
            return None, ""
        shipped = f"; as shipped {both.rate / theirs.rate:.2f}" if both else ""
        return quotient(mine.rate, theirs.rate), f"by CPU {theirs.cpu / mine.cpu:.2f}{shipped}"

    token, few, check = find(tokens, "ours", TOKEN), find(tokens, "ours, "), find(tokens, "ours", CHECK)
    one, two = find(processes, "ours"), find(processes, "ours, 2")
    calm = token.paced if token else None
    many, alone = median(revocations["Many"]), median(revocations["Alone"])
    rows = [
        ("token / Django hello", *against(tokens, "Django", TOKEN), 0.33, False),
        ("token / node-oidc-provider, PostgreSQL, ES256", *against(tokens, "node", TOKEN), 0.8, False),
        ("token / django-oauth-toolkit, fast hasher", *against(tokens, "django-oauth", TOKEN), 8, False),
        ("token / Glewlwyd, PostgreSQL, ES256", *against(tokens, "Glewlwyd", TOKEN), 5, False),
        ("token / Authlib in memory", *against(tokens, "Authlib", TOKEN), None, False),
        ("register / node-oidc-provider, PostgreSQL", *against(registrations, "node", REGISTER), 0.5, False),
        ("register / django-oauth-toolkit, fast hasher", *against(registrations, "django-oauth", REGISTER), 4, False),
        (
            "bearer check / token",
            quotient(check.rate, token.rate) if check and token else None,
            f"by CPU {token.cpu / check.cpu:.2f}" if check and token else "",
            1,
            False,
        ),
        (
            f"token with {filled['clients']:,} clients / with {_FEW:,}",
            quotient(token.rate, few.rate) if few and token else None,
            f"by CPU {few.cpu / token.cpu:.2f}" if few and token else "",
            0.9,
            False,
        ),
        (
            "CPU per request, 2 processes / 1",
            quotient(two.cpu, one.cpu) if two and one else None,
            f"rate {two.rate / one.rate:.2f}" if two and one else "",
            1.1,
            True,
        ),
        ("p99 / p50 of token at 70 %", quotient(calm.p99, calm.p50) if calm else None, "", 4, True),
        ("memory of a worker, MB", token.memory / 2**20 if token else None, "", 120, True),
        (
            f"revoke an application with {filled['of_many']:,} clients / with 1",
            quotient(many, alone),
            f"{many:.1f} ms / {alone:.1f} ms; wanted 1",
            1.5,
            True,
        ),
    ]
    return [Goal(name, ratio, bound, most, note) for name, ratio, note, bound, most in rows]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        sys.exit(main())
