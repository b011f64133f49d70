"""A run of tests fails when a test is skipped that nobody has listed."""

import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"
LISTED = "test_the_compiled_kernel_works_on_vectors"


@pytest.mark.parametrize(
    ("name", "body", "code", "more"),
    [
        ("test_x", "pytest.skip('no reason listed')", 1, ()),
        ("test_x", "pytest.skip('no reason listed')", 1, ("-n", "1")),
        (LISTED, "pytest.skip('listed')\n\n\ndef test_y():\n    pytest.xfail('expected')", 0, ()),
    ],
)
def test_a_skip_that_is_not_listed_fails_the_run(
    tmp_path: Path, name: str, body: str, code: int, more: tuple[str, ...]
) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "test_it.py").write_text(
        f"import pytest\n\n\ndef {name}():\n    {body}\n", encoding="utf-8"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *more]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    assert ("MAY_SKIP" in done.stdout) == bool(code)
