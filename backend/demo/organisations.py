"""The made-up organisations of the demonstration and who signs in for them; every name says that it is one."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).parent / "data"
SHOWN_TO_ALL: Final = "patentmart-demo"
"""What every demonstration sign-in is done with; `scripts/serve` prints it."""

CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BODY_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
REGISTERED_AS: Final = {"university": "12", "authority": "11"}
COMPANY: Final = "91"


@dataclass(frozen=True, slots=True)
class SignIn:
    """One person's sign-in: address (under the reserved `.example`), name, role in the organisation."""

    email: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class DemoOrganisation:
    """One made-up organisation; `topics` are those it files patents in, empty for all or none."""

    key: str
    kind: str
    name: str
    name_en: str
    region: str
    topics: tuple[str, ...]
    credit_code: str | None
    sign_ins: tuple[SignIn, ...]


def credit_code(kind: str, region: str, number: int) -> str:
    """Return a valid unified social credit code (GB 32100-2015) whose body `DEM…` shows that it is made up."""
    body = f"DEM{number:05d}"
    total = sum(int(c, 36) * w for c, w in zip(body, BODY_WEIGHTS, strict=True))
    body_check = "0123456789X0"[11 - total % 11]
    code = f"{REGISTERED_AS.get(kind, COMPANY)}{region}{body}{body_check}"
    weighted = sum(CREDIT_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(code))
    return code + CREDIT_ALPHABET[-weighted % 31]


def _sign_ins(key: str, kind: str) -> tuple[SignIn, ...]:
    place = key.replace("_", "-")
    owner = SignIn(f"owner@{place}.example", "示范管理员", "owner")
    if kind == "individual":
        return (owner,)
    second = "viewer" if kind in ("authority", "service_institution") else "editor"
    return (owner, SignIn(f"{second}@{place}.example", "示范经办人", second))


def _read() -> Iterator[DemoOrganisation]:
    with (DATA / "organisations.csv").open(encoding="utf-8", newline="") as text:
        for number, row in enumerate(csv.DictReader(text), 1):
            key, kind, region = row["key"], row["kind"], row["region"]
            yield DemoOrganisation(
                key=key,
                kind=kind,
                name=row["name"],
                name_en=row["name_en"],
                region=region,
                topics=tuple(row["topics"].split()),
                credit_code=None if kind == "individual" else credit_code(kind, region, number),
                sign_ins=_sign_ins(key, kind),
            )


@cache
def organisations() -> tuple[DemoOrganisation, ...]:
    """Return every organisation of the demonstration, universities first."""
    return tuple(_read())
