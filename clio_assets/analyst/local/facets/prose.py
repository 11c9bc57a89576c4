"""What a user said, without what the user showed: sentences, with code and quotations left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Final

#: Characters of one turn that are looked at: its head and its tail, where requests stand.
_TURN: Final = 4_000

#: Sentences of one turn that are looked at, from each end.
_SENTENCES: Final = 12

_FENCED = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>")
#: What stands where somebody took personal data out: it is nobody's word.
_REDACTED = re.compile(
    r"\b(?:NAME|PERSON|USER|LOCATION|PLACE|ORG(?:ANI[SZ]ATION)?|COMPANY|EMAIL|PHONE|ADDRESS|DATE|URL|ID)"
    r"_\d+\b|\bX{3,}\b|█+"
)
_MAIL_HEAD = re.compile(
    r"(?:^[ \t]*(?:From|Sent|To|Cc|Date|Subject|Von|Gesendet|An|Betreff|De|Envoyé|À|Objet|Para"
    r"|Asunto):[ \t].*\n?){2,}",
    re.MULTILINE,
)
#: What comes after it is somebody else's mail, as after a line that ends in a colon.
_MAIL_BEGINS = re.compile(
    r"^-{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht|message d'origine"
    r"|mensaje original)\s*-{2,}$",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^-- \n(?:.+\n?){1,6}", re.MULTILINE)
_QUOTED_LINE = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
#: A quotation of several sentences is shown, not said; a short one may be what it is about.
_LONG_QUOTATION = re.compile(
    r"\"[^\"]{100,}\"|“[^”]{100,}”|„[^“”]{100,}[“”]|«[^»]{100,}»|「[^」]{50,}」|『[^』]{50,}』",
    re.DOTALL,
)
_CODE_LINE = re.compile(
    r"""^\s*(?:
        [{}()\[\];,]+\s*$
        | .*[;{]\s*$
        | (?:def|class|public|private|static|void|int|const|let|var|function|return|elif|for|while
            |if)\b.*[({)]\s*$
        | (?:def|class|elif|except)\s\w+.*:\s*$ | (?:else|try):\s*$
        | (?:import|from)\s[\w.]+(?:\s+import\b.*)?$
        | [\w.\[\]"']+\s*[-+*/|&]?=\s*\S.*$
        | [#]include\b.*$
        | (?:SELECT|INSERT|UPDATE|DELETE|CREATE|FROM|WHERE|JOIN)\b.*[;,*=(].*$
        | \s+return\b.*$ | \s*at\s[\w.$]+\(.*\)\s*$ | Traceback\ .* | File\ ".*",\ line\ .*
        | [$>]\s[a-z].* | \w*(?:Error|Exception):\s.*
    )""",
    re.VERBOSE,
)
_LIST_MARK = re.compile(r"^\s*(?:[-*•–]|\(?\d{1,2}[.)]|[a-z]\))\s+")
_HEADING = re.compile(r"^\s*#{1,6}\s+")

#: A sentence ends at a full stop and white space, or at one of a script that needs none.
_END = re.compile(r"(?<=[.!?…؟।])[\"'”’»)\]]*\s+|(?<=[。！？])[」』”’)]*\s*")
_NOT_AN_END = re.compile(
    r"(?:\b(?:[A-Za-z]|e\.g|i\.e|eg|ie|etc|vs|mr|mrs|ms|dr|prof|st|no|nr|approx|incl|inc|ltd|jr|sr|bzw"
    r"|ca|z\.\s?b|u\.\s?a|ej|sra?|p\.\s?ex|dott|sig))\.$",
    re.IGNORECASE,
)

#: A line at least this long may have been wrapped by hand.
_WRAPPED: Final = 50

#: Sentences are cut where clauses end if they are longer than this.
LONGEST: Final = 300
_CLAUSE_END = re.compile(r"(?<=[,;:—–、，；：])\s*|\s+(?=[-–—]\s)")


@dataclass(frozen=True)
class Sentence:
    """A sentence of a user: its turn and its place in it, both from 0.

    `shown` where the text around says that it is material to work on, not something said.
    """

    text: str
    turn: int
    place: int
    shown: bool = False


def said(turn: str) -> str:
    """The turn without code, tags, long quotations and the frame of mails; white space kept."""
    if len(turn) > _TURN:
        turn = f"{turn[: _TURN // 2]}\n\n{turn[-_TURN // 2 :]}"
    if "`" in turn or "~~~" in turn:
        turn = _FENCED.sub("\n\n", turn).replace("`", "")
    if "<" in turn and _TAG.search(turn):
        turn = unescape(_TAG.sub(" ", turn))
    turn = _REDACTED.sub("[left out]", turn)
    if ">" in turn:
        turn = _QUOTED_LINE.sub("", turn)
    if "\n" in turn:
        turn = _SIGNATURE.sub("\n", _MAIL_HEAD.sub("\n", turn))
    if len(turn) > 50:
        turn = _LONG_QUOTATION.sub(" ", turn)
    if "\n" not in turn:
        return turn
    return "\n".join(line for line in turn.split("\n") if not _CODE_LINE.match(line))


def sentences_said(turn: str, number: int) -> list[Sentence]:
    """The sentences that the user said in a turn, in order; the middle of a long turn is left out.

    Paragraphs after one that ends in a colon, and items of lists, are shown.
    """
    found: list[Sentence] = []
    announced = False
    for paragraph, in_list in _paragraphs(said(turn)):
        parts = [part for whole in _split(paragraph) for part in _bounded(whole)]
        for part in parts:
            found.append(Sentence(part, number, len(found), announced or in_list))
        if not in_list and (paragraph.endswith((":", "：")) or _MAIL_BEGINS.match(paragraph)):
            announced = True
    if len(found) > 2 * _SENTENCES:
        return found[:_SENTENCES] + found[-_SENTENCES:]
    return found


def _paragraphs(text: str) -> Iterator[tuple[str, bool]]:
    """Lines, with wrapped ones joined, and whether each is an item of a list."""
    current, in_list, line_before = "", False, ""
    for raw in text.split("\n"):
        line = raw.strip()
        item = _LIST_MARK.match(line)
        wrapped = len(line_before) >= _WRAPPED and line[:1].islower() and not item
        line_before = line
        if wrapped and current[-1:] not in ".!?:…":
            current = f"{current} {line}"
            continue
        if current:
            yield current, in_list
        current = _HEADING.sub("", line[item.end() :] if item else line)
        in_list = item is not None
    if current:
        yield current, in_list


def _split(paragraph: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(paragraph):
        part = paragraph[start : end.start()]
        if part.endswith(".") and _NOT_AN_END.search(part):
            continue
        if part.strip():
            yield _tidy(paragraph[start : end.end()])
        start = end.end()
    rest = _tidy(paragraph[start:])
    if rest:
        yield rest


def _bounded(sentence: str) -> Iterator[str]:
    """The sentence, or clauses of at most LONGEST characters where clause ends allow it."""
    if len(sentence) <= LONGEST:
        yield sentence
        return
    current = ""
    for clause in _CLAUSE_END.split(sentence):
        joined = f"{current} {clause}".strip() if current else clause
        if current and len(joined) > LONGEST:
            yield current
            joined = clause
        current = joined
    if current:
        yield current


def _tidy(text: str) -> str:
    return " ".join(text.split())
