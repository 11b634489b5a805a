"""What holds of every log: each leaf is provable, growth is provable, and nothing else is."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from facts.digest import Digest
from storage.evidence_log.errors import LogInputError
from storage.evidence_log.head import HeadFile
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.evidence_log.proofs import consistent, ed25519, leaf_hash, root_from_inclusion
from storage.evidence_log.signature import Ed25519Signer
from storage.evidence_log.tree import Tree
from tests.fixtures.log_keeper import START, leaf, rewrite_log

SIZES = st.integers(1, 200)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants bounds without a zone

SUBJECTS = st.text(st.characters(exclude_characters="\0"))


def grown(size: int, salt: int = 0) -> Tree:
    return Tree(leaf_hash(f"{salt} {number}".encode()) for number in range(size))


@given(SIZES, st.data())
def test_every_leaf_of_every_size_is_proven_and_no_other_place_or_leaf_is(size: int, data: st.DataObject) -> None:
    tree, index = grown(size), data.draw(st.integers(0, size - 1))
    path, leaf = tree.inclusions([index], size)[0], leaf_hash(f"0 {index}".encode())
    assert root_from_inclusion(leaf, index, size, path) == tree.root()
    other = data.draw(st.integers(0, size - 1))
    assume(other != index)
    assert root_from_inclusion(leaf, other, size, path) != tree.root()
    assert root_from_inclusion(leaf_hash(b"another"), index, size, path) != tree.root()


@given(SIZES, SIZES)
def test_growth_is_proven_and_rewriting_is_not(one: int, two: int) -> None:
    old, new = sorted((one, two))
    tree, other = grown(new), grown(new, salt=1)
    path = tree.consistency(old, new)
    assert consistent(old, tree.root(old), new, tree.root(), path)
    assert not consistent(old, other.root(old), new, tree.root(), path)
    assert not consistent(old, tree.root(old), new, other.root(), other.consistency(old, new))


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.integers(0, 40), min_size=1, max_size=4), st.data())
def test_the_database_gives_the_proofs_of_the_tree_in_memory(
    database: Engine, batches: list[int], data: st.DataObject
) -> None:
    rewrite_log(database, [])
    log, whole = EvidenceLog(database), Tree()
    for count in batches:
        added = [leaf(0, at=START) for _ in range(count)]
        assert log.append(added) == tuple(range(whole.size, whole.size + count))
        for one in added:
            whole.append(leaf_hash(one.to_bytes()))
    assert (log.size, log.root()) == (whole.size, whole.root())
    if whole.size:
        size = data.draw(st.integers(1, whole.size))
        index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
        assert log.inclusions([index], size)[0] == whole.inclusions([index], size)[0]
        assert log.growth(old, size).path == whole.consistency(old, size)


@given(st.sampled_from(LeafKind), MOMENTS, st.binary(), SUBJECTS, st.text())
def test_a_leaf_is_read_back_as_it_was_written(kind: LeafKind, at: datetime, data: bytes, what: str, note: str) -> None:
    try:
        leaf = Leaf(kind, at, Digest.of(data), what, note)
        spelled = leaf.to_bytes()
    except UnicodeEncodeError:
        return  # a lone surrogate is no text
    assert Leaf.from_bytes(spelled) == leaf
    assert b"\n" not in spelled


@given(st.binary(max_size=200))
def test_any_bytes_are_a_leaf_or_a_fault_in_plain_words(data: bytes) -> None:
    with pytest.raises(LogInputError):
        Leaf.from_bytes(data)


@given(
    st.recursive(st.none() | st.integers() | st.text(), lambda kids: st.lists(kids) | st.dictionaries(st.text(), kids))
)
def test_any_json_is_heads_or_a_fault_in_plain_words(value: object) -> None:
    spelled = repr(value).replace("'", '"').encode(errors="replace")
    with pytest.raises(LogInputError):
        HeadFile.from_bytes(spelled)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=300), st.integers(0, 511))
def test_the_verifier_without_libraries_agrees_with_the_library(seed: bytes, message: bytes, bit: int) -> None:
    signer = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(seed))
    signature, public = signer.sign(message), signer.public
    assert ed25519(public.raw, message, signature)
    flipped = bytearray(signature)
    flipped[bit // 8] ^= 1 << bit % 8
    for wrong in (bytes(flipped), signature[:-1], b"", signature + b"\0"):
        assert ed25519(public.raw, message, wrong) is public.accepts(message, wrong) is False
    assert not ed25519(public.raw, message + b"\0", signature)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64))
def test_no_random_signature_under_a_random_key_is_believed(public: bytes, signature: bytes) -> None:
    assert not ed25519(public, b"message", signature)
