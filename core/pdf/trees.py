"""Walks over the two kinds of sorted tree a PDF keeps things in (ISO 32000-1, 7.9.6 and 7.9.7)."""

from collections.abc import Iterator

from pikepdf import Array, Object, String

# Deeper than any real tree, so that one that bites its own tail does not hold us for ever.
DEPTH = 32


def pairs(tree: Object | None, leaf: str, depth: int = 0) -> Iterator[tuple[Object, Object]]:
    """Yield the keys and values of a name tree (`leaf="/Names"`) or number tree (`"/Nums"`)."""
    if tree is None or depth > DEPTH:
        return
    entries = list(tree.get(leaf, Array()))
    yield from zip(entries[::2], entries[1::2], strict=False)
    for kid in tree.get("/Kids", Array()):
        yield from pairs(kid, leaf, depth + 1)


def names(entries: dict[str, Object]) -> Array:
    """Return the entries of a name tree in the order readers search it: by the name's bytes."""
    ordered = sorted((bytes(String(name)), name) for name in entries)
    return Array([item for _, name in ordered for item in (String(name), entries[name])])
