import pytest

from clio_assets.domain.transcript import Message
from clio_assets.sources.formats import labels
from clio_assets.sources.formats.extended_json import bare


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("m-1", "m-1"),
        (" m-1 ", "m-1"),
        ("x" * 100, "x" * 100),
        ("x" * 101, None),
        ("two\nlines", None),
        ("", None),
        ("None", None),
        (None, None),
        (5, None),
        (["m-1"], None),
    ],
)
def test_label_is_none_when_the_value_is_no_short_name(value: object, expected: object) -> None:
    assert labels.label(value) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["a", 5, "b"], ["a", "b"]),
        ([str(n) for n in range(60)], [str(n) for n in range(50)]),
        ([], None),
        ([""], None),
        ("a", None),
    ],
)
def test_labels_are_those_of_the_list_when_others_stand_between(
    values: object, expected: object
) -> None:
    assert labels.labels(values) == expected


def test_last_label_is_the_last_that_is_one_when_others_follow() -> None:
    assert labels.last_label(["a", "b", None]) == "b"
    assert labels.last_label([None]) is None


def test_known_leaves_out_what_is_none_when_others_are_false() -> None:
    assert labels.known(a=None, b=False, c=0) == {"b": False, "c": 0}


@pytest.mark.parametrize(("value", "expected"), [(1, 1), (0.5, 0.5), (True, None), ("1", None)])
def test_number_is_none_when_the_value_is_none(value: object, expected: object) -> None:
    assert labels.number(value) == expected


def test_digest_id_tells_parts_apart_when_one_is_missing() -> None:
    made = [labels.digest_id("a", None), labels.digest_id(None, "a"), labels.digest_id("a", "b")]
    assert len(set(made)) == 3
    assert labels.digest_id("a", "") == made[0]
    assert labels.digest_id(None, "", float("nan")) is None


def test_first_words_are_the_users_when_others_spoke_before() -> None:
    talk = [Message("system", "s"), Message("user", "u"), Message("user", "v")]
    assert labels.first_words(talk) == labels.first_words(talk[1:2])
    assert labels.first_words(talk[:1]) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"$oid": "65f0"}, "65f0"),
        ({"$date": {"$numberLong": "1772366400000"}}, "1772366400000"),
        ({"seconds": 3, "nanos": 500_000_000}, 3.5),
        ({"_seconds": 3}, 3.0),
        ({"seconds": "3"}, {"seconds": "3"}),
        ({"a": 1}, {"a": 1}),
        ({}, {}),
        ("text", "text"),
        (None, None),
    ],
)
def test_bare_is_the_value_inside_when_a_database_wrapped_it(
    value: object, expected: object
) -> None:
    assert bare(value) == expected
