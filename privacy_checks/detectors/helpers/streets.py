"""How streets, house numbers and towns are written, in the ways of several languages."""

import re

from privacy_checks.detectors.helpers.cues import whole_words

_LETTER = "A-Za-z\u00c0-\u024f"
_UPPER = "A-Z\u00c0-\u00d6\u00d8-\u00de\u0100\u0106\u010c\u0141\u015a\u0160\u0179\u017b\u017d"
_CYRILLIC = "\u0400-\u052f"
_CAPITAL = rf"[{_UPPER}\u0410-\u042f]"

# --- English -----------------------------------------------------------------------------------

_NUMBER = r"(?<![0-9.,$€£:/-])[0-9]{1,5}(?:\s?[-/]\s?[0-9]{1,4})?[A-Za-z]?"
#: What follows a street: flat, town, county or state, post code.
_REST = (
    r"(?-i:(?:,?\s(?i:apt|apartment|flat|unit|suite|ste|floor|fl|room|#)\.?\s?#?"
    r"[0-9A-Za-z]{1,5}(?![\w]))?"
    rf"(?:,\s[{_UPPER}][\w'.-]*+(?:\s[{_UPPER}][a-z][\w'.-]*+){{0,2}}){{0,2}}"
    r"(?:,?\s[A-Z]{2}(?![\w]))?"
    r"(?:,?\s[0-9]{5}(?:-[0-9]{4})?(?![0-9]))?"
    r"(?:,?\s[A-Z]{1,2}[0-9][0-9A-Z]?\s?[0-9][A-Z]{2}(?![A-Za-z0-9]))?)"
)
_ALWAYS_STREETS = "street|avenue|ave|boulevard|blvd|road|rd|lane|ln|parkway|pkwy|highway|hwy"
_OTHER_STREETS = (
    "st|str|drive|dr|court|ct|place|pl|square|sq|terrace|ter|way|close|crescent|cres|circle|cir|"
    "trail|trl|gardens|grove|mews|row|alley|plaza|loop|walk|heights|hts|hill|park|run|path|pike|"
    "mill|mills|green|quay|wharf|vale|rise|view|turnpike|expressway|route|rte"
)
#: "12 Old Mill Road": each part with a capital.
ENGLISH = re.compile(
    rf"{_NUMBER},?\s(?:[NSEWnsew]\.?\s|(?:North|South|East|West)\s)?"
    rf"(?P<name>(?:(?:[{_UPPER}][{_LETTER}'.-]*|[0-9]{{1,3}}(?:st|nd|rd|th))\s){{1,4}}?)"
    rf"(?i:(?P<street>{_ALWAYS_STREETS})|{_OTHER_STREETS})(?![{_LETTER}]){_REST}"
)
_POST_CODE = (
    r"(?:[0-9]{5}(?:-[0-9]{4})?|[A-Za-z]{1,2}[0-9][0-9A-Za-z]?\s?[0-9][A-Za-z]{2})(?![A-Za-z0-9])"
)
#: What follows a street in lower case: as above, but only as far as a post code.
_REST_TO_POST_CODE = (
    r"(?:,?\s(?:apt|apartment|flat|unit|suite|ste|floor|fl|room|#)\.?\s?#?[0-9A-Za-z]{1,5}(?!\w))?"
    rf"(?:,\s[{_LETTER}'. -]{{2,30}}){{0,2}}(?:,?\s[A-Za-z]{{2}})?,?\s{_POST_CODE}"
)
_LOWER_CASE_NAME = rf"{_NUMBER}\s(?P<name>(?:[{_LETTER}'.]{{1,20}}\s){{1,3}}?)"
#: "12 old mill road", as people type it; "12 mill close, ashcombe, ex99 7za" with a post code.
LOWER_CASE = re.compile(
    rf"{_LOWER_CASE_NAME}(?:(?:{_ALWAYS_STREETS})(?![{_LETTER}-])(?:{_REST_TO_POST_CODE}|{_REST})"
    rf"|(?:{_OTHER_STREETS})(?![{_LETTER}-]){_REST_TO_POST_CODE})",
    re.IGNORECASE,
)
#: "12 mill close": only with a cue.
LOWER_CASE_ANY = re.compile(
    rf"{_LOWER_CASE_NAME}(?:{_ALWAYS_STREETS}|{_OTHER_STREETS})(?![{_LETTER}-]){_REST}",
    re.IGNORECASE,
)
#: Words of phrases about roads and distances; no street is called by one.
_ROAD_WORDS = """
    a an and or the of for to in on at by with from about my your our his her their this that these
    is are was were be how what which best top good great more most other different side
    tips tip ways way things ideas rules signs facts reasons steps people cars car lanes lane mile
    miles mi km kilometer kilometers kilometre kilometres meter meters metre m minute minutes min
    hour hours hr day days week weeks month months year years yr percent star stars bedroom bed
    inch inches foot feet ft lb kg mph speed major minor busy wide narrow point points
    hidden famous popular electric classic silk each every per only
    questions scenarios bike bikes road roads street streets trips trip safety
"""
NOT_NAMES = frozenset(_ROAD_WORDS.split())
CUE = re.compile(
    whole_words(
        "address", "live at", "lives at", "living at", "live on", "lives on", "located at",
        "resides at", "reside at", "residing at", "residence", "ship to", "deliver to", "moved to",
        "home is", "house is", "mail it to", "send it to", "we are at", "we're at", "i'm at",
        "wohne", "wohnt", "anschrift", "adresse", "habite", "dirección", "vivo en", "vive en",
        "indirizzo", "abito", "endereço", "moro", "adres", "mieszkam",
    ),
    re.IGNORECASE,
)  # fmt: skip

# --- the European continent and Latin America --------------------------------------------------

_TOWN = rf"{_CAPITAL}[\w'.-]*+(?:\s[\w'-]{{0,4}}\s?{_CAPITAL}[\w'.-]*+){{0,2}}"
#: ", 10115 Berlin", ", 95998 Pietranera (CT)", ", Barra do Luar - RJ, 20999-208".
_PLACE = (
    rf"(?-i:,?\s[0-9]{{4,5}}(?:\s?[A-Z]{{2}})?\s{_TOWN}(?:\s\([A-Z]{{2}}\))?"
    rf"|,\s{_CAPITAL}\w+(?:\s\w+){{0,3}}\s-\s[A-Z]{{2}}(?:,\s[0-9]{{5}}-[0-9]{{3}})?"
    rf"|,\s[0-9]{{5}}\s[{_LETTER}'-]{{2,30}}(?:\s\([A-Za-z]{{2}}\))?"
    rf"|,\s[{_LETTER}]+(?:\s[{_LETTER}]+){{0,3}}\s-\s[a-z]{{2}}(?:,\s[0-9]{{5}}-[0-9]{{3}}))?"
)
_HOUSE = r"[0-9]{1,4}\s?[a-zA-Z]?(?![0-9A-Za-z%:])"
#: Street before number: German, Dutch, Nordic.
GERMANIC = re.compile(
    rf"(?<![{_LETTER}])(?:[{_LETTER}.'-]{{2,30}}(?i:stra(?:ß|ss)e|str\.|gasse|allee|platz|weg|ufer|"
    r"damm|straat|laan|gracht|plein|kade|dijk|vägen|gatan|gata|veien|vej|gade)"
    rf"|(?:[{_UPPER}][{_LETTER}-]{{1,30}}\s){{1,2}}"
    rf"(?i:straße|strasse|str\.|allee|platz|weg|ring|ufer|damm))\s{_HOUSE}{_PLACE}"
)
GERMANIC_ENDINGS = (
    "straße", "strasse", "str.", "gasse", "allee", "platz", "weg", "ufer", "damm", "straat", "laan",
    "gracht", "plein", "kade", "dijk", "vägen", "gata", "veien", "vej", "gade", " ring ",
)  # fmt: skip
#: Any street and number with post code and town behind: "Am Kirchberg 3, 79998 Tannenbach".
WITH_POST_CODE = re.compile(
    rf"(?<![{_LETTER}]){_CAPITAL}[{_LETTER}'-]{{1,30}}(?:\s[{_LETTER}'.-]{{1,30}}){{0,4}}?"
    rf"\s[0-9]{{1,4}}\s?[a-z]?,\s(?:[A-Z]{{1,2}}-)?[0-9]{{4,5}}\s{_TOWN}"
)
#: The same in lower case, where nothing but five digits and a town may follow.
WITH_POST_CODE_LOWER_CASE = re.compile(
    rf"(?<![{_LETTER}])[{_LETTER}'-]{{2,30}}(?:\s[{_LETTER}'.-]{{2,30}})?"
    rf"\s[0-9]{{1,3}}\s?[a-z]?,\s[0-9]{{5}}\s[{_LETTER}'-]{{3,30}}"
)
_STREET_FIRST = (
    "rue|avenue|boulevard|allée|chemin|impasse|quai|route|cours|place|calle|avenida|avda|paseo|"
    "plaza|carrer|camino|carretera|rua|travessa|praça|alameda|estrada|rodovia|via|viale|corso|"
    "piazza|vicolo|largo|ulica|ul|aleja|al|os|улица|ул|проспект|просп|пр|переулок|пер|бульвар|наб"
)
#: Those that mean nothing else in any of the languages: the name behind them may be lower case.
ONLY_STREETS = frozenset(
    ("c/", "calle", "avenida", "avda", "carrer", "rua", "travessa", "praça", "viale", "piazza",
     "vicolo", "ulica", "улица", "ул", "ул.", "проспект", "переулок")
)  # fmt: skip
_NAME_WORD = rf"[{_LETTER}{_CYRILLIC}0-9'.-]{{2,25}}"
#: Kind of street first: French, Spanish, Portuguese, Italian, Polish, Russian.
NUMBER_BEHIND = re.compile(
    rf"(?:(?<![0-9])[0-9]{{6}},\s(?:г\.?\s?[{_CYRILLIC}0-9-]{{2,25}}(?:\s[{_CYRILLIC}-]{{2,25}})?,\s)?)?"
    rf"(?<![{_LETTER}{_CYRILLIC}])(?P<street>c/|(?:{_STREET_FIRST})\.?)\s"
    r"(?:(?:de|del|della|dei|degli|delle|di|da|do|dos|das|la|las|los|le|el|du|des)\s){0,2}"
    rf"(?P<name>(?:{_NAME_WORD}\s?){{1,4}}?),?\s(?:no?[°.]{{0,2}}|nr\.?|núm\.?|д\.?)?\s?{_HOUSE}"
    rf"{_PLACE}",
    re.IGNORECASE,
)
NUMBER_BEFORE = re.compile(
    r"(?<![0-9])[0-9]{1,4}(?:\s?(?:bis|ter))?,?\s(?:rue|avenue|boulevard|bd|allée|allées|chemin|"
    rf"impasse|quai|cours|route)\s(?:(?:de|du|des|la|le|les|d'|l')\s?){{0,2}}{_NAME_WORD}"
    rf"(?-i:(?:[\s-][{_UPPER}][{_LETTER}'-]{{1,25}}){{0,3}}){_PLACE}",
    re.IGNORECASE,
)

# --- East Asia, and boxes ----------------------------------------------------------------------

_HAN, _KANA = "\u4e00-\u9fff", "\u3040-\u30ff"
_STEP = "(?:丁目|番地?|号)"
_BLOCK = (
    rf"[0-9]{{1,4}}(?:-[0-9]{{1,4}}|{_STEP})(?:-?[0-9]{{1,4}}){{0,2}}(?:{_STEP}[0-9]{{0,4}}){{0,2}}"
)
EAST_ASIAN = re.compile(
    rf"[{_HAN}]{{1,12}}(?:路|街|道|巷|弄|大街|大道)[0-9]{{1,5}}(?:号|號)"
    rf"|〒\s?[0-9]{{3}}-?[0-9]{{4}}(?:\s?[{_HAN}{_KANA}]{{2,30}}(?:{_BLOCK}|[0-9]{{1,4}})?)?"
    rf"|[{_HAN}]{{1,4}}[都道府県市区][{_HAN}{_KANA}]{{1,20}}{_BLOCK}"
    r"|[\uac00-\ud7a3]{1,10}(?:로|길)\s?[0-9]{1,4}(?:-[0-9]{1,3})?(?:번지|호|길)?(?![0-9])"
)
POST_BOX = re.compile(
    r"(?<![A-Za-z])(?:p\.?\s?o\.?\s?box|postfach|boîte postale|apartado)\s#?[0-9]{1,7}",
    re.IGNORECASE,
)
