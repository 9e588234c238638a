"""What stands in the archive of a timeline: how anybody checks it with the tools of any machine."""

from typing import Final

README: Final = """# 合同时间线 · Timeline of a contract

合同 / Contract: {contract_id}

## 中文

- `SHA256SUMS`：各文件的 SHA-256。在解压目录运行 `sha256sum -c SHA256SUMS`，每行应为 OK。
- `timeline.json`：谁（机构）在何时做了什么，改动前后的值，及所产生文件的哈希。
- `contract.json`：各方与合同状态。
- `versions/N/`：第 N 个版本（合同、补充协议或解除协议）。
  - `terms.json`：条款的规范 JSON（RFC 8785），其 SHA-256 即 `terms_hash`，也印在文件上。
  - `document.pdf`：未签名的文件，其 SHA-256 即 `document_hash`。以中文文本为准。
  - `bound.json`：签署所约束的全部内容（含上述两个哈希）的规范 JSON，其 SHA-256 即 `bound_hash`，各方签署的就是它。
  - `signatures.json`：谁、以何种方式、何时签署了哪个 `bound_hash`。
  - `signed.pdf`：含证书签名（PAdES）的副本（如有）。可用任何 PDF 阅读器或
    `pdfsig signed.pdf` 验证；签名理由中写有 `bound_hash`。
  - `signatures/side-N.p7s`：该方的 CMS 签名（DER），即 `signed.pdf` 中所嵌入者。

核对一个版本：

    sha256sum versions/1/terms.json versions/1/document.pdf versions/1/bound.json

前两个结果应与 `bound.json` 中的值一致，第三个应与 `signatures.json` 中的 `bound_hash` 一致。

## English

- `SHA256SUMS`: the SHA-256 of each file. Run `sha256sum -c SHA256SUMS` where it was unpacked; each line says OK.
- `timeline.json`: who (which organisation) did what and when, the values before and after, the hashes of its files.
- `contract.json`: the sides, and where the contract stands.
- `versions/N/`: the Nth version (of the contract, an amendment, or a termination).
  - `terms.json`: the terms in canonical JSON (RFC 8785); its SHA-256 is `terms_hash`, which the paper prints too.
  - `document.pdf`: the unsigned paper; its SHA-256 is `document_hash`. The Chinese text prevails.
  - `bound.json`: canonical JSON of all that a signature binds, both hashes among it; its SHA-256 is `bound_hash`,
    which is what each side signed.
  - `signatures.json`: who signed which `bound_hash`, by what means, and when.
  - `signed.pdf`: the copy with signatures by certificate (PAdES), where there are any. Any PDF reader or
    `pdfsig signed.pdf` checks them; their reason names the `bound_hash`.
  - `signatures/side-N.p7s`: the CMS signature of that side (DER), the one that `signed.pdf` embeds.

To check a version:

    sha256sum versions/1/terms.json versions/1/document.pdf versions/1/bound.json

The first two are those that `bound.json` names, the third is the `bound_hash` in `signatures.json`.
"""
