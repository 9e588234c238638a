"""The pictures of the state machines are drawn from the tables that decide, all of them."""

import importlib
import os
import re
from enum import StrEnum
from pathlib import Path

import pytest

from backend.core.errors import Text
from backend.core.state_diagrams import Machine, picture
from backend.domains import REGISTRY
from tests import forked

TOP = Path(__file__).parents[1]
TABLE = re.compile(r"^(\w*TRANSITIONS)\b", re.MULTILINE)
SOURCES = [path for path in sorted((TOP / "backend").rglob("*.py")) if TABLE.search(path.read_text("utf-8"))]


class Light(StrEnum):
    RED = "red"
    GREEN = "green"
    BROKEN = "broken"


class Turn(StrEnum):
    BREAK = "break"
    GO = "go"


def test_every_table_of_transitions_is_drawn() -> None:
    tables = {}
    for path in SOURCES:
        source = str(path.relative_to(TOP))
        module = importlib.import_module(source.removesuffix(".py").replace("/", "."))
        for name in TABLE.findall(path.read_text("utf-8")):
            tables[id(getattr(module, name))] = source
    assert len(tables) >= 5
    assert {id(machine.table): machine.source for machine in REGISTRY.state_machines} == tables


@pytest.mark.parametrize("machine", REGISTRY.state_machines, ids=lambda machine: machine.title.en)
def test_every_state_but_the_first_can_be_reached(machine: Machine) -> None:
    reached, before = set(machine.initial), set[StrEnum]()
    while reached != before:
        before = set(reached)
        reached |= {after for (state, _), after in machine.table.items() if state in before}
    named = {state for state, _ in machine.table} | set(machine.table.values())
    assert named <= reached


def test_a_picture_shows_beginnings_steps_ends_and_refusals() -> None:
    table = {(Light.RED, Turn.GO): Light.GREEN, (Light.GREEN, Turn.BREAK): Light.BROKEN}
    drawn = picture([Machine(Text("灯", "Light"), "light.py", table, (Light.RED,))]).splitlines()
    assert "## Light · 灯" in drawn
    assert drawn[drawn.index("```mermaid") :] == [
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> red",
        "    red --> green: go",
        "    green --> broken: break",
        "    broken --> [*]",
        "```",
        "",
        "| | break | go |",
        "|---|---|---|",
        "| **red** | — | green |",
        "| **green** | broken | — |",
        "| **broken** | — | — |",
    ]


def test_the_committed_pictures_are_current(tmp_path: Path) -> None:
    said = tmp_path / "said.txt"
    assert forked.run(os.environ, said, "export-states", "--check") == 0, said.read_text("utf-8")
