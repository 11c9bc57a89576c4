"""`clio sample`: write synthetic conversations with known truth."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from clio_assets.cli.grouped import grouped
from clio_assets.cli.options import FormatOption, known_format


@dataclass(frozen=True)
class Amount:
    """How much, from which seed."""

    conversations: Annotated[int, typer.Option(min=1, help="How many.")] = 5000
    weeks: Annotated[
        int, typer.Option(min=1, help="How many weeks they spread over, from 28 September 2026.")
    ] = 8
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same bytes.")] = 0


@grouped
def sample(
    *,
    output: Annotated[
        Path, typer.Argument(help="File to write: .jsonl, .jsonl.gz or .jsonl.zst.")
    ] = Path("sample.jsonl.gz"),
    truth: Annotated[
        Path | None,
        typer.Option(help="File for the known truth. Default: beside the output."),
    ] = None,
    amount: Amount,
    shape: FormatOption = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Do nothing where the file is there already.")
    ] = False,
) -> None:
    """Write synthetic conversations, and what is true of them, to try the platform on.

    With --format in the shape that a logger or an export has, as `clio check` and `clio run` read.
    Some fifty topics in fourteen domains, asked about in eleven languages and in many ways.
    """
    from rich.console import Console

    from clio_assets.cli.progress import RichProgress
    from clio_assets.sample.generate import SampleSettings, write_sample

    console = Console(stderr=True)
    if keep and output.exists():
        console.print(f"{output} is there already")
        return
    target = truth or output.with_name(f"{output.name.split('.')[0]}.truth.jsonl.gz")
    output.parent.mkdir(parents=True, exist_ok=True)
    with RichProgress(console) as progress:
        settings = SampleSettings(**asdict(amount))
        write_sample(output, target, settings, progress, known_format(shape) or "plain")
    console.print(
        f"{amount.conversations:,} conversations in {output}, the truth about them in {target}"
    )
