import csv
from enum import StrEnum
from pathlib import Path

import pytest

from backend.alerts.codes import AlertKind, HitChange
from backend.introductions.codes import DeclineReason, EndReason, IntroductionStatus
from backend.matching.codes import FeedbackReason, MatchVerdict
from backend.matching.scoring.parts import PartName
from backend.needs.codes import NeedOutcome, NeedStatus
from backend.receivable_pledges.codes import ReceivablePledgeStatus
from backend.reference.ipc import ipc_label, split_ipc, technology_fields
from backend.reference.lists import codes, label, lists

REGISTER = Path("../shared/data/registers/cn_university_gazette_20190712_gb18030.csv")


def test_every_code_has_a_label_in_both_languages_and_none_twice():
    for of in lists().values():
        assert of.entries
        assert of.edition
        assert of.source
        for entry in of.entries.values():
            assert entry.label_zh.strip() == entry.label_zh != ""
            assert entry.label_en.strip() == entry.label_en != ""
    assert len(codes("regions")) == len(set(codes("regions"))) == 34 + 38


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("alert-changes", HitChange),
        ("alert-kinds", AlertKind),
        ("decline-reasons", DeclineReason),
        ("feedback-reasons", FeedbackReason),
        ("introduction-ends", EndReason),
        ("introduction-states", IntroductionStatus),
        ("receivable-pledge-states", ReceivablePledgeStatus),
        ("match-parts", PartName),
        ("match-verdicts", MatchVerdict),
        ("need-outcomes", NeedOutcome),
        ("need-states", NeedStatus),
    ],
)
def test_a_list_of_codes_holds_every_code_that_is_shown(name: str, kind: type[StrEnum]) -> None:
    assert set(codes(name)) == {code.value for code in kind}


def test_a_label_is_given_in_the_language_asked_for_and_an_unknown_code_stays_itself():
    assert label("deal-types", "open_licence", "zh") == "开放许可"
    assert label("deal-types", "open_licence", "en") == "Open licence"
    assert label("clusters", "advanced_materials", "zh") == "先进材料"
    assert label("regions", "500106", "en") == "Shapingba District"
    assert label("grades", "S", "en") == "S"


@pytest.mark.parametrize(
    ("written", "symbol"),
    [
        ("G01S13/66(2006.01)I;", "G01S13/66"),
        ("h01m 10/0525", "H01M10/0525"),
        ("Ｈ０１Ｍ１０／０５２５", "H01M10/0525"),
        ("H04W  88/04        20090101ALN20190523BH", "H04W88/04"),
        ("C12R 1/645", "C12R1/645"),
        ("H01M", "H01M"),
        ("23-02", None),
        ("", None),
        ("I01M10/05", None),
    ],
)
def test_a_class_in_any_spelling_has_one_form(written, symbol):
    assert split_ipc(written)[:1] == ([symbol] if symbol else [])


def test_a_list_of_classes_is_split_whatever_stands_between():
    assert split_ipc("B62H5/18(2006.01)I;??B62H1/02(2006.01)I") == ["B62H5/18", "B62H1/02"]
    assert split_ipc("E04G25/06(2006.01)I;\u2002E04B1/343(2006.01)I; E04G25/06") == ["E04G25/06", "E04B1/343"]


def test_titles_are_short_labels_without_cross_references():
    assert ipc_label("A", "en") == "Human necessities"
    assert ipc_label("B64C", "zh") == "飞机；直升飞机"
    for code in codes("ipc"):
        title = ipc_label(code, "zh")
        assert " " not in title
        assert "注意" not in title
        assert title.count("（") == title.count("）")


def test_the_longest_prefix_decides_the_technology_field():
    assert technology_fields("G01N33/50") == (11,)
    assert technology_fields("G01N3/08") == (10,)
    assert technology_fields("A61K8/02") == (14,)
    assert technology_fields("A61K80/02") == (16,)
    assert technology_fields("H01M10/0525") == (1,)
    assert technology_fields("Z99Z") == ()


def test_every_subclass_has_a_technology_field():
    assert [c for c in codes("ipc") if len(c) == 4 and not technology_fields(c)] == []


@pytest.mark.skipif(not REGISTER.exists(), reason="needs the shared data")
def test_every_class_of_a_real_register_is_understood():
    with REGISTER.open(encoding="gb18030", newline="") as text:
        written = [row["Int.Cl."] for row in csv.DictReader(text)]
    assert len(written) > 5_000
    for cell in written:
        assert len(split_ipc(cell)) == len({part.split("(")[0].strip() for part in cell.split(";") if "(" in part})
    known = set(codes("ipc"))
    assert {symbol[:4] for cell in written for symbol in split_ipc(cell)} - known == set()
