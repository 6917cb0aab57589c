"""How to make a report again: the params, the commands, and what must then agree."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from kbnn_analysis.language import Label, Language
from kbnn_analysis.runs.archived import ARCHIVED
from kbnn_analysis.runs.params import SIMULATED, Settings
from kbnn_analysis.runs.provenance import Identity

_FIRST = Label(
    "Chương trình là kbnn-analysis {version} với Python {python}; tệp requirements.lock ghi phiên "
    "bản và mã băm của mọi gói. Lưu các tham số sau thành `{file}`:",
    "The program is kbnn-analysis {version} on Python {python}; requirements.lock holds the "
    "version and the hash of every package. Save these parameters as `{file}`:",
)
_THEN = Label("Sau đó chạy trong thư mục của dự án:", "Then run in the folder of the project:")
_DATA = Label(
    "Tệp dữ liệu là `{name}`, SHA-256 `{sha256}`. Phiếu gốc không kèm theo báo cáo; chỉ người được "
    "phép giữ phiếu mới chạy lại được.",
    "The file of answers is `{name}`, SHA-256 `{sha256}`. The answers do not come with the report: "
    "only those who may hold them can run it again.",
)
_DRAWN = Label(
    "Phiếu trả lời được chương trình mô phỏng từ tham số (SHA-256 của tệp: `{sha256}`), nên ai "
    "cũng chạy lại được.",
    "The answers are simulated by the program from the parameters (SHA-256 of the file: "
    "`{sha256}`): anybody can run it again.",
)
_OWN = Label("Các tệp riêng: {files}.", "Files of one's own: {files}.")
_AGREES = Label(
    "`kbnn verify` chạy lại ở một thư mục sạch và so từng byte của mọi tệp. Cùng đầu vào thì cùng "
    "mã lần chạy, `{key}`, và cùng mọi con số; các mã khác ở cuối báo cáo cho biết đầu vào nào đã "
    "khác.",
    "`kbnn verify` runs it again in a clean folder and compares every byte of every file. The same "
    "inputs give the same run, `{key}`, and the same figures; the other codes at the end of the "
    "report tell which input was another.",
)


def recipe(settings: Settings, identity: Identity, language: Language) -> str:
    """Return in Markdown how a run is made again.

    Parameters
    ----------
    settings : Settings
        What was asked. Files are named without their folders.
    identity : Identity
        What the run was made from.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        Sentences, the params as YAML, and the commands.
    """
    name = f"params/{settings.period}.yaml"
    facts = {
        "version": identity.version,
        "python": identity.python,
        "file": name,
        "name": identity.data,
        "sha256": identity.data_sha256,
        "key": identity.key,
        "files": ", ".join(f"`{key}` SHA-256 `{sha}`" for key, sha in identity.own_files.items()),
    }
    simulated = settings.data == SIMULATED or identity.simulated
    told = [
        _FIRST.text(language).format(**facts),
        _fenced(_as_yaml(settings).splitlines()),
        _THEN.text(language),
        _fenced(_commands(settings.period, name)),
        (_DRAWN if simulated else _DATA).text(language).format(**facts),
        _OWN.text(language).format(**facts) if identity.own_files else "",
        _AGREES.text(language).format(**facts),
    ]
    return "\n\n".join(part for part in told if part)


def _commands(period: str, params: str) -> list[str]:
    return ["make setup", f"kbnn run {params}", f"kbnn verify outputs/{period}"]


def _as_yaml(settings: Settings) -> str:
    """Return what differs from the defaults; quotes keep a period from becoming a number."""
    from ruamel.yaml import YAML  # late: a heavy import

    asked: dict[str, Any] = settings.model_dump(mode="json", exclude_defaults=True)
    if settings.data.endswith(".parquet"):
        asked["data"] = ARCHIVED
    asked.setdefault("data", settings.data)
    names = [name for name in Settings.model_fields if name in asked]
    writer, text = YAML(typ="rt"), io.StringIO()
    writer.dump({name: asked[name] for name in names}, text)
    return text.getvalue().rstrip("\n")


def _fenced(lines: Sequence[str]) -> str:
    return "\n".join(("```", *lines, "```"))
