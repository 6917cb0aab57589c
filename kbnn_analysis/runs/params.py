"""What a run is asked to do, typed and strict: nothing is guessed, nothing is ignored.

``Settings`` is what a notebook is told; its fields are the names of the notebooks' parameters
cells. ``Params`` is what a run is told: the settings, and which notebooks in which languages.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

from kbnn_analysis.errors import UsageError
from kbnn_analysis.intake.strict_yaml import read_yaml
from kbnn_analysis.language import Language
from kbnn_analysis.periods import parse_period
from kbnn_analysis.runs.quotations import QuotationParams
from kbnn_analysis.runs.typed import check_values
from kbnn_analysis.runs.value_types import (
    OUTLINES,
    ContextFile,
    FileName,
    Flag,
    Languages,
    Names,
    Number,
    OutlineFile,
    Period,
    Text,
    Whole,
    no_repeats,
)

Audience = Literal["explore", "restricted", "public"]
NOTEBOOKS = (
    "10-data-quality",
    "20-satisfaction",
    "30-provinces",
    "40-drivers",
    "50-change",
    "90-period-report",
)
# those that need no second unit and not the answers of many; the last one is the report
ONE_UNIT = ("10-data-quality", "50-change", "20-satisfaction")
SIMULATED = "simulated"
OWN_FILES = ("codebook", "unit_vintage", "outline", "context")  # may name a file of one's own


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class DesignParams(_Strict):
    """How the respondents came to answer: see :class:`kbnn_analysis.intake.survey.Design`.

    Parameters
    ----------
    target : {"period", "process", "self-selected"}
        What the intervals speak of: these offices in this period, the process behind them, or
        whoever answered.
    weight : str, optional
        Attribute that holds the weight of a respondent.
    strata : str, optional
        Attribute that holds the stratum.
    psu : str, optional
        Attribute that holds the primary sampling unit: answers within it resemble each other.
    fpc : str, optional
        Attribute that holds the number of primary sampling units in the population of the stratum.
    second_psu : str, optional
        Attribute that holds the unit sampled within the primary one.
    second_fpc : str, optional
        Attribute that holds the number of such units in the primary one.
    lonely_psu : {"adjust", "average", "remove", "fail"}
        What a stratum with one sampling unit does: be centred at the mean of all, add the average
        of the other strata, add nothing, or stop.
    """

    target: Literal["period", "process", "self-selected"] = "self-selected"
    weight: Text | None = None
    strata: Text | None = None
    psu: Text | None = None
    fpc: Text | None = None
    second_psu: Text | None = None
    second_fpc: Text | None = None
    lonely_psu: Literal["adjust", "average", "remove", "fail"] = "adjust"


class SimulateParams(_Strict):
    """How simulated answers are drawn.

    Parameters
    ----------
    seed : int
        Seed of the draw.
    scale : float
        Size relative to a full period.
    """

    seed: Whole = Field(default=2023, ge=0, lt=2**32)
    scale: Number = Field(default=1.0, gt=0, le=10)


class EarlierParams(_Strict):
    """An earlier period to compare with; what is left out is as in the current period.

    Parameters
    ----------
    period : str
        A period before the current one.
    data : str
        "simulated", or the path of its file of answers.
    codebook, unit_vintage : str, optional
        Its own questionnaire and its own units, where they were others.
    select : dict
        As in :class:`Settings`.
    simulate : SimulateParams, optional
        Used where `data` is "simulated".
    broken : tuple of str
        What a person knows to differ from then on and no file tells: who was asked ("frame"), how
        ("mode"), or what is counted ("definition"). Levels are then shown and no change.
    """

    period: Period
    data: Text = SIMULATED
    codebook: Text | None = None
    unit_vintage: Text | None = None
    select: dict[Text, Text] = Field(default_factory=dict)
    simulate: SimulateParams | None = None
    broken: Annotated[
        tuple[Literal["frame", "mode", "definition"], ...],
        Field(strict=False),
        AfterValidator(no_repeats),
    ] = ()


def _different_periods(values: tuple[EarlierParams, ...]) -> tuple[EarlierParams, ...]:
    no_repeats(tuple(each.period for each in values))
    return values


class Settings(_Strict):
    """What a notebook is told.

    Parameters
    ----------
    period : str
        The survey period, "2023-1" or as people write it; kept in the form "2023-1".
    data : str
        "simulated", "archive", or the path of a file of answers.
    codebook : str
        Name of a shipped codebook or path of one's own.
    unit_vintage : str, optional
        Vintage of the administrative units; None for units that are not administrative.
    outline : str, optional
        Path of a GeoJSON file of the units' shapes, for maps; tiles are drawn where it is left out.
    context : str, optional
        Path of a CSV file of numbers about units (unit, measure, value, source), such as PCI, PAPI
        or DDCI, that may go with satisfaction.
    select : dict
        Attribute -> value of the respondents to keep from a file that holds more periods.
    design : DesignParams
        Weight, strata, clusters and the target of the intervals.
    headline : str, optional
        Item of the headline measure; None pools all satisfaction items.
    conf_level : float
        Level of all intervals.
    seed : int
        Seed of the run's named random streams.
    min_n : int
        Fewest valid answers behind a number shown: it may be raised above 10, never lowered.
    audience : {"explore", "restricted", "public"}
        Who will read it; "explore" is for one's own screen only.
    simulate : SimulateParams
        Used where `data` is "simulated".
    earlier : tuple of EarlierParams
        Earlier periods to compare with; none where left out.
    """

    period: Period
    data: Text = SIMULATED
    codebook: Text = "kbnn-assumed"
    unit_vintage: Text | None = None
    outline: OutlineFile | None = None
    context: ContextFile | None = None
    select: dict[Text, Text] = Field(default_factory=dict)
    design: DesignParams = DesignParams()
    headline: Text | None = None
    conf_level: Number = Field(default=0.95, gt=0.5, lt=1)
    seed: Whole = Field(default=2023, ge=0, lt=2**32)
    min_n: Whole = Field(default=10, ge=10, le=10_000)
    audience: Audience = "restricted"
    simulate: SimulateParams = SimulateParams()
    earlier: Annotated[
        tuple[EarlierParams, ...], Field(strict=False), AfterValidator(_different_periods)
    ] = ()

    @field_validator("earlier")
    @classmethod
    def _comparable(
        cls, values: tuple[EarlierParams, ...], info: ValidationInfo
    ) -> tuple[EarlierParams, ...]:
        """Refuse a period that is not earlier, and simulated answers beside real ones."""
        if not {"period", "data"} <= set(info.data):  # told already
            return values
        for each in values:
            if not parse_period(each.period) < parse_period(info.data["period"]):
                raise ValueError(f"{each.period} is not before {info.data['period']}; leave it out")
            if (each.data == SIMULATED) != (info.data["data"] == SIMULATED):
                raise ValueError(
                    f"{each.period} and {info.data['period']} must both be simulated or both be "
                    "real answers; give the file of each, or leave it out"
                )
        return values

    def as_parameters(self, language: Language) -> dict[str, Any]:
        """Return the plain values that a notebook's parameters cell receives."""
        names = Settings.model_fields
        told = {k: v for k, v in self.model_dump(mode="json").items() if k in names}
        return {**told, "language": language}


class Params(Settings):
    """What a run is told: the settings, the notebooks, the languages, the folder's name.

    Parameters
    ----------
    name : str, optional
        Name of the folder of results; the period where it is left out.
    notebooks : tuple of str
        The notebooks in the order of execution; the last one is the report.
    languages : tuple of {"vi", "en"}
        The first one is the language of ``report.html``.
    audience : {"restricted", "public"}
        Who will read it.
    sheets : bool
        Whether each unit gets a page of its own.
    quotations : QuotationParams, optional
        Masked quotations that may leave, with the name of who approved them; else none may.
    """

    name: FileName | None = None
    notebooks: Names = NOTEBOOKS
    languages: Languages = (
        "vi",
        "en",
    )
    audience: Literal["restricted", "public"] = "restricted"
    sheets: Flag = True
    quotations: QuotationParams | None = None

    @property
    def folder(self) -> str:
        """Return the name of the folder of results."""
        return self.name or self.period


def with_data(values: dict[str, Any], data: str) -> dict[str, Any]:
    """Put a data file in place of the one named, for the earlier periods that it holds as well."""
    named, earlier = values.get("data", SIMULATED), values.get("earlier")
    if named == SIMULATED or not isinstance(earlier, list):
        return {**values, "data": data}
    moved = [
        {**each, "data": data} if isinstance(each, dict) and each.get("data") == named else each
        for each in earlier
    ]
    return {**values, "data": data, "earlier": moved}


def load_params(path: Path, *, data: str | None = None) -> Params:
    """Read and check a params file; all that is wrong is told at once.

    Parameters
    ----------
    path : Path
        A YAML file such as params/2023-1.yaml.
    data : str, optional
        A data file that takes the place of the one in the params file.

    Raises
    ------
    UsageError
        If the file cannot be read, or a name or a value is not allowed.
    """
    document = read_yaml(path)
    values = document.data
    if not isinstance(values, dict):
        raise UsageError(f"{path.name} must hold lines `name: value`; see params/2023-1.yaml.")
    if data is not None:
        values = with_data(values, data)
    return check_values(Params, values, name=path.name, document=document)


def is_path(given: str | None) -> bool:
    """Tell a file of one's own (codebook, units, outline, context) from a name that is shipped."""
    return given is not None and given.endswith((".yaml", ".yml", ".csv", *OUTLINES))
