"""How English requests begin: regular expressions over lower-case words joined by single spaces.

Each opener says what must follow it. They are tried in the order of `OPENERS` at the start of what
is left of a sentence, and the first that matches is taken off.
"""

import re
from typing import Literal

Follows = Literal["anything", "how", "about", "do", "want"]


def _one(*words: str) -> str:
    """One of the alternatives."""
    return f"(?:{'|'.join(words)})"


def _any_of(words: str) -> str:
    """Any number of these words, each with the space after it."""
    return f"(?:{_one(*words.split())} )*"


_I = "(?:i|we)"
_AM = "(?:(?:am|was|have been) )?"
_ME = "(?:me|us)"
_ONE = _one("i", "we", "you", "one", "someone", "somebody", "people", "they")
_IDLY = _any_of("please kindly just also possibly really actually simply quickly now then still")
_REALLY = _any_of("really just also currently now still")
_GOOD = _any_of(
    "the a an any some my other most really very best easiest proper right correct fastest "
    "quickest good simplest safest cheapest easy effective exact required necessary first next"
)
_WAY = _one(
    "ways?", "process", "processes", "steps?", "procedures?", "methods?", "actions?", "things?",
    "instructions?", "directions?", "tips",
)  # fmt: skip
_TAKEN = (
    rf"(?:(?:that )?{_ONE} {_any_of('can could should must would need have do to')}"
    r"(?:take|follow|need|do|use)? ?)?"
)
_CLAUSE = (
    rf"(?={_one('what', 'which', 'who', 'whose', 'when', 'where', 'why', 'how')} |if |whether )"
)
_OF = rf"(?:{_one('about', 'of', 'on', 'regarding', 'with', 'concerning')} )?"
_DETAILS = _one(
    "information", "info", "details", "facts", "updates?", "data", "news", "advice", "tips",
    "something", "more",
)  # fmt: skip
_WISH = _one(
    "want", "need", "wish", "would like", "would love", "would prefer", "like", "love", "have",
    "hope", "plan", "require", "going", "trying", "looking", "planning", "hoping", "decided",
    "tried", "got", "ought", "about", "attempting",
)  # fmt: skip
_SEEK = _one(
    "want", "need", "would like", "would love", "have", "wish", "got", "trying", "looking",
    "wanting", "interested", "curious", "hoping", "must", "ought",
)  # fmt: skip
_LEARN = _one(
    "know", "knowing", "find out", "finding out", "see", "hear", "hearing", "learn", "learning",
    "understand", "figure out", "ask(?: you)?", "be told", "determine", "inquire",
)  # fmt: skip
_FIND_OUT = _one(
    "find out", "figure out", "look up", "look into", "check", "check on", "check and see",
    "check to see", "look and see", "see", "explain", "describe", "determine", "tell", "know",
    "ask", "find",
)  # fmt: skip
_REQUIRE = _one(
    "want", "need", "would like", "would love", "wish for", "require", "desire", "looking for",
    "in need of", "could use", "searching for", "will need", "will take", "have", "got",
)  # fmt: skip
_TRY = _one(
    "try to", "try and", "start to", "begin to", "need to", "want to", "like to", "love to",
    "wish to", "going to", "trying to", "able to", "time to", "in order to", "got to",
)  # fmt: skip
_POSSIBLE = _one(
    "is it (?:possible|okay|ok|alright)", "would it be (?:possible|okay|ok)",
    "is there (?:a|any|some) ways?", "are you able", "am i able", "would you like",
    "would you be able", "any way", "feel free",
)  # fmt: skip
_COURTESY = _one(
    "hey", "hi", "hello", "ok", "okay", "so", "well", "now", "oh", "alright", "right", "yes",
    "yeah", "thanks", "thank you", "dear", "siri", "alexa", "computer", "excuse me", "sorry",
    "and", "but", "also", "please", "kindly", "just", "actually", "really", "maybe", "perhaps",
    "quickly", "then", "if possible", "if you (?:can|could|would)", "for me", "quick question",
    "good (?:morning|evening|afternoon|day)", "um", "uh", "yo", "man", "bro", "dude", "basically",
    "honestly", "simply", "like", "i (?:think|guess|believe|mean|feel like)(?: that)?",
    "it (?:seems|looks like|appears)(?: that)?", "would you", "will you", "go ahead and",
    "be sure to", "make sure to", "for", r"\|",
)  # fmt: skip

_NOTHING = (rf"{_COURTESY} ", rf"{_I} (?:am|was|have been) (?:wondering|hoping) that ")
_HOW = (
    rf"how (?:do|can|would|could|should|might|may|does|did|shall|must|will) {_ONE} {_IDLY}"
    r"(?:be able to |go about |manage to )?",
    r"how to (?:go about )?",
    rf"how {_ONE} (?:can|could|should|would|might|may|must|need to|have to|go about) ",
    rf"what (?:is |are |would be |were )?{_GOOD}{_WAY} {_TAKEN}(?:to|for|of|in order to) ",
    rf"what (?:do|should|must|can|would|could|will) {_ONE} (?:need to |have to )?"
    r"(?:do|take|follow) (?:to|in order to|if i want to) ",
    rf"{_GOOD}{_WAY} {_TAKEN}(?:to|on how to|in order to) ",
    rf"(?:walk|talk|guide|take) {_ME} through (?:the )?"
    r"(?:process of |steps (?:to|of|for) |how to )?",
)
_ABOUT = (
    rf"(?:tell|show|inform|remind|teach|update|advise|explain to|educate|notify) {_ME} {_OF}",
    rf"(?:tell|teach|talk|speak|chat|read)(?: to| with)?(?: {_ME})? (?:about|on|regarding) ",
    rf"let {_ME} (?:know|hear|see|find out) (?:more )?{_OF}",
    rf"(?:give|get|send|read|provide|grant|hand|offer)(?: to)? {_ME} (?:with )?"
    rf"{_any_of('the some any more an a')}{_DETAILS} (?:about|on|of|regarding|for) ",
    rf"(?:do|would|did|can|could|might) you {_any_of('happen to please possibly')}"
    r"(?:know|remember|recall|have (?:any|an|some) (?:idea|clue|info|information)) "
    rf"{_OF}",
    rf"{_I} {_AM}{_REALLY}{_SEEK}? ?(?:to|in) {_LEARN} (?:more )?{_OF}",
    rf"{_FIND_OUT} (?:for me )?{_OF}{_CLAUSE}",
    rf"{_I} {_AM}(?:just |also )?(?:wondering|curious|interested|unsure|not sure|confused) "
    r"(?:(?:about|in|of|as to) )?",
    rf"{_I} (?:do not|can not|could not|can not seem to|forgot|forget|wonder)"
    rf"(?: (?:know|remember|recall|understand|figure out|tell))? (?:about )?{_CLAUSE}",
    rf"{_I} (?:want|need|must know|need know|would ask) {_CLAUSE}",
    r"(?:any|an) idea (?:of |about |on )?",
    rf"(?:is|are) there {_any_of('any some a an many other certain specific')}",
    r"(?:what|which|who) (?:is|are|was|were|will be|would be) "
    rf"(?:the|my|a|an|some|our|your) {_any_of('current exact total full other different')}",
    rf"{_I} have {_any_of('a some another one')}(?:questions?|concerns?) {_OF}",
    r"what (?:do you know |can you tell me |you know )?about ",
    r"what (?:do|would) you (?:think|feel) (?:about|of) ",
)
_DO = (
    rf"(?:can|could|will|would|may|might) {_ONE} {_IDLY}(?:be able to )?",
    rf"{_I} {_AM}{_REALLY}(?:would )?{_WISH}(?: (?:for )?you)? to ",
    rf"{_I} (?:must|should|shall|will|may|can|could|would)(?! (?:like|love|prefer|have|be)\b) ",
    rf"{_I} (?:would )?(?:appreciate|like|love) it if (?:you|i) (?:could|would|can) ",
    rf"{_POSSIBLE}(?: for (?:me|you|us))? to ",
    rf"{_I} {_AM}wondering if (?:you|i|we) (?:could|would|can|might) ",
    rf"help(?: {_ME})?(?: (?:to|with|in|by))? ",
    r"(?:you (?:need to|must|can|should|will|have to)|let us|let me) ",
    r"(?:start|begin|try) (?=\w+ing )",
    rf"{_TRY} ",
    r"(?:would|do) you mind ",
    rf"{_I} {_AM}(?:need|want|require|could use|looking for)(?: (?:some|a little|your|any))? "
    r"(?:help|assistance)(?: (?:with|in|on|to|for))? ",
    r"(?:if|whether) you (?:could|would|can) ",
)
_WANT = (
    rf"{_I} {_AM}{_REALLY}{_REQUIRE}(?: to (?:get|have|see))? ",
    rf"(?:looking for|in need of|need|want|(?:give|get) {_ME}|(?:may|can|could) i (?:have|get)) ",
)

OPENERS: tuple[tuple[Follows, re.Pattern[str]], ...] = (
    ("anything", re.compile("|".join(_NOTHING))),
    ("how", re.compile("|".join(_HOW))),
    ("about", re.compile("|".join(_ABOUT))),
    ("do", re.compile("|".join(_DO))),
    ("want", re.compile("|".join(_WANT))),
)
