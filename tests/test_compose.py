"""The files of the scaled shape: what can be said of them where no container can be run."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

TOP = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = YAML(typ="safe").load((TOP / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONCE = {"volumes", "keys"}  # they end when they are done


def test_the_compose_file_keeps_to_the_compose_specification() -> None:
    program = Path(sys.executable).with_name("check-jsonschema")
    command = [program, "--builtin-schema", "vendor.compose-spec", TOP / "docker-compose.yml"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_shut_in(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}
    assert name in ("postgres", "volumes") or service["user"] == "10001:10001"
    assert ":latest" not in service["image"]
    assert re.search(r":[0-9v]", service["image"]), "a version is named"
    assert name in ONCE or "test" in service["healthcheck"]
    assert (service["restart"] == "no") is (name in ONCE)


def test_secrets_are_files_and_none_stands_in_the_environment() -> None:
    assert all(secret.keys() == {"file"} for secret in COMPOSE["secrets"].values())
    for service in SERVICES.values():
        said = service.get("environment", {})
        assert not [
            name
            for name in said
            if re.search("PASSWORD|SECRET|KEY|DATABASE_URL", name) and "DIR" not in name and "FILE" not in name
        ]


def test_only_who_works_has_the_key_to_write() -> None:
    having = {
        name for name, service in SERVICES.items() if any("write-key" in one for one in service.get("volumes", ()))
    }
    assert having == {"worker", "keys"}
    assert "/keys/write" not in SERVICES["api"]["environment"]["PATENTMART_SECRETS_DIR"]
    assert {name for name, service in SERVICES.items() if "meili_master_key" in service.get("secrets", ())} == {
        "meilisearch",
        "keys",
    }


def test_the_image_has_stages_pinned_versions_and_no_root() -> None:
    said = (TOP / "Dockerfile").read_text("utf-8")
    bases = re.findall(r"^FROM (\S+)", said, re.MULTILINE)
    assert len(bases) == 2
    assert all(re.search(r":\d+\.\d+", base) for base in bases)
    assert "--require-hashes" in said
    assert re.search(r"^USER 10001:10001$", said, re.MULTILINE)
    ignored = (TOP / ".dockerignore").read_text("utf-8").splitlines()
    copied = {part for line in re.findall(r"^COPY (?!--from)(.+) \S+$", said, re.MULTILINE) for part in line.split()}
    assert copied <= {line.removeprefix("!") for line in ignored if line.startswith("!")}
