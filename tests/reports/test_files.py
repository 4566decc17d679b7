"""Files are written whole or not at all."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.problems import BadInput
from reports.files import write_file, write_files


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@given(contents=st.dictionaries(st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8}\.x)?", fullmatch=True), st.binary(), max_size=5))
def test_what_is_written_is_what_is_there(tmp_path_factory: pytest.TempPathFactory, contents: dict[str, bytes]) -> None:
    """Every file has its content, folders are made, and no temporary file is left."""
    folders = {name.split("/")[0] for name in contents if "/" in name}
    wanted = {name: content for name, content in contents.items() if name not in folders}
    folder = tmp_path_factory.mktemp("out")
    written = write_files(folder, wanted)
    assert everything(folder) == wanted
    assert written == [folder / name for name in wanted]


def test_text_is_written_as_utf_8_with_its_own_line_ends(tmp_path: Path) -> None:
    """A text keeps its line ends on every system."""
    path = write_file(tmp_path / "new" / "a.md", "Zürich\n")
    assert path.read_bytes() == b"Z\xc3\xbcrich\n"


def test_nothing_changes_when_one_file_cannot_be_written(tmp_path: Path) -> None:
    """A folder in the place of the second file leaves the first one as it was, and says where the trouble is."""
    write_file(tmp_path / "a.txt", "old")
    (tmp_path / "b.txt").mkdir()
    with pytest.raises(BadInput, match=r"b\.txt: is a folder"):
        write_files(tmp_path, {"a.txt": "new", "b.txt": "new"})
    assert everything(tmp_path) == {"a.txt": b"old"}


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    """The output folder may not be a file: the sentence names it."""
    write_file(tmp_path / "out", "a file")
    with pytest.raises(BadInput, match=r"out.*: cannot be written"):
        write_files(tmp_path / "out", {"index.html": "page"})
    assert everything(tmp_path) == {"out": b"a file"}


def test_an_output_that_cannot_be_written_is_told_by_its_own_name() -> None:
    """Not by that of the temporary file beside it."""
    with pytest.raises(BadInput, match=r"^/proc/x\.svg: cannot be written"):
        write_file("/proc/x.svg", "<svg/>")


def test_a_reader_keeps_the_file_that_it_opened(tmp_path: Path) -> None:
    """A file is replaced, not written over: who has the old one open still reads the whole of it."""
    path = write_file(tmp_path / "a.txt", "old " * 10_000)
    with path.open() as reader:
        write_file(path, "new")
        assert reader.read() == "old " * 10_000
    assert path.read_text() == "new"
