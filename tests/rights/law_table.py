"""Every confirmed statement of the law that the rights are about, and what holds it.

Sections are those of the rules of the field. A statement is held by rules of the ledger (their codes), by tests (their
names), or elsewhere: `licensing: …`, `transfer: …`, `financing: …` name the domain and the matter, `not here: …` says
why nothing holds it.
"""

from typing import Final, NamedTuple


class Held(NamedTuple):
    """A statement of the law and what holds it."""

    section: str
    statement: str
    rules: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    elsewhere: str = ""


def rules(section: str, statement: str, *codes: str) -> Held:
    return Held(section, statement, rules=codes)


def tests(section: str, statement: str, *names: str) -> Held:
    return Held(section, statement, tests=names)


def elsewhere(section: str, statement: str, where: str) -> Held:
    return Held(section, statement, elsewhere=where)


OPEN_LICENCE: Final = (
    rules("1.1", "only after the grant was announced (Regs 85(1))", "not_granted"),
    tests(
        "1.1",
        "inventions, utility models and designs alike (Guidelines V-11 3.1)",
        "test_an_open_licence_may_be_declared_on_every_kind",
    ),
    elsewhere(
        "1.1", "offered to any entity or individual, for working within China (V-11 1)", "licensing: offered to all"
    ),
    rules("1.1", "the declarant is the patentee (Law 50(1))", "not_a_holder"),
    rules("1.1", "co-owned: the consent of all (V-11 3.2)", "co_owners_open_licence"),
    rules("1.1", "co-owned: an agreement goes first (V-11 3.2)", "co_owner_agreement"),
    elsewhere(
        "1.1",
        "proof of the consent or agreement goes with the declaration (V-11 3.2)",
        "licensing: content of the declaration",
    ),
    rules("1.1", "a utility model or design needs an evaluation report (Law 50(1))", "evaluation_report_missing"),
    rules("1.1", "a report against the grant bars (V-11 3.1(8))", "evaluation_report_negative"),
    elsewhere("1.2", "what a declaration states (Regs 85(2), V-11 3.3)", "licensing: content of the declaration"),
    elsewhere("1.2", "accurate, clear, no advertising (Regs 85(3))", "licensing: advertising language"),
    elsewhere(
        "1.2", "explanation of the fee, generally at most 2,000 characters (V-11 3.3)", "licensing: fee explanation"
    ),
    elsewhere("1.2", "signed by all co-owners or their representative (V-11 3.3)", "licensing: signatures"),
    elsewhere(
        "1.2", "filed electronically by default (V-11 3)", "not here: it is done at the office, not on the platform"
    ),
    elsewhere("1.3", "a fixed fee is generally not above 20 million yuan (V-11 3.3)", "licensing: ceilings"),
    elsewhere(
        "1.3", "royalties generally not above 20 % of net sales, 40 % of profit (V-11 3.3)", "licensing: ceilings"
    ),
    rules("1.4", "(1) within the term of an exclusive or sole licence (Regs 86(1))", "exclusive_or_sole_in_force"),
    rules("1.4", "(2) suspended for a dispute over ownership (Regs 86(2), 103)", "suspended"),
    rules("1.4", "(2) suspended for preservation by a court (Regs 86(2), 104)", "suspended", "seized"),
    tests(
        "1.4",
        "a dispute without suspension is no bar (Regs 86(2))",
        "test_a_dispute_alone_is_no_bar_of_the_law_to_an_open_licence",
    ),
    rules("1.4", "(3) annuity not paid as prescribed (Regs 86(3))", "annuity_unpaid"),
    rules("1.4", "(4) pledged without the pledgee's consent (Regs 86(4))", "pledged_without_consent"),
    tests(
        "1.4",
        "(4) is cured by consent (Regs 86(4))",
        "test_an_open_licence_on_a_pledged_right_stands_by_the_pledgees_word_on_its_terms",
    ),
    rules("1.4", "(5) the right has ended (V-11 3.1(5))", "right_terminated"),
    rules("1.4", "(6) declared invalid in whole (V-11 3.1(6))", "wholly_invalidated"),
    tests(
        "1.4",
        "a pending request and an invalidation in part are no bar (V-11 3.1(6))",
        "test_an_invalidation_pends_until_it_is_decided_and_only_one_in_whole_ends_the_right",
        "test_a_pending_invalidation_is_no_bar_to_an_open_licence",
    ),
    rules("1.4", "(7) no evaluation report (V-11 3.1(7))", "evaluation_report_missing"),
    rules("1.4", "(8) a report against the grant (V-11 3.1(8))", "evaluation_report_negative"),
    rules("1.4", "(9) another obstacle to effective working (Regs 86(5))", "other_obstacle"),
    elsewhere(
        "1.4",
        "a bar that arises later: withdraw promptly and notify licensees (V-11 2(2))",
        "licensing: duty to withdraw and to notify",
    ),
    tests(
        "1.4",
        "a bar that arises later is told of the licence that stands (V-11 2(2))",
        "test_every_bar_to_declaring_bars_keeping",
    ),
    elsewhere(
        "1.4", "else the office terminates or revokes (V-11 4)", "licensing: terminated or revoked by the authority"
    ),
    elsewhere(
        "1.4",
        "false materials: revoked; warning and fine (V-11 3.4(3), Regs 88, 100)",
        "licensing: terminated or revoked by the authority",
    ),
    elsewhere("1.5", "effective on the day of the announcement (V-11 3.5)", "licensing: states of a declaration"),
    rules("1.5", "withdrawal: by all co-owners (V-11 4)", "co_owners_withdrawal"),
    elsewhere("1.5", "withdrawal: for cause, unconditional, on announcement (V-11 4)", "licensing: withdrawal"),
    elsewhere("1.5", "licences already taken are not affected (Law 50(2))", "licensing: withdrawal"),
    elsewhere(
        "1.6", "written notice and payment make the contract (Law 51(1), V-11 6)", "licensing: notice and payment"
    ),
    elsewhere("1.6", "no acceptance by the patentee (Law 51(1), V-11 6)", "licensing: notice and payment"),
    elsewhere(
        "1.6",
        "foreign, Hong Kong, Macao and Taiwan licensees: import and export of technology (V-11 6)",
        "licensing: licensees outside the mainland",
    ),
    elsewhere(
        "1.6",
        "a negotiated fee makes an ordinary licence without a cut (Law 51(3), V-11 8)",
        "licensing: annuity reduction",
    ),
    tests(
        "1.6",
        "an ordinary licence may be granted beside an open one (Law 51(3))",
        "test_every_entry_against_every_act_by_scope_and_time",
    ),
    rules("1.6", "no exclusive or sole licence while the open one stands (Law 51(3))", "open_licence_stands"),
    elsewhere("1.7", "a term is declared (Regs 85(2))", "licensing: content of the declaration"),
    rules("1.7", "a licence holds only as long as the right (Civil Code 865)", "outlasts_right"),
    elsewhere(
        "1.7",
        "the period of implementation: effect of the contract to the end of the term (V-11 8)",
        "licensing: annuity reduction",
    ),
    elsewhere(
        "1.8", "recordal with written proof, within three months (Regs 87, 15(2), V-11 7)", "licensing: recordal"
    ),
    elsewhere(
        "1.8",
        "recordal asks for the cut; annuities not yet due; ends with the next patent year; the higher only (V-11 8)",
        "licensing: annuity reduction",
    ),
    rules("1.9", "assignment and surrender: withdraw first (V-11 9)", "open_licence_to_withdraw_first"),
    rules("1.9", "another change of patentee: withdraw and declare anew (V-11 9)", "holders_changed"),
    rules("1.9", "pledge: the pledgee agrees in writing that it goes on (V-11 9)", "pledgee_on_open_licence"),
    elsewhere("1.10", "what is published (V-11 5)", "licensing: what the listing and the announcement show"),
    elsewhere(
        "1.10", "disputes: negotiation, mediation by the office, court (Law 52)", "not here: nothing is decided here"
    ),
)

LICENCES: Final = (
    rules("2.1", "exclusive: one licensee, and not the licensor (SPC 25(1)(1))", "exclusive_licence_in_force"),
    rules("2.1", "sole: one licensee beside the licensor (SPC 25(1)(2))", "sole_licence_in_force"),
    rules(
        "2.1",
        "ordinary: any number (SPC 25(1)(3)); so it stands against those that shut out",
        "ordinary_licence_in_force",
    ),
    tests(
        "2.1",
        "all within the scope agreed: term, territory, manner, field (SPC 28)",
        "test_every_entry_against_every_act_by_scope_and_time",
        "test_scopes_overlap_where_both_cover_something",
    ),
    tests("2.1", "of unclear type: ordinary (SPC 25(2))", "test_a_licence_of_no_clear_type_is_an_ordinary_one"),
    tests(
        "2.1", "a permitted sub-licence is ordinary (SPC 25(2))", "test_a_sub_licence_granted_here_is_an_ordinary_one"
    ),
    rules(
        "2.1",
        "a sole licensor without the means grants one ordinary licence as its own working (SPC 27)",
        "sole_licensors_own_working",
        "own_working_used",
    ),
    tests(
        "2.1", "no term agreed: not limited in time (SPC 28(2))", "test_a_licence_without_an_end_meets_every_later_one"
    ),
    rules(
        "2.1",
        "no sub-licence without agreement (Law 12, Civil Code 867)",
        "sub_licensing_not_agreed",
        "not_the_licensee",
        "beyond_the_licence",
    ),
    rules("2.2", "beside an exclusive licence none", "exclusive_licence_in_force", "exclusive_or_sole_in_force"),
    rules(
        "2.2",
        "beside a sole licence none but its licensor's own working",
        "sole_licence_in_force",
        "sole_licensors_own_working",
        "exclusive_or_sole_in_force",
    ),
    tests(
        "2.2",
        "an ordinary licence beside ordinary and open ones",
        "test_every_entry_against_every_act_by_scope_and_time",
    ),
    tests(
        "2.2",
        "an exclusive or sole one only on other ground, or with the earlier carved out",
        "test_only_earlier_licences_that_leave_room_can_be_carved_out",
    ),
    rules("2.2", "beside an open one no exclusive or sole licence", "open_licence_stands"),
    rules("2.3", "what co-owners agreed goes first (Law 14(1))", "co_owner_agreement"),
    tests(
        "2.3",
        "else each alone works it and grants ordinary licences (Law 14(1))",
        "test_by_law_each_grants_ordinary_licences_and_all_else_is_done_by_all",
    ),
    elsewhere("2.3", "royalties are shared among the co-owners (Law 14(1))", "transfer: sharing of what comes in"),
    rules("2.3", "all else needs all (Law 14(2))", "co_owners"),
    rules("2.3", "an open licence needs all (V-11 3.2)", "co_owners_open_licence"),
)

TRANSFERS: Final = (
    elsewhere(
        "2.4", "in writing, registered, announced; effective from registration (Law 10(3))", "transfer: registration"
    ),
    tests(
        "2.4",
        "earlier licences are not affected by an assignment (SPC 24(2))",
        "test_licences_in_force_do_not_stand_against_an_assignment",
    ),
    elsewhere("2.4", "the assignor stops working it on demand (SPC 24(1))", "transfer: contract"),
    rules(
        "2.4",
        "export of technology: prohibited, restricted, free (import and export 2, 29-38; Law 10(2))",
        "export_formalities",
    ),
    rules(
        "2.4",
        "paid for by the state: abroad by assignment or exclusive licence only with approval (progress 34(2))",
        "public_funding_approval",
    ),
    rules(
        "2.4",
        "a licence lasts only for the life of the right (Civil Code 865)",
        "outlasts_right",
        "right_terminated",
        "wholly_invalidated",
    ),
    rules(
        "2.4",
        "the licensor keeps the right alive and pays annuities (SPC 26)",
        "annuity_in_grace",
        "licensees_rely_on_it",
    ),
    elsewhere("2.4", "the licensor answers requests for invalidation (SPC 26)", "transfer: contract"),
    elsewhere(
        "2.4",
        "void from the beginning, performed contracts are not reopened (Law 47)",
        "not here: what was granted stands on record; the courts decide what is paid back",
    ),
    elsewhere("2.4", "no terms that restrict competition (Civil Code 864, 850; SPC 10)", "transfer: terms of contract"),
    elsewhere("2.4", "who may sue (S5d 2)", "not here: nobody sues on the platform"),
    elsewhere("2.5", "a pledge arises at registration (Civil Code 444(1))", "financing: registration of the pledge"),
    rules("2.5", "pledged: no assignment, no licence unless pledgor and pledgee agree (Civil Code 444(2))", "pledged"),
    elsewhere("2.5", "proceeds go to early repayment or deposit (Civil Code 444(2))", "financing: proceeds"),
    elsewhere("2.5", "a forfeiture clause only yields priority (Civil Code 428)", "financing: contract of pledge"),
    elsewhere("2.5", "default: discount, auction, sale; court procedure (436; CPL 207-208)", "financing: default"),
    tests(
        "2.5",
        "a pledge goes with its debt, not with the debt's last day (Civil Code 393)",
        "test_a_pledge_outlives_the_last_day_of_its_debt",
    ),
    elsewhere("3.1", "pledgor and pledgee apply together (Regs 15(3))", "financing: registration of the pledge"),
    rules("3.1", "suspended: no surrender, transfer or pledge (Regs 105)", "suspended_disposal", "seized_disposal"),
)

TABLE: Final = OPEN_LICENCE + LICENCES + TRANSFERS
DOMAINS: Final = ("licensing: ", "transfer: ", "financing: ", "not here: ")
