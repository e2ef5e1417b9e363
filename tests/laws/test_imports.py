"""What is heavy is imported when it is needed: a cycle with nothing to ask does not pay for the model's client."""

import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import tools.knowledge
import tools.model

ROOT = Path(__file__).parents[2]
CLIENT = ("langchain_ollama", "langchain_core", "ollama", "httpx", "httpcore", "chromadb", "langchain_chroma")
SPEAKS_HTTP = {"embedding", "ollama", "openai_compatible", "transport"}
KNOWS_CHROMA = {"collection", "generation", "index"}
LIGHT = sorted({module.name for module in pkgutil.iter_modules(tools.model.__path__)} - SPEAKS_HTTP)


def imported_by(code: str) -> str:
    """Which of the client's libraries a child has imported after this code."""
    code = f"import sys\n{code}\nprint(sorted(set(sys.modules) & set({CLIENT})))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_the_client_is_in_four_files_alone() -> None:
    assert imported_by("\n".join(f"import tools.model.{name}" for name in LIGHT)) == "[]"


def test_chroma_is_in_the_files_of_the_index_alone() -> None:
    light = {module.name for module in pkgutil.iter_modules(tools.knowledge.__path__)} - KNOWS_CHROMA
    assert imported_by("\n".join(f"import tools.knowledge.{name}" for name in sorted(light))) == "[]"


def test_to_list_and_show_what_is_known_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        f"from pathlib import Path\nfrom cli import knowledge\nconfig = Path({str(tmp_path / 'macha.toml')!r})\n"
        "knowledge.add('disk full', None, '', False, config)\nknowledge.list_(False, config)\n"
        "knowledge.show('note-', False, config)\nassert 'sqlalchemy' not in sys.modules\n"
        "assert 'pydantic' not in sys.modules"
    )
    (tmp_path / "macha.toml").write_text(f'stateDirectory = "{tmp_path}"\n')
    assert imported_by(code).endswith("[]")


@pytest.mark.parametrize(
    "commands",
    [
        "cli.ask",
        "cli.cycle",
        "cli.house",
        "cli.known",
        "cli.knowledge",
        "cli.model",
        "cli.story",
        "cli.why",
        "nodes.context",
    ],
)
def test_nothing_that_only_may_ask_imports_the_client(commands: str) -> None:
    libraries = imported_by(f"import {commands}")
    assert "langchain_ollama" not in libraries
    assert "httpx" not in libraries or commands == "cli.cycle"  # LangGraph's own SDK imports httpx


def test_an_asker_without_a_question_makes_no_file_and_imports_nothing(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path\n"
        "from tools.clock import SystemClock\n"
        "from tools.configuration import validated\n"
        "from tools.model.opening import model_of\n"
        f"settings = validated({{'model': 'small:1b', 'stateDirectory': {str(tmp_path)!r}}}, 'test')\n"
        "model_of(settings, 'run-1', SystemClock())"
    )
    assert imported_by(code) == "[]"
    assert list(tmp_path.iterdir()) == []
