"""Makes the reference page out of the code, when mkdocs builds the pages."""

from __future__ import annotations

import enum
import inspect
import typing
from typing import Any

import guidepost


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    return markdown + reference() if page.file.src_uri == "reference.md" else markdown


def reference() -> str:
    """Every public name, with its docs and those of its methods."""
    kinds = [getattr(guidepost, name) for name in guidepost.__all__]
    classes = [each for each in kinds if inspect.isclass(each)]
    return "\n".join(_of_class(each) for each in sorted(classes, key=lambda each: each.__name__))


def _of_class(kind: type) -> str:
    lines = [f"\n## {kind.__name__}\n", inspect.getdoc(kind) or "", ""]
    fields = getattr(kind, "__dataclass_fields__", None) or getattr(kind, "_fields", ())
    if fields and not issubclass(kind, enum.Enum):
        annotations = kind.__annotations__
        lines += [f"- `{name}`: `{_text(annotations.get(name, ''))}`" for name in fields]
    for name, member in vars(kind).items():
        if name.startswith("_"):
            continue
        if inspect.isfunction(member) or isinstance(member, classmethod):
            function = member.__func__ if isinstance(member, classmethod) else member
            lines += [f"\n**`{name}{_signature(function)}`**\n", inspect.getdoc(function) or ""]
        elif isinstance(member, property):
            lines += [f"\n**`{name}`**\n", inspect.getdoc(member) or ""]
    return "\n".join(lines) + "\n"


def _signature(function: Any) -> str:
    try:
        return str(inspect.signature(function)).replace("'", "")
    except (TypeError, ValueError):
        return "(...)"


def _text(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else typing.cast(str, str(annotation))
