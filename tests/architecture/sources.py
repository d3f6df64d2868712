"""Reading our own source: what the guards look at."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from core.privacy import OUR_APPS

ROOT = Path(__file__).resolve().parents[2]
OUR_FOLDERS = tuple(
    name for name in ("core", *OUR_APPS, "parenting2000") if (ROOT / name / "__init__.py").exists()
)


def modules(*patterns: str) -> Iterator[tuple[Path, ast.Module]]:
    """Our Python files, parsed; migrations left out. `patterns` match the path from the root."""
    for folder in OUR_FOLDERS:
        for path in _files(folder):
            relative = path.relative_to(ROOT)
            if "migrations" in relative.parts:
                continue
            if not patterns or any(relative.match(pattern) for pattern in patterns):
                yield relative, _parsed(path)


@cache
def _files(folder: str) -> tuple[Path, ...]:
    return tuple(sorted((ROOT / folder).rglob("*.py")))


@cache
def _parsed(path: Path) -> ast.Module:
    # Hundreds of guards look at the same files.
    return ast.parse(path.read_text())


def public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


def called_names(node: ast.AST) -> set[str]:
    """The names of everything that `node` calls: `record(...)` and `actions.record(...)` alike."""
    names = set()
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            if isinstance(call.func, ast.Name):
                names.add(call.func.id)
            elif isinstance(call.func, ast.Attribute):
                names.add(call.func.attr)
    return names
