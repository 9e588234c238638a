"""How products are shown."""

from backend.financing.models import FinancingProduct
from backend.financing.products.schemas import ProductOut
from backend.financing.terms_schemas import fees_out

SHOWN = frozenset(ProductOut.model_fields) - {"fees"}


def product_out(product: FinancingProduct) -> ProductOut:
    """Return the product as everybody sees it."""
    return ProductOut(**{name: getattr(product, name) for name in SHOWN}, fees=fees_out(product.fees))
