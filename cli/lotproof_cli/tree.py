"""A trace as lines that hang below each other. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Branch:
    """What hangs below a node: the node, and how it is tied to the one above."""

    node: str
    tie: str


def draw(
    root: str, below: Mapping[str, Sequence[Branch]], label: Callable[[str], Sequence[str]]
) -> Iterator[str]:
    """Draw everything that hangs below `root`. label: the lines of a node, the first one its name.

    A node that hangs in several places is drawn whole once, and named with an arrow elsewhere.
    """
    drawn = {root}
    yield from label(root)
    todo = _hang(root, below, "")
    while todo:
        branch, indent, is_last = todo.pop()
        first, *rest = label(branch.node)
        again = branch.node in drawn
        yield f"{indent}{'└' if is_last else '├'}─ {branch.tie}"
        inner = indent + ("   " if is_last else "│  ")
        yield f"{inner}{first}{'  ↑ see above' if again else ''}"
        if not again:
            drawn.add(branch.node)
            yield from (inner + line for line in rest)
            todo += _hang(branch.node, below, inner)


def _hang(node: str, below: Mapping[str, Sequence[Branch]], indent: str) -> list[tuple[Branch, str, bool]]:
    """The branches of a node, the first one last, as they are taken from the end."""
    branches = below.get(node, ())
    return [(branch, indent, at == len(branches) - 1) for at, branch in enumerate(branches)][::-1]
