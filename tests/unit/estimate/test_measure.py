"""Measuring a source as an analyst would see it."""

import json
from datetime import date
from pathlib import Path

import pytest

from clio_assets.errors import TooManyRejectsError
from clio_assets.estimate.measure import SAMPLE, Measured, measure
from clio_assets.estimate.tokens import tokens_of
from clio_assets.home.erasures import Exclusions
from clio_assets.home.settings import ConversationSettings, SourceSettings


def written(path: Path, texts: list[str], days: int = 2) -> SourceSettings:
    with path.open("w", encoding="utf-8") as lines:
        for number, text in enumerate(texts):
            record = {
                "conversation_id": f"c{number}",
                "user_id": f"u{number % 7}",
                "started_at": f"2026-10-{1 + number % days:02d}T10:00:00Z",
                "messages": [{"role": "user", "content": text}],
            }
            lines.write(json.dumps(record) + "\n")
    return SourceSettings(paths=(str(path),))


def measured(source: SourceSettings, **settings: object) -> Measured:
    rules = ConversationSettings.model_validate(settings)
    return measure(source, rules, seed=0, today=date(2026, 11, 1))


def test_measure_counts_identical_conversations_once_when_they_repeat(tmp_path: Path) -> None:
    source = written(tmp_path / "in.jsonl", ["book a train", "book a train", "cancel it"])
    found = measured(source)
    assert (found.conversations, found.distinct) == (3, 2)
    assert found.days == {date(2026, 10, 1): 2, date(2026, 10, 2): 1}


def test_measure_sums_the_tokens_of_transcripts_when_it_reads_them(tmp_path: Path) -> None:
    texts = ["book a train", "what is the time in Rome?"]
    found = measured(written(tmp_path / "in.jsonl", texts))
    assert sorted(text for text, _ in found.sample) == sorted(f"<user>{t}</user>" for t in texts)
    assert found.tokens == pytest.approx(sum(tokens_of(f"<user>{text}</user>") for text in texts))


def test_measure_cuts_transcripts_to_the_budget_when_they_are_long(tmp_path: Path) -> None:
    source = written(tmp_path / "in.jsonl", ["word " * 10_000])
    assert measured(source, transcript_budget=500).tokens <= 500 / 2


def test_measure_leaves_out_what_is_not_sampled_when_a_share_is_set(tmp_path: Path) -> None:
    source = written(tmp_path / "in.jsonl", [f"question {n}" for n in range(200)])
    assert 40 < measured(source, sample_share=0.4).conversations < 120


def test_measure_keeps_the_same_few_transcripts_when_it_runs_twice(tmp_path: Path) -> None:
    source = written(tmp_path / "in.jsonl", [f"question {n}" for n in range(3 * SAMPLE)])
    first, second = measured(source), measured(source)
    assert first.sample == second.sample
    assert len(first.sample) == SAMPLE


def test_measure_leaves_out_what_may_not_be_landed_when_users_were_forgotten(
    tmp_path: Path,
) -> None:
    source = written(tmp_path / "in.jsonl", [f"question {n}" for n in range(5)])
    exclusions = Exclusions(date(2026, 10, 2), lambda user: user == "u1")
    found = measure(
        source, ConversationSettings(), seed=0, today=date(2026, 11, 1), exclusions=exclusions
    )
    everything = measured(source)
    assert (found.conversations, everything.conversations) == (1, 5)
    assert found.sample == (("<user>question 3</user>", 1),)


def test_measure_refuses_as_landing_does_when_much_is_malformed(tmp_path: Path) -> None:
    source = written(tmp_path / "in.jsonl", ["fine"] * 3)
    with Path(source.paths[0]).open("a", encoding="utf-8") as lines:
        lines.write('{"broken": \n' * 5)
    with pytest.raises(TooManyRejectsError):
        measured(source)
