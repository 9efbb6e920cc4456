"""
Writes the one ONNX graph that the kernels are compared with: many INT4 products of one input, each with its own weight.

Only the few fields that it needs; the `onnx` package is no dependency. Source: onnx.proto3 of ONNX 1.17, and the
operator `com.microsoft.MatMulNBits` of onnxruntime.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

FLOAT, UINT8 = 1, 2
IR_VERSION, OPSET, CONTRIB_OPSET = 9, 17, 1
INT_ATTRIBUTE = 2


def matmul_graph(weights: Sequence[tuple[torch.Tensor, torch.Tensor]], accuracy_level: int) -> bytes:
    """
    A model with input ``x [M, in]`` and one output ``y<i> [M, out]`` for each weight.

    Args:
        weights: ``packed [out, in / 8]`` int32 and ``scale [out, in / 32]`` of each; all of one shape.
        accuracy_level: 4: activations are rounded to 8 bits; 0: float.
    """
    rows, words = weights[0][0].shape
    columns = 8 * words
    attributes = {"K": columns, "N": rows, "bits": 4, "block_size": 32, "accuracy_level": accuracy_level}
    graph = [_text(2, "products"), _field(11, _value_info("x", columns))]
    for i, (packed, scale) in enumerate(weights):
        blocks = packed.contiguous().view(torch.uint8).view(rows, columns // 32, 16)
        graph += [
            _field(5, _tensor(f"w{i}", UINT8, blocks)),
            _field(5, _tensor(f"s{i}", FLOAT, scale.float().contiguous())),
            _field(1, _node(["x", f"w{i}", f"s{i}"], f"y{i}", attributes)),
            _field(12, _value_info(f"y{i}", rows)),
        ]
    opsets = [
        _field(8, _text(1, domain) + _number(2, v)) for domain, v in (("", OPSET), ("com.microsoft", CONTRIB_OPSET))
    ]
    return _number(1, IR_VERSION) + b"".join(opsets) + _field(7, b"".join(graph))


def _node(inputs: Sequence[str], output: str, attributes: dict[str, int]) -> bytes:
    parts = [_text(1, name) for name in inputs]
    parts += [_text(2, output), _text(4, "MatMulNBits"), _text(7, "com.microsoft")]
    parts += [_field(5, _text(1, n) + _number(3, v) + _number(20, INT_ATTRIBUTE)) for n, v in attributes.items()]
    return b"".join(parts)


def _tensor(name: str, kind: int, values: torch.Tensor) -> bytes:
    dims = b"".join(_number(1, size) for size in values.shape)
    return dims + _number(2, kind) + _text(8, name) + _field(9, values.numpy().tobytes())


def _value_info(name: str, columns: int) -> bytes:
    shape = _field(1, _text(2, "M")) + _field(1, _number(1, columns))
    return _text(1, name) + _field(2, _field(1, _number(1, FLOAT) + _field(2, shape)))


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _field(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _text(field: int, text: str) -> bytes:
    return _field(field, text.encode())
