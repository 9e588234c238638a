"""Every confirmed statement of the law that pledges and the loans that they secure are about, and what holds it.

The Civil Code was read in the law itself, 2026-11-30, as the other statements of section 2.5 were.
"""

from typing import Final

from tests.rights.law_open_licences import not_here, rules, tests

PLEDGES: Final = (
    tests(
        "2.5",
        "a pledge arises at registration (Civil Code 444(1))",
        "test_a_pledge_stands_from_its_registration_on",
    ),
    rules("2.5", "pledged: no assignment, no licence unless pledgor and pledgee agree (Civil Code 444(2))", "pledged"),
    tests(
        "2.5",
        "a pledged patent is licensed with the pledgee's consent (Civil Code 444(2))",
        "test_while_it_stands_an_exclusive_licence_needs_the_pledgees_consent",
    ),
    not_here(
        "2.5",
        "what a licence of it brings goes to early repayment or deposit (Civil Code 444(2))",
        "the pledgee is told of each payment and says which (`/v1/pledges/{id}/proceeds`); the platform moves no money",
    ),
    tests(
        "2.5",
        "the contract is in writing and names debt, term, collateral and scope (Civil Code 427)",
        "test_it_says_what_the_law_lists",
    ),
    tests(
        "2.5",
        "it secures what the contract names (Civil Code 389)",
        "test_it_secures_what_it_names_and_nothing_else",
    ),
    tests(
        "2.5",
        "a forfeiture clause only yields priority (Civil Code 428)",
        "test_no_clause_of_it_lets_the_patents_fall_to_the_pledgee",
    ),
    tests(
        "2.5",
        "a pledge for a maximum amount is agreed (Civil Code 439)",
        "test_it_names_the_most_that_a_pledge_for_a_maximum_amount_secures",
    ),
    not_here(
        "2.5",
        "a value that falls: further security, or early realisation (Civil Code 433)",
        "the pledgee is told what happened to a pledged patent and of this right; it claims it outside",
    ),
    tests(
        "2.5",
        "the pledgee may waive the pledge (Civil Code 435)",
        "test_a_release_needs_a_paid_debt_or_the_pledgees_waiver",
    ),
    tests(
        "2.5",
        "default: an agreed price, auction or sale, by priority (Civil Code 436)",
        "test_what_an_auction_brings_is_distributed_to_the_last_fen",
    ),
    not_here(
        "2.5",
        "an agreed price, or a sale, goes by the market (Civil Code 436)",
        "what was agreed or paid is recorded with its evidence; nobody here says what the market price was",
    ),
    not_here(
        "2.5",
        "the pledgor may ask for realisation in time, else of the court (Civil Code 437)",
        "asked for outside; a realisation is recorded by the pledgee",
    ),
    not_here(
        "2.5",
        "the court of collateral or registration realises a pledge (Civil Procedure Law 207-208)",
        "asked for outside; what it brought is recorded as an auction or sale",
    ),
    tests(
        "2.5",
        "what is more than the debt is the pledgor's, what is less the debtor owes (Civil Code 438)",
        "test_what_is_more_than_the_debt_belongs_to_the_pledgor",
    ),
    tests(
        "2.5",
        "a pledge goes with its debt, not with the debt's last day (Civil Code 393)",
        "test_a_pledge_outlives_the_last_day_of_its_debt",
    ),
    tests(
        "2.5",
        "a pledge of receivables arises at registration (Civil Code 445(1))",
        "test_income_is_pledged_with_consent_registered_told_and_released",
    ),
    tests(
        "2.5",
        "payments count for costs, interest and principal in this order (Civil Code 561)",
        "test_costs_are_paid_before_interest_and_interest_before_principal",
    ),
    tests(
        "2.5",
        "who repays early owes interest for the time that he had the money (Civil Code 677)",
        "test_an_early_repayment_takes_interest_by_actual_days_and_what_is_left_keeps_its_days",
    ),
    not_here(
        "3.1",
        "pledgor and pledgee apply together (Regs 15(3))",
        "applied for at the office; here either side records it, once all have signed the contract",
    ),
    rules("3.1", "suspended: no surrender, transfer or pledge (Regs 105)", "suspended_disposal", "seized_disposal"),
)
