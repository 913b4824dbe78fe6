"""What a signed payload may not say in the clear: taken out, and stood for by salted digests.

- A digest is base64url(SHA-256(base64url(JSON [salt, name, value]))), as RFC 9901, section 4.2, has it for
  object members. The JSON here is JCS, so that salt, name and value alone give the digest again.
- name: the JSON Pointer (RFC 6901) of what was taken out, relative to `signed` as it was before. An element
  of a list is named by its index in the whole list.
- Whoever destroys salt and value leaves a digest that fits nothing. Where only some elements of one list are
  revealed again, they keep their order, but not their distance from those that stay hidden.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from lotproof.kernel.errors import InvalidInputError, LogFaultError
from lotproof.proof.canonical import jcs

SALT_SIZE = 16
_DIGESTS = "_sd"
# The verifier reads these, so they can never be hidden.
_ALWAYS_CLEAR = frozenset({_DIGESTS, "by", "role", "kind", "about", "seen", "corrects", "key", "erase"})
_Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What opens one digest. salt: base64url of 128 bits.  name: JSON Pointer.  value: any JSON value."""

    digest: str
    salt: str
    name: str
    value: Any


def digest(salt_b64: str, name: str, value: Any) -> str:
    """Return the digest that stands for a value under a name."""
    return digest_of(encode(salt_b64, name, value))


def encode(salt_b64: str, name: str, value: Any) -> str:
    """Return the disclosure as RFC 9901 passes it on: base64url of the JSON array."""
    # JCS writes a list as its elements between commas, and a text by itself is written faster than in a list.
    return _base64url(b"[" + b",".join((jcs(salt_b64), jcs(name), jcs(value))) + b"]")


def digest_of(encoded: str) -> str:
    """Return the digest of an encoded disclosure, whoever wrote its JSON."""
    return _base64url(sha256(encoded.encode("ascii")).digest())


def hide(
    signed: Mapping[str, Any], pointers: Sequence[str], salts: Callable[[], bytes]
) -> tuple[dict[str, Any], list[Disclosure]]:
    """Take out what `pointers` name; return the public payload with its sorted `_sd`, and the disclosures.

    salts: returns 16 fresh random bytes at every call.  A pointer that names nothing is an error, and so is
    one inside another.
    Raises: InvalidInputError `invalid_pointer`.
    """
    public: dict[str, Any] = _copied(dict(signed))
    paths = sorted({_path(pointer) for pointer in pointers}, key=_place)
    _refuse_nested(paths)
    found = [(path, _value_at(public, path)) for path in paths]
    disclosures = [_disclose(path, value, salts()) for path, value in found]
    for path in reversed(paths):
        _remove(public, path)
    if disclosures:
        public[_DIGESTS] = sorted([*public.get(_DIGESTS, []), *(one.digest for one in disclosures)])
    return public, disclosures


def reveal(public: Mapping[str, Any], disclosures: Sequence[Disclosure]) -> dict[str, Any]:
    """Put back what was taken out; returns the payload without `_sd`.

    Raises: LogFaultError `disclosure_does_not_fit` for one that the payload holds no digest of, or that has
    no place in it.
    """
    return reveal_in(_copied(dict(public)), disclosures)


def reveal_in(full: dict[str, Any], disclosures: Sequence[Disclosure]) -> dict[str, Any]:
    """As `reveal`, in the payload itself, which is returned: for whoever has just read it, and needs it once."""
    digests = set(full.pop(_DIGESTS, []))
    for one in disclosures:
        if digest(one.salt, one.name, one.value) != one.digest or one.digest not in digests:
            raise _does_not_fit(one.name, "the payload holds no digest of it")
        digests.remove(one.digest)
    for one in sorted(disclosures, key=lambda one: _place(_path(one.name))):
        _insert(full, _path(one.name), _copied(one.value))
    return full


def _copied(value: Any) -> Any:
    """A copy of a JSON value. `copy.deepcopy` remembers everything that it has met, and takes ten times as long."""
    if isinstance(value, dict):
        return {name: _copied(one) for name, one in value.items()}
    return [_copied(one) for one in value] if isinstance(value, list) else value


def _disclose(path: _Path, value: Any, salt: bytes) -> Disclosure:
    if len(salt) != SALT_SIZE:
        raise ValueError(f"a salt has {SALT_SIZE} bytes")
    name, salt_b64 = _pointer(path), _base64url(salt)
    return Disclosure(digest(salt_b64, name, value), salt_b64, name, value)


def _path(pointer: str) -> _Path:
    head, *tokens = pointer.split("/")
    if head or not tokens or tokens[0] in _ALWAYS_CLEAR:
        raise InvalidInputError("invalid_pointer", f"this cannot be hidden: {pointer!r}")
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in tokens)


def _pointer(path: _Path) -> str:
    return "".join("/" + token.replace("~", "~0").replace("/", "~1") for token in path)


def _place(path: _Path) -> list[tuple[int, str]]:
    """Sort list elements by index, so that they can be put back in ascending order."""
    return [(int(token) if token.isdecimal() else -1, token) for token in path]


def _refuse_nested(paths: Sequence[_Path]) -> None:
    known = set(paths)
    for path in paths:
        if any(path[:length] in known for length in range(1, len(path))):
            raise InvalidInputError("invalid_pointer", f"{_pointer(path)!r} lies inside another one")


def _step(value: Any, token: str) -> Any:
    try:
        return value[token] if isinstance(value, dict) else value[_index(value, token)]
    except (KeyError, IndexError):
        raise InvalidInputError("invalid_pointer", f"there is no {token!r} here") from None


def _index(value: Any, token: str) -> int:
    if not isinstance(value, list) or not token.isascii() or not token.isdigit() or str(int(token)) != token:
        raise InvalidInputError("invalid_pointer", f"{token!r} is no index into a list")
    return int(token)


def _value_at(value: Any, path: _Path) -> Any:
    for token in path:
        value = _step(value, token)
    return value


def _remove(root: dict[str, Any], path: _Path) -> None:
    parent = _value_at(root, path[:-1])
    del parent[path[-1] if isinstance(parent, dict) else int(path[-1])]


def _insert(root: dict[str, Any], path: _Path, value: Any) -> None:
    try:
        parent = _value_at(root, path[:-1])
        if isinstance(parent, dict) and path[-1] not in parent:
            parent[path[-1]] = value
        elif isinstance(parent, list):
            parent.insert(_index(parent, path[-1]), value)
        else:
            raise _does_not_fit(_pointer(path), "its place is taken")
    except InvalidInputError:
        raise _does_not_fit(_pointer(path), "its place is not there") from None


def _does_not_fit(name: str, why: str) -> LogFaultError:
    return LogFaultError("disclosure_does_not_fit", f"what was disclosed for {name} does not fit: {why}")


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
