"""The rules of rights, a table to read beside the law: what bars an act, by which rule, and what would lift it.

`sure` says how a rule is known: C in the law's text, C2 in a secondary source only, P the platform's own prudence,
which is never called law. The answer to an act is the strongest that a rule leads to; all that apply are told.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from backend.rights.codes import Act, ConsentState, Permission, Sureness
from backend.rights.ledger import Given, Ledger, PermissionRequest
from backend.rights.permissions import rule_texts as say
from backend.rights.permissions.findings import (
    agreed_co_owners_missing,
    beyond_the_licence,
    co_owners_missing,
    exclusive_meets,
    exclusive_or_sole_anywhere,
    holders_changed,
    holding_disputed,
    licensees_rely,
    not_a_holder,
    not_the_licensee,
    nothing_to_keep,
    obstacle,
    open_licence_stands,
    optioned,
    own_working_used,
    pledged,
    pledged_while_open,
    pledgee_keeps_open_licence,
    public_money_abroad,
    shared_meets,
    sole_as_own_working,
    sole_meets,
    sub_licensing_not_agreed,
    to_abroad,
)
from backend.rights.permissions.register_findings import (
    annuity_late,
    annuity_unknown,
    annuity_unpaid,
    invalidated,
    invalidation_pending,
    not_granted,
    of_another_office,
    outlasts_right,
    report_missing,
    report_negative,
    right_ended,
    seized,
    status_unknown,
    suspended,
)
from backend.rights.permissions.rule_matches import Hits, RuleMatch
from backend.rights.permissions.rule_texts import Said

DECLARE, KEEP, WITHDRAW = Act.DECLARE_OPEN_LICENCE, Act.KEEP_OPEN_LICENCE, Act.WITHDRAW_OPEN_LICENCE
ORDINARY, SOLE, EXCLUSIVE, SUB = Act.GRANT_ORDINARY, Act.GRANT_SOLE, Act.GRANT_EXCLUSIVE, Act.SUB_LICENSE
ASSIGN, PLEDGE, ABANDON = Act.ASSIGN, Act.PLEDGE, Act.ABANDON
OPEN: Final = frozenset({DECLARE, KEEP})
GRANTS: Final = frozenset({ORDINARY, SOLE, EXCLUSIVE})
LICENCES: Final = GRANTS | {SUB}
SHUTS_OUT: Final = frozenset({SOLE, EXCLUSIVE})
DISPOSES: Final = frozenset({ASSIGN, PLEDGE, ABANDON})
HOLDERS: Final = frozenset(Act) - {SUB}
NEED_A_RIGHT: Final = frozenset(Act) - {WITHDRAW}
NO, CONSENT, CONFIRM = Permission.REFUSED, Permission.NEEDS_CONSENT, Permission.NEEDS_CONFIRMATION
LAW, SECOND, OURS = Sureness.LAW, Sureness.SECONDARY, Sureness.PLATFORM

REGS: Final = "Implementing Regulations of the Patent Law"
GUIDE: Final = "Guidelines for Patent Examination 2023, Part V ch. 11"
COURT: Final = "Supreme People's Court, Interpretation on technology contract disputes (2020)"
PLEDGES: Final = "CNIPA Announcement 461 (2021), pledge registration"
EXPORT: Final = "Patent Law, art. 10(2); Regulations on Technology Import and Export, arts. 2, 29-38"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: for which acts it asks what, what follows where it is so, and by which law."""

    code: str
    acts: frozenset[Act]
    asks: Callable[[Ledger, PermissionRequest], Hits]
    leads_to: Permission
    sure: Sureness
    law: str | None
    said: Said


RULES: Final[tuple[Rule, ...]] = (
    Rule("not_a_holder", HOLDERS, not_a_holder, NO, LAW, "Patent Law, arts. 10, 12, 50(1)", say.NOT_A_HOLDER),
    Rule("holding_disputed", HOLDERS - {KEEP, WITHDRAW}, holding_disputed, NO, OURS, None, say.HOLDING_DISPUTED),
    # the right itself
    Rule("right_terminated", NEED_A_RIGHT, right_ended, NO, LAW,
         f"Patent Law, art. 44; Civil Code, art. 865; {GUIDE}, 3.1(5)", say.RIGHT_TERMINATED),
    Rule("wholly_invalidated", NEED_A_RIGHT, invalidated, NO, LAW,
         f"Patent Law, art. 47; Civil Code, art. 865; {GUIDE}, 3.1(6)", say.WHOLLY_INVALIDATED),
    Rule("foreign_patent", OPEN, of_another_office, NO, LAW, f"Patent Law, art. 50(1); {GUIDE}, 1", say.FOREIGN_PATENT),
    Rule("not_granted", OPEN, not_granted, NO, LAW, f"{REGS}, art. 85(1)", say.NOT_GRANTED),
    Rule("pledge_before_grant", frozenset({PLEDGE}), not_granted, NO, SECOND, PLEDGES, say.NOT_GRANTED),
    Rule("licence_before_grant", LICENCES, not_granted, CONFIRM, OURS, None, say.LICENCE_BEFORE_GRANT),
    Rule("status_unknown", HOLDERS - {KEEP, WITHDRAW}, status_unknown, CONFIRM, OURS, None, say.STATUS_UNKNOWN),
    Rule("evaluation_report_missing", OPEN, report_missing, NO, LAW,
         f"Patent Law, art. 50(1); {GUIDE}, 3.1(7)", say.REPORT_MISSING),
    Rule("evaluation_report_negative", OPEN, report_negative, NO, LAW, f"{GUIDE}, 3.1(8)", say.REPORT_NEGATIVE),
    Rule("suspended", OPEN, suspended, NO, LAW, f"{REGS}, arts. 86(2), 103, 104", say.SUSPENDED),
    Rule("seized", OPEN, seized, NO, LAW, f"{REGS}, arts. 86(2), 104", say.SEIZED),
    Rule("suspended_disposal", DISPOSES, suspended, NO, LAW, f"{REGS}, art. 105", say.SUSPENDED_DISPOSAL),
    Rule("seized_disposal", DISPOSES, seized, NO, LAW, f"{REGS}, arts. 104, 105", say.SEIZED),
    Rule("suspended_grant", LICENCES, suspended, CONFIRM, OURS, None, say.SUSPENDED_GRANT),
    Rule("seized_grant", LICENCES, seized, CONFIRM, OURS, None, say.SEIZED_GRANT),
    Rule("annuity_unpaid", OPEN, annuity_unpaid, NO, LAW, f"{REGS}, arts. 86(3), 115", say.ANNUITY_UNPAID),
    Rule("pledge_annuity_unpaid", frozenset({PLEDGE}), annuity_unpaid, NO, SECOND, PLEDGES, say.ANNUITY_UNPAID),
    Rule("annuity_in_grace", LICENCES, annuity_late, CONFIRM, LAW, f"{COURT}, art. 26", say.ANNUITY_IN_GRACE),
    Rule("annuity_late", frozenset({ASSIGN}), annuity_late, CONFIRM, OURS, None, say.ANNUITY_LATE),
    Rule("annuity_unknown", frozenset({DECLARE}), annuity_unknown, CONFIRM, OURS, None, say.ANNUITY_UNKNOWN),
    Rule("invalidation_pending", frozenset({PLEDGE}), invalidation_pending, CONFIRM, SECOND, PLEDGES,
         say.INVALIDATION_PENDING),
    Rule("outlasts_right", LICENCES | {DECLARE}, outlasts_right, NO, LAW, "Civil Code, art. 865", say.OUTLASTS_RIGHT),
    Rule("debt_outlasts_right", frozenset({PLEDGE}), outlasts_right, NO, SECOND, PLEDGES, say.DEBT_OUTLASTS_RIGHT),
    # co-owners
    Rule("co_owners_open_licence", frozenset({DECLARE}), co_owners_missing, CONSENT, LAW, f"{GUIDE}, 3.2",
         say.CO_OWNERS_MISSING),
    Rule("co_owners_withdrawal", frozenset({WITHDRAW}), co_owners_missing, CONSENT, LAW, f"{GUIDE}, 4",
         say.CO_OWNERS_MISSING),
    Rule("co_owners", SHUTS_OUT | DISPOSES, co_owners_missing, CONSENT, LAW, "Patent Law, art. 14(2)",
         say.CO_OWNERS_MISSING),
    Rule("co_owner_agreement", HOLDERS - {KEEP}, agreed_co_owners_missing, CONSENT, LAW,
         "Patent Law, art. 14(1)", say.AGREEMENT_ASKS),
    # licences that stand
    Rule("exclusive_or_sole_in_force", OPEN, exclusive_or_sole_anywhere, NO, LAW, f"{REGS}, art. 86(1)",
         say.EXCLUSIVE_OR_SOLE),
    Rule("exclusive_licence_in_force", GRANTS, exclusive_meets, NO, LAW, f"{COURT}, art. 25(1)(1)", say.EXCLUSIVE),
    Rule("sole_licence_in_force", GRANTS, sole_meets, NO, LAW, f"{COURT}, art. 25(1)(2)", say.SOLE),
    Rule("own_working_used", frozenset({ORDINARY}), own_working_used, NO, LAW, f"{COURT}, art. 27",
         say.OWN_WORKING_USED),
    Rule("sole_licensors_own_working", frozenset({ORDINARY}), sole_as_own_working, CONFIRM, LAW, f"{COURT}, art. 27",
         say.OWN_WORKING),
    Rule("ordinary_licence_in_force", SHUTS_OUT, shared_meets, NO, LAW, f"{COURT}, art. 25(1)", say.ORDINARY),
    Rule("not_the_licensee", frozenset({SUB}), not_the_licensee, NO, LAW, "Patent Law, art. 12", say.NOT_THE_LICENSEE),
    Rule("sub_licensing_not_agreed", frozenset({SUB}), sub_licensing_not_agreed, CONSENT, LAW,
         "Patent Law, art. 12; Civil Code, art. 867", say.SUB_LICENSING),
    Rule("beyond_the_licence", frozenset({SUB}), beyond_the_licence, NO, LAW, "Civil Code, art. 867",
         say.BEYOND_THE_LICENCE),
    Rule("licensees_rely_on_it", frozenset({ABANDON}), licensees_rely, CONSENT, LAW, f"{COURT}, art. 26",
         say.LICENSEES_RELY),
    # the open licence that stands
    Rule("open_licence_stands", SHUTS_OUT, open_licence_stands, NO, LAW, "Patent Law, art. 51(3)", say.OPEN_STANDS),
    Rule("open_licence_to_withdraw_first", frozenset({ASSIGN, ABANDON}), open_licence_stands, NO, LAW, f"{GUIDE}, 9",
         say.WITHDRAW_FIRST),
    Rule("already_open", frozenset({DECLARE}), open_licence_stands, NO, OURS, None, say.ALREADY_OPEN),
    Rule("nothing_to_keep", frozenset({KEEP}), nothing_to_keep, NO, OURS, None, say.NOTHING_TO_KEEP),
    Rule("holders_changed", frozenset({KEEP}), holders_changed, NO, LAW, f"{GUIDE}, 9", say.HOLDERS_CHANGED),
    Rule("pledgee_on_open_licence", frozenset({PLEDGE}), pledgee_keeps_open_licence, CONSENT, LAW, f"{GUIDE}, 9",
         say.PLEDGEE_ON_OPEN),
    # pledges, options, obstacles
    Rule("pledged_without_consent", OPEN, pledged_while_open, CONSENT, LAW, f"{REGS}, art. 86(4)", say.PLEDGED_OPEN),
    Rule("pledged", GRANTS | {ASSIGN}, pledged, CONSENT, LAW, "Civil Code, art. 444(2)", say.PLEDGED),
    Rule("pledged_abandonment", frozenset({ABANDON}), pledged, CONSENT, OURS, None, say.PLEDGED),
    Rule("already_pledged", frozenset({PLEDGE}), pledged, NO, SECOND, PLEDGES, say.ALREADY_PLEDGED),
    Rule("option_in_force", SHUTS_OUT | {DECLARE, ASSIGN, ABANDON}, optioned, CONSENT, OURS, None, say.OPTION),
    Rule("other_obstacle", OPEN, obstacle, NO, LAW, f"{REGS}, art. 86(5)", say.OBSTACLE),
    # abroad
    Rule("export_formalities", LICENCES | {ASSIGN}, to_abroad, CONFIRM, LAW, EXPORT, say.EXPORT),
    Rule("public_funding_approval", frozenset({ASSIGN, EXCLUSIVE}), public_money_abroad, CONFIRM, LAW,
         "Law on Progress of Science and Technology (2021), art. 34(2)", say.PUBLIC_MONEY),
)  # fmt: skip
BY_CODE: Final = {rule.code: rule for rule in RULES}


@dataclass(frozen=True, slots=True)
class Because:
    """One reason: its rule and what was found."""

    rule: Rule
    hit: RuleMatch


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to an act, all that stands against it, what was confirmed, and the consents that it rests on."""

    answer: Permission
    reasons: tuple[Because, ...] = ()
    confirmed: tuple[Because, ...] = ()
    consents: frozenset[str] = field(default_factory=frozenset)


STRENGTH: Final = {permission: place for place, permission in enumerate(Permission)}


def decide(ledger: Ledger, ask: PermissionRequest, rules: Sequence[Rule] = RULES) -> Decision:
    """Return whether the act may be done now and every reason why not; consents and confirmations that do are taken."""
    found: list[Because] = []
    confirmed: list[Because] = []
    used: set[str] = set()
    for rule in rules:
        if ask.act not in rule.acts:
            continue
        for hit in rule.asks(ledger, ask):
            because = Because(rule, hit)
            if rule.leads_to is CONFIRM and rule.code in ask.confirmed:
                confirmed.append(because)
            elif rule.leads_to is CONSENT and hit.of:
                consents = list(_consents(ledger, ask, hit))
                used.update(given.id for given in consents)
                willing = {given.party_id for given in consents} | ask.by  # whoever acts consents to what it does
                left = tuple(party for party in hit.of if party not in willing)
                if left:
                    found.append(replace(because, hit=replace(hit, of=left)))
            else:
                found.append(because)
    answer = max((b.rule.leads_to for b in found), key=STRENGTH.__getitem__, default=Permission.ALLOWED)
    return Decision(answer, tuple(found), tuple(confirmed), frozenset(used))


def _consents(ledger: Ledger, ask: PermissionRequest, hit: RuleMatch) -> Iterable[Given]:
    act, terms = hit.consent_to or ask.act, hit.terms_hash or ask.terms_hash
    for given in ledger.consents:
        free = given.state is ConsentState.GIVEN
        own = given.state is ConsentState.USED and given.used_by is not None and given.used_by == ask.subject
        if given.act is act and given.party_id in hit.of and terms == given.terms_hash and (free or own):
            yield given
