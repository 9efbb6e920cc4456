"""
``vision-code inspect CHECKPOINT``: what is in a checkpoint, whether it is whole, and what it asks of this machine.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from vision_code.cli.report import out, out_json

if TYPE_CHECKING:
    from runtime.checkpoint.inspect import CheckpointReport

#: Above this the system does not say how much memory is free (`runtime.checkpoint.memory`).
KNOWN_BYTES = 1 << 60


def configure(parser: argparse.ArgumentParser) -> None:
    """
    Add the options of ``inspect``.
    """
    parser.add_argument("checkpoint", metavar="CHECKPOINT", help="folder of a checkpoint, or embedded: the one shipped")


def run(args: argparse.Namespace) -> int:
    """
    Print the report; exit 0 also when the checkpoint does not fit this machine (the report says so).
    """
    from runtime.checkpoint.inspect import inspect
    from vision_code.engine import checkpoint_folder, engine_errors

    with engine_errors():
        report = inspect(checkpoint_folder(args.checkpoint))
    if args.json:
        out_json({"checkpoint": asdict(report)})
    else:
        _tell(report)
    return 0


def _tell(report: CheckpointReport) -> None:
    files = "1 file" if report.num_shards == 1 else f"{report.num_shards} files"
    experts = "INT4" if report.expert_format == "int4" else report.expert_format
    out(f"{report.family}: whole, {report.num_tensors:,} tensors in {files}, {_size(report.file_bytes)}")
    out(f"  parameters  {_count(report.num_parameters)}, a token uses {_count(report.active_parameters)} of them")
    out(f"  experts     {experts}")
    out(f"  pictures    {'read' if report.reads_pictures else 'not read: a text model'}")
    out(f"  tokenizer   {'there' if report.has_tokenizer else 'missing: it can score tokens, not write text'}")
    out(f"  context     {report.context_tokens:,} tokens")
    out(f"  memory      {_memory(report)}")
    out(f"  speed       at most {_rounded(report.tokens_per_s)} tokens/s")
    out("              (a bound, not a forecast: memory bandwidth over the weights a token reads)")


def _memory(report: CheckpointReport) -> str:
    need = f"needs {_size(report.need_bytes)} at most"
    if report.free_bytes >= KNOWN_BYTES:
        return f"{need}; this system does not say how much is free"
    return f"{need}, {_size(report.free_bytes)} free: {'fits' if report.fits else 'does not fit'}"


def _size(num_bytes: int) -> str:
    return f"{num_bytes / 2**30:,.1f} GiB" if num_bytes >= 2**30 else f"{num_bytes / 2**20:.1f} MiB"


def _count(number: int) -> str:
    for unit, name in ((10**9, "billion"), (10**6, "million")):
        if number >= unit:
            return f"{number / unit:,.1f} {name}"
    return f"{number:,}"


def _rounded(tokens_per_s: float) -> str:
    """
    Two digits: the measurement is no better.
    """
    return f"{float(f'{tokens_per_s:.2g}'):,.10g}"
