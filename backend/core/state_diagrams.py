"""State machines drawn from the tables that the code itself asks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from backend.core.errors import Text

Transitions = Mapping[tuple[Any, Any], StrEnum]


@dataclass(frozen=True, slots=True)
class Machine:
    """One table of transitions with its name and the states in which a thing may begin."""

    title: Text
    source: str
    table: Transitions
    initial: tuple[StrEnum, ...]


def picture(machines: Iterable[Machine]) -> str:
    """Return Markdown: for each machine a mermaid diagram, and under it what every action does in every state."""
    lines = [
        "# State machines · 状态机",
        "",
        "Made by `patentmart export-states` from the tables that decide; — is a refusal, or changes nothing.",
    ]
    for machine in machines:
        lines += ["", f"## {machine.title.en} · {machine.title.zh}", "", f"`{machine.source}`", ""]
        lines += _diagram(machine)
        lines += ["", *_table(machine)]
    return "\n".join(lines) + "\n"


def _diagram(machine: Machine) -> list[str]:
    ends = [state for state in _states(machine) if all(before != state for before, _ in machine.table)]
    return [
        "```mermaid",
        "stateDiagram-v2",
        *(f"    [*] --> {state}" for state in machine.initial),
        *(f"    {before} --> {machine.table[before, action]}: {action}" for before, action in _steps(machine)),
        *(f"    {state} --> [*]" for state in ends),
        "```",
    ]


def _steps(machine: Machine) -> list[tuple[StrEnum, StrEnum]]:
    """Return the table's keys in the order of the types: parts of tables are made from sets, which have none."""
    actions = _in_order(action for _, action in machine.table)
    return [(state, action) for state in _states(machine) for action in actions if (state, action) in machine.table]


def _table(machine: Machine) -> list[str]:
    actions = _in_order(action for _, action in machine.table)
    lines = [f"| | {' | '.join(actions)} |", "|---" * (len(actions) + 1) + "|"]
    for state in _states(machine):
        following = [machine.table.get((state, action), "—") for action in actions]
        lines.append(f"| **{state}** | {' | '.join(following)} |")
    return lines


def _states(machine: Machine) -> list[StrEnum]:
    """Return all states that the type has, those that nothing leads to and nothing leaves too."""
    return list(type(machine.initial[0]))


def _in_order(codes: Iterable[StrEnum]) -> list[StrEnum]:
    """Return the codes that occur, in the order in which their type names them."""
    found = set(codes)
    return [code for code in type(next(iter(found))) if code in found]
