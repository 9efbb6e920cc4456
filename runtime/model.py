"""
A loaded checkpoint: modules, tokenizer and preprocessing together.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import torch
from PIL import Image
from torch import nn

import kernels
from runtime.checkpoint.inspect import CheckedFolder, check_folder
from runtime.checkpoint.manifest import verify_hashes
from runtime.checkpoint.memory import free_host_bytes
from runtime.checkpoint.read import read_tensors
from runtime.config import ModelConfig
from runtime.errors import RequestError
from runtime.layers.cache import LatentCache
from runtime.layers.moe import Int4Experts, MoE, TiledExperts
from runtime.layers.pages import PAGE_TOKENS, PagedCache, num_pages
from runtime.layers.ragged import Ragged
from runtime.models.deepseek_v3 import DeepseekV3
from runtime.models.multimodal import Multimodal
from runtime.models.registry import build
from runtime.precision import fastest_dtype
from runtime.tile_cache import TileCache
from runtime.tokenizer.bpe import Tokenizer
from runtime.vision.grid import ImageRules, read_rules
from runtime.vision.preprocess import patches

# INT4 experts of small models may be unpacked once: 1 GiB is what a laptop gives without noticing.
UNPACK_LIMIT_BYTES = 1 << 30
UNPACK_SHARE_OF_FREE = 0.25


class Model:
    """
    A model ready to compute; made by :func:`load`.

    Args:
        module: The network with its weights.
        config: Its numbers.
        folder: Where it came from.
        device: Where it computes.
        dtype: What it computes in.
    """

    def __init__(
        self,
        module: DeepseekV3 | Multimodal,
        config: ModelConfig,
        folder: Path,
        device: torch.device,
        dtype: torch.dtype,
    ) -> None:
        self.module = module
        self.config = config
        self.folder = folder
        self.device = device
        self.dtype = dtype

    @property
    def language_model(self) -> DeepseekV3:
        """
        The text part.
        """
        return self.module.language_model if isinstance(self.module, Multimodal) else self.module

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """
        The checkpoint's vocabulary; read at first use.
        """
        return Tokenizer.read(self.folder, self.config.text.vocab_size)

    @cached_property
    def image_rules(self) -> ImageRules:
        """
        The checkpoint's preprocessing; read at first use.
        """
        return read_rules(self.folder, self.config.family)

    @torch.inference_mode()
    def encode_images(self, images: Sequence[Image.Image]) -> list[torch.Tensor]:
        """
        Visual features of pictures.

        Args:
            images: Any modes and sizes.

        Returns:
            ``[num_visual_tokens, hidden]`` for each picture.

        Raises:
            RequestError: ``request.image``.
        """
        if not isinstance(self.module, Multimodal):
            raise RequestError("request.image", "this model reads no pictures")
        if not images:
            return []
        prepared = [patches(image, self.image_rules) for image in images]
        pixels = torch.cat([values for values, _ in prepared]).to(self.device, self.dtype)
        grids = [grid for _, grid in prepared]
        features = self.module.encode_images(pixels, grids)
        merged = self.image_rules.merge_size**2
        return list(torch.split(features, [height * width // merged for _, height, width in grids]))

    @torch.inference_mode()
    def logits(
        self, token_ids: torch.Tensor | Sequence[int], images: Sequence[Image.Image] | None = None
    ) -> torch.Tensor:
        """
        Next-token logits at every position of one sequence.

        Args:
            token_ids: ``[num_tokens]`` int64, one media placeholder id per visual token.
            images: The pictures in order.

        Returns:
            ``[num_tokens, vocab]`` float32.

        Raises:
            RequestError: ``request.tokens`` or ``request.image``.
        """
        tokens = torch.as_tensor(token_ids, dtype=torch.int64, device=self.device)
        vocab = self.config.text.vocab_size
        if tokens.dim() != 1 or not len(tokens) or int(tokens.min()) < 0 or int(tokens.max()) >= vocab:
            raise RequestError("request.tokens", f"token ids must be a non-empty row of numbers below {vocab}")
        features = torch.cat(self.encode_images(images)) if images else None
        places = int((tokens == self.config.media_token_id).sum()) if self.config.media_token_id is not None else 0
        given = 0 if features is None else len(features)
        if places != given:
            raise RequestError("request.image", f"{places} visual tokens in the text, {given} in the pictures")
        batch = Ragged.of([len(tokens)], device=self.device)
        hidden = self.language_model.hidden_states(tokens, batch, features=features)
        return self.language_model.lm_head(hidden).float()  # type: ignore[no-any-return]

    @torch.no_grad()
    def cache(self, capacities: Sequence[int]) -> LatentCache | PagedCache:
        """
        An empty cache for a batch, in pages where the device's kernels read them.

        Args:
            capacities: Tokens of each sequence at most.
        """
        text = self.config.text
        sizes = {"num_layers": text.num_hidden_layers, "width": text.cache_width}
        if self._reads_pages:
            return PagedCache(capacities=capacities, dtype=self.dtype, device=self.device, **sizes)
        return LatentCache(
            num_slots=len(capacities), capacity=max(capacities), dtype=self.dtype, device=self.device, **sizes
        )

    @torch.no_grad()
    def cache_bytes(self, capacities: Sequence[int]) -> int:
        """
        What :meth:`cache` takes: pages of each sequence, or slots as long as the longest.

        Args:
            capacities: Tokens of each sequence at most.
        """
        text = self.config.text
        per_token = text.num_hidden_layers * text.cache_width * self.dtype.itemsize
        if self._reads_pages:
            return per_token * PAGE_TOKENS * num_pages(capacities)
        return per_token * max(capacities) * len(capacities)

    @property
    def _reads_pages(self) -> bool:
        text = self.config.text
        widths = (text.kv_lora_rank, text.qk_rope_head_dim, text.qk_nope_head_dim, text.v_head_dim)
        return kernels.reads_pages(self.language_model.lm_head.weight, *widths)


def load(path: str | Path, device: str = "cpu", dtype: torch.dtype | str | None = None) -> Model:
    """
    Load a checkpoint; everything about it is checked before the first layer is built.

    Args:
        path: Folder with ``config.json`` and safetensors files.
        device: As torch spells it.
        dtype: To compute in, or its name; None: float32 on a CPU, bfloat16 elsewhere; ``auto``: what a short probe
            finds clearly fastest.

    Raises:
        ValueError: ``dtype`` is no float type.
        CheckpointError: See :mod:`runtime.errors`.
        MemoryLimit: ``memory.host`` or ``memory.device``.
    """
    folder, place = Path(path), torch.device(device)
    checked = check_folder(folder)
    kind = _dtype(dtype, place, checked.config.text.hidden_size)
    kept = TileCache.of(checked.config, checked.entries) if place.type == "cpu" else None
    tiles = kept.read() if kept is not None else None
    module = stored_module(folder, checked, place, kind, tiles)
    _arrange_experts(module, place, kind)
    if kept is not None and tiles is None:
        kept.write(_tiles_of(module))
    module.requires_grad_(requires_grad=False).eval()
    model = Model(module, checked.config, folder, place, kind)
    model.language_model.take_parts()
    return model


def stored_module(
    folder: Path,
    checked: CheckedFolder,
    device: torch.device,
    dtype: torch.dtype,
    tiles: Sequence[torch.Tensor] | None = None,
) -> DeepseekV3 | Multimodal:
    """
    The network as the checkpoint has it: INT4 experts packed, not yet in the form that computes fastest.

    Args:
        folder: The checkpoint.
        checked: Of ``check_folder(folder)``.
        device: Where to put the tensors.
        dtype: Of the float ones.
        tiles: Its experts as :class:`TileCache` has them; they are then not read.

    Raises:
        CheckpointError: See :mod:`runtime.errors`.
        MemoryLimit: ``memory.host`` or ``memory.device``.
    """
    config = checked.config
    verify_hashes(folder)
    wants = checked.wants if tiles is None else [want for want in checked.wants if want.expert is None]
    tensors = read_tensors(wants, checked.entries, dtype)
    if config.text.tie_word_embeddings:
        prefix = "language_model." if config.vision is not None else ""
        tensors[f"{prefix}lm_head.weight"] = tensors[f"{prefix}model.embed_tokens.weight"]
    with torch.device("meta"):
        module = build(config)
    if tiles is not None:
        for layer, gate_up, down in zip(_moe_layers(module), tiles[::2], tiles[1::2], strict=True):
            layer.experts = TiledExperts(kernels.TiledExperts(gate_up=gate_up, down=down))
    module.load_state_dict({name: tensor.to(device) for name, tensor in tensors.items()}, assign=True)
    return module


def _dtype(wanted: torch.dtype | str | None, device: torch.device, width: int) -> torch.dtype:
    if wanted == "auto":
        return fastest_dtype(device, width)
    if wanted is None:
        return torch.float32 if device.type == "cpu" else torch.bfloat16
    found = getattr(torch, wanted.removeprefix("torch."), None) if isinstance(wanted, str) else wanted
    if not isinstance(found, torch.dtype) or not found.is_floating_point:
        raise ValueError(f"{wanted} is no float type")
    return found


def _arrange_experts(module: nn.Module, device: torch.device, dtype: torch.dtype) -> None:
    """
    Give INT4 experts the form that computes fastest here.

    On a CPU with vector instructions that is the kernels' own arrangement, at the checkpoint's size; elsewhere experts
    are unpacked once when they are small: unpacking at every step would cost more than computing.
    """
    layers = [layer for layer in _moe_layers(module) if isinstance(layer.experts, Int4Experts)]
    if not layers:
        return
    instructions = kernels.cpu_instructions(device)
    unpack = instructions in (None, "scalar") and _fit_unpacked(layers, dtype)
    for layer in layers:
        if not isinstance(layer.experts, Int4Experts):
            continue
        if unpack:
            layer.experts = layer.experts.unpacked(dtype)
        elif instructions is not None:
            layer.experts = layer.experts.tiled()


def _moe_layers(module: nn.Module) -> list[MoE]:
    return [layer for layer in module.modules() if isinstance(layer, MoE)]


def _tiles_of(module: nn.Module) -> list[torch.Tensor]:
    tiled = [layer.experts.experts for layer in _moe_layers(module) if isinstance(layer.experts, TiledExperts)]
    return [tensor for experts in tiled for tensor in (experts.gate_up, experts.down)]


def _fit_unpacked(layers: Sequence[MoE], dtype: torch.dtype) -> bool:
    packed = [layer.experts for layer in layers if isinstance(layer.experts, Int4Experts)]
    need = sum(8 * (e.gate_up_packed.numel() + e.down_packed.numel()) * dtype.itemsize for e in packed)
    return need <= min(UNPACK_LIMIT_BYTES, UNPACK_SHARE_OF_FREE * free_host_bytes())
