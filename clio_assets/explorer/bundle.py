"""The page in few files: modules put together and styles put together, for the server; and in one
file, styles and icon inside and data as base64, for the export.

Modules are concatenated in the order in which they import each other, each one in a function of its
own that returns what it exports. That asks for the plain forms alone, and everything else is
refused: static relative imports of names or of a namespace, exports of functions, classes and
constants where they are declared or in a list, no cycles.
"""

import base64
import hashlib
import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

#: Reads a file of the page by its name.
Read = Callable[[str], str]

_IMPORT: Final = re.compile(
    r"^import\s+(?:(?P<what>\{[^{}]*\}|\*\s+as\s+\w+)\s+from\s+)?"
    r"\"(?P<path>\.{1,2}/[^\"]+)\";[ \t]*$",
    re.MULTILINE,
)
_DECLARED: Final = re.compile(
    r"^export\s+(?P<kind>(?:async\s+)?function\*?|class|const)\s+(?P<name>[\w$]+)", re.MULTILINE
)
_LISTED: Final = re.compile(r"^export\s*\{(?P<names>[^{}]*)\};[ \t]*$", re.MULTILINE)
_ALIAS: Final = re.compile(r"\s+as\s+")
_UNKNOWN: Final = re.compile(
    r"^\s*(?:import|export)\b|\bimport\s*\(|\bimport\.meta\b", re.MULTILINE
)

_STYLESHEET: Final = re.compile(
    r'<link rel="stylesheet" href="(?P<path>[^"]+)"(?: media="(?P<media>[^"]+)")?\s*/?>'
)
_ICON: Final = re.compile(r'<link rel="icon" href="(?P<path>[^"]+)"(?P<rest>[^>]*)>')
_SCRIPT: Final = re.compile(r'[ \t]*<script type="module" src="(?P<path>[^"]+)"></script>\n?')
_CHARSET: Final = re.compile(r'<meta charset="utf-8"\s*/?>')


def page_in_one(page: str, read: Read, data: Mapping[str, bytes]) -> str:
    """The page with all that it loads inside it, and each of `data` in an element of that id."""
    styles: list[str] = []
    if "</body>" not in page or len(_CHARSET.findall(page)) != 1:
        raise ValueError("the page needs one charset and a body")

    def inline_style(match: re.Match[str]) -> str:
        styles.append(_style(match, read))
        return f"<style>{_safe(styles[-1])}</style>"

    def inline_icon(match: re.Match[str]) -> str:
        encoded = base64.b64encode(read(match["path"]).encode()).decode()
        return f'<link rel="icon" href="data:image/svg+xml;base64,{encoded}"{match["rest"]}>'

    script = _safe(script_of(page, read))
    page = _STYLESHEET.sub(inline_style, _ICON.sub(inline_icon, _SCRIPT.sub("", page)))
    elements = [
        f'<script type="application/octet-stream;base64" id="{name}">'
        f"{base64.b64encode(content).decode()}</script>\n"
        for name, content in data.items()
    ]
    policy = f'<meta http-equiv="Content-Security-Policy" content="{_policy(script, styles)}">'
    page = _CHARSET.sub(lambda match: f"{match[0]}\n    {policy}", page)
    end = f'{"".join(elements)}<script type="module">{script}</script>\n</body>'
    return "".join((page[: page.rindex("</body>")], end, page[page.rindex("</body>") + 7 :]))


def page_of_two(page: str, script: str, style: str) -> str:
    """The page with the addresses of one script and one style sheet in place of all of its own."""
    first = _STYLESHEET.search(page)
    if first is None:
        raise ValueError("the page has no style sheet")
    start, rest = page[: first.start()], _STYLESHEET.sub("", page[first.end() :])
    rest = _SCRIPT.sub(f'    <script type="module" src="{script}"></script>\n', rest)
    return f'{start}<link rel="stylesheet" href="{style}" />{rest}'


def script_of(page: str, read: Read) -> str:
    """The page's modules as one script."""
    entries = [match["path"] for match in _SCRIPT.finditer(page)]
    if len(entries) != 1:
        raise ValueError("the page needs one module script")
    return bundle(entries[0], read)


def style_of(page: str, read: Read) -> str:
    """The page's style sheets as one, in their order."""
    return "".join(_style(match, read) for match in _STYLESHEET.finditer(page))


def _style(match: re.Match[str], read: Read) -> str:
    """A linked style sheet, for the media that its link names."""
    text = read(match["path"])
    return f"@media {match['media']} {{\n{text}}}\n" if match["media"] else text


def bundle(entry: str, read: Read) -> str:
    """The module and all that it imports as one script."""
    sources: dict[str, str] = {}
    _collect(entry, read, sources, ())
    place = {name: f"module{at}" for at, name in enumerate(sources)}
    parts = [_wrapped(name, source, place) for name, source in sources.items()]
    return "\n".join(parts)


def _collect(name: str, read: Read, sources: dict[str, str], above: tuple[str, ...]) -> None:
    """Add the module to the sources, after those that it imports."""
    if name in above:
        raise ValueError(f"{name} imports itself, by way of {' and '.join(above[1:])}")
    if name in sources:
        return
    source = read(name)
    for match in _IMPORT.finditer(source):
        _collect(_resolved(name, match["path"]), read, sources, (*above, name))
    sources[name] = source


def _wrapped(name: str, source: str, place: Mapping[str, str]) -> str:
    """The module as a function that is called at once and returns its exports."""
    exports: dict[str, str] = {}

    def imported(match: re.Match[str]) -> str:
        origin = place[_resolved(name, match["path"])]
        what = match["what"]
        if what is None:
            return ""
        if what.startswith("*"):
            return f"const {what.split()[-1]} = {origin};"
        return f"const {_ALIAS.sub(': ', what)} = {origin};"

    def declared(match: re.Match[str]) -> str:
        exports[match["name"]] = match["name"]
        return f"{match['kind']} {match['name']}"

    def listed(match: re.Match[str]) -> str:
        for one in filter(None, map(str.strip, match["names"].split(","))):
            own, _, public = one.partition(" as ")
            exports[public.strip() or own] = own.strip()
        return ""

    code = _LISTED.sub(listed, _DECLARED.sub(declared, _IMPORT.sub(imported, source)))
    unknown = _UNKNOWN.search(code)
    if unknown:
        line = code.count("\n", 0, unknown.start()) + 1
        raise ValueError(f"{name}, line {line}: an import or export that cannot be bundled")
    returned = ", ".join(f"{public}: {own}" for public, own in sorted(exports.items()))
    return f"const {place[name]} = (() => {{\n{code}\nreturn {{ {returned} }};\n}})();\n"


def _resolved(name: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def _safe(text: str) -> str:
    """Text that cannot end the element it stands in."""
    if re.search(r"</(?:script|style)|<!--|<script", text, re.IGNORECASE):
        raise ValueError("a script or style of the page holds text that ends its element")
    return text


def _policy(script: str, styles: Sequence[str]) -> str:
    """The page's own script and styles, and no connection at all."""
    hashes = " ".join(map(_hash, styles)) or "'none'"
    return (
        f"default-src 'none'; script-src {_hash(script)}; style-src {hashes}; img-src data:; "
        "connect-src 'none'; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
