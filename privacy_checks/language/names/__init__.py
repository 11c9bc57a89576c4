"""Names of people, places and organisations, found without a model.

For published texts: a name there is suspected unless it is on the public list, or the policy allows
it.
"""

from privacy_checks.language.names.suspect import name_spans, suspected_names

__all__ = ["name_spans", "suspected_names"]
