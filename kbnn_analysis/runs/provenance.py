"""What a run was made from: enough to make it again, nothing of the machine it was made on."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import kbnn_analysis
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label, Language
from kbnn_analysis.runs.files import sha256_of, write_whole
from kbnn_analysis.runs.package_sources import code_sha256
from kbnn_analysis.runs.params import OWN_FILES, Settings, is_path
from kbnn_analysis.runs.release_home import project_ledger, withheld_sha256
from kbnn_analysis.runs.source import data_path, earlier_folder, settings_of

PACKAGES = ("numpy", "scipy", "pandas", "statsmodels", "matplotlib", "great-tables", "papermill")


@dataclass(frozen=True)
class Identity:
    """The identity of a run: two runs of equal identity give equal results.

    Parameters
    ----------
    period : str
        The survey period.
    data : str
        Name of the data file, without its folder.
    data_sha256 : str
        SHA-256 of its bytes.
    simulated : bool
        True for simulated answers.
    codebook : str
        Name and version of the codebook.
    parameters_sha256 : str
        SHA-256 of the settings as text, without the language.
    code_sha256 : str
        SHA-256 of the package's sources.
    version : str
        Version of the package.
    python : str
        Minor version of Python.
    packages : mapping
        Versions of the packages that numbers depend on.
    ledger_head : str
        SHA-256 that names everything released before.
    withheld_sha256 : str
        SHA-256 of the rows that audits asked to hide.
    own_files : mapping
        SHA-256 of one's own codebook and table of units, by the parameter that names them.
    """

    period: str
    data: str
    data_sha256: str
    simulated: bool
    codebook: str
    parameters_sha256: str
    code_sha256: str
    version: str
    python: str
    packages: Mapping[str, str]
    ledger_head: str
    withheld_sha256: str
    own_files: Mapping[str, str]

    @property
    def key(self) -> str:
        """Return the SHA-256 of everything above, as twelve letters to quote."""
        text = json.dumps(self.as_dict(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def as_dict(self) -> dict[str, Any]:
        """Return the identity as plain values."""
        return asdict(self)

    def rows(self, language: Language) -> dict[str, str]:
        """Return the identity in words: what it is called -> what it is."""
        packages = ", ".join(f"{name} {version}" for name, version in self.packages.items())
        code = f"kbnn-analysis {self.version}, SHA-256 {self.code_sha256[:16]}"
        told = (
            (Label("Đợt khảo sát", "Survey period"), self.period),
            (Label("Dữ liệu", "Data"), f"{self.data}, SHA-256 {self.data_sha256[:16]}"),
            (Label("Bộ câu hỏi", "Codebook"), self.codebook),
            *self._earlier,
            (Label("Tham số", "Parameters"), f"SHA-256 {self.parameters_sha256[:16]}"),
            (Label("Mã nguồn", "Code"), code),
            (Label("Môi trường", "Environment"), f"Python {self.python}, {packages}"),
            (Label("Sổ công bố", "Ledger of releases"), self._ledger),
            (Label("Mã lần chạy", "Run"), self.key),
        )
        return {name.text(language): value for name, value in told}

    @property
    def _earlier(self) -> tuple[tuple[Label, str], ...]:
        head = Label("Các đợt trước", "Earlier periods")
        told = [
            f"{name.split()[1]}, SHA-256 {sha256[:16]}"
            for name, sha256 in self.own_files.items()
            if name.startswith("earlier ") and name.endswith(" data")
        ]
        return ((head, "; ".join(told)),) if told else ()

    @property
    def _ledger(self) -> str:
        nothing_released = not self.ledger_head.strip("0")
        return "–" if nothing_released else f"SHA-256 {self.ledger_head[:16]}"

    def markdown(self, language: Language) -> str:
        """Return the identity as a small table."""
        lines = [f"| {name} | {value} |" for name, value in self.rows(language).items()]
        return "\n".join(["| | |", "|---|---|", *lines])


def identify(settings: Settings, data: Path, survey: Survey, root: Path) -> Identity:
    """Return the identity of a run.

    Parameters
    ----------
    settings : Settings
        What was asked; the folder of the data file does not count, its bytes do.
    data : Path
        The data file.
    survey : Survey
        The validated answers: they know their codebook, and whether they were simulated.
    root : Path
        The project, whose ledger of releases and withheld rows decide what is hidden.
    """
    codebook = survey.codebook
    assumed = " (ASSUMED)" if codebook.assumed else ""
    return Identity(
        period=settings.period,
        data=data.name,
        data_sha256=sha256_of(data),
        simulated=survey.simulated,
        codebook=f"{codebook.name} {codebook.version}{assumed}",
        parameters_sha256=settings_sha256(settings),
        code_sha256=code_sha256(),
        version=kbnn_analysis.__version__,
        python=".".join(platform.python_version_tuple()[:2]),
        packages={name: importlib.metadata.version(name) for name in PACKAGES},
        ledger_head=project_ledger(root).head(),
        withheld_sha256=withheld_sha256(root),
        own_files=own_files(settings, data.parent),
    )


def own_files(settings: Settings, folder: Path) -> dict[str, str]:
    """Return the SHA-256 of the files besides the answers, by parameter: earlier answers too.

    Parameters
    ----------
    settings : Settings
        What was asked; a shipped codebook or vintage is part of the package's sources.
    folder : Path
        Where the files lie.
    """
    named = {name: getattr(settings, name) for name in OWN_FILES}
    found = {
        name: sha256_of(folder / given) for name, given in named.items() if given and is_path(given)
    }
    for each in settings.earlier:
        own, told = settings_of(settings, each), earlier_folder(folder, each.period)
        found[f"earlier {each.period} data"] = sha256_of(data_path(own, told))
        more = own_files(own, told)
        found |= {f"earlier {each.period} {name}": sha256 for name, sha256 in more.items()}
    return found


def run_identity(folder: Path, make: Callable[[], Identity]) -> Identity:
    """Return the identity kept in a working folder; make it and keep it where there is none.

    Parameters
    ----------
    folder : Path
        The working folder of a run: everything in it was made from the same things.
    make : callable
        Makes the identity; it needs the whole survey.
    """
    path = folder / "identity.json"
    if not path.exists():
        write_whole(path, json.dumps(make().as_dict(), ensure_ascii=False))
    return Identity(**json.loads(path.read_text(encoding="utf-8")))


def settings_sha256(settings: Settings) -> str:
    """Return the SHA-256 of the settings; paths count by their last part only."""
    told = settings.as_parameters("vi")
    del told["language"]
    told |= {name: Path(told[name]).name for name in ("data", "codebook")}
    for each in told["earlier"]:
        each |= {name: Path(each[name]).name for name in ("data", "codebook") if each[name]}
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
