"""The rules of the house that a machine can keep."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from backend.core.errors import Conflict, Forbidden, every_problem
from backend.core.http.routing import ReadingRoute
from backend.core.settings import Settings
from backend.domains import REGISTRY
from tests.core.described import described_app
from tests.core.routes import every_route

TOP = Path(__file__).parents[1]
OURS = [p for folder in ("backend", "search", "tests") for p in sorted((TOP / folder).rglob("*.py"))]
CODE = [p for p in OURS if "tests" not in p.parts and "versions" not in p.parts]
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def trees(paths: list[Path]) -> Iterator[tuple[str, ast.Module]]:
    for path in paths:
        yield str(path.relative_to(TOP)), tree_of(path)


def test_no_file_is_longer_than_400_lines() -> None:
    assert [p.name for p in OURS if "versions" not in p.parts and len(p.read_text("utf-8").splitlines()) > 400] == []


def test_no_package_has_more_than_twenty_files() -> None:
    sizes = Counter(path.parent for path in CODE if path.name != "__init__.py")
    assert {str(folder.relative_to(TOP)): size for folder, size in sizes.items() if size > 20} == {}


def test_rules_are_pure() -> None:
    """What may happen is told by plain values: rules know no database and no request."""
    impure = ("sqlalchemy", "sqlmodel", "fastapi", "starlette", "httpx", "backend.core.database", "backend.core.http",
              "backend.core.events")  # fmt: skip
    found = [
        f"{name}:{node.lineno} {node.module}"
        for name, tree in trees([p for p in CODE if p.stem == "rules" or p.stem.endswith("_rules")])
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(impure)
    ]
    assert found == []


def test_no_function_is_longer_than_40_lines() -> None:
    found = [
        f"{name}:{node.name}"
        for name, tree in trees(CODE)
        for node in ast.walk(tree)
        if isinstance(node, FUNCTION) and (node.end_lineno or 0) - node.lineno >= 40
    ]
    assert found == []


def test_no_import_stands_inside_a_function_but_in_the_command_line() -> None:
    found = [
        f"{name}:{node.name}"
        for name, tree in trees(CODE)
        if name not in ("backend/cli/commands.py", "backend/cli/maintenance.py")
        for node in ast.walk(tree)
        if isinstance(node, FUNCTION)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("word", "place"),
    [
        (".commit", "backend/core/http/request_transaction.py"),
        ("datetime.now", "backend/core/clock.py"),
        ("date.today", "-"),
    ],
)
def test_what_one_file_does_no_other_does(word: str, place: str) -> None:
    spared = {
        place,
        "backend/core/fast_path/sqlite_driver.py",  # what the driver itself must do is the mechanism of sessions
    }
    found = [
        f"{name}:{node.lineno}"
        for name, tree in trees([p for p in CODE if p.relative_to(TOP).parts[0] != "search"])
        if name not in spared
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(word)
    ]
    assert found == []


def test_no_use_case_looks_its_policy_up_in_the_session() -> None:
    """What it needs of the settings comes as a parameter."""
    found = [
        f"{name}:{node.lineno}"
        for name, tree in trees(CODE)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and ast.unparse(node).replace("'", '"') == 'session.info["database"].settings'
    ]
    assert found == []


def test_no_bag_of_state_is_handed_down() -> None:
    """What a function needs is said by its signature."""
    found = [
        f"{name}:{node.lineno}"
        for name, tree in trees(CODE)
        for node in ast.walk(tree)
        if isinstance(node, ast.arg) and node.arg == "state" and ast.unparse(node.annotation or node) == "Any"
    ]
    assert found == []


def test_only_their_service_writes_listings() -> None:
    """The demonstration alone fills the table in another way, with whole tables of an empty database."""
    writing = {"insert", "update", "delete", "put_many", "put_bound", "change_many"}
    found = [
        f"{name}:{node.lineno} {ast.unparse(node)[:60]}"
        for name, tree in trees(CODE)
        if name != "backend/listings/service.py"
        for node in ast.walk(tree)
        if (isinstance(node, ast.Call) and _last_name(node.func) in writing and _is_about_listings(node.args))
        or (isinstance(node, ast.Call) and ast.unparse(node.func) == "Listing")
        or (isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store)
            and ast.unparse(node.value) in ("listing", "LISTING"))
    ]  # fmt: skip
    assert found == []


def _last_name(function: ast.expr) -> str:
    return ast.unparse(function).rpartition(".")[2]


def _is_about_listings(arguments: list[ast.expr]) -> bool:
    return any(ast.unparse(one) in ("Listing", "LISTING", "table_of(Listing)") for one in arguments)


def test_every_table_that_hangs_on_a_patent_has_a_rule_for_a_merge() -> None:
    """Holdings have none: which of two parties' holdings stays is the merge itself."""
    hanging = {
        table.name
        for table in SQLModel.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "patent" and table.name != "patent"
    }
    assert hanging - {table for rule in REGISTRY.merge_rules for table in rule.tables} == {"holding"}


def test_no_docstring_says_that_something_is_returned_where_nothing_is() -> None:
    found = [
        f"{name}:{node.name}"
        for name, tree in trees(CODE)
        for node in ast.walk(tree)
        if isinstance(node, FUNCTION)
        and isinstance(node.returns, ast.Constant)
        and node.returns.value is None
        and (ast.get_docstring(node) or "").startswith(("Return ", "Yield "))
    ]
    assert found == []


def test_the_fast_path_uses_no_private_name_of_a_framework() -> None:
    found = []
    for name, tree in trees(sorted((TOP / "backend" / "core" / "fast_path").glob("*.py"))):
        own = {node.name for node in ast.walk(tree) if isinstance(node, FUNCTION)}
        for inside in [node for node in tree.body if isinstance(node, ast.ClassDef) and not node.bases]:
            own |= {
                node.attr
                for node in ast.walk(inside)
                if isinstance(node, ast.Attribute)
                and isinstance(node.ctx, ast.Store)
                and ast.unparse(node.value) == "self"
            }
        found += [f"{name}: {word}" for word in sorted(private_words(tree) - own)]
    assert found == []


def private_words(tree: ast.Module) -> set[str]:
    """Return what is not public of the attributes, imported names and texts, FastAPI's keys of a scope among these."""
    words = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            words |= {part for one in node.names for part in one.name.split(".")}
            words |= set((getattr(node, "module", None) or "").split("."))
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words.add(node.value)
    return {word for word in words if re.fullmatch(r"_(?!_)\w*|fastapi_\w+", word)}


def test_archives_are_opened_in_one_place() -> None:
    openers = {"zipfile", "tarfile", "shutil.unpack_archive"}
    found = [
        f"{name}:{node.lineno}"
        for name, tree in trees(CODE)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Import) and openers & {one.name for one in node.names})
        or (isinstance(node, ast.ImportFrom) and node.module in openers)
        or (isinstance(node, ast.Attribute) and ast.unparse(node) in openers)
    ]
    assert found == []


def test_every_route_refuses_unknown_parameters_and_is_described() -> None:
    for route in every_route(described_app()):
        assert isinstance(route, ReadingRoute), route.path
        if route.include_in_schema:
            assert route.summary, route.path
            assert route.description, route.path


def test_no_line_of_a_paper_is_longer_than_118_characters() -> None:
    """Tables are, whose rows cannot be broken."""
    papers = [TOP / "README.md", TOP / "CONTRIBUTING.md", *(TOP / "backend" / "docs").glob("*.md")]
    found = [
        f"{paper.name}:{number}"
        for paper in papers
        for number, line in enumerate(paper.read_text("utf-8").splitlines(), start=1)
        if len(line) > 118 and not line.startswith("|")
    ]
    assert found == []


def test_every_setting_and_every_problem_code_is_documented() -> None:
    settings = (TOP / "backend" / "docs" / "configuration.md").read_text("utf-8")
    problems = (TOP / "backend" / "PROBLEMS.md").read_text("utf-8")
    assert [name for name in Settings.model_fields if f"`{name.upper()}`" not in settings] == []
    assert [p.code for p in every_problem() if f"`{p.code}`" not in problems] == []
    rows = re.findall(r"^\| (`[A-Z0-9_]+`(?:, `[A-Z0-9_]+`)*) \|", settings, re.MULTILINE)
    described = Counter(name for row in rows for name in row.split(", "))
    assert [name for name, times in described.items() if times > 1] == [], "one default each"


def test_every_link_of_the_papers_leads_somewhere() -> None:
    papers = [
        TOP / "README.md",
        TOP / "CONTRIBUTING.md",
        *(TOP / "backend").glob("*.md"),
        *(TOP / "backend").glob("docs/*.md"),
    ]
    found = [
        f"{paper.name}: {link}"
        for paper in papers
        for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", paper.read_text("utf-8"))
        if "://" not in link and not (paper.parent / link).exists()
    ]
    assert found == []


def test_problem_codes_are_declared_once() -> None:
    codes = [p.code for p in every_problem()]
    assert len(codes) == len(set(codes))


def test_every_refusal_says_what_to_do_next_in_both_languages() -> None:
    """What a whole status says is too vague for a kind of its own."""
    vague = {Conflict.cure, Forbidden.cure}
    found = [
        problem.code
        for problem in every_problem()
        if problem.cure is None
        or not all(text.strip() for text in problem.cure)
        or (problem.cure in vague and problem not in (Conflict, Forbidden))
    ]
    assert found == []


def test_every_reason_says_what_would_lift_it() -> None:
    place = 3  # code, detail, rule, cure
    found = [
        f"{name}:{node.lineno}"
        for name, tree in trees(CODE)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "Reason"
        and len(node.args) <= place
        and not any(keyword.arg == "cure" for keyword in node.keywords)
    ]
    assert found == []


def test_what_several_packages_make_through_the_api_is_made_in_scenarios() -> None:
    """One builder for each thing: a helper that sends what makes something is one package's own, or a scenario."""
    helpers = [p for p in OURS if p.is_relative_to(TOP / "tests") and not {"scenarios", "bench"} & set(p.parts)]
    sends = {
        (name.removesuffix(".py").replace("/", "."), node.name)
        for name, tree in trees(helpers)
        for node in tree.body
        if isinstance(node, FUNCTION)
        and any(isinstance(part, ast.Attribute) and part.attr == "post" for part in ast.walk(node))
    }
    users: dict[tuple[str, str], set[str]] = {}
    for name, tree in trees(helpers):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                for one in node.names:
                    users.setdefault((node.module or "", one.name), set()).add(str(Path(name).parent))
    assert {f"{module}.{name}" for module, name in sends if len(users.get((module, name), ())) > 1} == set()


def test_what_a_quick_run_leaves_out_as_costly_is_there() -> None:
    named = [line.split("::") for line in (TOP / "tests" / "costly.txt").read_text("utf-8").splitlines()]
    assert [f"{p}::{test}" for p, test in named if f"def {test}(" not in (TOP / p).read_text("utf-8")] == []


def test_nothing_unfinished_is_committed() -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error(")
    assert [p.name for p in OURS for mark in marks if mark in p.read_text("utf-8")] == []
