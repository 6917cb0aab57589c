"""The run as a notebook sees it: what it reads, its store, and the ways to show a result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from typing import Any, TypeVar

from kbnn_analysis.disclosure import Rules
from kbnn_analysis.errors import DisclosureError, UsageError
from kbnn_analysis.language import Language
from kbnn_analysis.presentation.document.model import KEY_FIGURES
from kbnn_analysis.presentation.figures import alt_text, caption_of
from kbnn_analysis.presentation.narrative.key_figures import key_figures_table
from kbnn_analysis.results import Estimates, Result
from kbnn_analysis.runs.exhibits import check_disclosed, save_figure, save_table
from kbnn_analysis.runs.material import Material
from kbnn_analysis.runs.notebooks import producers
from kbnn_analysis.runs.params import Settings
from kbnn_analysis.runs.provenance import (
    Identity,
    identify,
    run_identity,
)
from kbnn_analysis.runs.recipe import recipe
from kbnn_analysis.runs.release_home import read_withheld
from kbnn_analysis.runs.source import data_path
from kbnn_analysis.runs.store import Store, check_name
from kbnn_analysis.runs.workspace import Workspace

MOST_ROWS = 200  # of a table in an annex
AnyResult = TypeVar("AnyResult", bound=Result)


class Run(Material):
    """A run, as a notebook uses it.

    Parameters
    ----------
    settings : Settings
        What was asked, with data and codebook in the workspace's input folder.
    language : {"vi", "en"}
        Language of what is shown.
    workspace : Workspace
        Where the run works.
    """

    def __init__(self, settings: Settings, language: Language, workspace: Workspace) -> None:
        super().__init__(settings, workspace)
        self.language = language
        self.store = Store(workspace.store)
        self._tabled: set[str] = set()
        self.rules = Rules(
            min_n=settings.min_n,
            profile="public" if settings.audience == "public" else "restricted",
            withheld=read_withheld(workspace.root),
        )

    def save(self, name: str, result: Result) -> None:
        """Keep a result for later notebooks of this run."""
        self.store.save(name, result)

    def load(self, name: str) -> Any:
        """Return a result that an earlier notebook saved.

        Raises
        ------
        UsageError
            If there is none; the message names the notebook that makes it.
        """
        return self.store.load(name, lambda: producers(self.workspace.notebooks))

    def has(self, name: str) -> bool:
        """Return whether the run's store holds a result of this name."""
        return check_name(name) in self.store.names()

    def once(self, name: str, compute: Callable[[], AnyResult]) -> AnyResult:
        """Return the stored result of this name; compute and save it where there is none.

        For what is expensive: it is computed once for a period, not once for a language.

        Parameters
        ----------
        name : str
            Name in the store.
        compute : callable
            Called without arguments where the store has no such result.
        """
        if not self.has(name):
            self.store.save(name, compute())
        found: AnyResult = self.load(name)
        return found

    def untabled(self, *aside: str) -> tuple[str, ...]:
        """Return the stored results that no table of this notebook has shown yet.

        For an annex. They stand in the order in which the notebooks make them; those of very many
        rows, such as all pairs of provinces, are left to the workbook.

        Parameters
        ----------
        *aside : str
            Names to leave out, as parts of others are.
        """
        made = list(producers(self.workspace.notebooks))
        there = [name for name in self.store.names() if name not in {*aside, *self._tabled}]
        short = [name for name in there if len(self.store.load(name).frame) <= MOST_ROWS]
        return tuple(sorted(short, key=lambda name: (_place(name, made), name)))

    def table(self, name: str, result: Result, table: Any) -> None:
        """Show a table, and keep its result as CSV.

        Parameters
        ----------
        name : str
            Name of the file, such as "provinces-top-box".
        result : Result
            The disclosed result that the table shows.
        table : GT or str
            The table, or its HTML.

        Raises
        ------
        DisclosureError
            If `result` was not disclosed and the run is not for exploring.
        """
        self.attach(name, result)
        html = table if isinstance(table, str) else table.as_raw_html()
        _show({"text/html": html, "text/plain": f"[{name}]"})

    def attach(self, name: str, result: Result) -> None:
        """Keep a result as CSV and in the workbook without showing it: it is too long for a page.

        Parameters
        ----------
        name : str
            Name of the file, such as "pairs".
        result : Result
            The disclosed result.

        Raises
        ------
        DisclosureError
            If `result` was not disclosed and the run is not for exploring.
        """
        self._check(name, result)
        save_table(self.workspace.exhibits, check_name(name), result, self.language)
        if result.notes.get("disclosed"):
            Store(self.workspace.shown).save(name, result)
        self._tabled.add(name)

    def figure(
        self,
        name: str,
        drawn: Any,
        *,
        of: Result | None = None,
        alt: str | None = None,
        caption: str | None = None,
    ) -> None:
        """Show a figure, and keep it as SVG and PNG with its numbers as CSV.

        Parameters
        ----------
        name : str
            Name of the files; the language is added to it.
        drawn : Axes or Figure
            What was drawn.
        of : Result
            The disclosed result that it draws; needed unless the run is for exploring.
        alt : str, optional
            What the figure shows, for those who cannot see it; told from `of` where left out.
        caption : str, optional
            What kind of figure it is and how to read it; told from `of` where left out.

        Raises
        ------
        UsageError
            If there is neither `alt` nor `of`.
        DisclosureError
            If `of` is missing or was not disclosed, and the run is not for exploring.
        """
        self._check(name, of)
        told = alt or (alt_text(of, self.language) if of is not None else "")
        if not told:
            raise UsageError(f"The figure {name!r} needs an `alt` that tells what it shows.")
        svg = save_figure(self.workspace.exhibits, check_name(name), drawn, self.language, of)
        if caption is None:
            caption = caption_of(of, self.language) if of is not None else ""
        _show({"image/svg+xml": svg, "text/plain": told}, {"alt": told, "caption": caption})

    def say(self, text: str) -> None:
        """Show sentences, written in Markdown."""
        _show({"text/markdown": text, "text/plain": text})

    def key_figures(self, of: Estimates) -> None:
        """Show a few estimates large, each with its interval.

        Parameters
        ----------
        of : Estimates
            Disclosed; the measures of one question in one period.

        Raises
        ------
        DisclosureError
            If `of` was not disclosed and the run is not for exploring.
        """
        self._check("key figures", of)
        text = key_figures_table(of, self.language)
        _show({"text/markdown": text, "text/plain": text}, {"role": KEY_FIGURES})

    def recipe(self) -> None:
        """Show how this run is made again."""
        self.say(recipe(self.settings, self._identity, self.language))

    def identity(self) -> None:
        """Show what this run was made from."""
        found = self._identity
        text = found.markdown(self.language)
        _show({"text/markdown": text, "text/plain": text}, {"role": "identity"})

    @property
    def _identity(self) -> Identity:
        return run_identity(self.workspace.folder, self._identify)

    def _identify(self) -> Identity:
        path = data_path(self.settings, self.workspace.input)
        return identify(self.settings, path, self.survey, self.workspace.root)

    def _check(self, name: str, result: Result | None) -> None:
        if self.settings.audience == "explore":
            return
        if result is None:
            raise DisclosureError(f"Say which disclosed result {name!r} shows: `of=result`.")
        check_disclosed(name, result)


def _place(name: str, made: Sequence[str]) -> int:
    """Return where a notebook makes a result; its name may be filled in there."""
    return next((at for at, each in enumerate(made) if fnmatchcase(name, each)), len(made))


def _show(data: dict[str, str], metadata: dict[str, Any] | None = None) -> None:
    from IPython.display import display

    display(data, raw=True, metadata=metadata or {})  # type: ignore[no-untyped-call]
