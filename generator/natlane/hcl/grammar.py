"""python-hcl2's parser, with parse tables that are built once and cached."""

from __future__ import annotations

import os
from functools import lru_cache
from hashlib import blake2b

from hcl2 import parser
from hcl2.postlexer import PostLexer
from lark import Lark

from natlane import cache


@lru_cache(maxsize=1)
def grammar() -> Lark:
    """python-hcl2's own parser.

    It keeps Lark's tables beside its code, and takes seconds to build them where it cannot write
    there: then they are kept in natlane's cache folder, which nobody else can write.
    """
    folder = cache.folder()
    if folder is None or parser.PARSER_FILE.exists() or os.access(parser.PARSER_FILE.parent, os.W_OK):
        return parser.parser()
    return Lark.open(
        "hcl2.lark",
        parser="lalr",
        cache=os.path.join(folder, f"grammar-{blake2b(cache.code_digest().encode(), digest_size=16).hexdigest()}"),
        rel_to=parser.__file__,
        propagate_positions=True,
        postlex=PostLexer(),
    )
