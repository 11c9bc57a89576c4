import re
from pathlib import Path

import pytest

from clio_assets.domain.clusters import ClusterText
from clio_assets.errors import UsageError
from clio_assets.hierarchy.categories import read_categories
from privacy_checks.policy.model import PrivacyPolicy

POLICY = PrivacyPolicy()
PAGE = Path(__file__).parents[3] / "docs" / "facets.md"


def category(name: str, description: str = "Users ask for it.") -> str:
    return f'[[category]]\nname = """{name}"""\ndescription = """{description}"""\n'


def read(folder: Path, *parts: str, policy: PrivacyPolicy = POLICY) -> tuple[ClusterText, ...]:
    path = folder / "categories.toml"
    path.write_text("\n".join(parts), "utf-8")
    return read_categories(path, policy)


def test_categories_are_read_in_their_order(tmp_path: Path) -> None:
    found = read(tmp_path, category("Write texts"), category("Bake bread", " About baking. "))
    assert found == (
        ClusterText("Write texts", "Users ask for it."),
        ClusterText("Bake bread", "About baking."),
    )


def test_example_of_the_documentation_can_be_used(tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    (example,) = (block for block in blocks if "[[category]]" in block)
    assert len(read(tmp_path, example)) == 3


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (["category = ["], "not valid TOML"),
        (["[other]"], "category: Field required"),
        ([category("Bake")], "at least 2 items"),
        ([category(f"Bake {'x' * at}") for at in range(1, 202)], "at most 200 items"),
        ([category("Bake"), "[[category]]\nname = 'Sing'"], "description: Field required"),
        ([category("Bake"), category("")], "at least 1 character"),
        ([category("Bake"), category("bake")], "the same name"),
        ([category("Bake"), category("a b c d e f g h i j k")], "category 2 .* 10 words"),
        ([category("Bake"), category("Sing", "One line.\nAnother.")], "category 2 .* one line"),
        ([category("Bake"), category("Sing", "a@b.example")], "category 2 .* personal data"),
        ([category("Bake"), category("Sing", "Users ask Wendell.")], "category 2 .* allowed_names"),
        ([category("Bake"), category("Sing", "word " * 200)], "longer than 600"),
    ],
)
def test_categories_are_refused_and_say_why_when_they_cannot_be_used(
    tmp_path: Path, parts: list[str], said: str
) -> None:
    with pytest.raises(UsageError, match=f"(?s){said}") as raised:
        read(tmp_path, *parts)
    assert "Wendell" not in str(raised.value)
    assert "a@b" not in str(raised.value)


def test_name_is_let_through_when_the_policy_allows_it(tmp_path: Path) -> None:
    policy = PrivacyPolicy(allowed_names=("Wendell",))
    parts = [category("Bake"), category("Sing", "Users ask Wendell.")]
    assert len(read(tmp_path, *parts, policy=policy)) == 2


def test_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nothing\.toml, which top_level names"):
        read_categories(tmp_path / "nothing.toml", POLICY)
