from __future__ import annotations

import pytest
import torch

import kernels


@pytest.mark.parametrize("dtype", [torch.int64, torch.int32])
def test_rows_sent_together_begin_where_kernels_are_compiled_for(dtype: torch.dtype) -> None:
    parts = [[1], [2, 3, 4], [], list(range(9)), [5]]
    sent = kernels.upload_all(parts, "cpu", dtype)
    assert [piece.tolist() for piece in sent] == parts
    assert {piece.dtype for piece in sent} == {dtype}
    assert {piece.data_ptr() % 16 for piece in sent} == {0}
