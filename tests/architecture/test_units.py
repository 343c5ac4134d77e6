"""What the unit files of systemd start is what `make run` starts."""

import re
import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "systemd"


def started(name: str) -> list[str]:
    """The words of ExecStart behind the interpreter."""
    text = (FOLDER / f"support-console-{name}.service").read_text().replace("\\\n", " ")
    return re.search(r"^ExecStart=\S+/\.venv/bin/python (.+)$", text, re.MULTILINE)[1].split()


def supervised(monkeypatch, folder: Path) -> dict[str, list[str]]:
    """The same of `bin/run`, by the name of the process."""
    facts = {"REDIS_URL": "redis://there", "DATABASE_URL": "postgres://there/desk", "HOST": "127.0.0.1", "PORT": "8000"}
    for name, value in (facts | {"WEB": "1", "DATA_DIR": str(folder)}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.syspath_prepend(str(ROOT / "bin"))
    run = runpy.run_path(str(ROOT / "bin" / "run"))
    return {child.name: child.command[1:] for child in run["children"](run["Place"]())}


def test_three_services_and_the_preparation():
    names = [unit.stem.removeprefix("support-console-") for unit in sorted(FOLDER.glob("*.service"))]
    assert names == ["beat", "prepare", "web@", "worker"]
    assert started("prepare") == ["bin/prepare.py"]


def test_the_web_process(monkeypatch, tmp_path):
    unit = " ".join(started("web@")).replace("%i", "8000").replace("${HOST}", "127.0.0.1")
    assert unit == " ".join(supervised(monkeypatch, tmp_path)["web"])


def test_the_worker(monkeypatch, tmp_path):
    words = supervised(monkeypatch, tmp_path)["worker"]
    assert started("worker") == [word.replace("desk-8000@%h", "desk@%%h") for word in words]


def test_beat(monkeypatch, tmp_path):
    unit = " ".join(started("beat")).replace("${DATA_DIR}", str(tmp_path)).replace("--pidfile=", "--pidfile ")
    assert unit.split() == [word for word in supervised(monkeypatch, tmp_path)["beat"] if word]


def test_every_service_runs_as_its_own_user_with_the_same_environment():
    for unit in FOLDER.glob("*.service"):
        text = unit.read_text()
        assert "User=support-console\n" in text, unit.name
        assert "EnvironmentFile=/etc/support-console.env\n" in text, unit.name


def test_the_example_environment_names_variables_of_the_readme():
    names = re.findall(r"^([A-Z_]+)=", (FOLDER / "support-console.env.example").read_text(), re.MULTILINE)
    table = (ROOT / "README.md").read_text()
    assert len(names) > 5
    assert [name for name in names if f"`{name}`" not in table] == []
