from clio_assets.analyst.local.naming.native import native_candidates
from clio_assets.analyst.local.naming.profiles import Comparison, profile
from tests.unit.analyst.local.naming.corpus import question, texts_of


def phrases(theme: str, language: str) -> list[str]:
    cluster = question(texts_of(theme))
    comparison = Comparison([profile(cluster)])
    return [" ".join(c.words) for c in native_candidates(0, comparison, cluster.terms, language)]


def test_phrases_begin_and_end_with_telling_words() -> None:
    found = phrases("tarjeta", "Spanish")
    assert "tarjeta de crédito" in found
    ends = {word for phrase in found for word in (phrase.split()[0], phrase.split()[-1])}
    assert not ends & {"mi", "de", "la", "puedo", "quiero", "necesito"}


def test_stretches_of_text_are_as_long_as_users_share_them() -> None:
    found = phrases("予約", "Japanese")
    assert "予約を変更" in found
    assert "約を変更" not in found
