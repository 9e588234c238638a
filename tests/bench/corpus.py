"""Made-up patents in Chinese with English titles, for measuring: the same ones every time, any number of them."""

import itertools
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from search.documents import PatentDocument

# Parts of technical terms, put together into some six thousand; each pair is Chinese and English.
_HEADS = (
    "锂离 lithic,碳基 carbonic,硅基 silicic,石墨 graphitic,纳米 nanoscale,陶瓷 ceramic,铝镁 aluminic,钛合 titanic,稀土 rareearth,高分 polymeric,"
    "光学 optical,激光 laser,红外 infrared,毫米 millimetric,超声 ultrasonic,微波 microwave,射频 radial,量子 quantum,磁性 magnetic,压电 piezic,"
    "数字 digital,智能 smart,深度 deepwise,并行 parallel,异构 hetero,边缘 edgewise,云端 cloudy,分布 distributed,语义 semantic,视觉 visual,"
    "生物 biotic,蛋白 proteic,基因 genic,细胞 cellular,抗菌 microbic,靶向 targeted,中药 herbal,诊疗 clinical,植入 implanted,康复 rehabil,"
    "液压 hydraulic,气动 pneumatic,真空 vacuum,低温 cryogenic,高压 pressure,旋转 rotary,往复 recipro,柔性 flexible,模块 modular,自动 automatic,"
    "农业 agrarian,灌溉 irrigative,温室 greenhouse,食品 alimentary,发酵 fermented,污水 sewage,烟气 fluegas,土壤 soilborne,固废 solidwaste,循环 circular"
)
_TAILS = (
    "电池 battery,电极 electrode,隔膜 separator,涂层 coating,薄膜 film,催化剂 catalyst,吸附剂 adsorbent,复合材料 composite,纤维 fibre,合金 alloy,"
    "传感器 sensor,探测器 detector,天线 antenna,芯片 chip,电路 circuit,透镜 lens,光源 source,滤波器 filter,放大器 amplifier,存储器 memory,"
    "算法 algorithm,网络 network,模型 model,平台 platform,接口 interface,编码 codec,识别 recognition,定位 positioning,调度 scheduling,加密 cipher,"
    "抗体 antibody,疫苗 vaccine,制剂 preparation,支架 stent,导管 catheter,试剂 reagent,成像 imaging,监测 monitor,培养基 medium,提取物 extract,"
    "阀门 valve,轴承 bearing,泵体 pump,夹具 fixture,机械臂 arm,减速器 reducer,驱动器 driver,焊接 welding,铸造 casting,切割 cutting,"
    "播种机 seeder,收割机 harvester,肥料 fertiliser,饲料 feed,净化 purifier,过滤 filtration,回收 recovery,干燥 dryer,粉碎 crusher,分选 sorter"
)
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


def terms() -> list[tuple[str, str]]:
    """The technical terms, the most frequent first: Chinese and English."""
    heads, tails = ([tuple(pair.split()) for pair in part.split(",")] for part in (_HEADS, _TAILS))
    whole = [(a + x, f"{b} {y}") for (a, b), (x, y) in itertools.product(heads, tails)]
    whole += [(a + c + x, f"{b} {d} {y}") for (a, b), (c, d), (x, y) in zip(heads * 50, heads[7:] * 60, tails * 50, strict=False)]
    random.Random(7).shuffle(whole)
    return whole


def documents(count: int, seed: int = 20_190_712) -> Iterator[PatentDocument]:
    """So many made-up patents; the first of a longer run are those of a shorter one."""
    luck = random.Random(seed)
    words = terms()
    weights = list(itertools.accumulate(1 / (rank + 8) for rank in range(len(words))))
    holders = [f"示例{head}大学{number}" for head in ("理工", "工业", "师范", "交通", "农业", "医科") for number in range(70)]
    for number in range(count):
        yield _document(number, luck, luck.choices(words, cum_weights=weights, k=20), holders)


def _document(number: int, luck: random.Random, said: list[tuple[str, str]], holders: list[str]) -> PatentDocument:
    chinese = [zh for zh, _ in said]
    title = f"一种{chinese[0]}{chinese[1]}{_KINDS_OF_WORK[luck.randrange(8)]}"
    filed = _FIRST_DAY + timedelta(days=luck.randrange(7_000))
    symbol = f"{luck.choice(_SECTIONS)}{luck.randrange(1, 40):02}{chr(65 + luck.randrange(12))}{luck.randrange(1, 60)}/{luck.randrange(100):02}"
    abstract = "".join(form.format(*chinese[at : at + 4]) for form, at in zip(_SENTENCES, (0, 4, 8, 12), strict=True))
    identity = f"pat_{number:026}"
    holder = holders[int(luck.paretovariate(0.6)) % len(holders)]
    application = f"{filed.year}1{number:07}"
    price = None if luck.random() < 0.3 else luck.randrange(10_000_00, 1_000_000_00)
    served = f'{{"id":"{identity}","title":"{title}","abstract":"{abstract}","holder":"{holder}","application_number":"CN{application}"}}'
    return PatentDocument(
        id=identity,
        listing_id=f"lst_{number:026}",
        served=served.encode(),
        title=title,
        title_en=f"{said[0][1]} {said[1][1]} and its method".capitalize(),
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
        ipc=(symbol,),
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
