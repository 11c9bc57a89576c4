"""Great Expectations for data that must not give a person away; nothing else imports the library.

The expectations work on any pandas DataFrame in any suite of Great Expectations:

    from privacy_checks.expectations import ExpectGroupsToHaveMinDistinctUsers

    suite.add_expectation(
        ExpectGroupsToHaveMinDistinctUsers(
            group_columns=["cluster"], user_column="user", min_users=10
        )
    )

Each is a file of this folder, and each reports counts, never values. Importing this package loads
nothing; the first expectation that is asked for loads Great Expectations (seconds, 260 MB).
`expected` describes expectations without loading anything, `suite` runs them on a frame.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from privacy_checks.expectations.expect_column_values_to_be_pseudonyms import (
        ExpectColumnValuesToBePseudonyms,
    )
    from privacy_checks.expectations.expect_column_values_to_hold_no_names import (
        ExpectColumnValuesToHoldNoNames,
    )
    from privacy_checks.expectations.expect_column_values_to_hold_no_personal_data import (
        ExpectColumnValuesToHoldNoPersonalData,
    )
    from privacy_checks.expectations.expect_columns_to_be_allowed import ExpectColumnsToBeAllowed
    from privacy_checks.expectations.expect_groups_to_have_min_distinct_users import (
        ExpectGroupsToHaveMinDistinctUsers,
    )
    from privacy_checks.expectations.expect_rows_to_be_accounted_for import (
        ExpectRowsToBeAccountedFor,
    )
    from privacy_checks.expectations.expect_rows_to_form_trees import ExpectRowsToFormTrees

__all__ = [
    "ExpectColumnValuesToBePseudonyms",
    "ExpectColumnValuesToHoldNoNames",
    "ExpectColumnValuesToHoldNoPersonalData",
    "ExpectColumnsToBeAllowed",
    "ExpectGroupsToHaveMinDistinctUsers",
    "ExpectRowsToBeAccountedFor",
    "ExpectRowsToFormTrees",
]


def __getattr__(name: str) -> Any:
    """An expectation by its name, its file loaded when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    file = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    return getattr(import_module(f"{__name__}.{file.lstrip('_')}"), name)
