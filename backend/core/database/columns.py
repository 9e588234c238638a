"""Column types that mean the same on SQLite and PostgreSQL, and the base of every table."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

BIG = sa.BigInteger().with_variant(
    sa.Integer, "sqlite"
)  # SQLite numbers INTEGER PRIMARY KEY only, and it holds 64 bits


def table_of(model: type[SQLModel]) -> sa.Table:
    """Return the table of a model, for statements built once."""
    table: sa.Table = model.__table__  # type: ignore[attr-defined]  # SQLModel makes it at run time
    return table


@lru_cache(maxsize=256)
def _text_of(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(" ", "microseconds")[:26]


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment in UTC; SQLite would drop the offset and give back a naive time."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What a page's cursor reads its key as."""
        return datetime

    def bind_processor(self, dialect: sa.Dialect) -> Callable[[Any], Any] | None:
        """Return what writes a moment; on SQLite one that remembers, since one moment goes into many rows."""
        return _text_of if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """Write UTC."""
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """Read UTC."""
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


class Json(sa.types.TypeDecorator[Any]):
    """JSON written by orjson: text on SQLite, JSONB on PostgreSQL."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        """JSONB where there is one."""
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else sa.Text())

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        """Write a string on SQLite; PostgreSQL's driver writes its own."""
        if value is None or dialect.name == "postgresql":
            return value
        return orjson.dumps(value).decode()

    def process_result_value(self, value: Any, _dialect: Any) -> Any:
        """Read what was written."""
        return orjson.loads(value) if isinstance(value, str) else value


def moment(*, nullable: bool = False, index: bool = False) -> Any:
    """Return a column for a moment in UTC."""
    return sa.Column(UtcDateTime, nullable=nullable, index=index)


def fen(*, nullable: bool = True) -> Any:
    """Return a column for money in fen: 64 bits, since 20 million yuan fill 93 % of 32."""
    return sa.Column(sa.BigInteger, nullable=nullable)


def json_column(*, nullable: bool = False) -> Any:
    """Return a column for a JSON value."""
    return sa.Column(Json, nullable=nullable)


def iso(value: date | datetime | None) -> str | None:
    """Return RFC 3339: a date as YYYY-MM-DD, a moment in UTC ending in Z, None as None."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value.isoformat() if value else None


def coded(codes: type[StrEnum], *, nullable: bool = False, index: bool = False, primary_key: bool = False) -> Any:
    """Return a column that holds one of the codes as text and reads as the code."""
    kind = sa.Enum(codes, native_enum=False, length=40, values_callable=lambda e: [c.value for c in e])
    return sa.Column(kind, nullable=nullable, index=index, primary_key=primary_key)
