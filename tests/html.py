"""A page as a small tree: found by id, changed, and put into lines that can be compared."""

from collections.abc import Callable, Iterator
from html.parser import HTMLParser

VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr", "use"})


class Node:
    """An element. Children are elements and texts."""

    def __init__(self, tag: str, attributes: dict[str, str], parent: "Node | None" = None):
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.children: list[Node | str] = []

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def __contains__(self, name: str) -> bool:
        return name in self.attributes

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    @property
    def elements(self) -> "list[Node]":
        return [child for child in self.children if isinstance(child, Node)]

    @property
    def classes(self) -> list[str]:
        return self.get("class").split()

    @property
    def text(self) -> str:
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child._texts()

    def walk(self) -> "Iterator[Node]":
        """Itself and all within, in the order of the page."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += [child for child in reversed(node.children) if isinstance(child, Node)]

    def copy(self) -> "Node":
        """Another of the same, in no tree."""
        made = Node(self.tag, dict(self.attributes))
        for child in self.children:
            made.append(child.copy() if isinstance(child, Node) else child)
        return made

    def all(self, truth: "Callable[[Node], bool]") -> "list[Node]":
        return [node for node in self.walk() if truth(node)]

    def with_(self, attribute: str) -> "list[Node]":
        """Elements that carry the attribute."""
        return self.all(lambda node: attribute in node)

    def by_id(self, element_id: str) -> "Node | None":
        return next((node for node in self.walk() if node.get("id") == element_id), None)

    def closest(self, attribute: str) -> "Node | None":
        """The nearest element around it, or itself, that carries the attribute."""
        node: Node | None = self
        while node is not None and attribute not in node:
            node = node.parent
        return node

    def append(self, child: "Node | str") -> None:
        if isinstance(child, Node):
            child.parent = self
        self.children.append(child)

    def remove(self) -> None:
        if self.parent is not None:
            self.parent.children.remove(self)
            self.parent = None

    def replace(self, other: "Node") -> None:
        assert self.parent is not None
        at = self.parent.children.index(self)
        self.parent.children[at], other.parent, self.parent = other, self.parent, None


class _Builder(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = self.here = Node("#root", {})

    def handle_starttag(self, tag, attributes):
        node = Node(tag, {name: value or "" for name, value in attributes})
        self.here.append(node)
        if tag not in VOID:
            self.here = node

    def handle_startendtag(self, tag, attributes):
        self.here.append(Node(tag, {name: value or "" for name, value in attributes}))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        assert self.here.tag == tag, f"</{tag}> closes <{self.here.tag} {self.here.attributes}>"
        self.here = self.here.parent

    def handle_data(self, data):
        self.here.append(data)


def parse(html: str) -> Node:
    """The tree of a page or of a piece of one. Every element must be closed in its place."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert builder.here is builder.root, f"<{builder.here.tag} {builder.here.attributes}> is never closed"
    return builder.root


def lines(node: Node, skip: Callable[[Node], bool], ignored: frozenset[str], depth: int = 0) -> Iterator[str]:
    """The tree as text, one line an element or text, without what is skipped."""
    if skip(node):
        return
    facts = " ".join(f'{name}="{value}"' for name, value in sorted(node.attributes.items()) if name not in ignored)
    yield f"{' ' * depth}<{node.tag} {facts}>"
    for child in node.children:
        if isinstance(child, Node):
            yield from lines(child, skip, ignored, depth + 1)
        elif child.strip():
            yield " " * (depth + 1) + " ".join(child.split())
