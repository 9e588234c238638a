"""In which files the statements of the law are held that no rule of the ledger holds, by the test that shows each."""

from collections.abc import Mapping
from typing import Final

from tests.rights.law_open_licences import Held

CONTENT: Final = "backend/open_licences/declarations/content.py"
DECLARATION: Final = "backend/open_licences/declarations/schemas.py"
NOTICES: Final = "backend/open_licences/notices/service.py"
STEPS: Final = "backend/open_licences/states.py"
CEILINGS: Final = "backend/open_licences/declarations/ceiling_rules.py"
ANNUITIES: Final = "backend/licences/recordal/annuity_rules.py"
RECORDAL: Final = "backend/licences/recordal/rules.py"
RULES: Final = "backend/rights/permissions/rules.py"
FINDINGS: Final = "backend/rights/permissions/findings.py"
SCOPES: Final = "backend/rights/scope_rules.py"
PLEDGE_CONTRACT: Final = "backend/pledges/drafting/contract_template.py"
REALISATION: Final = "backend/pledges/enforcement/service.py"
ACCOUNT: Final = "backend/loans/accounting/account_rules.py"
REPORTS: Final = "backend/appraisal/reports/rules.py"

HELD_IN: Final[Mapping[str, str]] = {
    "test_a_pledge_stands_from_its_registration_on": "backend/pledges/registration/ledger_entries.py",
    "test_a_release_needs_a_paid_debt_or_the_pledgees_waiver": "backend/pledges/release/service.py",
    "test_an_early_repayment_takes_interest_by_actual_days_and_what_is_left_keeps_its_days": ACCOUNT,
    "test_costs_are_paid_before_interest_and_interest_before_principal": ACCOUNT,
    "test_income_is_pledged_with_consent_registered_told_and_released": "backend/receivable_pledges/service.py",
    "test_it_names_the_most_that_a_pledge_for_a_maximum_amount_secures": PLEDGE_CONTRACT,
    "test_it_says_what_the_law_lists": PLEDGE_CONTRACT,
    "test_it_secures_what_it_names_and_nothing_else": PLEDGE_CONTRACT,
    "test_no_clause_of_it_lets_the_patents_fall_to_the_pledgee": PLEDGE_CONTRACT,
    "test_what_an_auction_brings_is_distributed_to_the_last_fen": REALISATION,
    "test_what_is_more_than_the_debt_belongs_to_the_pledgor": REALISATION,
    "test_while_it_stands_an_exclusive_licence_needs_the_pledgees_consent": FINDINGS,
    "test_a_report_is_kept_for_fifteen_or_thirty_years": REPORTS,
    "test_a_report_is_signed_by_two_and_is_a_pdf": "backend/appraisal/reports/schemas.py",
    "test_a_report_that_is_not_in_order_is_refused": REPORTS,
    "test_a_changed_draft_needs_new_consent": CONTENT,
    "test_a_consent_counts_until_it_is_revoked_and_stays_once_it_is_used": "backend/rights/permissions/grants.py",
    "test_a_dispute_alone_is_no_bar_of_the_law_to_an_open_licence": RULES,
    "test_a_fixed_fee_over_the_ceiling_is_told_to_offer_an_ordinary_licence": CEILINGS,
    "test_a_licence_is_effective_once_the_whole_sum_is_there_and_not_before_its_notice":
        "backend/open_licences/notices/settlement.py",
    "test_a_licence_of_no_clear_type_is_an_ordinary_one": "backend/rights/permissions/requests.py",
    "test_a_licence_without_an_end_meets_every_later_one": SCOPES,
    "test_a_licensee_abroad_first_needs_the_export_registration": NOTICES,
    "test_a_pending_invalidation_is_no_bar_to_an_open_licence": RULES,
    "test_a_pledge_outlives_the_last_day_of_its_debt": "backend/rights/queries.py",
    "test_a_rate_over_the_ceiling_needs_a_reason": CEILINGS,
    "test_a_sub_licence_granted_here_is_an_ordinary_one": "backend/rights/entries/checks.py",
    "test_a_withdrawal_ends_what_is_not_paid_and_money_from_before_brings_it_back":
        "backend/open_licences/declarations/termination.py",
    "test_a_withdrawal_says_its_legal_reason_and_has_no_condition": DECLARATION,
    "test_advertising_is_refused_with_the_place_marked": "backend/open_licences/declarations/advertising_rules.py",
    "test_an_annuity_due_by_the_recordal_day_is_not_reduced": ANNUITIES,
    "test_an_explanation_has_2000_characters_at_most": DECLARATION,
    "test_an_invalidation_pends_until_it_is_decided_and_only_one_in_whole_ends_the_right":
        "backend/rights/register_rules.py",
    "test_an_open_licence_may_be_declared_on_every_kind": RULES,
    "test_an_open_licence_on_a_pledged_right_stands_by_the_pledgees_word_on_its_terms": FINDINGS,
    "test_annuities_not_yet_due_at_the_recordal_and_within_the_period_are_reduced": ANNUITIES,
    "test_at_the_door_a_declaration_takes_the_steps_of_its_state_and_no_other": STEPS,
    "test_before_its_announcement_an_open_licence_is_neither_seen_nor_taken": "backend/open_licences/queries.py",
    "test_by_law_each_grants_ordinary_licences_and_all_else_is_done_by_all": FINDINGS,
    "test_each_fault_of_a_declaration_is_refused_by_its_own_name_and_place": CONTENT,
    "test_every_bar_to_declaring_bars_keeping": RULES,
    "test_every_entry_against_every_act_by_scope_and_time": FINDINGS,
    "test_everybody_reads_what_the_office_announces_of_an_open_licence": "backend/open_licences/presenters.py",
    "test_from_the_patent_year_after_the_withdrawal_nothing_is_reduced": ANNUITIES,
    "test_holder_and_licensees_are_told_and_the_duties_have_a_deadline":
        "backend/open_licences/availability/service.py",
    "test_it_is_recorded_as_a_contract_and_lowers_no_annuity": "backend/licences/recordal/service.py",
    "test_licences_in_force_do_not_stand_against_an_assignment": RULES,
    "test_no_address_lets_a_holder_accept_or_refuse_a_notice": NOTICES,
    "test_of_several_grounds_only_the_highest_counts": ANNUITIES,
    "test_only_earlier_licences_that_leave_room_can_be_carved_out": FINDINGS,
    "test_recordal_is_due_three_months_after_effect_on_a_working_day": RECORDAL,
    "test_scopes_overlap_where_both_cover_something": SCOPES,
    "test_the_files_of_a_recordal_are_those_of_the_guidelines": RECORDAL,
    "test_until_its_withdrawal_is_announced_it_can_be_taken": STEPS,
}  # fmt: skip


def held_in(held: Held) -> list[str]:
    """Return the files that hold a statement by tests of their own."""
    return sorted({HELD_IN[test] for test in held.tests})
