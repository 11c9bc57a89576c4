"""What was said in a transcript."""

from privacy_checks.language.transcript import spoken


def test_spoken_leaves_out_marks_when_a_transcript_was_shortened() -> None:
    shortened = '<user>bake<omitted characters="1234"/>bread</user>'
    assert spoken(shortened).split() == ["bake", "bread"]


def test_spoken_restores_characters_when_a_transcript_is_escaped() -> None:
    assert spoken("<user>a &lt;b> &amp;lt;</user>").strip() == "a <b> &lt;"
