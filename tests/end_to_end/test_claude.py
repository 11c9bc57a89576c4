"""The Claude analyst as its user meets it: `clio` against a server that speaks the Messages API.

What was asked and billed is what that server counted, not what the platform says of itself.
"""

import gzip
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from clio_assets.analyst.claude.sending.asking import AHEAD
from clio_assets.analyst.claude.store.answers import AnswerStore
from clio_assets.sample.generate import SampleSettings, write_sample
from tests.adversarial.search import Search
from tests.end_to_end.conftest import published
from tests.fakes.messages.server import KEY
from tests.fakes.messages_server import MessagesServer
from tests.forked.clio import ENVIRONMENT, ForkedClio, Parent

pytestmark = pytest.mark.timeout(400)

#: One user wrote it, and the server's replies about their conversations repeat it.
CANARY = "zqxcanarium"
USER = "user-of-the-canary"
DAYS = 3
#: Live calls at a time of the run that is killed.
CONCURRENT = 20
CONFIGURATION = """
analyst = "claude"
[clusters]
merge_above = 1  # the server's summaries of one topic are alike: each k-means group stays as it is
[claude]
base_url = "{url}"
call_deadline_seconds = 20
batch_poll_seconds = 0.1
"""
#: Published rows that say what was asked and when, besides what came of it.
ASKED = ("lineage", "verdicts")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("claude")


@pytest.fixture(scope="module")
def source(folder: Path) -> Path:
    """Three days of the sample, some 250 conversations, and two more by the user of the canary."""
    whole, truth = folder / "whole.jsonl.gz", folder / "truth.jsonl.gz"
    write_sample(whole, truth, SampleSettings(conversations=600, weeks=1))
    with gzip.open(whole, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    days = sorted({record["started_at"][:10] for record in records})[:DAYS]
    records = [record for record in records if record["started_at"][:10] in days]
    for number in range(2):
        said = {"role": "user", "content": f"{CANARY} number {number}: {CANARY} or bread?"}
        records.append(
            {
                "conversation_id": f"canary-{number}",
                "user_id": USER,
                "started_at": f"{days[0]}T12:00:00+00:00",
                "messages": [said],
            }
        )
    path = folder / "source.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


@pytest.fixture(scope="module")
def server() -> Iterator[MessagesServer]:
    with MessagesServer(answer="tests.fakes.sensible_answers:answer", record=1_000) as server:
        yield server


@pytest.fixture(scope="module")
def clio(parent: Parent, folder: Path) -> ForkedClio:
    printed = folder / "printed"
    printed.mkdir()
    return ForkedClio(parent, printed, {**ENVIRONMENT, "ANTHROPIC_API_KEY": KEY})


def make_home(path: Path, server: MessagesServer, *more: str) -> Path:
    """A home that is configured and not run."""
    path.mkdir()
    configure(path, server, *more)
    return path


def configure(home: Path, server: MessagesServer, *more: str) -> None:
    text = CONFIGURATION.format(url=server.base_url) + "\n".join(more)
    (home / "clio.toml").write_text(text)


@dataclass(frozen=True)
class Reference:
    """Two homes made at the same time from the same source, and what the server billed then."""

    home: Path
    other: Path
    counts: dict[str, Any]

    @property
    def calls(self) -> int:
        """Calls of one home; delimiters are its own, so no request is the same in both."""
        return int(self.counts["billed"]) // 2


@pytest.fixture(scope="module")
def made(clio: ForkedClio, server: MessagesServer, source: Path, folder: Path) -> Reference:
    homes = make_home(folder / "one", server), make_home(folder / "two", server)
    server.reset()
    running = [clio.start("run", source, home=home) for home in homes]
    for one in running:
        done = one.finished()
        assert done.code == 0, done.err[-2000:]
    return Reference(*homes, server.counts())


@pytest.fixture
def home(made: Reference, server: MessagesServer, tmp_path: Path) -> Path:
    """A copy of the finished home, to change; the server's counts start from nothing."""
    copy = tmp_path / "home"
    shutil.copytree(made.home, copy)
    calm(server)
    return copy


@pytest.fixture
def new_home(made: Reference, server: MessagesServer, tmp_path: Path) -> Path:
    """A home that is configured and not run; the server's counts start from nothing."""
    del made
    calm(server)
    return make_home(tmp_path / "home", server)


def calm(server: MessagesServer) -> None:
    """Back to how the server was first, whatever a test did to it."""
    server.set(latency=0.0, batch_seconds=0.0)
    server.reset()


def run(clio: ForkedClio, home: Path, *arguments: str | Path, **how: Any) -> None:
    done = clio("run", *arguments, home=home, **how)
    assert done.code == 0, done.err[-2000:]


def spending(clio: ForkedClio, home: Path) -> list[dict[str, Any]]:
    done = clio("status", "--json", home=home)
    assert done.code == 0, done.err
    rows: list[dict[str, Any]] = json.loads(done.out)["spending"]
    return rows


def stored(home: Path, digests: set[str]) -> set[str]:
    """Those of the requests whose replies are in the store."""
    with closing(AnswerStore(home / "private" / "answers")) as store:
        return {digest for digest in digests if store.find(digest)}


def wait_for(server: MessagesServer, what: str, least: int) -> dict[str, Any]:
    """The server's counts once it counted so many."""
    for _ in range(3_000):
        counts = server.counts()
        if counts[what] >= least:
            return counts
        time.sleep(0.02)
    raise AssertionError(f"the server never counted {least} {what}")


def same_map(one: Path, other: Path) -> None:
    assert published(one, without=ASKED) == published(other, without=ASKED)


def test_map_is_published_when_the_analyst_is_claude(clio: ForkedClio, made: Reference) -> None:
    tables = published(made.home)
    assert len(tables["clusters"]) > 3
    tree = json.loads(clio("tree", "--json", home=made.home).out)
    assert tree["analyst"] == "claude"
    assert "claude-sonnet-5-5" in repr(tables["lineage"])
    stages = json.loads(clio("status", "--json", home=made.home).out)["stages"]
    assert all(stage["sealed"] == stage["partitions"] > 0 for stage in stages)
    assert len(stages) == 7


def test_maps_are_the_same_and_nothing_is_paid_twice_when_two_homes_run_at_once(
    made: Reference,
) -> None:
    same_map(made.home, made.other)
    assert made.counts["paid_twice"] == 0


def test_spending_is_what_the_server_counted_when_status_is_asked(
    clio: ForkedClio, made: Reference
) -> None:
    rows = spending(clio, made.home) + spending(clio, made.other)
    assert {row["stage"] for row in rows} == {
        "facets",
        "clusters",
        "hierarchy",
        "audited_summaries",
    }
    kinds = ("input_tokens", "cache_read_tokens", "cache_write_tokens")
    assert sum(row["replies"] for row in rows) == made.counts["billed"]
    assert sum(row[kind] for row in rows for kind in kinds) == made.counts["input_tokens"]
    assert sum(row["output_tokens"] for row in rows) == made.counts["output_tokens"]
    assert all(row["usd"] > 0 and not row["batch"] for row in rows)
    printed = clio("status", home=made.home)
    assert f"Spent in all: ${sum(row['usd'] for row in rows) / 2:.4f}" in printed.out


def test_estimate_is_near_what_was_billed_when_the_server_counts_tokens(
    clio: ForkedClio, made: Reference, source: Path, server: MessagesServer, tmp_path: Path
) -> None:
    home = make_home(tmp_path / "home", server)
    server.reset()
    done = clio("estimate", source, "--json", home=home)
    assert done.code == 0, done.err
    assert server.counts()["billed"] == 0
    found = json.loads(done.out)
    assert found["tokens"] == "counted on a sample"
    rows = spending(clio, made.home)
    assert found["calls"] == pytest.approx(sum(row["replies"] for row in rows), rel=0.2)
    assert found["input_tokens"] == pytest.approx(sum(r["input_tokens"] for r in rows), rel=0.2)
    for stage in ("facets", "clusters"):
        estimated = sum(row["calls"] for row in found["stages"] if row["stage"] == stage)
        billed = sum(row["replies"] for row in rows if row["stage"] == stage)
        # groups that lie alike are made one before they are named, which nobody knows beforehand
        most = billed if stage == "facets" else 2 * billed
        assert 0.8 * billed - 3 <= estimated <= 1.2 * most + 3, stage


def test_nothing_is_asked_when_nothing_changed(
    clio: ForkedClio, server: MessagesServer, home: Path, source: Path
) -> None:
    run(clio, home, source)
    assert server.counts()["requests"] == {}


def test_answers_come_from_the_store_when_what_was_made_of_them_is_gone(
    clio: ForkedClio, server: MessagesServer, home: Path, made: Reference
) -> None:
    for stage in ("facets", "clusters", "audited_summaries"):
        shutil.rmtree(home / "private" / "lake" / stage)
    run(clio, home)
    assert server.counts()["requests"] == {}
    same_map(home, made.home)


def test_that_verb_alone_is_asked_again_when_its_prompt_changes(
    clio: ForkedClio, server: MessagesServer, home: Path, tmp_path: Path
) -> None:
    from clio_assets.analyst.claude.verbs.prompt import FOLDER

    prompts = tmp_path / "prompts"
    shutil.copytree(FOLDER, prompts)
    audit = prompts / "audit.md"
    text = audit.read_text()
    changed = text.replace("{% block system %}", "{% block system %}\nBe exact.", 1)
    assert changed != text
    audit.write_text(changed)
    swap = (
        "from pathlib import Path; from clio_assets.analyst.claude.verbs import prompt\n"
        f"prompt.FOLDER = Path({str(prompts)!r})"
    )
    run(clio, home, before=swap)
    asked = server.requests()
    assert 0 < len(asked) == server.counts()["billed"]
    schemas = [body["output_config"]["format"]["schema"] for body in asked]
    assert all(set(schema["properties"]) == {"ratings"} for schema in schemas)


def test_local_analyst_publishes_and_asks_nobody_when_one_word_is_changed(
    clio: ForkedClio, server: MessagesServer, home: Path
) -> None:
    configuration = home / "clio.toml"
    configuration.write_text(configuration.read_text().replace('"claude"', '"local"'))
    run(clio, home)
    assert server.counts()["requests"] == {}
    assert json.loads(clio("tree", "--json", home=home).out)["analyst"] == "local"


def test_only_what_was_under_way_is_paid_twice_when_a_run_is_killed(
    clio: ForkedClio, server: MessagesServer, new_home: Path, source: Path, made: Reference
) -> None:
    configure(new_home, server, f"max_concurrent = {CONCURRENT}")
    server.set(latency=0.05)
    running = clio.start("run", source, home=new_home)
    wait_for(server, "billed", 60)
    running.kill()
    time.sleep(0.5)  # the server may be about to answer what the dead had asked
    server.set(latency=0.0)
    billed = set(server.counts()["billed_by_digest"])
    kept = stored(new_home, billed)
    assert 0 < len(kept) < made.calls - 50

    run(clio, new_home, source)
    times = server.counts()["billed_by_digest"]
    twice = {digest for digest, number in times.items() if number > 1}
    assert twice == billed - kept
    assert len(twice) <= CONCURRENT + AHEAD  # sent, or come and about to be stored
    assert max(times.values()) <= 2
    same_map(new_home, made.home)
    assert published(new_home)["lineage"] == published(made.home)["lineage"]


def test_batches_are_found_again_when_the_run_that_waits_for_them_is_killed(
    clio: ForkedClio, server: MessagesServer, new_home: Path, source: Path, made: Reference
) -> None:
    configure(new_home, server, 'mode = "batch"')
    server.set(batch_seconds=5.0)
    running = clio.start("run", source, home=new_home)
    wait_for(server, "batches", 1)
    running.kill()
    server.set(batch_seconds=0.0)

    run(clio, new_home, source)
    counts = server.counts()
    assert counts["requests"].keys() == {
        "/v1/messages/batches",
        "/v1/messages/batches/{id}",
        "/v1/messages/batches/{id}/results",
    }
    assert counts["billed"] == len(counts["billed_by_custom_id"]) == made.calls
    assert counts["paid_twice"] == 0
    same_map(new_home, made.home)
    rows = spending(clio, new_home)
    assert all(row["batch"] for row in rows)
    halved = sum(row["usd"] for row in rows) / sum(row["usd"] for row in spending(clio, made.home))
    assert halved == pytest.approx(0.5, abs=0.01)


def test_run_stops_within_its_budget_and_goes_on_when_that_is_raised(
    clio: ForkedClio, server: MessagesServer, new_home: Path, source: Path, made: Reference
) -> None:
    budget = 0.01
    configure(new_home, server, f"budget_usd = {budget}")
    done = clio("run", source, home=new_home)
    assert done.code == 1
    (line,) = [line for line in done.err.splitlines() if line.startswith("clio: ")]
    assert "budget_usd" in line
    assert "Traceback" not in done.err
    assert 0 < sum(row["usd"] for row in spending(clio, new_home)) <= budget
    assert 0 < server.counts()["billed"] < made.calls

    configure(new_home, server, "budget_usd = 10")
    run(clio, new_home, source)
    counts = server.counts()
    assert (counts["paid_twice"], counts["billed"]) == (0, made.calls)
    same_map(new_home, made.home)


@pytest.mark.parametrize(
    ("key", "url", "code", "words"),
    [
        ("wrong", "", 1, "ANTHROPIC_API_KEY"),
        ("", "", 2, "holds no key"),
        (KEY, "http://127.0.0.1:9", 1, "127.0.0.1:9"),
        (KEY, "not a url", 2, "base_url"),
    ],
    ids=["wrong-key", "no-key", "server-down", "no-url"],
)
def test_run_stops_with_one_clear_line_when_the_server_cannot_be_asked(
    clio: ForkedClio,
    server: MessagesServer,
    new_home: Path,
    source: Path,
    key: str,
    url: str,
    code: int,
    words: str,
) -> None:
    configuration = new_home / "clio.toml"
    text = configuration.read_text().replace("call_deadline_seconds = 20", "")
    text = text.replace(server.base_url, url or server.base_url)
    configuration.write_text(text + "call_deadline_seconds = 4")
    begun = time.monotonic()
    done = clio("run", source, home=new_home, environment={"ANTHROPIC_API_KEY": key})
    assert time.monotonic() - begun < 60
    assert done.code == code, done.err
    (line,) = [line for line in done.err.splitlines() if line.startswith("clio: ")]
    assert words in line
    assert "Traceback" not in done.err + done.out
    assert server.counts()["billed"] == 0


def test_answers_about_a_user_are_gone_when_they_are_forgotten(
    clio: ForkedClio, server: MessagesServer, home: Path, source: Path
) -> None:
    answers = home / "private" / "answers"
    assert "answers.sqlite" in told_of(answers)
    kept_before = _answers_in(home)
    named = source.with_name("forgotten")
    named.write_text(f"{USER}\n")
    done = clio("forget", "--from-file", named, "--json", home=home)
    assert done.code == 0, done.err
    assert json.loads(done.out)["users_found"] == 1
    assert told_of(home / "private") == []
    assert _answers_in(home) > kept_before / 2
    run(clio, home, source)  # the source still names them
    assert told_of(home / "private") == []
    assert not any(CANARY in json.dumps(body) for body in server.requests(1_000))


def told_of(folder: Path) -> list[str]:
    """Files below a folder that tell of the user of the canary; pseudonyms are others' as well."""
    hits = Search({"canary": CANARY, "user": USER}).folder(folder)
    return sorted(name for name, kinds in hits.items() if kinds - {"pseudonym"})


def _answers_in(home: Path) -> int:
    with closing(AnswerStore(home / "private" / "answers")) as store:
        number = store.read(lambda c: c.execute("SELECT count(*) FROM answers").fetchone()[0])
    return int(number)


def test_nothing_said_or_answered_is_outside_of_the_private_zone_when_homes_were_run(
    made: Reference, folder: Path, clio: ForkedClio
) -> None:
    """Over everything that the commands of this module printed, logged and left behind."""
    clio("doctor", home=made.home)
    search = Search({"canary": CANARY, "user": USER, "key": KEY, "answer": "asks for help about"})
    assert search.folder(made.home / "private" / "answers")  # it is there to be found
    for home in (made.home, made.other):
        assert search.folder(home, without=[home / "private"]) == {}
        assert search.names(home) == {}
    assert search.folder(clio.folder) == {}
