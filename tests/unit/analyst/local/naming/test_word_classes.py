from clio_assets.analyst.local.naming.word_classes import with_articles, word_classes


def test_word_classes_follow_from_what_stands_before_a_word() -> None:
    texts = ["cancel a reservation", "a reservation", "my reservation is due"] * 3
    classes = word_classes([*texts, "the traffic", "my traffic", "the traffic is bad"])
    assert classes.nouns == {"reservation", "traffic"}
    assert classes.counted == {"reservation"}
    assert classes.predicates == {"due"}


def test_word_classes_need_more_than_a_few_sightings() -> None:
    assert not word_classes(["a reservation", "a reservation"]).counted


def test_with_articles_writes_a_before_what_is_counted_and_the_before_the_rest() -> None:
    counted = frozenset({"reservation", "alarm"})
    assert with_articles(("cancel", "my", "reservation"), counted) == ("cancel", "a", "reservation")
    assert with_articles(("set", "my", "alarm"), counted) == ("set", "an", "alarm")
    assert with_articles(("check", "my", "oil"), counted) == ("check", "the", "oil")
    assert with_articles(("pay", "my"), counted) == ("pay", "the")
