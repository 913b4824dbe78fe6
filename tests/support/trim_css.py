"""Keep of a minified style sheet what our pages can use: rules by their classes, variables by who reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

_SIZE = r"(?:-(?:sm|md|lg|xl))?"
_KEPT = re.compile(
    "|".join(
        (
            r"container(?:-(?:xl|fluid|tight|narrow))?", rf"row(?:-(?:cards|cols{_SIZE}-\d))?",
            rf"col{_SIZE}(?:-(?:auto|\d+))?", rf"g[xy]?{_SIZE}-\d", rf"order{_SIZE}-\w+",
            r"card(?:-(?:header|body|title|subtitle|footer|table|sm|actions|link|borderless))?",
            r"btn(?:-(?:primary|secondary|danger|link|icon|sm|lg|list|outline-(?:primary|secondary|danger)))?",
            r"form-(?:label|control|select|check|check-input|check-label|check-inline|hint|text|fieldset|switch|help)",
            r"col-form-label", r"(?:form-control|form-select|input-group)-(?:sm|lg)", r"input-group(?:-text|-flat)?",
            r"(?:in)?valid-feedback", r"is-invalid", r"required",
            r"table(?:-(?:responsive|vcenter|sm|hover|striped|nowrap|mobile-md))?",
            r"list-group(?:-(?:item|flush|item-action))?", r"breadcrumb(?:-(?:item|arrows))?",
            r"pagination", r"page-(?:item|link|header|title|pretitle|body)", r"active", r"disabled",
            r"alert(?:-(?:title|link))?", r"datagrid(?:-(?:item|title|content))?", r"divide-y(?:-\d)?",
            r"progress(?:-bar)?", r"hr-text", r"subheader", r"steps", r"step-item", r"list-(?:unstyled|inline)",
            rf"d{_SIZE}-(?:none|flex|block|grid|inline|inline-flex|inline-block)",
            rf"flex{_SIZE}-(?:row|column|wrap|nowrap|fill|grow-\d|shrink-\d)",
            rf"(?:justify-content|align-items|align-self){_SIZE}-\w+", rf"gap{_SIZE}-\d",
            rf"[mp][tbsexy]?{_SIZE}-(?:\d|auto)", rf"text{_SIZE}-(?:center|end|start)",
            r"text-(?:secondary|danger|nowrap|truncate|break|wrap|decoration-none|reset|uppercase)",
            r"f[sw]-\w+", r"[wh]-(?:25|50|75|100|auto)", r"visually-hidden(?:-focusable)?", r"img-fluid",
            r"rounded(?:-\d)?", r"border(?:-(?:0|top|bottom|start|end))?", r"small", r"lead", r"strong", r"h[1-6]",
            r"overflow-(?:auto|hidden)", r"position-(?:relative|absolute|sticky)", r"sticky-top", r"stretched-link",
        )
    )
)  # fmt: skip
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_OURS_ELSEWHERE = re.compile(
    r"\[data-bs-theme=dark\]|\[dir=rtl\]|\[data-bs-theme-|::-webkit-scrollbar|\.was-validated"
)
_DECLARED = re.compile(r"(--[\w-]+):(?:[^;{}\"']|\"[^\"]*\"|'[^']*')*;?")


def trim(text: str) -> str:
    """Return the style sheet with what we keep; its first comment, which names the licence, stays."""
    head = re.match(r"(?:@charset[^;]*;)?\s*(/\*!.*?\*/)", text, re.DOTALL)
    body = re.sub(r"@charset[^;]*;|/\*.*?\*/", "", text, flags=re.DOTALL)
    return (head[1] + "\n" if head else "") + _without_unread("".join(_kept(body))) + "\n"


def _kept(text: str) -> Iterator[str]:
    for before, block in _rules(text):
        if before.startswith(("@media", "@supports")):
            if "prefers-color-scheme" not in before and (inner := "".join(_kept(block))):
                yield f"{before}{{{inner}}}"
        elif before.startswith("@"):
            continue  # fonts, animations, layers: none is used
        elif selectors := [one for one in _selectors(before) if _is_kept(one)]:
            yield f"{','.join(selectors)}{{{block}}}"


def _is_kept(selector: str) -> bool:
    return not _OURS_ELSEWHERE.search(selector) and all(
        _KEPT.fullmatch(name) for name in _CLASS.findall(selector)
    )


def _selectors(text: str) -> list[str]:
    return re.split(r",(?![^(]*\))", text)


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """Yield what stands before each block, and the block; strings may hold braces."""
    depth, start, opened, quote = 0, 0, 0, ""
    for at, character in enumerate(text):
        if quote:
            quote = "" if character == quote and text[at - 1] != "\\" else quote
        elif character in "\"'":
            quote = character
        elif character == "{":
            depth += 1
            opened = at if depth == 1 else opened
        elif character == "}":
            depth -= 1
            if depth == 0:
                yield text[start:opened].strip(), text[opened + 1 : at]
                start = at + 1
        elif character == ";" and depth == 0:
            start = at + 1


def _without_unread(text: str) -> str:
    """Leave out variables that nothing reads, until there is none."""
    while True:
        read = set(re.findall(r"var\((--[\w-]+)", text)) | _OWN
        after = _DECLARED.sub(partial(_if_read, read), text)
        if after == text:
            return re.sub(r"[^{}]+\{\}", "", after)
        text = after


def _if_read(read: set[str], found: re.Match[str]) -> str:
    return found[0] if found[1] in read else ""


_OWN = {
    f"--tblr-{name}"
    for name in ("primary", "body-bg", "body-color", "border-color", "border-radius", "secondary")
}
"""What our own style sheet reads or sets."""
