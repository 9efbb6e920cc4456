"""
The two recognition networks inside the rapidocr package, opened once per process.
"""

from __future__ import annotations

import importlib.util
import os
from functools import cache
from pathlib import Path
from typing import Any

DETECTOR = "PP-OCRv6_det_small.onnx"
RECOGNISER = "PP-OCRv6_rec_small.onnx"


def _model_path(name: str) -> Path:
    """
    File of a model. The package itself is not imported: it would open its own sessions.

    Raises:
        FileNotFoundError: The installed rapidocr does not carry this model.
    """
    spec = importlib.util.find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the rapidocr package is not installed")
    path = Path(spec.origin).parent / "models" / name
    if not path.is_file():
        raise FileNotFoundError(f"{name} is not in the installed rapidocr package; version 3.10 carries it")
    return path


@cache
def session(name: str) -> Any:
    """
    A single-thread onnxruntime session over one of the models; safe to call from several threads.

    One thread and no spinning: two callers then share two cores at ~10 ms CPU per 100 px of text, against ~17 ms for
    one caller with two threads.
    """
    # onnxruntime 1.32 reports to its maker unless told not to before it is imported; nothing leaves this machine.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(_model_path(name)), options, providers=["CPUExecutionProvider"])


@cache
def alphabet() -> tuple[str, ...]:
    """
    Character of each output class of the recogniser: the CTC blank first, the space last.
    """
    characters = session(RECOGNISER).get_modelmeta().custom_metadata_map["character"].split("\n")
    return ("", *characters, " ")
