"""A model that makes do with words: answers to all verbs good enough for a map to come out.

    MessagesServer(answer="tests.fakes.sensible_answers:answer")

It reads the analyst's own prompts: which verb it is by the reply's schema, and the data between the
delimiters by its headings. A pure function of the request.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from clio_assets.analyst.local.facets.language import language_of_turns

_REGION = re.compile(r"^<((?:conversation|texts)-[0-9a-f]{16,})>\n(.*)\n</\1>$", re.M | re.S)
_TURN = re.compile(r"<user>(.*?)</user>", re.S)
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_NUMBERED = re.compile(r"^(\d+)\. (.*)$", re.M)
_REPEATED = re.compile(r" \(\d+x\)$")
_OFFERED = re.compile(r"^(.*) \[([\d, ]*)\]$")
_PERSONAL = re.compile(r"\S@\S+\.\w|\+?\d[\d ()/-]{6,}\d|\b\d{1,5} [A-Z]\w+ (?:Street|Road|Avenue)")
_BETWEEN = re.compile(r"at least (\d+) and at most (\d+)|exactly (\d+)")

_EMPTY_WORDS = """
a about after again all also am an and any are as asked asks at be been but by can could do does for
from get give group groups had has have he help helped her here him his how i if in into is it its
just know like make me mean more my need needed neighbouring new no not now of often on one or other
otherwise our out over please related requests said same she should so some such talk tell than that
the their them then there these they thing things this to too unlike up us user users want wanted
was we were what when where which who why will with words would wrote you your yours
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
_HARMFUL = "kill weapon bomb poison steal hack malware suicide explosive attack"
_HARM = frozenset(_HARMFUL.split())


def answer(body: Mapping[str, Any]) -> Any:
    """The reply to a request, as an object."""
    schema = body["output_config"]["format"]["schema"]
    asked = body["messages"][-1]["content"]
    found = _REGION.search(asked)
    data = found[2] if found else ""
    fields = frozenset(schema["properties"])
    verbs: Mapping[frozenset[str], Callable[[str, str], Any]] = {
        frozenset({"answer"}): _screen,
        frozenset({"name", "description"}): _name,
        frozenset({"parents"}): _propose,
        frozenset({"keep"}): _deduplicate,
        frozenset({"assignments"}): _assign,
        frozenset({"ratings"}): _audit,
    }
    if fields in verbs:
        return verbs[fields](data, f"{body['system']}\n{asked}")
    return _extract(data, schema["properties"])


def _screen(data: str, asked: str) -> dict[str, bool]:
    question = asked.partition("cannot be told:")[2].partition("\n")[0]
    return {"answer": bool(_salient([question]).keys() & _salient([data]).keys())}


# Facets


def _extract(data: str, facets: Mapping[str, Any]) -> dict[str, Any]:
    said = [_plain(turn) for turn in _TURN.findall(data)] or [_plain(data)]
    first = _salient(said[:1]) or _salient(said)
    words = [word for word, _ in first.most_common(6)]
    language = language_of_turns(said)
    about = " ".join(word for word in words if not _PERSONAL.search(word))
    values: dict[str, Any] = {}
    for name, form in facets.items():
        if "enum" in form:
            harmful = any(word in _HARM for word in _salient(said))
            scale = form["enum"] == [1, 2, 3, 4, 5]
            values[name] = (4 if harmful else 1) if scale else form["enum"][len(words) % 2]
        elif "language" in name:
            values[name] = language
        elif not words:
            values[name] = ""
        elif name == "task":
            values[name] = f"Answer a question about {about}."
        else:
            values[name] = f"The user asks for help about {about}."
    return values


def _plain(text: str) -> str:
    text = text.replace("&lt;", "<").replace("&amp;", "&")
    return re.sub(r"\[[^\]]*\]|https?://\S+|\S+@\S+|\S*\d\S*", " ", text)


# Names


def _name(data: str, asked: str) -> dict[str, str]:
    del asked
    parts = _parts(data)
    members = [_REPEATED.sub("", line[2:]) for line in parts.get("Members", ())]
    groups = [line[2:] for line in parts.get("Groups", ()) if line.startswith("- ")]
    avoid = _salient(parts.get("Avoid", ()))
    others = _salient(
        [
            *parts.get("Words of neighbouring groups", ()),
            *parts.get("Groups of other categories", ()),
        ]
    )
    texts = members or [line.partition(":")[0] for line in groups]
    often = _salient(parts.get("Words of many members", ()))  # of which none is a name
    counted = Counter({word: n for word, n in _spread(texts).items() if word not in avoid})
    shared = [word for word in counted if word in often]
    apart = {word: n * (1 if word in others else 4) for word, n in counted.items()}
    ranked = sorted(shared or counted, key=lambda word: (-apart[word], word))
    return _text(ranked or ["several", "matters"])


def _text(words: Sequence[str]) -> dict[str, str]:
    named = " and ".join(words[:3]) if len(words) < 3 else f"{words[0]}, {words[1]} and {words[2]}"
    rest = " and ".join(words[3:5])
    second = f"They mentioned {rest} as well." if rest else "They wanted to know how to go on."
    return {
        "description": f"Users asked for help with {named}. {second}",
        "name": f"Help with {named}",
    }


# Hierarchy


def _propose(data: str, asked: str) -> dict[str, Any]:
    fewest, most = _wanted(asked)
    groups = [_salient([_NUMBERED.sub(r"\2", line)]) for line in _parts(data)["Groups"]]
    clusters = _merged(groups, max(fewest, min(most, (fewest + most) // 2)))
    parents, seen = [], set()
    for words in clusters:
        text = _text([word for word, _ in words.most_common(3)] or ["matters"])
        if text["name"] not in seen:
            seen.add(text["name"])
            parents.append(text)
    return {"parents": parents}


def _merged(groups: Sequence[Counter[str]], wanted: int) -> list[Counter[str]]:
    """Word counts of as many sets of groups: each group joins the seed that it is most like."""
    seeds = [0]
    while len(seeds) < min(wanted, len(groups)):
        left = [at for at in range(len(groups)) if at not in seeds]
        seeds.append(min(left, key=lambda at: max(_alike(groups[at], groups[s]) for s in seeds)))
    merged = [Counter(groups[seed]) for seed in seeds]
    for at, group in enumerate(groups):
        if at not in seeds:
            merged[max(range(len(seeds)), key=lambda s: _alike(group, groups[seeds[s]]))] += group
    return merged


def _deduplicate(data: str, asked: str) -> dict[str, list[int]]:
    fewest, most = _wanted(asked)
    words = {int(n): _salient([text]) for n, text in _NUMBERED.findall(data)}
    keep: list[int] = []
    for number in sorted(words):
        if len(keep) < most and all(_alike(words[number], words[one]) < 0.8 for one in keep):
            keep.append(number)
    keep += [number for number in words if number not in keep][: max(0, fewest - len(keep))]
    return {"keep": sorted(keep)}


def _assign(data: str, asked: str) -> dict[str, Any]:
    del asked
    categories, _, groups = data.partition("\nGroups, each")
    offered = {int(n): _salient([text]) for n, text in _NUMBERED.findall(categories)}
    assignments = []
    for number, line in _NUMBERED.findall(groups):
        found = _OFFERED.match(line)
        assert found is not None
        own, choices = _salient([found[1]]), [int(one) for one in found[2].split(", ")]
        best = max(choices, key=lambda choice: (_alike(own, offered[choice]), -choice))
        assignments.append({"group": int(number), "category": best})
    return {"assignments": assignments}


def _audit(data: str, asked: str) -> dict[str, Any]:
    del asked
    return {
        "ratings": [
            {"text": int(number), "rating": 1 if _PERSONAL.search(text) else 5}
            for number, text in _NUMBERED.findall(data)
        ]
    }


# Words


def _parts(data: str) -> dict[str, list[str]]:
    """The lines under each heading; what stands behind a heading is its first line."""
    parts: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in data.split("\n"):
        heading = re.match(
            r"(Members|Groups(?: nearby| of other categories)?|Avoid|Words of [a-z ]+):(.*)", line
        )
        if heading:
            lines = parts.setdefault(heading[1], [])
            lines += [heading[2]] if heading[2] else []
        else:
            lines.append(line)
    return parts


def _wanted(asked: str) -> tuple[int, int]:
    found = _BETWEEN.findall(asked)[-1]
    return (int(found[2]),) * 2 if found[2] else (int(found[0]), int(found[1]))  # type: ignore[return-value]


def _salient(texts: Iterable[str]) -> Counter[str]:
    """Content words with their counts, in lower case."""
    return Counter(
        word
        for text in texts
        for word in _WORD.findall(text.lower())
        if word not in _EMPTY and len(word) > 1
    )


def _spread(texts: Sequence[str]) -> Counter[str]:
    """In how many texts each content word stands."""
    return Counter(word for text in texts for word in _salient([text]))


def _alike(one: Counter[str], other: Counter[str]) -> float:
    """Share of common words (Jaccard)."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0
