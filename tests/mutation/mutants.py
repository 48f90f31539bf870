"""The mutants of a module, each with a name that outlives changes of other lines, and its code when it is wanted."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

from tests.mutation.operators import replacements

_AROUND = 36  # characters of the unchanged code shown at each side of a change
_NO_CODE = {"annotation", "returns", "decorator_list", "type_params", "ctx", "ops", "op"}
_DECLARED = (ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Pass)


@dataclass(frozen=True, eq=False)
class Mutant:
    """One change. `function`: the outermost function it is in ("" for what runs on import). `lines`: first and last to run."""

    module: str
    function: str
    lines: tuple[int, int]
    before: str
    after: str
    holder: ast.AST
    field: str
    at: int | None
    new: ast.AST | None

    @property
    def name(self) -> tuple[str, str, str, str]:
        """What it is known by in the list of the argued ones."""
        return self.module, self.function, self.before, self.after

    def put(self) -> ast.AST:
        """Make the change in its tree; gives back what `undo` needs."""
        if self.at is None:
            old = getattr(self.holder, self.field)
            setattr(self.holder, self.field, self.new)
            return old
        items = getattr(self.holder, self.field)
        old = items[self.at]
        items[self.at : self.at + 1] = [] if self.new is None else [self.new]
        return old

    def undo(self, old: ast.AST) -> None:
        """Take the change back."""
        if self.at is None:
            setattr(self.holder, self.field, old)
        else:
            items = getattr(self.holder, self.field)
            items[self.at : self.at + (self.new is not None)] = [old]


class Source:
    """A module's tree and its mutants."""

    def __init__(self, module: str, text: str, path: str) -> None:
        self.module, self.path = module, path
        self.tree = ast.parse(text)
        self.mutants = list(self._of_body(self.tree, (), ""))

    def code(self, mutant: Mutant) -> CodeType:
        """The whole module compiled with this one change."""
        old = mutant.put()
        try:
            return compile(ast.fix_missing_locations(self.tree), self.path, "exec", dont_inherit=True)
        finally:
            mutant.undo(old)

    def _of_body(self, node: ast.AST, scope: tuple[str, ...], function: str) -> Iterator[Mutant]:
        """The mutants of every statement below this node, statement by statement."""
        for field, value in ast.iter_fields(node):
            if not (isinstance(value, list) and value and isinstance(value[0], ast.stmt | ast.ExceptHandler)):
                continue
            for at, each in enumerate(value):
                if isinstance(each, _DECLARED) or _is_docstring(each) or _is_export(each):
                    continue
                if isinstance(each, ast.ClassDef):
                    yield from self._of_body(each, (*scope, each.name), function)
                elif isinstance(each, ast.FunctionDef):
                    yield from self._units(each.args, each.args, function)  # the defaults
                    name = (*scope, each.name)
                    yield from self._of_body(each, name, function or ".".join(name))
                else:
                    yield from self._of_statement(node, field, at, each, scope, function)

    def _of_statement(
        self, holder: ast.AST, field: str, at: int, each: ast.AST, scope: tuple[str, ...], function: str
    ) -> Iterator[Mutant]:
        for new in replacements(each, holder, field):
            yield self._mutant(each, function, holder, field, at, new, each)
        for name, value in ast.iter_fields(each):
            if name in _NO_CODE:
                continue
            for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(child, ast.AST) and not isinstance(child, ast.stmt | ast.ExceptHandler):
                    compound = hasattr(each, "body")
                    yield from self._expression(
                        child, each, name, index, function, child if compound else each
                    )
        yield from self._of_body(each, scope, function)

    def _units(self, args: ast.arguments, unit: ast.AST, function: str) -> Iterator[Mutant]:
        for field in ("defaults", "kw_defaults"):
            for at, child in enumerate(getattr(args, field)):
                if child is not None:
                    yield from self._expression(child, args, field, at, function, unit)

    def _expression(
        self, node: ast.AST, holder: ast.AST, field: str, at: int | None, function: str, unit: ast.AST
    ) -> Iterator[Mutant]:
        """The mutants of this expression and of every one below it. `unit` is what is shown as the changed line."""
        for new in replacements(node, holder, field):
            yield self._mutant(node, function, holder, field, at, new, unit)
        for name, value in ast.iter_fields(node):
            if name in _NO_CODE:
                continue
            for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(child, ast.AST):
                    yield from self._expression(child, node, name, index, function, unit)

    def _mutant(
        self,
        node: ast.AST,
        function: str,
        holder: ast.AST,
        field: str,
        at: int | None,
        new: ast.AST | None,
        unit: ast.AST,
    ) -> Mutant:
        lines = [each.lineno for each in ast.walk(node) if hasattr(each, "lineno")]
        lines = lines or [each.lineno for each in ast.walk(unit) if hasattr(each, "lineno")]
        found = Mutant(self.module, function, (min(lines), max(lines)), "", "", holder, field, at, new)
        before = ast.unparse(unit)
        if unit is node:
            after = ast.unparse(ast.fix_missing_locations(new)) if new else ""
        else:
            old = found.put()
            after = ast.unparse(ast.fix_missing_locations(unit))
            found.undo(old)
        before, after = _difference(before, after)
        return Mutant(self.module, function, found.lines, before, after, holder, field, at, new)


def function_code(code: CodeType, function: str) -> CodeType | None:
    """The code of this function (by its qualified name) within a module's code."""
    for each in code.co_consts:
        if isinstance(each, CodeType):
            if each.co_qualname == function:
                return each
            if function.startswith(f"{each.co_qualname}.") and (found := function_code(each, function)):
                return found
    return None


def _difference(before: str, after: str) -> tuple[str, str]:
    """Both texts, cut to what differs and a little around it."""
    one, other = (" ".join(each.split()) for each in (before, after))
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    first = max(0, start - _AROUND)

    def cut(text: str) -> str:
        last = min(len(text), len(text) - end + _AROUND)
        return f"{'…' if first else ''}{text[first:last]}{'…' if last < len(text) else ''}"

    return cut(one), cut(other)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_export(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == "__all__"
    )
