"""XML as a stream that cannot be turned against the machine, and how a file begins.

Three gates: no DOCTYPE (with it go entity bombs and outside entities), limits on what expat must hold at
once, and one plain line for whatever it refuses.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from xml.parsers import expat

from dagster_project.returns.reading import EXPORT_AGAIN, UnreadableFile
from dagster_project.returns.source import Source

CHUNK = 64 * 1024
MOST_TAG = 1024 * 1024  # a tag or comment not yet ended: expat reads it anew with every chunk

_CUT_SHORT = {3, 5, 6, 20}  # expat's codes for a document that ends too early


def parser_for(file: Source) -> expat.XMLParserType:
    """A parser that refuses a DOCTYPE and gives text in whole pieces."""

    def refuse(*_: object) -> None:
        fault = f"line {parser.CurrentLineNumber} declares a DOCTYPE, which no return has"
        raise UnreadableFile(file, fault, f"remove it, or {EXPORT_AGAIN}")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.buffer_text = True
    parser.ordered_attributes = True  # attributes mean nothing here, and a list is made faster than a dict
    return parser


def fed(file: Source, parser: expat.XMLParserType) -> Iterator[None]:
    """Feed the file to the parser, with a pause after each piece.

    Raises:
        UnreadableFile: it cannot be opened, is not well-formed, or is cut short.
    """
    done = 0
    with _plainly(file), file.open() as stream:
        while chunk := stream.read(CHUNK):
            parser.Parse(chunk, False)
            done += len(chunk)
            if done - parser.CurrentByteIndex > MOST_TAG:
                line = parser.CurrentLineNumber
                fault = f"line {line} begins a tag that does not end within {MOST_TAG:,} bytes"
                raise UnreadableFile(file, fault, EXPORT_AGAIN)
            yield
        parser.Parse(b"", True)
    yield


@contextmanager
def _plainly(file: Source) -> Iterator[None]:
    """Say in one line what expat refuses; its own messages name the fault, never what was read."""
    try:
        yield
    except UnreadableFile:
        raise
    except expat.ExpatError as error:
        if error.code in _CUT_SHORT:
            fault = f"ends too early, at line {error.lineno}"
            raise UnreadableFile(file, fault, f"copy it again in full, or {EXPORT_AGAIN}") from None
        fault = f"line {error.lineno} is not well-formed XML ({expat.ErrorString(error.code)})"
        raise UnreadableFile(file, fault, EXPORT_AGAIN) from None
    except (LookupError, ValueError):  # an encoding unknown to Python, or none for text
        fault = "line 1 names an encoding that cannot be read"
        raise UnreadableFile(file, fault, "save it as UTF-8") from None
    except OSError as error:
        fault = f"cannot be opened ({type(error).__name__})"
        raise UnreadableFile(file, fault, "check that it may be read") from None


@dataclass
class Opening:
    """How an XML file begins: enough to say which return it is."""

    root: str = ""
    collection: str = ""
    holds: set[str] = field(default_factory=set)  # names of what stands directly in the root

    def is_census(self, collection: str, of: str) -> bool:
        """Whether it begins as this census: by its collection, or by what it holds if it names none."""
        if self.root != "Message":
            return False
        return self.collection.upper() == collection if self.collection else of in self.holds


def opening(file: Source) -> Opening:
    """The root and the collection of ``file``, from its first kilobytes and whatever its name.

    Raises:
        UnreadableFile: it breaks before it says what it is.
    """
    found = Opening()
    path: list[str] = []

    def start(name: str, _attributes: list) -> None:
        path.append(name.rpartition(":")[2])
        found.root = path[0]
        if len(path) == 2:
            found.holds.add(path[1])

    def text(piece: str) -> None:
        if path[1:] == ["Header", "CollectionDetails", "Collection"]:
            found.collection += piece.strip()

    parser = parser_for(file)
    parser.StartElementHandler, parser.CharacterDataHandler = start, text
    parser.EndElementHandler = lambda _name: path.pop()
    try:
        next(fed(file, parser))
    except UnreadableFile:
        if not found.collection:
            raise  # otherwise its reader says the same, if it comes that far
    return found
