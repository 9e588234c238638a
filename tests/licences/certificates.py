"""A certificate with every fact that one can state."""

from datetime import UTC, date, datetime
from typing import Any

from backend.licences.certificates.content import (
    Certificate,
    CertificateStatus,
    CertifiedDeclaration,
    CertifiedEvent,
    CertifiedLicensee,
    CertifiedParty,
    CertifiedStep,
    FeeLine,
)
from backend.licences.patent_reference import NamedPatent
from backend.patents.codes import PatentKind

PATENT = NamedPatent(
    application_number="CN202310123456.7",
    grant_number="CN116123456B",
    title="一种锂离子电池热失控预警方法、装置、电子设备及计算机可读存储介质",
    title_en="Early warning of thermal runaway in lithium-ion batteries",
    kind=PatentKind.INVENTION,
    filing_date=date(2023, 2, 3),
    grant_date=date(2024, 8, 16),
    expiry_date=date(2043, 2, 4),
    main_ipc="H01M 10/42",
)
CHAIN = [
    CertifiedEvent(step=CertifiedStep.NOTICE_GIVEN, day=date(2026, 3, 2), reference="ntc_01k9"),
    CertifiedEvent(step=CertifiedStep.PAYMENT_MADE, day=date(2026, 3, 5), reference="pay_01k9", amount_fen=5_000_000),
    CertifiedEvent(step=CertifiedStep.EFFECTIVE, day=date(2026, 3, 6)),
    CertifiedEvent(step=CertifiedStep.RECORDAL_FILED, day=date(2026, 3, 20), reference="渝备2026-17"),
    CertifiedEvent(step=CertifiedStep.RECORDAL_CONFIRMED, day=date(2026, 4, 2), reference="X2026500000123"),
]


def holders(*names: str) -> list[CertifiedParty]:
    """Return licensors of these names."""
    return [CertifiedParty(name=name, credit_code=None, verified=False) for name in names]


def certificate(**changed: Any) -> Certificate:
    """Return a certificate, with what is named changed."""
    facts: dict[str, Any] = {
        "licence_id": "lic_01k9x4v7n3e8b9t2c5m6p7q8rs",
        "status": CertificateStatus.VALID,
        "patent": PATENT,
        "licensors": [
            CertifiedParty(name="重庆示例大学", credit_code="12500000MB0000001X", verified=True),
            CertifiedParty(name="Sample Institute of Technology", credit_code=None, verified=False),
        ],
        "licensee": CertifiedLicensee(name="东京样本株式会社", country="JP", credit_code=None, verified=True),
        "declaration": CertifiedDeclaration(number="KF2026000123", announced_on=date(2026, 1, 15)),
        "territory": "CN",
        "starts_on": date(2026, 3, 7),
        "ends_on": date(2028, 3, 8),
        "effective_on": date(2026, 3, 9),
        "fees": [
            FeeLine(zh="入门费，一次付清", en="Entry fee, paid once", amount_fen=123_456_705),
            FeeLine(zh="提成：净销售额的 2.00%", en="Royalty: 2.00 % of net sales"),
        ],
        "terms_version": 47,
        "terms_hash": "ab12" * 16,
        "chain": CHAIN,
        "is_demonstration": False,
        "verification_url": "https://patentmart.example/v1/licences/lic_01k9/certificate/verification",
        "issued_at": datetime(2026, 4, 3, 18, 22, 7, tzinfo=UTC),
    }
    return Certificate(**(facts | changed))
