"""Files for tests, made of what their formats say."""

import io
import secrets
import struct
import zipfile
import zlib
from typing import Any

import httpx

from tests.scenarios.members import Member

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def pdf(text: str = "") -> bytes:
    """Return a PDF that nobody else has; `text` stands in a comment."""
    note = f"%{text or secrets.token_hex(8)}\n"
    body = f"%PDF-1.7\n{note}1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    return f"{body}trailer<</Root 1 0 R/Size 3>>\nstartxref\n0\n%%EOF\n".encode()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(shade: int = 0) -> bytes:
    """Return a picture of one point."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes((0, shade)))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def jpeg() -> bytes:
    header = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    scan = b"\xff\xda\0\x08\x01\x01\0\0\x3f\0" + secrets.token_hex(8).encode()
    return header + scan + b"\xff\xd9"


def tiff() -> bytes:
    width = struct.pack("<HHII", 256, 3, 1, 1)
    return b"II*\0\x08\0\0\0\x01\0" + width + bytes(4) + secrets.token_bytes(4)


def packed(*names: str, **parts: bytes) -> bytes:
    """Return a ZIP of the named parts; those by keyword have a content of their own."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, f"<part xmlns='{TYPES}'/>")
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def docx(**parts: bytes) -> bytes:
    return packed("[Content_Types].xml", "word/document.xml", **parts)


def xlsx() -> bytes:
    return packed("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml")


def ofd() -> bytes:
    return packed("OFD.xml", "Doc_0/Document.xml")


async def post_file(
    client: httpx.AsyncClient, member: Member, content: bytes, name: str = "证据.pdf", **form: Any
) -> httpx.Response:
    """Return the answer to an upload."""
    files = {"file": (name, content)}
    return await client.post("/v1/files", files=files, data=form, headers=member.headers)


async def upload_file(
    client: httpx.AsyncClient, member: Member, content: bytes | None = None, name: str = "证据.pdf"
) -> dict[str, Any]:
    """Return a file that the member uploaded."""
    answer = await post_file(client, member, content or pdf(), name)
    assert answer.is_success, answer.text
    return dict(answer.json())


async def upload_evidence(client: httpx.AsyncClient, member: Member, content: bytes | None = None) -> str:
    """Return the id of an uploaded file, which is attached to nothing yet: each has bytes of its own."""
    return str((await upload_file(client, member, content))["id"])
