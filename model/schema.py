"""The JSON Schema of a document: every kind, every field, with the descriptions that the source gives."""

from __future__ import annotations

import ast
import inspect
import itertools
from functools import reduce
from operator import or_
from typing import Annotated, Any

from pydantic import BaseModel, Discriminator, Tag, TypeAdapter

from model.graph import Architecture
from model.kinds.registry import KINDS, kind_class
from model.problems import BadInput

SCHEMA_ID = "urn:stageplan:document"


def document_schema() -> dict[str, Any]:
    """The schema of a document file (JSON Schema 2020-12)."""
    schema = Architecture.model_json_schema(by_alias=True)
    definitions = schema["$defs"]
    components = _components_schema()
    definitions.update(components.pop("$defs"))
    definitions["Component"] = components
    _describe(definitions)
    schema["required"] = ["architecture", "title", "components", "stages"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **schema,
        "title": "A stageplan document",
    }


def _components_schema() -> dict[str, Any]:
    classes = dict.fromkeys(kind_class(kind) for kind in KINDS)
    tagged = [Annotated[cls, Tag(cls.__name__)] for cls in classes]
    union: Any = Annotated[reduce(or_, tagged), Discriminator(lambda value: type(value).__name__)]
    schema: dict[str, Any] = TypeAdapter(union).json_schema(by_alias=True)
    schema.pop("discriminator", None)
    return schema


def _describe(definitions: dict[str, Any]) -> None:
    """Put the docstring behind each field of the source into the schema's descriptions."""
    for cls in _subclasses(BaseModel):
        definition = definitions.get(cls.__name__)
        if definition is None or not cls.__module__.startswith("model."):
            continue
        for base in reversed(cls.__mro__):
            if not issubclass(base, BaseModel) or base is BaseModel:
                continue
            for name, text in _field_docstrings(base).items():
                field = cls.model_fields.get(name)
                key = field.alias or name if field is not None else name
                if key in definition.get("properties", {}):
                    definition["properties"][key]["description"] = text


def _subclasses(cls: type[BaseModel]) -> list[type[BaseModel]]:
    found = []
    for sub in cls.__subclasses__():
        found += [sub, *_subclasses(sub)]
    return found


def _field_docstrings(cls: type[BaseModel]) -> dict[str, str]:
    """The string that follows each annotated field in the class's source."""
    try:
        tree = ast.parse(inspect.cleandoc("\n" + inspect.getsource(cls)))
    except (OSError, SyntaxError) as error:
        raise BadInput(f"the source of {cls.__name__} cannot be read: {error}") from None
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    docstrings = {}
    for statement, following in itertools.pairwise(body):
        match statement, following:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str() as text)):
                docstrings[name] = " ".join(text.split())
    return docstrings
