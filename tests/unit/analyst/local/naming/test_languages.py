"""Which language a request is in, and which one names a cluster."""

from collections import Counter

import pytest

from clio_assets.analyst.local.facets import language as facet_language
from clio_assets.analyst.local.naming.base_clusters import name_clusters
from clio_assets.analyst.local.naming.languages import language_of_text, languages_for_name
from clio_assets.domain.clusters import ClusterText
from clio_assets.phrases.book import PhraseBook
from privacy_checks.language.vocabulary import LANGUAGES
from tests.fakes.analyst import FakeEmbedder
from tests.unit.analyst.local.naming.corpus import question


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("how do i change my password", "English"),
        ("¿cómo puedo cambiar mi contraseña?", "Spanish"),
        ("wie kann ich mein Passwort ändern", "German"),
        ("comment puis-je changer mon mot de passe", "French"),
        ("como posso mudar a minha senha", "Portuguese"),
        ("come posso cambiare la mia password", "Italian"),
        ("hoe kan ik mijn wachtwoord wijzigen", "Dutch"),
        ("как изменить пароль", "Russian"),
        ("パスワードを変更したい", "Japanese"),
        ("我想更改密码", "Chinese"),
        ("비밀번호를 변경하고 싶어요", "Korean"),
        ("كيف أغير كلمة المرور", "Arabic"),
        ("पासवर्ड कैसे बदलें", "Hindi"),
        ("เปลี่ยนรหัสผ่าน", "Thai"),
        ("", "English"),
    ],
)
def test_language_is_told_by_script_and_function_words(text: str, language: str) -> None:
    assert language_of_text(text) == language


@pytest.mark.parametrize(
    ("spoken", "language"),
    [
        ({"Spanish": 30}, "Spanish"),
        ({"Spanish": 30, "German": 20, "English": 2}, "Spanish"),
        ({"Spanish": 30, "English": 10}, "English"),
        ({"Spanish": 3, "English": 1}, "English"),
        ({}, "English"),
    ],
)
def test_name_is_in_english_when_enough_members_speak_it(
    spoken: dict[str, int], language: str
) -> None:
    assert languages_for_name(list(Counter(spoken).elements()))[0] == language


def test_every_language_can_be_said_when_a_name_is_in_it() -> None:
    tiers = (tiers for tiers in facet_language._LANGUAGES_OF_SCRIPT.values())
    codes = {code for tier in tiers for listed in tier for code in listed.split()}
    codes |= set(facet_language._LANGUAGE_OF_SCRIPT.values())
    assert {facet_language._name(code).lower() for code in codes} == set(LANGUAGES)


def test_name_is_no_function_word_when_users_share_no_other() -> None:
    things = [
        "fiets",
        "brood",
        "regen",
        "kaas",
        "molen",
        "tulp",
        "gracht",
        "dijk",
        "klomp",
        "haring",
    ]
    texts = [f"wat is een {thing} en wat kost het" for thing in things]
    (answer,) = name_clusters([question(texts)], FakeEmbedder(), PhraseBook(()))
    assert not isinstance(answer, ClusterText) or "wat" not in answer.name.lower().split()
