"""Reader of Lark's parse tree of an HCL text: gives the syntax tree, and refuses what HCL does not allow."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final, NamedTuple

from lark import Token, Tree

from natlane.hcl.tree import (
    ESCAPE,
    AttributeTree,
    BlockTree,
    Body,
    Computed,
    Constant,
    Kind,
    ObjectTree,
    Placeholder,
    Refused,
    TupleTree,
    ValueTree,
    unescaped,
)

Node = Any  # Lark's Tree, whose children are Trees and Tokens
_INTEGER: Final = re.compile(r"-?[0-9]{1,18}")
_FLOAT: Final = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?(?:[eE][+-]?[0-9]{1,2})?")
_FAR_OUT: Final = re.compile(r"[eE][+-]?[0-9]{4}")  # HashiCorp's parser would write all of its digits
_TEMPLATE: Final = re.compile(r"(?<!\$)\$\{|(?<!%)%\{")


class Mark(NamedTuple):
    """What replaces a literal in an outline, where a literal was taken out, and how many characters it takes."""

    placeholder: Placeholder | None  # None for a comment
    literal: int
    length: int


def read_tree(tree: Node, text: str, placeholders: Mapping[int, Mark]) -> Body:
    """The body that Lark's tree of a text is. Raises Refused, with the line of the text."""
    return _Reader(text, placeholders).body(_only(tree, "body"))


def _only(tree: Node, name: str) -> Node:
    return next(child for child in tree.children if isinstance(child, Tree) and child.data == name)


class _Reader:
    """Lark's tree of one text, read from the top."""

    def __init__(self, text: str, placeholders: Mapping[int, Mark]) -> None:
        self.text = text
        self.placeholders = placeholders

    def refuse(self, node: Node, message: str, hint: str, code: str = "hcl-syntax") -> Refused:
        place = node.meta if isinstance(node, Tree) else node
        return Refused(code, place.line or 1, place.column or 1, message, hint)

    def source(self, node: Node) -> str:
        return self.text[node.meta.start_pos : node.meta.end_pos]

    def body(self, tree: Node) -> Body:
        attributes: dict[str, AttributeTree] = {}
        blocks = []
        ended = True
        for child in tree.children:
            if child.data == "new_line_or_comment":
                ended = ended or "\n" in self.source(child) or child.meta.end_pos > len(self.text)
                continue
            if not ended:
                raise self.refuse(child, "stands on the line of what is before it", "start a new line")
            if child.data == "block":
                blocks.append(self.block(child))
                ended = False
                continue
            self.add_attribute(attributes, child)
            # A heredoc ends its own line, and an operator's operand holds the line's end.
            ended = self.source(child).rstrip(" \t\r").endswith("\n")
        return Body(tuple(attributes.values()), tuple(blocks))

    def add_attribute(self, attributes: dict[str, AttributeTree], tree: Node) -> None:
        name, value = self.source(tree.children[0]), tree.children[-1]
        if name in attributes:
            message = f"{name} is set twice; it was already set on line {attributes[name].line}"
            raise self.refuse(tree, message, "keep one", "hcl-repeated")
        attributes[name] = AttributeTree(name, tree.meta.line, self.value(value))

    def block(self, tree: Node) -> BlockTree:
        names: list[ValueTree] = []
        for child in tree.children:
            if not isinstance(child, Tree) or child.data in ("new_line_or_comment", "body"):
                continue
            name = self.string(child) if child.data == "string" else Constant(self.source(child))
            if isinstance(name, Computed):
                raise self.refuse(child, "a label is a template", "labels are plain text")
            names.append(name)
        attributes, blocks = self.body(_only(tree, "body"))
        kind, *labels = names  # the kind is an identifier, which no outline takes out
        named = str(kind.value) if isinstance(kind, Constant) else ""
        return BlockTree(tree.meta.line, named, tuple(labels), attributes, blocks)

    def value(self, tree: Node) -> ValueTree:
        """A literal where the whole expression is one, else the expression as written."""
        if tree.data == "unary_op":
            return self.number(tree)
        inner = tree.children[0] if tree.data == "expr_term" and len(tree.children) == 1 else None
        if isinstance(inner, Tree):
            read = self._READERS.get(inner.data)
            if read:
                return read(self, inner)
        return self.computed(tree)

    def number(self, tree: Node) -> ValueTree:
        taken_out = self.taken_out(tree)
        if taken_out:
            return taken_out
        written = self.source(tree)
        if _INTEGER.fullmatch(written):
            return Constant(int(written))
        if _FLOAT.fullmatch(written):
            return Constant(float(written))
        return self.computed(tree)

    def string(self, tree: Node) -> ValueTree:
        taken_out = self.taken_out(tree)
        if taken_out:
            return taken_out
        if any(isinstance(part, Tree) and isinstance(part.children[0], Tree) for part in tree.children):
            return self.computed(tree)
        self.check_tokens(tree)
        return Constant(unescaped(self.source(tree)))

    def taken_out(self, tree: Node) -> Placeholder | None:
        """The literal that a node stands for in an outline."""
        mark = self.placeholders.get(tree.meta.start_pos)
        return mark.placeholder if mark else None

    def word(self, tree: Node) -> ValueTree:
        return Constant({"true": True, "false": False, "null": None}[self.source(tree)])

    def tuple_value(self, tree: Node) -> ValueTree:
        children = (child for child in tree.children if isinstance(child, Tree) and _is_value(child))
        return TupleTree(tuple(map(self.value, children)))

    def heredoc(self, tree: Node) -> ValueTree:
        written = self.source(tree)
        if _TEMPLATE.search(written) or "\r" in written:
            return self.computed(tree)
        return Constant(_heredoc(written))

    def object_value(self, tree: Node) -> ValueTree:
        entries = []
        for element in tree.children:
            if not isinstance(element, Tree) or element.data != "object_elem":
                continue
            key = self.key(element.children[0])
            if key is None:
                return self.computed(tree)
            entries.append((key, self.value(element.children[-1])))
        return ObjectTree(tuple(entries))

    def key(self, tree: Node) -> Constant | Placeholder | None:
        """A key that is plain text; None for any other."""
        written = self.source(tree)
        if written.isidentifier() or written.replace("-", "_").isidentifier():
            return None if written == "null" else Constant(written)
        found = self.value(tree.children[0])
        if isinstance(found, Constant):
            return found if isinstance(found.value, str) else None
        return found if isinstance(found, Placeholder) and found.kind is Kind.STRING else None

    def computed(self, tree: Node) -> ValueTree:
        self.check_tokens(tree)
        start, end = tree.meta.start_pos, _end(tree)
        mark = self.placeholders.get(start)
        if mark and mark.placeholder and mark.length == end - start:
            return mark.placeholder
        parts: list[str | int] = []
        for offset in [place for place in self.placeholders if start <= place < end] if self.placeholders else ():
            _, index, length = self.placeholders[offset]
            parts += [self.text[start:offset], index]
            start = offset + length
        return Computed((*parts, self.text[start:end]))

    _READERS: ClassVar[Mapping[str, Callable[[_Reader, Node], ValueTree]]] = {
        "string": string,
        "int_lit": number,
        "float_lit": number,
        "literal_value": word,
        "tuple": tuple_value,
        "object": object_value,
        "heredoc_template": heredoc,
        "heredoc_template_trim": heredoc,
    }

    def check_tokens(self, tree: Node) -> None:
        for token in tree.scan_values(lambda value: isinstance(value, Token)):
            if token.type == "TEMPLATE_STRING":
                raise self.refuse(token, "a quote is escaped outside of a string", "drop the backslash")
            if token.type == "FLOAT_LITERAL" and _FAR_OUT.search(token):
                raise self.refuse(token, "a number is too large", "write a smaller exponent")
            if token.type != "STRING_CHARS":
                continue
            for match in ESCAPE.finditer(token):
                if match[0] == "\n":
                    raise self.refuse(token, "a quoted string holds a line's end", r"write \n, or a heredoc")
                if match[0] == "\\":
                    raise self.refuse(token, "a string holds an escape that HCL does not know", r"write \\")
                if _is_surrogate(match):
                    raise self.refuse(token, "a string holds half of a surrogate pair", r"write \UXXXXXXXX")


def _end(tree: Node) -> int:
    """Where an expression ends: a line's end belongs to Lark's node of an operator, not to the expression."""
    while isinstance(tree, Tree):
        tree = next(child for child in reversed(tree.children) if _is_value(child))
    return int(tree.end_pos)


def _is_value(child: Node) -> bool:
    return not isinstance(child, Tree) or child.data != "new_line_or_comment"


def _is_surrogate(match: re.Match[str]) -> bool:
    code = int(match[2] or match[3] or "0", 16)
    return 0xD800 <= code < 0xE000 or code > 0x10FFFF


def _heredoc(written: str) -> str:
    """The text of a heredoc: `<<-` takes away the indent that all of its lines have."""
    first, *lines = written.rstrip("\n").split("\n")
    lines.pop()
    if first.startswith("<<-"):
        filled = [line for line in lines if line.strip()]
        indent = min((len(line) - len(line.lstrip()) for line in filled), default=0)
        lines = [line[indent:] if line.strip() else line for line in lines]
    return "".join(f"{line}\n" for line in lines).replace("$${", "${").replace("%%{", "%{")
