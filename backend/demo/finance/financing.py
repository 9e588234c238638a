"""What the demonstration shows of financing: products, requests that wait, two offers side by side, and two deals."""

from backend.demo.finance.deals import DEALS, make_deal
from backend.demo.finance.offers import offer
from backend.demo.finance.receivables import pledge_income
from backend.demo.finance.requests import PRODUCTS, ask, publish, submit
from backend.demo.load_context import Stage


async def finance(stage: Stage) -> None:
    """Make products, deals and requests, the oldest first, each on a patent of its own while the register has any."""
    for product in PRODUCTS:
        await publish(stage, product)
    for deal in DEALS:
        await make_deal(stage, deal)
    waiting = await submit(stage, "yuli", ["bank_jiangbei", "bank_rural"])
    if waiting is not None:
        await ask(stage, waiting, "bank_jiangbei")
    compared = await submit(stage, "xianjie", ["bank_jiangbei", "bank_shancheng"])
    if compared is not None:
        await offer(stage, compared, "bank_jiangbei", over_lpr_bp=45)
        await offer(stage, compared, "bank_shancheng", over_lpr_bp=70)
    await pledge_income(stage)
