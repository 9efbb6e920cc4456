from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from runtime.api import ImagePart
from runtime.testing import tiny_checkpoint, tiny_config

if TYPE_CHECKING:
    from runtime.model import Model

MakePicture = Callable[[int, int], Image.Image]


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A tiny Kimi K2.5 checkpoint, INT4 experts, three shards. Not to be written to.
    """
    folder = tmp_path_factory.mktemp("tiny") / "k25"
    tiny_checkpoint(folder, num_shards=3)
    return folder


@pytest.fixture(scope="session")
def tiny_model(tiny_folder: Path) -> Model:
    import runtime

    return runtime.load(tiny_folder)


@pytest.fixture(scope="session")
def text_model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """
    A tiny text-only model.
    """
    import runtime

    folder = tmp_path_factory.mktemp("tiny") / "text"
    tiny_checkpoint(folder, tiny_config("deepseek_v3"), int4=False)
    return runtime.load(folder)


@pytest.fixture(scope="session")
def picture() -> MakePicture:
    """
    Makes noise of a given width and height; the same size gives the same picture.
    """

    def make(width: int, height: int) -> Image.Image:
        rng = np.random.default_rng(width * 10000 + height)
        return Image.fromarray(rng.integers(0, 256, (height, width, 3), dtype=np.uint8))

    return make


@pytest.fixture(scope="session")
def part(picture: MakePicture) -> Callable[[int, int], ImagePart]:
    """
    The same as a part of a message.
    """

    def make(width: int, height: int) -> ImagePart:
        return ImagePart(width=width, height=height, rgb=picture(width, height).tobytes())

    return make
