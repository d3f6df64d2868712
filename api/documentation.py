"""The OpenAPI description, as a page of our own shows it: no script, and nothing from elsewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field or parameter: its name, of what kind, whether it must be sent, and what it means."""

    name: str
    kind: str
    required: bool
    meaning: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing a program can ask."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[FieldRow]
    sends: list[FieldRow]
    answers: list[FieldRow]


@dataclass(frozen=True, slots=True)
class Group:
    """Operations about one thing."""

    name: str
    operations: list[Operation]


def operations(schema: Mapping[str, Any]) -> list[Group]:
    """The operations of an OpenAPI description, by what they are about."""
    groups: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            for tag in told.get("tags", ["Other"]):
                groups.setdefault(tag, []).append(_operation(schema, path, method, told))
    return [Group(name=name, operations=found) for name, found in groups.items()]


def _operation(
    schema: Mapping[str, Any], path: str, method: str, told: Mapping[str, Any]
) -> Operation:
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    good = next(answer for status, answer in told["responses"].items() if int(status) < 300)
    given = good.get("content", {}).get("application/json", {})
    return Operation(
        anchor=str(told["operationId"]),
        method=method.upper(),
        path=path,
        summary=told["summary"],
        description=" ".join(told.get("description", "").split()),
        parameters=[
            FieldRow(
                name=one["name"],
                kind=_kind(one["schema"]),
                required=one.get("required", False),
                meaning={"path": "in the address", "query": "in the query"}.get(
                    one["in"], "a header"
                ),
            )
            for one in told.get("parameters", [])
        ],
        sends=list(_fields(schema, body.get("schema", {}))),
        answers=list(_fields(schema, given.get("schema", {}))),
    )


def _fields(schema: Mapping[str, Any], of: Mapping[str, Any]) -> Iterator[FieldRow]:
    model = _resolved(schema, of)
    for name, told in model.get("properties", {}).items():
        yield FieldRow(
            name=name,
            kind=_kind(told),
            required=name in model.get("required", []),
            meaning=str(_resolved(schema, told).get("description", "")).strip(),
        )
        inner = told.get("items", {})
        if "$ref" in inner:
            for row in _fields(schema, inner):
                yield FieldRow(f"{name}[].{row.name}", row.kind, row.required, row.meaning)


def _resolved(schema: Mapping[str, Any], told: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference to one of the named schemas leads to."""
    if "$ref" not in told:
        return told
    name = str(told["$ref"]).rpartition("/")[2]
    found: Mapping[str, Any] = schema["components"]["schemas"][name]
    return found


def _kind(told: Mapping[str, Any]) -> str:
    if "anyOf" in told:
        return " or ".join(_kind(one) for one in told["anyOf"])
    if "$ref" in told:
        return "one of a list" if "properties" not in told else "object"
    if told.get("type") == "array":
        return f"list of {_kind(told.get('items', {}))}"
    if "enum" in told:
        return "one of " + ", ".join(str(one) for one in told["enum"])
    return str(told.get("format") or told.get("type") or "any").replace("null", "nothing")
