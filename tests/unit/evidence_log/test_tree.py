import pytest

from storage.evidence_log.proofs import consistent, leaf_hash, root_from_inclusion
from storage.evidence_log.tree import EMPTY_ROOT, Tree

# The vectors of the Certificate Transparency reference implementation.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def tree(size: int) -> Tree:
    return Tree(leaf_hash(bytes.fromhex(text)) for text in LEAVES[:size])


def test_the_roots_are_those_of_every_other_implementation() -> None:
    assert Tree().root() == EMPTY_ROOT
    assert [tree(size).root().hex() for size in range(1, 9)] == ROOTS
    assert [tree(8).root(size).hex() for size in range(1, 9)] == ROOTS


def test_a_leaf_is_never_taken_for_an_inner_node() -> None:
    whole = tree(2)
    forged = bytes.fromhex(ROOTS[0]) + leaf_hash(b"\x00")
    assert leaf_hash(forged) != whole.root()


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (9, 8)])
def test_a_place_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    assert root_from_inclusion(b"x" * 32, index, size, []) is None
    with pytest.raises(IndexError):
        tree(8).inclusions([index], size)[0]


def test_a_longer_or_shorter_path_leads_nowhere() -> None:
    whole = tree(8)
    path = whole.inclusions([5], 8)[0]
    leaf = leaf_hash(bytes.fromhex(LEAVES[5]))
    assert root_from_inclusion(leaf, 5, 8, path) == whole.root()
    assert root_from_inclusion(leaf, 5, 8, path[:-1]) != whole.root()
    assert root_from_inclusion(leaf, 5, 8, (*path, path[0])) is None


def test_nothing_is_consistent_with_an_empty_or_a_larger_log() -> None:
    whole = tree(8)
    assert not consistent(0, EMPTY_ROOT, 8, whole.root(), [])
    assert not consistent(8, whole.root(), 5, whole.root(5), [])
    assert not consistent(3, whole.root(3), 8, whole.root(), [])
