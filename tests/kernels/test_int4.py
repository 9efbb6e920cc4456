from __future__ import annotations

import pytest
import torch

import kernels
from kernels.testing import assert_close


def test_layout_is_lowest_nibble_first() -> None:
    q = torch.tensor([*range(-8, 8)])
    assert kernels.pack(q).tolist() == [0x76543210, 0xFEDCBA98 - (1 << 32)]
    assert kernels.pack(torch.tensor([-8, -1, 0, 7, 1, -3, 5, 2])).tolist() == [-1386612624]


def test_quantiser_gives_the_published_row() -> None:
    row = torch.cat([(torch.arange(32) - 16) * 0.25, (torch.arange(32) % 8 - 4) * 0.1]).bfloat16()
    packed, scale = kernels.quantise(row.unsqueeze(0))
    assert scale.float().tolist() == [[0.53515625, 0.053466796875]]
    words = [value & 0xFFFFFFFF for value in packed[0].tolist()]
    assert words == [0x43322111, 0x87766554, 0xBBAA9988, 0xFFEEDDCC, *[0xECA86420] * 4]
    back = kernels.dequantise(packed, scale)[0]
    assert back.dtype == torch.bfloat16
    assert back[:4].tolist() == [-3.75, -3.75, -3.75, -3.21875]
    assert back[32:36].tolist() == [-0.427734375, -0.3203125, -0.2138671875, -0.10693359375]


@pytest.mark.parametrize("shape", [(1, 32), (31, 64), (3, 33, 96)])
def test_packing_is_reversible(shape: tuple[int, ...]) -> None:
    q = torch.randint(-8, 8, shape, generator=torch.Generator().manual_seed(0))
    assert kernels.unpack(kernels.pack(q)).tolist() == q.tolist()


def test_agrees_with_compressed_tensors() -> None:
    helpers = pytest.importorskip("compressed_tensors.compressors.pack_quantized.helpers")
    q = torch.randint(-8, 8, (33, 96), dtype=torch.int8, generator=torch.Generator().manual_seed(1))
    packed = helpers.pack_to_int32(q, 4)
    assert torch.equal(kernels.pack(q), packed)
    assert torch.equal(kernels.unpack(packed), helpers.unpack_from_int32(packed, 4, q.shape))


def test_linear_is_the_product_with_the_dequantised_weight() -> None:
    generator = torch.Generator().manual_seed(2)
    weight = torch.randn(40, 64, generator=generator)
    x = torch.randn(5, 64, generator=generator)
    packed, scale = kernels.quantise(weight)
    exact = x @ kernels.dequantise(packed, scale).float().T
    assert_close(kernels.int4_linear(x, packed, scale), exact, 1e-5)
    with pytest.raises(AssertionError):
        assert_close(kernels.int4_linear(x, packed, scale * 1.01), exact, 1e-5)


def test_a_group_of_zeros_keeps_a_positive_scale() -> None:
    packed, scale = kernels.quantise(torch.zeros(2, 64))
    assert bool((scale > 0).all())
    assert not kernels.dequantise(packed, scale).any()


@pytest.mark.parametrize("columns", [8, 40])
def test_columns_that_fill_no_group_are_refused(columns: int) -> None:
    with pytest.raises(kernels.UnsupportedShape, match=str(columns)):
        kernels.quantise(torch.ones(2, columns))
