"""A delivery's body as JSON: fast where orjson reads it, and all that RFC 8259 allows where it doesn't."""

import json
from typing import Any, NoReturn

import orjson


def read_json(body: bytes | str) -> Any:
    """The JSON value. Raises ValueError where there is none.

    orjson refuses halves of surrogate pairs, which texts that were cut in UTF-16 end in: each becomes a `?`. A byte
    order mark may stand before the value, and it may be UTF-16.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as refused:
        try:
            value = json.loads(body, parse_constant=_refuse)
            return orjson.loads(json.dumps(value, ensure_ascii=False).encode(errors="replace"))
        except (ValueError, RecursionError):
            raise refused from None


def misfit(error: Exception) -> str:
    """Why a body isn't what its sender documents, in words: of what reading its fields raised."""
    if isinstance(error, KeyError):
        return f"the field {error} is missing"
    if isinstance(error, TypeError | AttributeError):
        return f"a field is of another kind than its sender documents ({error})"
    return str(error)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
