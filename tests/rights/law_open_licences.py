"""Every confirmed statement of the law that open licences are about, and what holds it.

Sections are those of the rules of the field. A statement is held by rules of the ledger (their codes; the scene of each
fails without it), or by tests (their names, of rights or of licensing), or is not here, with the reason.
"""

from typing import Final, NamedTuple


class Held(NamedTuple):
    """A statement of the law and what holds it."""

    section: str
    statement: str
    rules: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    why_not: str = ""


def rules(section: str, statement: str, *codes: str) -> Held:
    return Held(section, statement, rules=codes)


def tests(section: str, statement: str, *names: str) -> Held:
    return Held(section, statement, tests=names)


def not_here(section: str, statement: str, why: str) -> Held:
    return Held(section, statement, why_not=why)


OPEN_LICENCE: Final = (
    rules("1.1", "only after the grant was announced (Regs 85(1))", "not_granted"),
    tests(
        "1.1",
        "inventions, utility models and designs alike (Guidelines V-11 3.1)",
        "test_an_open_licence_may_be_declared_on_every_kind",
    ),
    rules("1.1", "offered to any entity or individual, for working within China (V-11 1)", "foreign_patent"),
    rules("1.1", "the declarant is the patentee (Law 50(1))", "not_a_holder"),
    rules("1.1", "co-owned: the consent of all (V-11 3.2)", "co_owners_open_licence"),
    rules("1.1", "co-owned: an agreement goes first (V-11 3.2)", "co_owner_agreement"),
    tests(
        "1.1",
        "proof of the consent or agreement goes with the declaration (V-11 3.2)",
        "test_a_changed_draft_needs_new_consent",
        "test_a_consent_counts_until_it_is_revoked_and_stays_once_it_is_used",
    ),
    rules("1.1", "a utility model or design needs an evaluation report (Law 50(1))", "evaluation_report_missing"),
    rules("1.1", "a report against the grant bars (V-11 3.1(8))", "evaluation_report_negative"),
    tests(
        "1.2",
        "what a declaration states (Regs 85(2), V-11 3.3)",
        "test_each_fault_of_a_declaration_is_refused_by_its_own_name_and_place",
    ),
    tests("1.2", "accurate, clear, no advertising (Regs 85(3))", "test_advertising_is_refused_with_the_place_marked"),
    tests(
        "1.2",
        "explanation of the fee, generally at most 2,000 characters (V-11 3.3)",
        "test_an_explanation_has_2000_characters_at_most",
    ),
    not_here(
        "1.2",
        "signed by all co-owners or their representative (V-11 3.3)",
        "they sign the office's form; here each consents to the exact terms (3.2 above)",
    ),
    not_here("1.2", "filed electronically by default (V-11 3)", "it is done at the office, not on the platform"),
    tests(
        "1.3",
        "a fixed fee is generally not above 20 million yuan (V-11 3.3)",
        "test_a_fixed_fee_over_the_ceiling_is_told_to_offer_an_ordinary_licence",
    ),
    tests(
        "1.3",
        "royalties generally not above 20 % of net sales, 40 % of profit (V-11 3.3)",
        "test_a_rate_over_the_ceiling_needs_a_reason",
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
    tests(
        "1.4",
        "a bar that arises later: withdraw promptly and notify licensees (V-11 2(2))",
        "test_holder_and_licensees_are_told_and_the_duties_have_a_deadline",
    ),
    tests(
        "1.4",
        "a bar that arises later is told of the licence that stands (V-11 2(2))",
        "test_every_bar_to_declaring_bars_keeping",
    ),
    tests(
        "1.4",
        "else the office terminates or revokes (V-11 4)",
        "test_at_the_door_a_declaration_takes_the_steps_of_its_state_and_no_other",
    ),
    tests(
        "1.4",
        "false materials: revoked; warning and fine (V-11 3.4(3), Regs 88, 100)",
        "test_at_the_door_a_declaration_takes_the_steps_of_its_state_and_no_other",
    ),
    tests(
        "1.5",
        "effective on the day of the announcement (V-11 3.5)",
        "test_before_its_announcement_an_open_licence_is_neither_seen_nor_taken",
    ),
    rules("1.5", "withdrawal: by all co-owners (V-11 4)", "co_owners_withdrawal"),
    tests(
        "1.5",
        "withdrawal: for cause, unconditional, on announcement (V-11 4)",
        "test_a_withdrawal_says_its_legal_reason_and_has_no_condition",
        "test_until_its_withdrawal_is_announced_it_can_be_taken",
    ),
    tests(
        "1.5",
        "licences already taken are not affected (Law 50(2))",
        "test_a_withdrawal_ends_what_is_not_paid_and_money_from_before_brings_it_back",
    ),
    tests(
        "1.6",
        "written notice and payment make the contract (Law 51(1), V-11 6)",
        "test_a_licence_is_effective_once_the_whole_sum_is_there_and_not_before_its_notice",
    ),
    tests(
        "1.6",
        "no acceptance by the patentee (Law 51(1), V-11 6)",
        "test_no_address_lets_a_holder_accept_or_refuse_a_notice",
    ),
    tests(
        "1.6",
        "foreign, Hong Kong, Macao and Taiwan licensees: import and export of technology (V-11 6)",
        "test_a_licensee_abroad_first_needs_the_export_registration",
    ),
    tests(
        "1.6",
        "a negotiated fee makes an ordinary licence without a cut (Law 51(3), V-11 8)",
        "test_it_is_recorded_as_a_contract_and_lowers_no_annuity",
    ),
    tests(
        "1.6",
        "an ordinary licence may be granted beside an open one (Law 51(3))",
        "test_every_entry_against_every_act_by_scope_and_time",
    ),
    rules("1.6", "no exclusive or sole licence while the open one stands (Law 51(3))", "open_licence_stands"),
    tests(
        "1.7",
        "a term is declared (Regs 85(2))",
        "test_each_fault_of_a_declaration_is_refused_by_its_own_name_and_place",
    ),
    rules("1.7", "a licence holds only as long as the right (Civil Code 865)", "outlasts_right"),
    tests(
        "1.7",
        "the period of implementation: effect of the contract to the end of the term (V-11 8)",
        "test_annuities_not_yet_due_at_the_recordal_and_within_the_period_are_reduced",
    ),
    tests(
        "1.8",
        "recordal with written proof, within three months (Regs 87, 15(2), V-11 7)",
        "test_recordal_is_due_three_months_after_effect_on_a_working_day",
        "test_the_files_of_a_recordal_are_those_of_the_guidelines",
    ),
    tests(
        "1.8",
        "recordal asks for the cut; annuities not yet due; ends with the next patent year; the higher only (V-11 8)",
        "test_an_annuity_due_by_the_recordal_day_is_not_reduced",
        "test_from_the_patent_year_after_the_withdrawal_nothing_is_reduced",
        "test_of_several_grounds_only_the_highest_counts",
    ),
    rules("1.9", "assignment and surrender: withdraw first (V-11 9)", "open_licence_to_withdraw_first"),
    rules("1.9", "another change of patentee: withdraw and declare anew (V-11 9)", "holders_changed"),
    rules("1.9", "pledge: the pledgee agrees in writing that it goes on (V-11 9)", "pledgee_on_open_licence"),
    tests("1.10", "what is published (V-11 5)", "test_everybody_reads_what_the_office_announces_of_an_open_licence"),
    not_here("1.10", "disputes: negotiation, mediation by the office, court (Law 52)", "nothing is decided here"),
)
