"""Small wrong changes (mutants) of one module of the rules: what is changed, and into what."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator

# An ordering loses or gains its edge, and is turned round.
COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list", "reversed": "list"}
TRIMMING = ("strip", "rstrip", "lstrip", "upper", "lower", "casefold", "removesuffix", "removeprefix")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_SENTENCE = re.compile(r"[。，；：]")


def replacements(node: ast.AST, holder: ast.AST, field: str) -> Iterator[ast.AST | None]:
    """What may stand in place of this node; None takes it out of its list."""
    if isinstance(node, ast.Constant):
        yield from _constants(node, holder)
    elif isinstance(node, ast.Compare):
        for at, op in enumerate(node.ops):
            for other in COMPARED[type(op)]:
                ops = [*node.ops[:at], other(), *node.ops[at + 1 :]]
                yield ast.Compare(node.left, ops, node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        for at in range(len(node.values)):
            left = [*node.values[:at], *node.values[at + 1 :]]
            yield left[0] if len(left) == 1 else ast.BoolOp(node.op, left)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.BinOp) and type(node.op) in COUNTED:
        yield ast.BinOp(node.left, COUNTED[type(node.op)](), node.right)
    elif isinstance(node, ast.AugAssign):
        if type(node.op) in COUNTED:
            yield ast.AugAssign(node.target, COUNTED[type(node.op)](), node.value)
        yield ast.Assign([_stored(node.target)], node.value)
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    elif isinstance(node, ast.Slice):
        if node.lower:
            yield ast.Slice(None, node.upper, node.step)
        if node.upper:
            yield ast.Slice(node.lower, None, node.step)
    elif isinstance(node, ast.stmt):
        yield from _statements(node)
    if field == "test" or (field == "ifs" and isinstance(holder, ast.comprehension)):
        yield from _conditions(node, field)


def is_wording(text: str, holder: ast.AST) -> bool:
    """Whether a literal is a text for people: Chinese, and a sentence by its punctuation or a piece of an f-string.

    A key, code, state or cell of the portal is neither, so it stays among what is changed.
    """
    return bool(_CHINESE.search(text) or _SENTENCE.search(text)) and (
        isinstance(holder, ast.JoinedStr) or bool(_SENTENCE.search(text))
    )


def _constants(node: ast.Constant, holder: ast.AST) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield ast.Constant(value + 1)
        if not isinstance(holder, ast.UnaryOp) and value > 0:
            yield ast.Constant(value - 1)
    elif isinstance(value, str) and not is_wording(value, holder):
        yield ast.Constant("X" if len(value) == 1 else f"XX{value}XX")
        if isinstance(holder, ast.Call) and _called(holder) in {"compile", "search", "match", "fullmatch"}:
            yield from (ast.Constant(each) for each in _patterns(value))


def _patterns(pattern: str) -> Iterator[str]:
    """The pattern without one of its anchors or quantifiers, and with one quantifier for the other."""
    for found in re.finditer(r"(?<![\\(])[*+?^$]|^\^|\{\d", pattern):
        sign, (start, end) = found[0], found.span()
        if sign[0] == "{":
            yield f"{pattern[:start]}{{{int(sign[1]) + 1}{pattern[end:]}"
        else:
            yield pattern[:start] + pattern[end:]
        if sign in "*+":
            yield pattern[:start] + ("+" if sign == "*" else "*") + pattern[end:]


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    name = _called(node)
    if name in SWAPPED and isinstance(node.func, ast.Name):
        keywords = [] if SWAPPED[name] == "list" else node.keywords
        yield ast.Call(ast.Name(SWAPPED[name], ast.Load()), node.args, keywords)
    if name in TRIMMING and isinstance(node.func, ast.Attribute):
        yield node.func.value
    for at, keyword in enumerate(node.keywords):
        if keyword.arg:  # a default may stand in
            yield ast.Call(node.func, node.args, [*node.keywords[:at], *node.keywords[at + 1 :]])
    # The start of a sum is its type where nothing is summed: the int 0 and Decimal(0) are one number.
    if len(node.args) > 1 and name != "sum" and not any(isinstance(each, ast.Starred) for each in node.args):
        yield ast.Call(node.func, node.args[:-1], node.keywords)


def _statements(node: ast.stmt) -> Iterator[ast.AST]:
    if isinstance(node, ast.Return) and not (node.value is None or isinstance(node.value, ast.Constant)):
        yield ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Raise) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        yield ast.Pass()
    elif isinstance(node, ast.Continue):
        yield ast.Break()
    elif isinstance(node, ast.Break):
        yield ast.Continue()


def _conditions(node: ast.AST, field: str) -> Iterator[ast.AST | None]:
    assert isinstance(node, ast.expr)
    simple = isinstance(node, ast.Compare) and len(node.ops) == 1
    if not simple and not isinstance(node, ast.UnaryOp):
        yield ast.UnaryOp(ast.Not(), node)
    if field == "ifs":
        yield None


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _stored(target: ast.expr) -> ast.expr:
    found = copy.copy(target)
    found.ctx = ast.Store()  # type: ignore[attr-defined]
    return found
