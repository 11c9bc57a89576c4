import pytest

from clio_assets.analyst.local.naming.native import language_of_texts, native_candidates
from clio_assets.analyst.local.naming.profiles import Comparison, profile
from tests.unit.analyst.local.naming.corpus import question, texts_of


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
    assert language_of_texts([text]) == language


def test_language_is_that_of_most_texts() -> None:
    assert language_of_texts(["hola, cómo está usted", "how are you", "what is it"]) == "English"


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
