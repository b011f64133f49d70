"""Write one version of a small folder, as the papers do; run by test_each_system_call.py under
strace.

Usage: python writer.py FOLDER TEXT
"""

import json
import os
import sys
from pathlib import Path

from homeostat.errors import OutputError
from homeostat.report.files.atomic import MARK_OF_PAPERS, whole_folder

FILES = {"1": ("plan.json", "handout.pdf"), "2": ("plan.json", "letter.pdf")}
"""The names of each version; they differ, so that files are removed too."""


def main(folder: Path, text: str) -> None:
    # two calls that nothing else makes: they mark where the writing begins and ends in the trace
    os.getsid(0)
    names = (*FILES.get(text, FILES["2"]), MARK_OF_PAPERS)
    with whole_folder(folder, "one", MARK_OF_PAPERS) as part:
        for name in names[:-1]:
            (part / name).write_text(text * 1000, encoding="utf-8")
        mark = {"case": {"id": "one"}, "files": names, "text": text}
        (part / MARK_OF_PAPERS).write_text(json.dumps(mark), encoding="utf-8")
    os.getsid(0)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), sys.argv[2])
    except OutputError as problem:
        print(problem, file=sys.stderr)
        sys.exit(problem.exit_code)
