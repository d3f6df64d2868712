"""Every write is a verb: keyword arguments, `by=`, one transaction, the log first."""

import ast

import pytest

from audit.verbs import Verb
from tests.architecture.sources import called_names, modules, public_functions

VERB_FILES = ("*/actions.py", "*/actions/*.py")
VERBS = [
    (path, function) for path, tree in modules(*VERB_FILES) for function in public_functions(tree)
]


def test_there_are_verbs_to_look_at():
    assert len(VERBS) > 20


@pytest.mark.parametrize(("path", "verb"), VERBS, ids=[f"{p}:{f.name}" for p, f in VERBS])
def test_a_verb_is_atomic_takes_keywords_and_says_by_whom(path, verb):
    decorators = {ast.unparse(decorator) for decorator in verb.decorator_list}
    assert decorators & {"transaction.atomic", "transaction.atomic()"}, "no transaction of its own"
    assert not verb.args.args, "positional arguments"
    assert "by" in {argument.arg for argument in verb.args.kwonlyargs}, "does not say by whom"
    assert ast.get_docstring(verb), "does not say what it means"


@pytest.mark.parametrize(("path", "verb"), VERBS, ids=[f"{p}:{f.name}" for p, f in VERBS])
def test_a_verb_writes_the_log(path, verb):
    others = {function.name for _, function in VERBS if function.name != verb.name}
    tree = next(tree for p, tree in modules(*VERB_FILES) if p == path)
    helpers = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("_")
        and called_names(node) & {"record", "record_each", *others}
    }
    names = {"record", "record_each"} | helpers | others
    assert called_names(verb) & names, "leaves no entry"


def test_a_page_that_asks_whether_a_verb_succeeded_gets_an_answer():
    """`if carry_out(form, verb)` goes on where the verb gives something: one that gives None never seems to."""
    gives: dict[str, set[bool]] = {}
    for _, verb in VERBS:
        gives.setdefault(verb.name, set()).add(ast.unparse(verb.returns or verb) != "None")
    # Of two verbs of one name it is enough that one gives something.
    nothing = {name for name, answers in gives.items() if answers == {False}}
    asked = [
        (path, call.args[1])
        for path, tree in modules("*/views.py", "*/views/*.py")
        for condition in ast.walk(tree)
        if isinstance(condition, ast.If)
        for call in ast.walk(condition.test)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "carry_out"
    ]
    assert len(asked) > 50
    assert [
        f"{p}: {ast.unparse(v)}" for p, v in asked if ast.unparse(v).split(".")[-1] in nothing
    ] == []


WRITES = {"save", "create", "bulk_create", "bulk_update", "update", "delete", "get_or_create"}
WRITES |= {"update_or_create", "aupdate", "adelete", "asave", "acreate"}
# Where `update` or `delete` is a word of Python's dictionaries and sets, or of the queue.
MAY_WRITE = ("actions", "management", "migrations", "log.py", "role_groups.py", "models.py")


def test_nothing_but_verbs_writes():
    """Views, forms, admin and queries call no method that writes rows."""
    found = []
    for path, tree in modules(
        "*/views.py",
        "*/views/*.py",
        "*/forms.py",
        "*/forms/*.py",
        "*/admin.py",
        "*/admin/*.py",
        "*/queries.py",
        "*/queries/*.py",
        "*/permissions.py",
        "*/permissions/*.py",
        "*/tasks.py",
        # What stands between doors and tables, beside neither.
        "cases/leave.py",
        "cases/reach.py",
        "cases/closed.py",
        "cases/restricted.py",
    ):
        if "actions" in path.parts:
            continue  # verbs about tasks; the worker's tasks.py lies beside the models
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in WRITES
                and not _is_plain_python(node.func.value)
            ):
                found.append(f"{path}:{node.lineno} {ast.unparse(node.func)}")
    assert found == []


def _is_plain_python(owner: ast.expr) -> bool:
    """A dictionary or set written out, or one of the names our code gives to them."""
    if isinstance(owner, ast.Dict | ast.Set):
        return True
    return isinstance(owner, ast.Name) and owner.id in {"context", "values", "initial", "attrs"}


def test_views_ask_no_table():
    """A record reaches a view through a door in queries, never through a manager."""
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules("*/views.py", "*/views/*.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_base_manager"}
    ]
    assert found == []


def test_verbs_have_a_noun_and_words():
    for verb in Verb:
        noun, dot, act = verb.value.partition(".")
        assert all((noun, dot, act)), verb
        assert verb.words


def test_every_task_of_the_worker_says_what_it_follows_from():
    """What the software does by itself stands in the log with the action that it follows from."""
    tasks = {
        f"{path}:{node.name}": {
            ast.unparse(decorator).partition("(")[0] for decorator in node.decorator_list
        }
        for path, tree in modules()
        for node in tree.body
        # One that awaits gives jobs back to the queue, and touches no record.
        if isinstance(node, ast.FunctionDef)
    }
    tasks = {name: decorators for name, decorators in tasks.items() if "app.task" in decorators}
    assert len(tasks) > 15
    assert {name for name, decorators in tasks.items() if "because" not in decorators} == set()


def test_a_refusal_is_put_on_a_form_where_it_leaves_its_attempt():
    """`form.add_error(…, str(refusal))` would say no without an entry: `core.pages.refused` writes one."""
    found, told = [], 0
    for path, tree in modules("*/views.py", "*/views/*.py", "*/admin.py", "*/admin/*.py"):
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and node.name:
                told += "refused" in called_names(node)
                if "add_error" in called_names(node):
                    found.append(f"{path}:{node.lineno}")
    assert told
    assert not found, found
