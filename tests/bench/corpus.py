"""Made-up patents in Chinese with English titles, for measuring: the same ones every time, any number of them."""

import itertools
import random
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from backend.patent_search.documents import PatentDocument
from search import vocabulary

_KINDS_OF_WORK = ("及其制备方法", "的制造工艺", "控制方法", "装置", "系统", "及其应用", "检测方法", "生产设备")
_SENTENCES = (
    "本发明公开了一种{}，属于{}技术领域，包括{}和{}。",
    "所述{}与{}相连，{}设置在{}的一侧，结构简单。",
    "通过{}对{}进行处理，得到性能稳定的{}，成本低于现有的{}。",
    "与现有技术相比，{}提高了{}的效率，延长了{}的使用寿命，适于{}。",
)
_SECTIONS = "ABCDEFGH"
_REGIONS = ("CN-50", "CN-11", "CN-31", "CN-44", "CN-32", "CN-33", "CN-51", "CN-61", "CN-42", "CN-37")
_CLUSTERS = tuple(f"cluster_{number:02}" for number in range(33))
_DEALS = ("open_licence", "ordinary_licence", "sole_licence", "exclusive_licence", "assignment", "equity")
_FIRST_DAY = date(2005, 1, 1)


async def in_batches(patents: Iterable[PatentDocument], size: int = 500) -> AsyncIterator[list[PatentDocument]]:
    """Patents as an index is filled with them, so many at a time."""
    waiting = iter(patents)
    while batch := list(itertools.islice(waiting, size)):
        yield batch


def terms() -> list[tuple[str, str]]:
    """Technical terms, the most frequent first: Chinese and, where it is known, English."""
    lines = [line.partition("#")[0] for name in ("synonyms", "dictionary") for line in _data(name)]
    groups = [[word.strip() for word in line.split(",")] for line in lines if "," in line]
    found = {group[0]: next((word for word in group if word.isascii()), "") for group in groups}
    found.update((word, "") for line in lines if "," not in line for word in line.split() if word not in found)
    whole = list(found.items())
    random.Random(7).shuffle(whole)
    return whole


def documents(count: int, seed: int = 20_190_712) -> Iterator[PatentDocument]:
    """So many made-up patents; the first of a longer run are those of a shorter one."""
    luck = random.Random(seed)
    words = terms()
    weights = list(itertools.accumulate(1 / (rank + 5) ** 1.7 for rank in range(len(words))))
    holders = [
        f"示例{head}大学{number}" for head in ("理工", "工业", "师范", "交通", "农业", "医科") for number in range(70)
    ]
    for number in range(count):
        yield _document(number, luck, luck.choices(words, cum_weights=weights, k=20), holders)


def _data(name: str) -> list[str]:
    return (Path(vocabulary.__file__).parent / "data" / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def _document(number: int, luck: random.Random, said: list[tuple[str, str]], holders: list[str]) -> PatentDocument:
    chinese = [zh for zh, _ in said]
    title = f"一种{chinese[0]}{chinese[1]}{_KINDS_OF_WORK[luck.randrange(8)]}"
    filed = _FIRST_DAY + timedelta(days=luck.randrange(7_000))
    subclass = f"{luck.choice(_SECTIONS)}{luck.randrange(1, 40):02}{chr(65 + luck.randrange(12))}"
    abstract = "".join(form.format(*chinese[at : at + 4]) for form, at in zip(_SENTENCES, (0, 4, 8, 12), strict=True))
    identity = f"pat_{number:026}"
    holder = holders[int(luck.paretovariate(0.6)) % len(holders)]
    application = f"{filed.year}1{number:07}"
    price = None if luck.random() < 0.3 else luck.randrange(10_000_00, 1_000_000_00)
    served = (
        f'{{"id":"{identity}","title":"{title}","abstract":"{abstract}","holder":"{holder}","price_fen":{price or 0}}}'
    )
    return PatentDocument(
        id=identity,
        listing_id=f"lst_{number:026}",
        served=served.encode(),
        title=title,
        title_en=f"{said[0][1]} and {said[1][1]} method".strip().capitalize(),
        abstract=abstract,
        first_claim=f"1.一种{chinese[0]}，其特征在于，包括{chinese[16]}、{chinese[17]}和{chinese[18]}。",
        keywords=tuple(chinese[:3]),
        summary=f"适于{chinese[19]}企业。",
        holders=(holder,),
        holder_ids=(f"org_{holder}",),
        applicants=(holder,),
        numbers=(f"CN{application}.{number % 10}", f"CN{110_000_000 + number}A"),
        kind=luck.choices(("invention", "utility_model", "design"), (6, 3, 1))[0],
        legal_status=luck.choices(("in_force", "pending", "in_grace"), (7, 2, 1))[0],
        ipc=(f"{subclass}{luck.randrange(1, 60)}/{luck.randrange(100):02}",),
        technology_fields=(luck.randrange(1, 36),),
        clusters=(luck.choice(_CLUSTERS),),
        region=luck.choice(_REGIONS),
        deal_types=tuple(luck.sample(_DEALS, luck.randrange(1, 4))),
        open_licence=luck.random() < 0.2,
        grade=luck.choice("ABCD"),
        stage=luck.randrange(1, 10),
        price_fen=price,
        filing_date=filed,
        publication_date=filed + timedelta(days=300),
        grant_date=filed + timedelta(days=900),
        expiry_date=filed + timedelta(days=7_300),
        listed_at=datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=luck.randrange(60_000_000)),
    )
