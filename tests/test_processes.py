"""Any number of processes on PostgreSQL: work of one that is gone is taken up, and stopping one harms nobody."""

import json
import secrets
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest

from backend.demo.seed import PASSWORD
from tests import forked, many
from tests.commands import patentmart
from tests.machine import postgres_url
from tests.many import Many, answers, eventually
from tests.one_server import environment_of, free_port
from tests.scenarios.import_progress import get_every_row, sign_in_inventor, wait_for_rows
from tests.scenarios.imports import csv_table, new_number

pytestmark = pytest.mark.slow

running = partial(many.running, forked=True)
ROWS = 8_000
WITHIN = 60.0  # seconds in which the work of a killed process must be taken up


@pytest.fixture
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The settings of processes that share a fresh database."""
    name = f"many_{abs(hash(request.node.name)) % 10**8}"
    return environment_of(tmp_path, postgres_url(name)) | {
        "PATENTMART_DEMO": "0",
        "PATENTMART_SECRET": secrets.token_hex(32),
    }


def send_import(client: httpx.Client, headers: dict[str, str]) -> str:
    """Send a file that takes some seconds; give the import's address."""
    content = csv_table(*({"申请号": new_number(), "名称": f"第 {n} 件"} for n in range(ROWS)))
    form = {"files": {"file": ("f.csv", content)}, "data": {"kind": "patents", "mode": "apply"}}
    answer = client.post("/v1/imports", headers=headers, **form)
    assert answer.status_code == 202, answer.text
    return str(answer.headers["Location"])


def whose(workers: list[Many]) -> Many:
    """Return the worker beside which the file is worked on."""
    for worker in workers:
        if any(one.children() for one in psutil.Process(worker.process.pid).children()):
            return worker
    raise AssertionError("nobody works")


def test_the_work_of_a_worker_that_is_gone_is_taken_up_by_another(environment: dict[str, str], tmp_path: Path) -> None:
    with ExitStack() as stack:
        served = stack.enter_context(running(tmp_path / "api", environment, "serve", "--no-work"))
        workers = [stack.enter_context(running(tmp_path / f"worker-{n}", environment, "worker")) for n in range(3)]
        client = stack.enter_context(httpx.Client(base_url=served.base, timeout=30))
        headers = sign_in_inventor(client)
        for by in (signal.SIGKILL, signal.SIGTERM):
            address = send_import(client, headers)
            before = wait_for_rows(client, address, headers, rows=500)
            assert before["status"] == "applying", before
            gone = whose(workers)
            workers.remove(gone)
            gone.process.send_signal(by)
            gone.process.wait(30)
            began, done = time.monotonic(), client.get(address, headers=headers).json()["progress"]["done"]
            assert done < ROWS, "it was done before it was stopped"
            wait_for_rows(client, address, headers, rows=done + 1)
            assert time.monotonic() - began < WITHIN
            found = wait_for_rows(client, address, headers, rows=ROWS + 1)
            assert (found["status"], found["counts"]) == ("done", {**found["counts"], "created": ROWS})
            assert [row["row"] for row in get_every_row(client, address, headers)] == list(range(2, ROWS + 2))


def test_a_killed_process_is_replaced_and_the_others_answer_meanwhile(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with running(tmp_path, environment, "serve", "--processes", "3") as served:
        first = served.all()
        assert len(first) == 3
        first[0].kill()
        assert all(answers(served.base) in (0, 200) for _ in range(50))
        eventually(lambda: len(served.all()) == 3 and first[0] not in served.all(), 30)
        metrics = httpx.get(f"{served.base}/metrics").text
        counted = [line for line in metrics.splitlines() if 'route="/healthz",status="200"' in line]
        assert len(counted) == 1, "the processes count together"
    assert answers(served.base) == 0
    assert not any(one.is_running() for one in first)


def test_no_process_outlives_a_killed_supervisor(environment: dict[str, str], tmp_path: Path) -> None:
    with running(tmp_path, environment, "serve", "--processes", "2") as served:
        processes = served.all()
        served.process.kill()
        served.process.wait(10)
        gone, alive = psutil.wait_procs(processes, timeout=30)
        assert (len(gone), alive) == (2, [])
        assert answers(served.base) == 0


@pytest.mark.parametrize("processes", ["1", "2"])
def test_before_it_stops_a_process_is_not_ready_and_still_answers(
    environment: dict[str, str], tmp_path: Path, processes: str
) -> None:
    drained = {**environment, "DRAIN_SECONDS": "3"}
    with running(tmp_path, drained, "serve", "--processes", processes) as served:
        assert answers(served.base, "/readyz") == 200
        began = time.monotonic()
        served.process.terminate()
        time.sleep(1)
        ready = httpx.get(f"{served.base}/readyz")
        assert (ready.status_code, ready.json()["checks"][-1]["name"]) == (503, "serving")
        assert answers(served.base, "/v1/reference") == 200
        served.process.wait(30)
        assert time.monotonic() - began > 3


def test_several_may_begin_at_once_on_an_empty_database(environment: dict[str, str], tmp_path: Path) -> None:
    def begin(n: int) -> int:
        with running(tmp_path / str(n), environment, "worker") as one:
            return answers(one.base, "/readyz")

    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(begin, range(3))) == [200, 200, 200]


def test_the_demonstrations_clock_is_everybodys(environment: dict[str, str], tmp_path: Path) -> None:
    demo = {**environment, "PATENTMART_DEMO": "1"}
    assert patentmart(demo, "seed", "--patents", "50").exit_code == 0
    with running(tmp_path / "a", demo, "serve") as one, running(tmp_path / "b", demo, "serve") as other:
        form = {"grant_type": "password", "username": "owner@platform.example", "password": PASSWORD}
        signed = httpx.post(f"{one.base}/v1/oauth/token", data=form).json()["access_token"]
        staff = {"Authorization": f"Bearer {signed}"}
        moved = httpx.put(f"{one.base}/v1/demo/clock", json={"now": "2031-01-02T00:00:00Z"}, headers=staff)
        assert moved.status_code == 200, moved.text
        clock = f"{other.base}/v1/demo/clock"
        eventually(lambda: httpx.get(clock, headers=staff).json()["now"].startswith("2031-01-02"), 10)


@pytest.mark.parametrize("arguments", [("serve", "--processes", "2"), ("serve", "--no-work"), ("worker",)])
def test_sqlite_is_served_by_one_process_and_says_so(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    folder, said = tmp_path / "data", tmp_path / "said.txt"
    assert forked.run(environment_of(folder, ""), said, *arguments) == 1
    assert "PostgreSQL" in said.read_text("utf-8")
    assert not folder.exists()


def test_a_database_that_does_not_answer_is_told_in_a_sentence(tmp_path: Path) -> None:
    away = environment_of(tmp_path / "data", f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    said = tmp_path / "said.txt"
    assert forked.run(away, said, "serve", "--processes", "2") == 2
    assert said.read_text("utf-8").startswith("The database does not answer")
    assert "Traceback" not in said.read_text("utf-8")


def test_a_database_that_was_away_for_a_while_costs_no_work(environment: dict[str, str], tmp_path: Path) -> None:
    with (
        running(tmp_path / "api", environment, "serve", "--no-work") as served,
        running(tmp_path / "worker", environment, "worker") as worker,
        httpx.Client(base_url=served.base, timeout=30) as client,
    ):
        for _ in range(3):
            with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            time.sleep(2)
        statuses = [answers(served.base, "/readyz") for _ in range(30)]
        assert {200} <= set(statuses) <= {200, 503}
        assert statuses[-1] == 200
        headers = sign_in_inventor(client)
        form = {"files": {"file": ("f.csv", csv_table({"申请号": new_number(), "名称": "一件"}))}}
        for _ in range(5):  # a connection that is gone is found out by whoever uses it next, who is asked to come again
            answer = client.post("/v1/imports", headers=headers, data={"kind": "patents", "mode": "apply"}, **form)
            if answer.status_code != 503:
                break
        assert answer.status_code == 202, answer.text
        found = wait_for_rows(client, answer.headers["Location"], headers, rows=2)
        assert found["status"] == "done", found
        assert worker.process.poll() is None


def test_a_reindex_renews_the_indexes_of_every_process(environment: dict[str, str], tmp_path: Path) -> None:
    def generations() -> set[str]:
        said = [json.loads(one.read_bytes()) for one in tmp_path.glob("index*/current.json")]
        return {one["generation"] for one in said if one["complete"]}

    with running(tmp_path, environment, "serve", "--processes", "2"):
        eventually(lambda: len(generations()) == 4, 20)  # each process has one of patents and one of needs
        elsewhere = environment | {"PATENTMART_DATA_DIR": str(tmp_path / "elsewhere")}
        for asking in (environment, elsewhere):  # beside a process that has the folder, and where none has
            before = generations()
            assert patentmart(asking, "reindex").stdout.startswith("The index holds 0 patents.")
            eventually(lambda old=before: len(generations() - old) == 4, 30)
