"""Every confirmed statement of the law that rights and open licences are about, and what holds it."""

from typing import Final

from tests.rights.law_appraisal import APPRAISAL
from tests.rights.law_open_licences import OPEN_LICENCE, not_here, rules, tests
from tests.rights.law_pledges import PLEDGES

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
    not_here(
        "2.3", "royalties are shared among the co-owners (Law 14(1))", "co-owners settle among themselves what comes in"
    ),
    rules("2.3", "all else needs all (Law 14(2))", "co_owners"),
    rules("2.3", "an open licence needs all (V-11 3.2)", "co_owners_open_licence"),
)

TRANSFERS: Final = (
    not_here(
        "2.4",
        "in writing, registered, announced; effective from registration (Law 10(3))",
        "an assignment is no act on the platform yet; it becomes a fact by the office's announcement",
    ),
    tests(
        "2.4",
        "earlier licences are not affected by an assignment (SPC 24(2))",
        "test_licences_in_force_do_not_stand_against_an_assignment",
    ),
    not_here(
        "2.4",
        "the assignor stops working it on demand (SPC 24(1))",
        "a term of the contract of assignment, which is not made here yet",
    ),
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
    not_here(
        "2.4",
        "the licensor answers requests for invalidation (SPC 26)",
        "a term of the licence contract, which is not made here yet",
    ),
    not_here(
        "2.4",
        "void from the beginning, performed contracts are not reopened (Law 47)",
        "what was granted stands on record; the courts decide what is paid back",
    ),
    not_here(
        "2.4",
        "no terms that restrict competition (Civil Code 864, 850; SPC 10)",
        "an open licence has none but fee and term; contracts are not made here yet",
    ),
    not_here("2.4", "who may sue (S5d 2)", "nobody sues on the platform"),
)

TABLE: Final = OPEN_LICENCE + LICENCES + TRANSFERS + PLEDGES + APPRAISAL
