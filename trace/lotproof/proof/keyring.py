"""Whose key is whose, and when: the key entries of the log, applied in order.

- Entry 0 binds the authority's key, signed by itself. The authority's key also signs for its own party.
- bind: signed by the new key and the authority; rotate: by the old, the new and the authority; revoke: by the
  key itself or the authority. Rotating the authority's key makes the new one the authority.
- What a key is of, an organisation or a person or device of it, stays when it is rotated; a revocation names the
  key as it was bound.
- A key is valid by log index on [bind, revoke), is bound once and never again, and a party may have several.
- Whether the signatures themselves fit is checked elsewhere; here it is whether the right keys made them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from lotproof.kernel.errors import InvalidInputError, LogFaultError
from lotproof.proof.did_key import did_of_method, public_from_did
from lotproof.proof.entry import Entry, check_structure


@dataclass(frozen=True, slots=True)
class KeyBinding:
    """A key and the party that it signs for, from entry `bound_at` to before entry `revoked_at`."""

    did: str
    party: str
    custody: str
    subject: str
    bound_at: int
    revoked_at: int | None = None


class Keyring:
    """All keys that the log has bound so far. authority: the did that binds, None before entry 0."""

    def __init__(self) -> None:
        self.authority: str | None = None
        self._bindings: dict[str, KeyBinding] = {}

    def key_at(self, did: str, index: int) -> KeyBinding | None:
        """Return the binding of a key if it is valid for entry `index`."""
        binding = self._bindings.get(did)
        if binding is None or index < binding.bound_at:
            return None
        return binding if binding.revoked_at is None or index < binding.revoked_at else None

    def bindings(self) -> list[KeyBinding]:
        """Return every key that was ever bound, in the order of binding."""
        return list(self._bindings.values())

    def authority_party(self, index: int) -> str | None:
        """Return the party whose key binds the others for entry `index`, and who signs entries that are no events."""
        binding = self.key_at(self.authority, index) if self.authority is not None else None
        return binding.party if binding is not None else None

    def apply(self, index: int, entry: Entry) -> None:
        """Take over the key entry that stands at `index`; entries come in ascending order.

        Raises: LogFaultError `key_rule_broken`; nothing is changed then.
        """
        problems = check_structure(entry)
        if entry.kind != "key" or problems:
            raise _broken(index, problems[0].message if problems else "it is no key entry")
        act, key = entry.signed["kind"], entry.signed["key"]
        signers = _signers(index, entry)
        if act == "revoke":
            self._revoke(index, key, signers, entry.signed["by"])
        else:
            self._bind(index, act, key, signers, entry.signed["by"])

    @classmethod
    def of(cls, authority: str | None, bindings: Iterable[KeyBinding]) -> "Keyring":
        """Return a keyring that holds these bindings."""
        keyring = cls()
        keyring.authority, keyring._bindings = authority, {one.did: one for one in bindings}
        return keyring

    def copy(self) -> "Keyring":
        """Return a keyring that grows on its own."""
        other = Keyring()
        other.authority, other._bindings = self.authority, dict(self._bindings)
        return other

    def as_dict(self) -> dict[str, Any]:
        """Return all of it as JSON values."""
        return {"authority": self.authority, "bindings": [asdict(one) for one in self._bindings.values()]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Keyring":
        """Read what `as_dict` gave."""
        return cls.of(data["authority"], [KeyBinding(**one) for one in data["bindings"]])

    def _bind(self, index: int, act: str, key: Mapping[str, str], signers: set[str], by: str) -> None:
        did, old = key["id"], key.get("replaces")
        needed = {did} if act == "authority" else {did, self._authority_at(index)}
        if act == "authority" and (index != 0 or self.authority is not None):
            raise _broken(index, "the authority's key is bound by entry 0 alone")
        if did in self._bindings:
            raise _broken(index, f"{did} was bound before")
        _check_point(index, did)
        if old is not None:
            if self._check_same_party(index, old, key["party"]).subject != key["subject"]:
                raise _broken(index, f"{old} is a key of another kind than {did}")
            needed.add(old)
        self._check_signers(index, signers, needed, by, key["party"])
        self._bindings[did] = KeyBinding(did, key["party"], key["custody"], key["subject"], index)
        if old is not None:
            self._bindings[old] = replace(self._bindings[old], revoked_at=index)
        if act == "authority" or (old is not None and old == self.authority):
            self.authority = did

    def _revoke(self, index: int, key: Mapping[str, str], signers: set[str], by: str) -> None:
        did = key["id"]
        bound = self._check_same_party(index, did, key["party"])
        if (bound.custody, bound.subject) != (key["custody"], key["subject"]):
            raise _broken(index, f"{did} was bound with another custody or subject")
        needed = {did} if signers == {did} else {self._authority_at(index)}
        self._check_signers(index, signers, needed, by, key["party"])
        self._bindings[did] = replace(self._bindings[did], revoked_at=index)

    def _authority_at(self, index: int) -> str:
        if self.authority is None or self.key_at(self.authority, index) is None:
            raise _broken(index, "there is no authority that could sign it")
        return self.authority

    def _check_same_party(self, index: int, did: str, party: str) -> KeyBinding:
        binding = self.key_at(did, index)
        if binding is None or binding.party != party:
            raise _broken(index, f"{did} is no valid key of {party}")
        return binding

    def _check_signers(self, index: int, signers: set[str], needed: set[str], by: str, party: str) -> None:
        if signers != needed:
            raise _broken(index, f"it must be signed by {', '.join(sorted(needed))} and nobody else")
        parties = {self._bindings[did].party if did in self._bindings else party for did in signers}
        if by not in parties:
            raise _broken(index, f"{by} says that it wrote it, but did not sign")


def _signers(index: int, entry: Entry) -> set[str]:
    try:
        dids = [did_of_method(str(proof.get("verificationMethod"))) for proof in entry.proofs]
    except InvalidInputError as error:
        raise _broken(index, error.message) from None
    if len(set(dids)) != len(dids):
        raise _broken(index, "one key signed it twice")
    return set(dids)


def _check_point(index: int, did: str) -> None:
    try:
        public_from_did(did)
    except InvalidInputError as error:
        raise _broken(index, error.message) from None


def _broken(index: int, why: str) -> LogFaultError:
    return LogFaultError("key_rule_broken", f"key entry {index}: {why}")
