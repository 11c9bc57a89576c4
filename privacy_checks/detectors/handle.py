"""Names of accounts, as "@name"."""

import re

from privacy_checks.detectors.pattern import PatternDetector
from privacy_checks.detectors.protocol import Trigger

#: What programs and style sheets write with the same sign.
_PROGRAM_WORDS = """
    media import keyframes font supports charset layer page namespace container property override
    overrides deprecated nonnull nullable notnull test beforeeach aftereach beforeall afterall
    autowired bean component controller restcontroller service repository entity table id column
    getmapping postmapping requestmapping pathvariable requestbody springbootapplication data
    staticmethod classmethod dataclass dataclasses abstractmethod cached cache wraps lru_cache
    functools pytest fixture app route asset decorator decorators task flow click contextmanager
    param params return returns throws author see since version todo type types angular babel vue
    react input output viewchild injectable ngmodule tailwind apply include mixin extend
"""
_NOT_PEOPLE = frozenset(_PROGRAM_WORDS.split())


def _is_account(match: re.Match[str]) -> bool:
    return match["name"].lower().split(".")[0] not in _NOT_PEOPLE


HANDLE = PatternDetector(
    "handle",
    "[handle]",
    re.compile(
        r"(?<![\w@.\-+/])@(?P<name>[A-Za-z_\u00c0-\u024f\u0370-\u052f]"
        r"[\w.\-]{0,40}[\w])(?![\w@]|\.\w)"
    ),
    0.6,
    Trigger(any_of=("@",)),
    _is_account,
)
