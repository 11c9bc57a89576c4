"""Recall, precision and speed of the detectors of personal data and of suspected names, by kind.

    .venv/bin/python benchmarks/detectors.py [--samples 200] [--data FOLDER] [--json FILE]

Personal data is generated (Faker and the makers of `clio sample`), put into sentences of several
languages and spelled in several ways. Recall: the share in which a hit of the kind overlaps what
was hidden. Covered: the share in which hits of any kind cover nearly all of its letters and digits.
Precision: of the texts in which a kind is found, those that hold one, where as many clean texts as
`--clean` are mixed in: generated requests full of numbers, and real ones from `--data` if given.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from detector_samples import (
    KINDS,
    MAKERS,
    NAMES,
    SPELLINGS,
    Spelling,
    clean_names,
    clean_texts,
    samples,
)

from privacy_checks.detectors import ALL, Hit, Registry
from privacy_checks.language.names import name_spans, suspected_names


def hits_of(kind: str, text: str) -> list[Hit]:
    """The hits in a text: suspected names for the kind "name", all detectors otherwise."""
    if kind == NAMES:
        return [Hit(NAMES, start, end, 1.0) for start, end in name_spans(text)]
    return [hit for detector in ALL.detectors for hit in Registry([detector]).find(text)]


def score(kind: str, spelling: Spelling, count: int) -> dict[str, float]:
    """Recall and coverage of a kind in a spelling."""
    recalled = covered = 0
    rows = samples(kind, spelling, count)
    for text, start, end in rows:
        hits = hits_of(kind, text)
        recalled += any(h.kind == kind and h.start < end and start < h.end for h in hits)
        at = [i for i in range(start, end) if text[i].isalnum()]
        inside = sum(any(h.start <= i < h.end for h in hits) for i in at)
        covered += inside >= 0.9 * len(at)
    return {"recall": recalled / len(rows), "covered": covered / len(rows)}


def false_texts(clean: Sequence[str], names: Sequence[str]) -> Counter[str]:
    """How many of the clean texts each kind is found in."""
    found: Counter[str] = Counter({NAMES: sum(bool(suspected_names(name)) for name in names)})
    for text in clean:
        found.update({hit.kind for hit in hits_of("", text)})
    return found


def texts_per_second(texts: Sequence[str]) -> dict[str, int]:
    """Texts a second of each detector alone, of all together, and of suspected names."""
    finders: dict[str, Callable[[str], object]] = {
        detector.name: Registry([detector]).find for detector in ALL.detectors
    }
    finders |= {NAMES: suspected_names, "all kinds": ALL.find}
    speed = {}
    for name, find in finders.items():
        for text in texts[:50]:
            find(text)
        started = time.process_time()
        for text in texts:
            find(text)
        speed[name] = round(len(texts) / (time.process_time() - started))
    return speed


def table(
    result: dict[str, dict[str, dict[str, float]]], summary: dict[str, dict[str, float]]
) -> str:
    """Markdown: one row a kind; recall in each spelling, then precision and speed."""
    names = [spelling.name for spelling in SPELLINGS]
    lines = ["| kind | " + " | ".join([*names, "precision", "texts/s"]) + " |"]
    lines.append("|---" * (len(names) + 3) + "|")
    for kind, rows in result.items():
        cells = [
            f"{rows[n]['recall']:.2f} ({rows[n]['covered']:.2f})" if n in rows else ""
            for n in names
        ]
        cells += [f"{summary[kind]['precision']:.3f}", f"{summary[kind]['texts_per_second']:,.0f}"]
        lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Measure, print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=200, help="of each kind and spelling")
    parser.add_argument("--clean", type=int, default=4_000, help="texts without personal data")
    parser.add_argument("--data", type=Path, help="folder with clinc150.jsonl.gz")
    parser.add_argument("--json", type=Path, help="file for the figures")
    options = parser.parse_args()
    result = {
        kind: {
            spelling.name: score(kind, spelling, options.samples)
            for spelling in SPELLINGS
            if kind in spelling.kinds
        }
        for kind in MAKERS
    }
    clean, names = clean_texts(options.data, options.clean), clean_names(options.data)
    wrong = false_texts(clean, names)
    full = [text for kind in KINDS for text, _, _ in samples(kind, SPELLINGS[0], 100)]
    speed = texts_per_second(clean[:2_000])
    speed["all kinds, personal data in every text"] = texts_per_second(full)["all kinds"]
    summary = {}
    for kind, rows in result.items():
        right = rows["plain"]["recall"] * options.samples
        summary[kind] = {
            "precision": right / (right + wrong[kind]) if right else 0.0,
            "false_texts": wrong[kind],
            "clean_texts": len(names) if kind == NAMES else len(clean),
            "texts_per_second": speed[kind],
        }
    print(table(result, summary))
    print(f"\nall kinds together: {speed['all kinds']:,} clean texts a second of processor time;")
    print(f"with personal data in every text: {speed['all kinds, personal data in every text']:,}")
    if options.json:
        figures = {"recall": result, "summary": summary, "texts_per_second": speed}
        options.json.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
