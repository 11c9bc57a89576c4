"""No pseudonym of a user or a conversation in what is made for readers."""

from collections.abc import Callable, Mapping

import pyarrow as pa

from privacy_checks.expectations.expected import Expected
from privacy_checks.expectations.frames import Frame
from privacy_checks.rules.judging import Evidence, JointRule, all_of, expecting, none_of
from privacy_checks.rules.shared import texts_frame

#: A pseudonym anywhere in a text, in either case.
_PSEUDONYM = "(?i)[uc]_[0-9a-f]{32}"
_COLUMNS = ("conversation", "user")


def no_pseudonyms(tables: Callable[[Evidence], Mapping[str, pa.Table]]) -> JointRule[Evidence]:
    """No column holds pseudonyms by its name, and no text of any column is or holds one."""

    def columns(evidence: Evidence) -> int:
        found = [name for table in tables(evidence).values() for name in table.column_names]
        return sum(name in _COLUMNS for name in found)

    def texts(evidence: Evidence) -> Frame:
        return texts_frame(
            pa.array([], pa.string()),
            *(
                values
                for table in tables(evidence).values()
                for values in table.columns
                if pa.types.is_string(values.type)
            ),
        )

    return all_of(
        none_of(columns_of_pseudonyms=columns),
        expecting(
            texts,
            Expected(
                "expect_column_values_to_not_match_regex", {"column": "text", "regex": _PSEUDONYM}
            ),
            numbers=lambda frame: {"texts": len(frame["text"])},
        ),
    )
