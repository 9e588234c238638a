"""For every rule a scene in which it alone stands against an act, and neighbours in which it does not apply."""

from dataclasses import dataclass, replace
from datetime import timedelta

from backend.patents.codes import Finding, LegalStatus, PatentKind
from backend.rights.codes import Act, ConsentState, LicenceType, RightKind, Whose
from backend.rights.ledger import Annuity, Entry, Ledger, PermissionRequest
from backend.rights.scope_rules import Period
from tests.rights.ledgers import (
    CHONGQING,
    EXPIRY,
    LATER,
    LICENSEE,
    LONG_AGO,
    OTHER_TERMS,
    OTHERS,
    OURS,
    PLEDGEE,
    SICHUAN,
    TERMS,
    THEIRS,
    TODAY,
    TOMORROW,
    YESTERDAY,
    agreement,
    ask,
    consent,
    entry,
    ledger,
    licence,
    open_licence,
    pledge,
)

DECLARE, KEEP, WITHDRAW = Act.DECLARE_OPEN_LICENCE, Act.KEEP_OPEN_LICENCE, Act.WITHDRAW_OPEN_LICENCE
ORDINARY, SOLE, EXCLUSIVE = Act.GRANT_ORDINARY, Act.GRANT_SOLE, Act.GRANT_EXCLUSIVE
SUB, ASSIGN, PLEDGE, ABANDON = Act.SUB_LICENSE, Act.ASSIGN, Act.PLEDGE, Act.ABANDON
L = LicenceType


@dataclass(frozen=True)
class Scene:
    """A ledger and an ask that one rule alone stands against, and pairs to which that rule has nothing to say."""

    ledger: Ledger
    ask: PermissionRequest
    spared: tuple[tuple[Ledger, PermissionRequest], ...]


def scene(told: Ledger, asked: PermissionRequest, *spared: tuple[Ledger, PermissionRequest]) -> Scene:
    return Scene(told, asked, spared)


def beside(told: Ledger, *others: Ledger, asked: PermissionRequest) -> Scene:
    """A scene whose neighbours differ in the ledger."""
    return Scene(told, asked, tuple((other, asked) for other in others))


PAIR = (OURS, THEIRS)
LAST_DAY = EXPIRY - timedelta(days=1)
SUBLICENSED = licence(L.ORDINARY, sub_licensing=True)
SUB_ASK = ask(SUB, LICENSEE, licence=SUBLICENSED.id)
OWN = replace(licence(L.ORDINARY, scope=CHONGQING), id="rgt_own", own_working=True)
OWN_ASK = ask(ORDINARY, own_working=True, scope=SICHUAN, confirmed=frozenset({"sole_licensors_own_working"}))
PENDING = ledger(legal_status=LegalStatus.PENDING, is_granted=False)
UNPAID = ledger(annuity=Annuity.UNPAID, unpaid_since=LONG_AGO)
SILENT = ledger(annuity=Annuity.UNRECORDED, unpaid_since=LONG_AGO)
SUSPENDED = ledger(suspended_since=LONG_AGO)
DISPUTED = ledger(disputed=OURS)
SEIZED = ledger(entry(RightKind.SEIZURE))
NO_MORE_SEIZED = ledger(entry(RightKind.SEIZURE, LONG_AGO, TODAY))
ABROAD = {"to_abroad": True, "publicly_funded": True, "confirmed": frozenset({"export_formalities"})}


def ended(made: Entry) -> Entry:
    """The same entry, over since today."""
    return replace(made, period=Period(LONG_AGO, TODAY))


OF_THE_RIGHT: dict[str, Scene] = {
    "not_a_holder": scene(ledger(), ask(ORDINARY, OTHERS), (ledger(), ask(ORDINARY, OURS)),
                          (ledger(SUBLICENSED), SUB_ASK)),
    "holding_disputed": scene(DISPUTED, ask(DECLARE), (ledger(open_licence(), disputed=OURS), ask(KEEP)),
                              (ledger(holders=PAIR, disputed=THEIRS), ask(ORDINARY))),
    "right_terminated": beside(ledger(legal_status=LegalStatus.LAPSED), ledger(legal_status=LegalStatus.IN_GRACE),
                               ledger(legal_status=LegalStatus.INVALIDATED), asked=ask(ORDINARY)),
    "wholly_invalidated": beside(ledger(legal_status=LegalStatus.INVALIDATED), ledger(invalidation_since=LONG_AGO),
                                 ledger(legal_status=LegalStatus.LAPSED), asked=ask(DECLARE)),
    "foreign_patent": beside(ledger(office="US"), ledger(office="CN"), asked=ask(DECLARE)),
    "not_granted": beside(PENDING, ledger(), ledger(legal_status=LegalStatus.WITHDRAWN, is_granted=False),
                          asked=ask(DECLARE)),
    "pledge_before_grant": scene(PENDING, ask(PLEDGE), (ledger(), ask(PLEDGE)), (PENDING, ask(ASSIGN))),
    "licence_before_grant": scene(PENDING, ask(ORDINARY), (ledger(), ask(ORDINARY)), (PENDING, ask(DECLARE))),
    "status_unknown": beside(ledger(legal_status=LegalStatus.UNKNOWN), ledger(), asked=ask(ORDINARY)),
    "evaluation_report_missing": beside(
        ledger(kind=PatentKind.UTILITY_MODEL), ledger(kind=PatentKind.INVENTION),
        ledger(kind=PatentKind.DESIGN, report_on=LONG_AGO),
        ledger(kind=PatentKind.DESIGN, report_on=LONG_AGO, report=Finding.NOT_GRANTABLE), asked=ask(DECLARE)),
    "evaluation_report_negative": beside(
        ledger(kind=PatentKind.DESIGN, report_on=LONG_AGO, report=Finding.NOT_GRANTABLE),
        ledger(kind=PatentKind.DESIGN, report_on=LONG_AGO, report=Finding.GRANTABLE),
        ledger(kind=PatentKind.DESIGN, report_on=LONG_AGO), asked=ask(DECLARE)),
    "suspended": beside(SUSPENDED, DISPUTED, ledger(), asked=ask(DECLARE)),
    "seized": beside(SEIZED, NO_MORE_SEIZED, ledger(entry(RightKind.SEIZURE, TOMORROW)), asked=ask(DECLARE)),
    "suspended_disposal": scene(SUSPENDED, ask(ASSIGN), (DISPUTED, ask(ASSIGN)), (SUSPENDED, ask(ORDINARY))),
    "seized_disposal": scene(SEIZED, ask(PLEDGE), (NO_MORE_SEIZED, ask(PLEDGE)), (SEIZED, ask(ORDINARY))),
    "suspended_grant": scene(SUSPENDED, ask(ORDINARY), (DISPUTED, ask(ORDINARY)),
                             (SUSPENDED, ask(ORDINARY, confirmed=frozenset({"suspended_grant"})))),
    "seized_grant": scene(SEIZED, ask(EXCLUSIVE), (NO_MORE_SEIZED, ask(EXCLUSIVE))),
    "annuity_unpaid": beside(UNPAID, ledger(annuity=Annuity.UNKNOWN), SILENT, ledger(), asked=ask(DECLARE)),
    "pledge_annuity_unpaid": beside(UNPAID, ledger(annuity=Annuity.UNKNOWN), asked=ask(PLEDGE)),
    "annuity_in_grace": scene(UNPAID, ask(ORDINARY), (ledger(), ask(ORDINARY)), (UNPAID, ask(ABANDON))),
    "annuity_late": scene(UNPAID, ask(ASSIGN), (ledger(), ask(ASSIGN)), (UNPAID, ask(ORDINARY))),
    "annuity_unknown": beside(SILENT, UNPAID, ledger(), asked=ask(DECLARE)),
    "invalidation_pending": scene(ledger(invalidation_since=LONG_AGO), ask(PLEDGE), (ledger(), ask(PLEDGE)),
                                  (ledger(invalidation_since=LONG_AGO), ask(DECLARE))),
    "outlasts_right": scene(ledger(), ask(ORDINARY, ends_on=EXPIRY), (ledger(), ask(ORDINARY, ends_on=LAST_DAY)),
                            (ledger(expiry=EXPIRY + timedelta(days=1)), ask(ORDINARY, ends_on=EXPIRY)),
                            (ledger(), ask(ORDINARY)), (ledger(expiry=None), ask(ORDINARY, ends_on=EXPIRY))),
    "debt_outlasts_right": scene(ledger(), ask(PLEDGE, ends_on=EXPIRY), (ledger(), ask(PLEDGE, ends_on=LAST_DAY))),
}  # fmt: skip

OF_CO_OWNERS: dict[str, Scene] = {
    "co_owners_open_licence": scene(
        ledger(holders=PAIR), ask(DECLARE), (ledger(), ask(DECLARE)), (ledger(holders=PAIR), ask(DECLARE, *PAIR)),
        (ledger(holders=PAIR, agreement=agreement(declare_open_licence=(Whose.EACH, frozenset()))), ask(DECLARE))),
    "co_owners_withdrawal": scene(
        ledger(open_licence(grantors=frozenset(PAIR)), holders=PAIR), ask(WITHDRAW),
        (ledger(open_licence()), ask(WITHDRAW)),
        (ledger(open_licence(grantors=frozenset(PAIR)), holders=PAIR), ask(WITHDRAW, *PAIR))),
    "co_owners": scene(
        ledger(holders=PAIR), ask(EXCLUSIVE), (ledger(holders=PAIR), ask(EXCLUSIVE, *PAIR)),
        (ledger(holders=PAIR), ask(ORDINARY)),
        (ledger(holders=PAIR, agreement=agreement(grant_exclusive=(Whose.EACH, frozenset()))), ask(EXCLUSIVE))),
    "co_owner_agreement": scene(
        ledger(holders=PAIR, agreement=agreement(**{act: (Whose.ALL, frozenset()) for act in Act})), ask(ORDINARY),
        (ledger(holders=PAIR), ask(ORDINARY)),
        (ledger(holders=PAIR, agreement=agreement(assign=(Whose.ALL, frozenset()))), ask(ORDINARY)),
        (ledger(holders=PAIR, agreement=agreement(grant_ordinary=(Whose.NAMED, frozenset({OURS})))), ask(ORDINARY))),
}  # fmt: skip

OF_LICENCES: dict[str, Scene] = {
    "exclusive_or_sole_in_force": beside(
        ledger(licence(L.SOLE, scope=CHONGQING)), ledger(licence(L.SOLE, LONG_AGO, TODAY)), ledger(licence(L.ORDINARY)),
        asked=ask(DECLARE, starts_on=LATER)),
    "exclusive_licence_in_force": beside(
        ledger(licence(L.EXCLUSIVE)), ledger(licence(L.EXCLUSIVE, LONG_AGO, TODAY)),
        ledger(licence(L.EXCLUSIVE, scope=SICHUAN)), ledger(licence(L.SOLE)),
        asked=ask(ORDINARY, scope=CHONGQING)),
    "sole_licence_in_force": beside(
        ledger(licence(L.SOLE)), ledger(licence(L.SOLE, LONG_AGO, TODAY)), ledger(licence(L.SOLE, scope=SICHUAN)),
        asked=ask(ORDINARY, scope=CHONGQING)),
    "own_working_used": beside(
        ledger(licence(L.SOLE), OWN), ledger(licence(L.SOLE), ended(OWN)), ledger(licence(L.SOLE)),
        ledger(licence(L.SOLE, scope=SICHUAN), OWN), ledger(licence(L.SOLE), replace(OWN, own_working=False)),
        asked=OWN_ASK),
    "sole_licensors_own_working": scene(
        ledger(licence(L.SOLE)), ask(ORDINARY, own_working=True), (ledger(licence(L.SOLE)), ask(ORDINARY)),
        (ledger(licence(L.SOLE)), ask(EXCLUSIVE, own_working=True)),
        (ledger(licence(L.SOLE, LONG_AGO, TODAY)), ask(ORDINARY, own_working=True))),
    "ordinary_licence_in_force": scene(
        ledger(licence(L.ORDINARY)), ask(EXCLUSIVE, scope=CHONGQING),
        (ledger(licence(L.ORDINARY, LONG_AGO, TODAY)), ask(EXCLUSIVE)),
        (ledger(licence(L.OPEN, scope=SICHUAN)), ask(SOLE, scope=CHONGQING)),
        (ledger(licence(L.ORDINARY)), ask(EXCLUSIVE, carves_out=frozenset({licence(L.ORDINARY).id}))),
        (ledger(licence(L.ORDINARY)), ask(ORDINARY))),
    "not_the_licensee": scene(ledger(SUBLICENSED), ask(SUB, OURS, licence=SUBLICENSED.id),
                              (ledger(SUBLICENSED), SUB_ASK)),
    "sub_licensing_not_agreed": scene(
        ledger(replace(SUBLICENSED, sub_licensing=False)), SUB_ASK, (ledger(SUBLICENSED), SUB_ASK),
        (ledger(replace(SUBLICENSED, sub_licensing=False), consents=(consent(SUB, OURS),)),
         replace(SUB_ASK, terms_hash=TERMS))),
    "beyond_the_licence": scene(
        ledger(replace(SUBLICENSED, scope=CHONGQING)), SUB_ASK, (ledger(SUBLICENSED), SUB_ASK),
        (ledger(replace(SUBLICENSED, scope=CHONGQING)), replace(SUB_ASK, scope=CHONGQING)),
        (ledger(replace(SUBLICENSED, period=Period(LONG_AGO, LATER))), replace(SUB_ASK, ends_on=TOMORROW))),
    "licensees_rely_on_it": scene(ledger(licence(L.ORDINARY)), ask(ABANDON),
                                  (ledger(licence(L.ORDINARY, LONG_AGO, TODAY)), ask(ABANDON)),
                                  (ledger(licence(L.ORDINARY)), ask(ASSIGN))),
}  # fmt: skip

CHANGED_HANDS = open_licence(grantors=frozenset({THEIRS}))
OF_OPEN_LICENCES: dict[str, Scene] = {
    "open_licence_stands": scene(
        ledger(open_licence()), ask(EXCLUSIVE, scope=CHONGQING), (ledger(open_licence()), ask(ORDINARY)),
        (ledger(open_licence(LONG_AGO, TODAY)), ask(EXCLUSIVE))),
    "open_licence_to_withdraw_first": scene(
        ledger(open_licence()), ask(ASSIGN), (ledger(open_licence(LONG_AGO, TODAY)), ask(ASSIGN)),
        (ledger(open_licence()), ask(PLEDGE))),
    "already_open": beside(ledger(open_licence()), ledger(open_licence(LONG_AGO, TODAY)), asked=ask(DECLARE)),
    "nothing_to_keep": beside(ledger(), ledger(open_licence()), asked=ask(KEEP)),
    "holders_changed": beside(ledger(CHANGED_HANDS), ledger(open_licence()), asked=ask(KEEP)),
    "pledgee_on_open_licence": scene(
        ledger(open_licence()), ask(PLEDGE, to_party=PLEDGEE), (ledger(), ask(PLEDGE, to_party=PLEDGEE)),
        (ledger(open_licence(), consents=(consent(KEEP, PLEDGEE),)), ask(PLEDGE, to_party=PLEDGEE))),
}  # fmt: skip

TO_DECLARE = ask(DECLARE, terms_hash=TERMS)
OF_BURDENS: dict[str, Scene] = {
    "pledged_without_consent": beside(
        ledger(pledge()), ledger(pledge(LONG_AGO, TODAY)), ledger(pledge(), consents=(consent(DECLARE, PLEDGEE),)),
        asked=TO_DECLARE),
    "pledged": beside(
        ledger(pledge()), ledger(pledge(LONG_AGO, TODAY)), ledger(pledge(), consents=(consent(ASSIGN, PLEDGEE),)),
        asked=ask(ASSIGN, terms_hash=TERMS)),
    "pledged_abandonment": beside(ledger(pledge()), ledger(pledge(LONG_AGO, TODAY)), asked=ask(ABANDON)),
    "already_pledged": beside(ledger(pledge()), ledger(pledge(LONG_AGO, TODAY)), asked=ask(PLEDGE, ends_on=LATER)),
    "option_in_force": scene(
        ledger(entry(RightKind.OPTION, party_id=LICENSEE)), ask(ASSIGN), (ledger(), ask(ASSIGN)),
        (ledger(entry(RightKind.OPTION, LONG_AGO, TODAY)), ask(ASSIGN)),
        (ledger(entry(RightKind.OPTION, party_id=LICENSEE)), ask(ORDINARY))),
    "other_obstacle": beside(ledger(entry(RightKind.OBSTACLE)), ledger(entry(RightKind.OBSTACLE, LONG_AGO, TODAY)),
                             asked=ask(DECLARE)),
    "export_formalities": scene(ledger(), ask(ORDINARY, to_abroad=True), (ledger(), ask(ORDINARY)),
                                (ledger(), ask(PLEDGE, to_abroad=True))),
    "public_funding_approval": scene(ledger(), ask(ASSIGN, **ABROAD), (ledger(), ask(ASSIGN, publicly_funded=True)),
                                     (ledger(), ask(SOLE, **ABROAD)), (ledger(), ask(ORDINARY, **ABROAD))),
}  # fmt: skip

SCENES = OF_THE_RIGHT | OF_CO_OWNERS | OF_LICENCES | OF_OPEN_LICENCES | OF_BURDENS

STANDING = open_licence()
PLEDGED_AND_OPEN: tuple[tuple[str, Ledger, bool], ...] = (
    ("nothing said", ledger(pledge(), STANDING), True),
    ("agreed when it was declared", ledger(
        pledge(), STANDING,
        consents=(consent(DECLARE, PLEDGEE, state=ConsentState.USED, used_by="opn_1"),)), False),
    ("agreed when it was pledged", ledger(
        pledge(), STANDING, consents=(consent(KEEP, PLEDGEE, state=ConsentState.USED, used_by=pledge().id),)), False),
    ("agreed afterwards", ledger(pledge(), STANDING, consents=(consent(KEEP, PLEDGEE),)), False),
    ("agreed to other terms", ledger(pledge(), STANDING, consents=(consent(KEEP, PLEDGEE, OTHER_TERMS),)), True),
    ("agreed to a licence", ledger(pledge(), STANDING, consents=(consent(ORDINARY, PLEDGEE),)), True),
    ("somebody else agreed", ledger(pledge(), STANDING, consents=(consent(KEEP, LICENSEE),)), True),
    ("released", ledger(pledge(LONG_AGO, TODAY), STANDING), False),
    ("to be released tomorrow", ledger(pledge(LONG_AGO, TOMORROW), STANDING), True),
    ("released yesterday", ledger(pledge(LONG_AGO, YESTERDAY), STANDING), False),
)  # fmt: skip

LETTERS = dict(
    zip(Act, "DKOSXUAPBW", strict=True)
)  # declare, keep, ordinary, sole, exclusive, sub-, assign, pledge, abandon, withdraw
ACTS = {
    "not_a_holder": "DKOSXAPBW",
    "holding_disputed": "DOSXAPB",
    "right_terminated": "DKOSXUAPB",
    "wholly_invalidated": "DKOSXUAPB",
    "foreign_patent": "DK",
    "not_granted": "DK",
    "pledge_before_grant": "P",
    "licence_before_grant": "OSXU",
    "status_unknown": "DOSXAPB",
    "evaluation_report_missing": "DK",
    "evaluation_report_negative": "DK",
    "suspended": "DK",
    "seized": "DK",
    "suspended_disposal": "APB",
    "seized_disposal": "APB",
    "suspended_grant": "OSXU",
    "seized_grant": "OSXU",
    "annuity_unpaid": "DK",
    "pledge_annuity_unpaid": "P",
    "annuity_in_grace": "OSXU",
    "annuity_late": "A",
    "annuity_unknown": "D",
    "invalidation_pending": "P",
    "outlasts_right": "DOSXU",
    "debt_outlasts_right": "P",
    "co_owners_open_licence": "D",
    "co_owners_withdrawal": "W",
    "co_owners": "SXAPB",
    "co_owner_agreement": "DOSXAPBW",
    "exclusive_or_sole_in_force": "DK",
    "exclusive_licence_in_force": "OSX",
    "sole_licence_in_force": "OSX",
    "own_working_used": "O",
    "sole_licensors_own_working": "O",
    "ordinary_licence_in_force": "SX",
    "not_the_licensee": "U",
    "sub_licensing_not_agreed": "U",
    "beyond_the_licence": "U",
    "licensees_rely_on_it": "B",
    "open_licence_stands": "SX",
    "open_licence_to_withdraw_first": "AB",
    "already_open": "D",
    "nothing_to_keep": "K",
    "holders_changed": "K",
    "pledgee_on_open_licence": "P",
    "pledged_without_consent": "DK",
    "pledged": "OSXA",
    "pledged_abandonment": "B",
    "already_pledged": "P",
    "option_in_force": "DSXAB",
    "other_obstacle": "DK",
    "export_formalities": "OSXUA",
    "public_funding_approval": "XA",
}  # for which acts each rule is written, as the law table's statements have it
