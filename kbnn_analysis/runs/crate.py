"""The folder of results as an RO-Crate: what it holds and what made it, in words others read.

The metadata follow RO-Crate 1.1 and the profile Process Run Crate. Answers are named by their
SHA-256 and never included. Equal runs give equal bytes: the date is the period's last day.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kbnn_analysis.periods import parse_period
from kbnn_analysis.runs.files import sha256_of

CRATE = "ro-crate-metadata.json"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
_KINDS = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Entity = dict[str, Any]


def crate_text(folder: Path, names: list[str], record: Mapping[str, Any]) -> str:
    """Return the metadata of the crate.

    Parameters
    ----------
    folder : Path
        The folder of results.
    names : list of str
        The files in it that belong to the crate, relative.
    record : mapping
        What made them: the content of ``run.json``.

    Returns
    -------
    str
        JSON-LD.
    """
    from rocrate.model import ContextEntity, File
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version="1.1")
    crate.metadata.extra_terms["sha256"] = "https://schema.org/sha256"
    files = [_file(folder, name) for name in sorted(names)]
    inputs = [*_inputs(record), *_notebooks(record), *_parameters(record)]
    for key, value in _root(record).items():
        crate.root_dataset[key] = value
    for entity in files:
        crate.add(File(crate, entity["@id"], dest_path=entity["@id"], properties=_without(entity)))
    for entity in (_run(record, files, inputs), *_instruments(record), *inputs, _PROFILE):
        crate.add(ContextEntity(crate, entity["@id"], properties=_without(entity)))
    return json.dumps(crate.metadata.generate(), ensure_ascii=False, indent=1) + "\n"


def _without(entity: Entity) -> Entity:
    return {key: value for key, value in entity.items() if key != "@id"}


def _root(record: Mapping[str, Any]) -> Entity:
    identity = record["identity"]
    period = parse_period(identity["period"])
    simulated = "SIMULATED DATA. " if identity["simulated"] else ""
    return {
        "name": f"Satisfaction survey, {period.label('en')} ({identity['codebook']})",
        "description": f"{simulated}Report, tables, figures and executed notebooks. The answers "
        f"are confidential and not part of the crate.",
        "datePublished": period.end.isoformat(),
        "identifier": record["key"],
        "license": "No licence is given; what may leave is decided by `kbnn release`.",
        "conformsTo": {"@id": PROFILE},
        "mentions": {"@id": "#run"},
    }


_PROFILE: Entity = {
    "@id": PROFILE,
    "@type": "CreativeWork",
    "name": "Process Run Crate",
    "version": "0.5",
}


def _file(folder: Path, name: str) -> Entity:
    path = folder / name
    kind = _KINDS.get(path.suffix.lower())
    return {
        "@id": name,
        "@type": "File",
        "name": name,
        "sha256": sha256_of(path),
        "contentSize": str(path.stat().st_size),
        **({"encodingFormat": kind} if kind else {}),
    }


def _run(record: Mapping[str, Any], files: list[Entity], inputs: list[Entity]) -> Entity:
    return {
        "@id": "#run",
        "@type": "CreateAction",
        "name": f"Run {record['key']}",
        "description": "Notebooks executed with these parameters on these answers.",
        "instrument": {"@id": "#kbnn-analysis"},
        "object": [{"@id": each["@id"]} for each in inputs],
        "result": [{"@id": each["@id"]} for each in files],
        "actionStatus": {"@id": "http://schema.org/CompletedActionStatus"},
    }


def _instruments(record: Mapping[str, Any]) -> list[Entity]:
    identity = record["identity"]
    packages = [f"{name}=={version}" for name, version in record["environment"].items()]
    return [
        {
            "@id": "#kbnn-analysis",
            "@type": "SoftwareApplication",
            "name": "kbnn-analysis",
            "softwareVersion": identity["version"],
            "sha256": identity["code_sha256"],
            "softwareRequirements": [{"@id": "#environment"}, {"@id": "#lock"}],
        },
        {
            "@id": "#environment",
            "@type": "SoftwareApplication",
            "name": f"Python {identity['python']}",
            "softwareVersion": identity["python"],
            "softwareRequirements": packages,
        },
        {
            "@id": "#lock",
            "@type": "CreativeWork",
            "name": "requirements.lock",
            "sha256": record["lock_sha256"],
        },
    ]


def _inputs(record: Mapping[str, Any]) -> list[Entity]:
    identity, asked = record["identity"], record["parameters"]
    private = "Drawn from a known truth." if identity["simulated"] else "Confidential."
    limits = f"profile {asked['audience']}, at least {asked['min_n']} answers behind a number"
    own = [
        {
            "@id": f"#{name.replace(' ', '-')}",
            "@type": "CreativeWork",
            "name": asked.get(name, name),
            "sha256": sha256,
        }
        for name, sha256 in identity["own_files"].items()
    ]
    return [
        {
            "@id": "#answers",
            "@type": "CreativeWork",
            "name": identity["data"],
            "sha256": identity["data_sha256"],
            "description": f"{private} Not part of the crate.",
        },
        *own,
        {
            "@id": "#disclosure",
            "@type": "CreativeWork",
            "name": "Disclosure control",
            "description": f"{limits}; released before: {identity['ledger_head']}; "
            f"rows withheld: {identity['withheld_sha256']}.",
        },
    ]


def _notebooks(record: Mapping[str, Any]) -> list[Entity]:
    return [
        {
            "@id": f"#notebook-{name}",
            "@type": "SoftwareSourceCode",
            "name": f"notebooks/{name}.ipynb",
            "sha256": sha256,
            "programmingLanguage": "Python",
        }
        for name, sha256 in record["notebooks"].items()
    ]


def _parameters(record: Mapping[str, Any]) -> list[Entity]:
    return [
        {
            "@id": f"#parameter-{name}",
            "@type": "PropertyValue",
            "name": name,
            "value": value if isinstance(value, str) else json.dumps(value, ensure_ascii=False),
        }
        for name, value in sorted(record["parameters"].items())
    ]
