"""Templates to text: every value escaped for where it stands, an unknown name is an error, nothing is fetched."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from agent.documents.compiled import CompiledTemplates

# Windows, macOS, then the free Kai fonts of Linux; after them what holds rare characters (𠮷) and signs (☑ ⁺).
KAI: Final = (
    "標楷體", "DFKai-SB", "BiauKaiTC", "BiauKai", "TW-Kai", "AR PL UKai TW", "LXGW WenKai TC",
)  # fmt: skip
RARE: Final = (
    "TW-Kai-Ext-B", "PMingLiU-ExtB", "HanaMinB", "WenQuanYi Micro Hei", "Microsoft JhengHei",
    "Segoe UI Symbol", "DejaVu Sans",
)  # fmt: skip


def css_string(text: str) -> Markup:
    """The text as a CSS string for `content:`; whatever CSS or HTML could read otherwise is written as an escape."""
    safe = "".join(each if each.isalnum() or ord(each) > 0x2000 else f"\\{ord(each):x} " for each in text)
    return Markup(f'"{safe}"')  # noqa: S704 - only letters, figures and escapes are left


def odf_text(text: str) -> Markup:
    """The text for an OpenDocument paragraph: line breaks and runs of spaces as elements, no forbidden characters."""
    allowed = "".join(
        each for each in text if each in "\n\t" or (ord(each) >= 0x20 and ord(each) not in (0xFFFE, 0xFFFF))
    )
    spaced = escape(allowed).replace("  ", Markup(" <text:s/>"))
    return spaced.replace("\n", Markup("<text:line-break/>")).replace("\t", Markup("<text:tab/>"))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("agent.documents"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=CompiledTemplates(Path(__file__).with_name("templates"), Path(__file__)),
    )
    environment.filters["css_string"] = css_string
    environment.filters["odf"] = odf_text
    environment.globals["fonts"] = (*KAI, *RARE)
    return environment


def render(template: str, **values: object) -> str:
    """The template filled in. Raises jinja2.UndefinedError for a name that was not given."""
    return _environment().get_template(template).render(**values)
