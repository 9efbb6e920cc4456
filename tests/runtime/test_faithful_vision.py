"""
Picture-reading models against transformers' Kimi_K25ForConditionalGeneration, in fp32, from original tensor names.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

import kernels
import runtime
from kernels.testing import assert_close, relative_error
from runtime.config import ModelConfig
from runtime.layers.moe import TiledExperts
from runtime.testing import tiny_checkpoint, tiny_config
from runtime.vision.preprocess import patches

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning",
    "ignore::FutureWarning",
    "ignore::UserWarning:compressed_tensors.*",
    "ignore::UserWarning:transformers.*",
)

TOLERANCE = 1e-4
MakePicture = Callable[[int, int], Image.Image]


def _oracle(folder: Path, config: ModelConfig, target: Path, *, int4: bool) -> Any:
    """
    Load our checkpoint with transformers, whose configuration spells the vision keys without prefixes.
    """
    transformers = pytest.importorskip("transformers")
    from transformers.models.kimi_k25.modeling_kimi_k25 import Kimi_K25ForConditionalGeneration

    assert config.vision is not None
    shutil.copytree(folder, target)
    raw = json.loads((folder / "config.json").read_text())
    vision = config.vision
    raw |= {
        "model_type": "kimi_k25",
        "projection_hidden_size": vision.hidden_size,
        "image_token_id": config.media_token_id,
        "video_token_id": 0,
        "tie_word_embeddings": False,
        "vision_config": {
            "model_type": "kimi_k25_vision",
            "pos_emb_height": vision.pos_emb_height,
            "pos_emb_width": vision.pos_emb_width,
            "pos_emb_time": 4,
            "num_attention_heads": vision.num_attention_heads,
            "num_hidden_layers": vision.num_hidden_layers,
            "hidden_size": vision.hidden_size,
            "intermediate_size": vision.intermediate_size,
        },
    }
    raw["text_config"]["model_type"] = "deepseek_v3"
    (target / "config.json").write_text(json.dumps(raw))
    quantized = {"quantization_config": transformers.CompressedTensorsConfig(dequantize=True)} if int4 else {}
    model, info = Kimi_K25ForConditionalGeneration.from_pretrained(
        target, dtype=torch.float32, output_loading_info=True, **quantized
    )
    assert not info["missing_keys"]
    assert not info["unexpected_keys"]
    # Dequantised experts arrive in bf16.
    return model.float().eval()


@pytest.fixture(scope="module")
def k25(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    target = tmp_path_factory.mktemp("oracle") / "k25"
    with pytest.MonkeyPatch.context() as patch:
        # Like the oracle, the reference rounds each weight to bf16; the CPU's kernels do not.
        patch.setenv("VISION_CODE_KERNELS", "reference")
        model = runtime.load(tiny_folder)
    return model, _oracle(tiny_folder, model.config, target, int4=True)


@pytest.fixture(scope="module")
def kimi_vl(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    """
    Kimi-VL is not in transformers: the same tower with one frame and the same text model, under K2.5's names.
    """
    root = tmp_path_factory.mktemp("vl")
    config = tiny_config("kimi_vl", q_lora=False, yarn=False)
    tiny_checkpoint(root / "vl", config, seed=3, int4=False)
    renamed = root / "renamed"
    shutil.copytree(root / "vl", renamed)
    tensors = load_file(root / "vl" / "model.safetensors")
    names = {
        "multi_modal_projector.linear_1": "mm_projector.proj.0",
        "multi_modal_projector.linear_2": "mm_projector.proj.2",
    }
    names["multi_modal_projector.pre_norm"] = "mm_projector.pre_norm"
    for old, new in names.items():
        for end in ("weight", "bias"):
            tensors[f"{new}.{end}"] = tensors.pop(f"{old}.{end}")
    save_file(tensors, renamed / "model.safetensors", metadata={"format": "pt"})
    return runtime.load(root / "vl"), _oracle(renamed, config, root / "oracle", int4=False)


def _case(model: runtime.Model, image: Image.Image) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """
    Token ids around a picture, and the picture's patches and grid for the oracle.
    """
    pixels, grid = patches(image, model.image_rules)
    generator = torch.Generator().manual_seed(grid[1])
    visual = torch.full((grid[1] * grid[2] // 4,), model.config.media_token_id)
    before, behind = (torch.randint(0, 300, (n,), generator=generator) for n in (5, 20))
    return torch.cat([before, visual, behind]), pixels, torch.tensor([grid])


@pytest.mark.parametrize("size", [(90, 60), (200, 30), (112, 112)], ids=["6x8", "4x16", "8x8"])
@pytest.mark.parametrize("family", ["k25", "kimi_vl"])
@torch.inference_mode()
def test_logits_with_a_picture(
    request: pytest.FixtureRequest, family: str, size: tuple[int, int], picture: MakePicture
) -> None:
    model, oracle = request.getfixturevalue(family)
    image = picture(*size)
    tokens, pixels, grid = _case(model, image)
    expected = oracle(input_ids=tokens.unsqueeze(0), pixel_values=pixels, image_grid_thw=grid).logits[0]
    assert_close(model.logits(tokens, [image]), expected, TOLERANCE)


@torch.inference_mode()
def test_two_pictures_in_one_text(k25: tuple[Any, Any], picture: MakePicture) -> None:
    model, oracle = k25
    images = [picture(90, 60), picture(57, 33)]
    cases = [_case(model, image) for image in images]
    tokens, pixels, grids = (torch.cat(parts) for parts in zip(*cases, strict=True))
    expected = oracle(input_ids=tokens.unsqueeze(0), pixel_values=pixels, image_grid_thw=grids).logits[0]
    assert_close(model.logits(tokens, images), expected, TOLERANCE)


@torch.inference_mode()
def test_packed_experts_equal_unpacked_ones(
    k25: tuple[Any, Any], tiny_folder: Path, picture: MakePicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, oracle = k25
    monkeypatch.setenv("VISION_CODE_KERNELS", "reference")
    monkeypatch.setattr("runtime.model.UNPACK_LIMIT_BYTES", 0)
    packed = runtime.load(tiny_folder)
    assert not any(name.endswith("experts.gate_up") for name, _ in packed.module.named_parameters())
    tokens, pixels, grid = _case(packed, picture(90, 60))
    expected = oracle(input_ids=tokens.unsqueeze(0), pixel_values=pixels, image_grid_thw=grid).logits[0]
    assert_close(packed.logits(tokens, [picture(90, 60)]), expected, TOLERANCE)


@torch.inference_mode()
def test_tiled_experts_equal_unrounded_ones(tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if kernels.cpu_instructions() in (None, "scalar"):
        pytest.skip("no C compiler, or no vector instructions: experts are not tiled")
    tiled = runtime.load(tiny_folder)
    assert any(isinstance(module, TiledExperts) for module in tiled.module.modules())
    monkeypatch.setenv("VISION_CODE_KERNELS", "reference")
    rounded = kernels.dequantise
    monkeypatch.setattr(kernels, "dequantise", lambda packed, scale: rounded(packed, scale.float()))
    tokens = torch.arange(40)
    exact = runtime.load(tiny_folder).logits(tokens)
    monkeypatch.undo()
    # Activations of 16 bits: about 5e-5 a layer in the mean, five times that at the worst of 20,000 logits.
    assert_close(tiled.logits(tokens), exact, 6e-4)


@pytest.mark.parametrize("frames", [1, 2, 3, 4])
@torch.inference_mode()
def test_tower_and_projector_of_a_clip(k25: tuple[Any, Any], frames: int) -> None:
    model, oracle = k25
    pixels = torch.randn(frames * 48, 3, 14, 14, generator=torch.Generator().manual_seed(frames))
    grid = (frames, 6, 8)
    merged = oracle.model.vision_tower(pixels, grid_thw=torch.tensor([grid])).pooler_output
    expected = oracle.model.mm_projector(merged).squeeze(1)
    assert_close(model.module.encode_images(pixels, [grid]), expected, TOLERANCE)


VISION_WEIGHTS = ("pos_emb", "wqkv.weight", "norm0.weight", "fc0", "final_layernorm", "pre_norm", "proj.2.weight")


@pytest.mark.parametrize("name", VISION_WEIGHTS)
@torch.inference_mode()
def test_one_percent_in_any_vision_weight_shows(tiny_model: runtime.Model, picture: MakePicture, name: str) -> None:
    image = picture(90, 60)
    tokens, _, _ = _case(tiny_model, image)
    right = tiny_model.logits(tokens, [image])
    weight = next(p for n, p in tiny_model.module.named_parameters() if name in n and "language_model" not in n)
    kept = weight.detach().clone()
    weight.mul_(1.01)
    try:
        assert relative_error(tiny_model.logits(tokens, [image]), right) > TOLERANCE
    finally:
        weight.copy_(kept)


def test_short_layer_names_load_the_same_model(tiny_folder: Path, tiny_model: runtime.Model, tmp_path: Path) -> None:
    tensors = {}
    for shard in tiny_folder.glob("*.safetensors"):
        tensors |= load_file(shard)
    short = {name.replace("language_model.model.", "language_model."): tensor for name, tensor in tensors.items()}
    for name in ("config.json", "tiktoken.model", "tokenizer_config.json", "preprocessor_config.json"):
        shutil.copy(tiny_folder / name, tmp_path / name)
    save_file(short, tmp_path / "model.safetensors")
    tokens = torch.arange(30)
    assert torch.equal(runtime.load(tmp_path).logits(tokens), tiny_model.logits(tokens))


def test_stored_shapes_may_be_int64(tiny_folder: Path, tiny_model: runtime.Model, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(tiny_folder, folder)
    for shard in folder.glob("*.safetensors"):
        tensors = load_file(shard)
        wide = {name: t.long() if name.endswith("weight_shape") else t for name, t in tensors.items()}
        save_file(wide, shard)
    tokens = torch.arange(30)
    assert torch.equal(runtime.load(folder).logits(tokens), tiny_model.logits(tokens))


def test_tied_embeddings_need_no_head(tmp_path: Path) -> None:
    config = tiny_config("deepseek_v3")
    config = replace(config, text=replace(config.text, tie_word_embeddings=True))
    written = tiny_checkpoint(tmp_path, config, int4=False)
    model = runtime.load(tmp_path)
    tokens = torch.arange(20)
    with torch.inference_mode():
        assert_close(model.logits(tokens), written(tokens.unsqueeze(0))[0], TOLERANCE)
