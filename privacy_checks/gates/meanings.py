"""What every check of every gate asks for, in plain words for whoever audits.

A test compares this with the gates: a check without words here fails it.
"""

from collections.abc import Mapping
from typing import Final

_COLUMNS: Final = "Tables and columns are exactly those that are allowed; no other one is there."
_PSEUDONYMS: Final = "Users and conversations are named by keyed pseudonyms and nothing else."
_REASONS: Final = "Every row that was set aside has one of the known reasons."
_TEXTS: Final = "Names have at most ten words, and descriptions are of bounded length."
_NO_PSEUDONYMS: Final = "No column and no text is or holds a pseudonym."
_IN_TEXTS: Final = "No detector of personal data finds anything in a name or a description."
_SUPPORTED: Final = (
    "Words of names and descriptions that need support were used by enough users of the cluster."
)

MEANINGS: Final[Mapping[str, Mapping[str, str]]] = {
    "conversations": {
        "columns": _COLUMNS,
        "accounting": "Every record that was read is kept once, or set aside; none is invented.",
        "pseudonyms": _PSEUDONYMS,
        "users": "There are no more users than were read, since the thresholds count users.",
        "reasons": _REASONS,
        "day": "Every conversation began on the day of its partition, in UTC.",
        "turns": "The user wrote at least once, and something of it is there.",
        "attributes": (
            "Of what a source says beside the words there are short labels of declared attributes, "
            "each no more often than it was read, and no other value; numbers that are averaged "
            "are within their declared range, beside the label of theirs."
        ),
        "vectors": (
            "Where the source has vectors, each conversation has its own, of unit length and of "
            "the declared dimension, or a known reason for having none."
        ),
    },
    "facets": {
        "columns": _COLUMNS,
        "accounting": "Every conversation has its facets once, or is set aside.",
        "pseudonyms": _PSEUDONYMS,
        "reasons": _REASONS,
        "carried": (
            "User, time and flag are those of the conversation; computed facets are so computed."
        ),
        "personal_data": "No detector of personal data finds anything in a facet.",
        "lengths": "No facet is longer than the policy allows.",
        "language": "A language looks like the name of one.",
        "concern": "Concern, and any other scale, is a whole number from 1 to 5.",
        "categories": "A category has one of the values that the operator declared for it.",
        "quarantine": "No more rows held personal data than the policy allows.",
        "shared_words": "No facet quotes more of its conversation than the policy allows.",
        "conversation_personal_data": (
            "No facet holds a piece of personal data that is in its conversation."
        ),
    },
    "embeddings": {
        "columns": _COLUMNS,
        "accounting": "Every facet that is clustered has one vector, or is set aside.",
        "pseudonyms": _PSEUDONYMS,
        "reasons": _REASONS,
        "blank_texts": "What is set aside has no text, and what has a vector has one.",
        "multilingual": (
            "A vector by the multilingual encoder is of a text of the day, in the language of its "
            "conversation, and of unit length; no text in another language that it knows is left "
            "out."
        ),
        "vectors": "Vectors are finite and of unit length.",
        "source_vectors": (
            "Where vectors of the source group a facet, each of its texts has that of its "
            "conversation, unchanged, and each that is set aside the true reason."
        ),
    },
    "slices": {
        "columns": _COLUMNS,
        "accounting": "Every conversation with facets is on the map, or set aside.",
        "pseudonyms": _PSEUDONYMS,
        "reasons": _REASONS,
        "membership": "The map is of all that its definition asks for and of no others, or empty.",
        "beside": (
            "Taken from the numbers of the home's other maps, those of this one tell of no group "
            "that is smaller than a cell may be."
        ),
    },
    "clusters": {
        "columns": _COLUMNS,
        "accounting": "Every vector of the window is in one cluster, or set aside.",
        "pseudonyms": _PSEUDONYMS,
        "reasons": _REASONS,
        "users": "A member's user is that of the conversation, since the thresholds count users.",
        "sizes": "Size and users of every cluster are those of its members, counted again.",
        "thresholds": "Enough conversations and users stand behind every cluster, counted again.",
        "texts": _TEXTS,
        "personal_data": "No detector finds personal data in a name, a description or a word.",
        "centroids": (
            "A cluster's centroid is the direction of the mean of all its members, those in other "
            "languages moved by the window's own map, which is whole."
        ),
        "terms": "Enough users of the cluster wrote every word it may be described with.",
    },
    "hierarchy": {
        "columns": _COLUMNS,
        "base": "The lowest level is exactly the clusters, with their texts and numbers.",
        "parents": "Every node has one parent in the level above, up to the top.",
        "sizes": "A parent is as large as its children together.",
        "users": "A node's users are the distinct users below it, counted again.",
        "top_level": "Where the operator fixed the top level, nothing else stands there.",
        "levels": "Levels shrink towards the top, within the paper's bounds.",
        "texts": _TEXTS,
        "personal_data": _IN_TEXTS,
        "vocabulary": _SUPPORTED,
    },
    "audited_summaries": {
        "columns": _COLUMNS,
        "nodes": "Every cluster of the hierarchy is to be published once, or is set aside.",
        "reasons": _REASONS,
        "audit": "Every text has an audit rating that the policy lets pass.",
        "own_texts": "A cluster has the text it was given; withheld texts all read the same.",
        "texts": _TEXTS,
        "personal_data": "No detector finds personal data in a name, a description or a value.",
        "names": "No name of a person, a place or an organisation is in a name or description.",
        "vocabulary": _SUPPORTED,
        "pseudonyms": _NO_PSEUDONYMS,
        "sizes": "Sizes and users are those of the members, counted again and then rounded.",
        "thresholds": "Enough conversations and users stand behind every cluster, counted again.",
        "parents": "A cluster's parent is its nearest ancestor that is published.",
        "shares": "Shares agree with the sizes and the window's conversations.",
        "coordinates": "Every cluster lies on the map.",
        "windows": "The window's own numbers are those of its conversations, counted again.",
        "accounts": (
            "What every stage passed on and set aside, and why, was counted again and then "
            "rounded; reasons that too few stand behind are not named."
        ),
        "coherence": (
            "How well a group holds together is told in steps of .05: a leaf's by its members, "
            "that of a group above by published numbers alone."
        ),
        "breakdowns": (
            "Cells are exactly those that occur, with their numbers counted again; means were "
            "worked out again, and are told in steps that no user exceeds."
        ),
        "suppression": (
            "Cells that are shown are large enough, as is what means are of; the others show "
            "nothing."
        ),
        "nesting": (
            "What is suppressed in a cluster is suppressed in every cluster below it, and what is "
            "suppressed in a whole window, for every clustered facet."
        ),
        "derivable": (
            "No suppressed number follows from those that are shown, and no mean of few from means."
        ),
        "beside": (
            "A named map numbers no value that would tell of few beside another map's number."
        ),
    },
    "published_insights": {
        "columns": _COLUMNS,
        "copies": "What is released is what was audited, value for value.",
        "lineage": "Every published cluster can be traced through every stage.",
        "verdicts": "Every stage's checks are listed, and all of them passed everywhere.",
        "rounding": "Every number of conversations, users or rows is a multiple of the base.",
        "accounting": (
            "In the published lineage, rows in are rows kept and rows set aside, and conversations "
            "are those of the accounts."
        ),
        "usage": "What models' answers took is published with two digits, not exactly.",
        "personal_data": _IN_TEXTS,
        "names": "No name of a person, a place or an organisation is in a name or description.",
        "pseudonyms": _NO_PSEUDONYMS,
    },
}

#: Checks that only an operator's own configuration adds.
OF_THE_OPERATOR: Final[Mapping[str, str]] = {
    "quality": "The map reaches the thresholds of [evaluate] in clio.toml, measured again.",
}
