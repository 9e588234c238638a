"""The settings, read once from the environment (and a `.env` file), typed and frozen."""

import os
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SECRETS: Final = "PATENTMART_SECRETS_DIR"  # folders of files, each named as a setting in small letters
DEMO_SECRET: Final = "demonstration-only-never-in-production"  # noqa: S105 - refused outside demo mode
SHORTEST_SECRET: Final = 32


class SettingsWrong(Exception):
    """The server may not start: one line for each setting that is missing or wrong."""


class Settings(BaseSettings):
    """Every setting of the platform. Names in the environment are the field's name in capitals."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", frozen=True, extra="ignore")

    patentmart_demo: bool = Field(False, description="Demonstration mode: made-up data, known sign-ins, movable clock.")
    patentmart_secret: SecretStr = Field(
        SecretStr(""),
        description="At least 32 characters; signs tokens, cursors and event ids. No default outside demo.",
    )
    database_url: str = Field(
        "", description="sqlite:///file or postgresql://…; empty: patentmart.sqlite in the data folder."
    )
    database_pooler: bool = Field(
        False, description="PostgreSQL is reached through a pooler that shares connections between transactions."
    )
    patentmart_data_dir: Path = Field(Path("var"), description="Folder for the database file, the index and the blobs.")
    meili_url: str = Field("", description="Address of a Meilisearch server; empty: the index is in the data folder.")
    meili_search_key: SecretStr = Field(SecretStr(""), description="Its key for searching.")
    meili_write_key: SecretStr = Field(SecretStr(""), description="Its key for writing; without it others feed it.")
    meili_index: str = Field("patents", pattern=r"^[A-Za-z0-9_-]{1,60}$", description="Name of the index there.")
    patentmart_public_url: str = Field(
        "http://127.0.0.1:8000", description="Where users reach the platform; used in links."
    )
    patentmart_log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least level logged."
    )
    drain_seconds: int = Field(
        0,
        ge=0,
        le=300,
        description="How long /readyz says 503 before a process that stops takes no more requests.",
    )
    sqlite_synchronous: Literal["FULL", "NORMAL"] = Field(
        "FULL", description="NORMAL survives a killed process, but may lose the last commits with the power."
    )
    max_body_bytes: int = Field(1_000_000, ge=1_000, description="Largest JSON or form body.")
    max_upload_bytes: int = Field(200_000_000, ge=1_000, description="Largest file to be imported.")
    max_file_bytes: int = Field(50_000_000, ge=1_000, description="Largest file of evidence or document.")
    body_seconds: int = Field(30, ge=1, description="How long a body may take to arrive, whatever its size …")
    body_bytes_per_second: int = Field(10_000, ge=1, description="… and how fast a larger one must on average.")
    uploads_at_once: int = Field(32, ge=1, description="Files taken in at one moment; more wait unread.")
    uploads_at_once_per_organisation: int = Field(8, ge=1, description="The same for one organisation.")
    imports_waiting: int = Field(1_000, ge=1, description="Imports not ended; more files are refused.")
    imports_waiting_per_organisation: int = Field(100, ge=1, description="The same for one organisation.")
    rate_caller_per_minute: int = Field(1_200, ge=0, description="Requests a minute for one caller; 0: no limit.")
    rate_address_per_minute: int = Field(3_000, ge=0, description="Requests a minute from one address; 0: no limit.")
    webhook_private_addresses: bool = Field(
        False, description="Webhooks may use http and private addresses: for trying things out on one machine."
    )
    messages_kept_days: int = Field(365, ge=1, description="How long a message stays in the inbox.")
    contest_days: int = Field(15, ge=1, le=365, description="How long a licensor may contest a recorded payment.")
    payment_told_within_days: int = Field(
        15,
        ge=0,
        le=365,
        description="A payment told longer after its value date makes no licence until it is confirmed.",
    )
    withdrawal_duty_days: int = Field(
        10, ge=1, le=365, description="Until when a barred open licence is withdrawn; the law says promptly."
    )
    royalty_report_days: int = Field(30, ge=1, le=365, description="Days after a period until its report is due.")
    recordal_reminder_days: Annotated[tuple[int, ...], NoDecode] = Field(
        (30, 14, 3), description="Days before a recordal is due on which its parties are reminded, with commas."
    )
    free_licence_effective: Literal["notice", "start"] = Field(
        "notice",
        description="When a licence with nothing due at its start takes effect: at its notice or start.",
    )
    notices_survive_withdrawal_from: date | None = Field(
        None, description="Unpaid notices given from this day on outlive a withdrawal announced later; none: they end."
    )
    search_time_limit_ms: int = Field(1_000, ge=50, description="A search that takes longer is answered 503.")
    access_token_minutes: int = Field(15, ge=1, le=1440, description="How long a bearer token is good for.")
    refresh_token_days: int = Field(30, ge=1, le=365, description="How long a refresh token is good for.")
    grades: Annotated[tuple[str, ...], NoDecode] = Field(
        ("A", "B", "C", "D"), description="Stock-taking grades, best first, with commas."
    )
    assessment_interval_months: int = Field(24, ge=1, description="After this long an assessment is due again.")
    status_stale_after_days: int = Field(180, ge=1, description="A legal status checked longer ago is shown as stale.")

    @model_validator(mode="before")
    @classmethod
    def _split_grades(cls, values: dict[str, object]) -> dict[str, object]:
        days = values.get("recordal_reminder_days")
        if isinstance(days, str):
            values = {**values, "recordal_reminder_days": tuple(int(d) for d in days.split(",") if d.strip())}
        grades = values.get("grades")
        if isinstance(grades, str):
            values = {**values, "grades": tuple(g.strip() for g in grades.split(",") if g.strip())}
        return values

    @model_validator(mode="after")
    def _secret_is_set(self) -> Self:
        secret = self.patentmart_secret.get_secret_value()
        if self.patentmart_demo:
            return self
        if not secret:
            raise ValueError(
                "PATENTMART_SECRET is not set: give at least 32 random characters (or PATENTMART_DEMO=1 to look around)"
            )
        if len(secret) < SHORTEST_SECRET or secret == DEMO_SECRET:
            raise ValueError("PATENTMART_SECRET is too weak: give at least 32 random characters of your own")
        return self

    def key(self, purpose: str) -> bytes:
        """Give the 32-byte key for one purpose, derived from the secret."""
        secret = self.patentmart_secret.get_secret_value() or DEMO_SECRET
        return blake2b(purpose.encode(), key=blake2b(secret.encode()).digest(), digest_size=32).digest()

    @property
    def database(self) -> str:
        """Give the database's URL with the driver that the platform uses."""
        url = self.database_url or f"sqlite:///{self.patentmart_data_dir / 'patentmart.sqlite'}"
        for given, used in (
            ("sqlite:", "sqlite+aiosqlite:"),
            ("postgres:", "postgresql+psycopg:"),
            ("postgresql:", "postgresql+psycopg:"),
        ):
            if url.startswith(given):
                return used + url.removeprefix(given)
        return url

    @property
    def lite(self) -> bool:
        """Whether the database is SQLite."""
        return self.database.startswith("sqlite")


def read_settings(**overrides: object) -> Settings:
    """Give the settings; raise SettingsWrong with a line for each that is missing or wrong."""
    try:
        folders = os.environ[SECRETS].split(os.pathsep) if SECRETS in os.environ else None
        return Settings(_secrets_dir=folders, **overrides)  # type: ignore[arg-type]  # tests and the CLI pass fields by name
    except ValidationError as wrong:
        lines = []
        for error in wrong.errors():
            place = ".".join(str(part) for part in error["loc"]).upper()
            said = error["msg"].removeprefix("Value error, ")
            lines.append(f"{place}: {said}" if place else said)
        raise SettingsWrong("\n".join(lines)) from None
