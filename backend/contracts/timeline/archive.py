"""The timeline of a contract as one ZIP file, streamed with one document in memory at a time; the same each time."""

import hashlib
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.contracts import queries
from backend.contracts.codes import VersionKind
from backend.contracts.models import Contract, ContractSide, ContractSignature, ContractVersion
from backend.contracts.signing import cms_name
from backend.contracts.timeline import service as timeline
from backend.contracts.timeline.models import TimelineEntry
from backend.contracts.timeline.readme import README
from backend.contracts.timeline.schemas import entry_out
from backend.core.database.columns import iso
from backend.core.database.sessions import Database
from backend.core.storage.zip_writer import ZipWriter

READABLE: Final = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


@dataclass(frozen=True, slots=True)
class Record:
    """A contract with all that was done, as it stood at one moment; documents by their hashes alone."""

    contract: Contract
    sides: Sequence[ContractSide]
    versions: Sequence[ContractVersion]
    signatures: dict[str, list[ContractSignature]]
    entries: Sequence[TimelineEntry]


@dataclass(slots=True)
class SummedArchive:
    """An archive being written, and the SHA-256 of each of its members."""

    archive: ZipWriter = field(default_factory=ZipWriter)
    lines: list[str] = field(default_factory=list)

    def member(self, name: str, content: bytes) -> Iterator[bytes]:
        """Yield the bytes that add a member."""
        self.lines.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
        yield from self.archive.member(name, content)

    def end(self) -> Iterator[bytes]:
        """Yield the sums of all members as `sha256sum -c` reads them, and the end of the archive."""
        yield from self.archive.member("SHA256SUMS", "".join(self.lines).encode())
        yield self.archive.end()


async def record_of(session: AsyncSession, contract: Contract) -> Record:
    """Return what the archive of the contract's timeline is made of."""
    found = queries.versions(contract.id, tuple(VersionKind)).order_by(queries.NUMBER)
    versions = (await session.scalars(found)).all()
    return Record(
        contract=contract,
        sides=(await queries.sides(session, [contract.id]))[contract.id],
        versions=versions,
        signatures=await queries.signatures(session, [version.id for version in versions]),
        entries=(await session.scalars(timeline.entries(contract.id).order_by(col(TimelineEntry.number)))).all(),
    )


async def pieces(database: Database, record: Record) -> AsyncIterator[bytes]:
    """Yield the archive."""
    sums = SummedArchive()
    entries = [entry_out(entry, None).model_dump(mode="json") for entry in record.entries]
    for name, content in (
        ("README.md", README.format(contract_id=record.contract.id).encode()),
        ("contract.json", _json(_contract(record))),
        ("timeline.json", _json(entries)),
    ):
        for piece in sums.member(name, content):
            yield piece
    for version in record.versions:
        folder, signatures = f"versions/{version.number}", record.signatures.get(version.id, [])
        for name, content in (
            ("terms.json", version.terms),
            ("bound.json", version.bound),
            ("signatures.json", _json([_signature(signature) for signature in signatures])),
        ):
            for piece in sums.member(f"{folder}/{name}", bytes(content)):
                yield piece
        for name, digest in _documents(version, signatures):
            async with database.read() as session:
                document = await queries.document(session, digest)
            for piece in sums.member(name, document):
                yield piece
    for piece in sums.end():
        yield piece


def _json(value: Any) -> bytes:
    return orjson.dumps(value, option=READABLE)


def _documents(version: ContractVersion, signatures: Sequence[ContractSignature]) -> Iterator[tuple[str, str]]:
    folder = f"versions/{version.number}"
    yield f"{folder}/document.pdf", version.document_hash
    if version.signed_document_hash:
        yield f"{folder}/signed.pdf", version.signed_document_hash
    for signature in signatures:
        if signature.cms_hash:
            yield cms_name(version.number, signature.side_number), signature.cms_hash


def _contract(record: Record) -> dict[str, Any]:
    contract = record.contract
    sides = ("number", "code", "organisation_id", "party_id", "name", "name_en", "credit_code")
    return {
        "id": contract.id,
        "template": contract.template_name,
        "subject": contract.subject,
        "status": contract.status.value,
        "created_at": iso(contract.created_at),
        "effective_at": iso(contract.effective_at),
        "ended_at": iso(contract.ended_at),
        "sides": [side.model_dump(include=set(sides)) for side in record.sides],
        "versions": [
            {
                "number": version.number,
                "kind": version.kind.value,
                "status": version.status.value,
                "terms_hash": version.terms_hash,
                "document_hash": version.document_hash,
                "bound_hash": version.bound_hash,
            }
            for version in record.versions
        ],
    }


def _signature(signature: ContractSignature) -> dict[str, Any]:
    return {
        "id": signature.id,
        "side_number": signature.side_number,
        "organisation_id": signature.organisation_id,
        "signatory_name": signature.signatory_name,
        "means": signature.means.value,
        "bound_hash": signature.bound_hash,
        "certificate": signature.certificate,
        "cms_sha256": signature.cms_hash,
        "signed_at": iso(signature.signed_at),
    }
