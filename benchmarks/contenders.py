"""What is measured: a server, the kinds of request that it answers, and a word on the work that it does."""

from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.errors import WrongAnswer
from benchmarks.load import Work
from benchmarks.servers import Answer, Server

TOKEN, REGISTER, CHECK, HELLO = "token", "register", "bearer check", "hello"


@dataclass(frozen=True)
class Contender:
    name: str
    server: Server
    works: dict[str, Work]
    versions: str = ""
    remark: str = ""
    """Where it does less, or more, than ours."""
    extra: dict[str, str] = field(default_factory=dict)


def write_lines(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path


def credentials_form(client_id: str, secret: str, more: str = "") -> str:
    return f"grant_type=client_credentials&client_id={client_id}&client_secret={secret}{more}"


def expect(answer: Answer, status: int, *members: str) -> Answer:
    """The answer, if it has this status and these members. Raises WrongAnswer."""
    if answer.status != status or not all(f'"{name}"' in answer.text for name in members):
        raise WrongAnswer(f"{answer.status} {answer.text[:300]}, expected {status} with {members}")
    return answer
