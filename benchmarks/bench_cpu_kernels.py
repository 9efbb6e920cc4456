"""
Speed of the CPU's INT4 kernels, beside what the machine's memory gives and what others make of the same work.

    export GLIBC_TUNABLES=glibc.malloc.hugetlb=1 OMP_WAIT_POLICY=PASSIVE
    python -m benchmarks.bench_cpu_kernels [--rounds N] [--threads 1 2] [--only WORD] [--save]

Candidates of one shape run in random order, round by round, in one process; medians count. With one thread the clock is
the process's own CPU time, so that a busy machine disturbs less. Weights are taken in turn from more memory than the
caches hold. A row counts only with its error, relative to exact weights in fp64.

A linear map's round is all copies of its weight in one native call: ours in a loop of C (``linear_round.c``), as the
peers' are one graph each. Ours called one by one from Python has a row of its own; torch's is called so, too.

Our weights ask for huge pages, the others' do not: the setting of glibc above gives everybody those, so that kernels
are compared and not pages. Without it the others run as they come.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch
import torch.nn.functional as F  # noqa: N812

import kernels
from benchmarks import ggml_peer, kt_kernel_peer
from benchmarks.machine import describe
from benchmarks.onnx_graph import matmul_graph
from kernels.cpu.build import find_compiler
from kernels.cpu.launch import group_bytes
from kernels.cpu.library import library
from kernels.testing import rms_error
from runtime.layers.cache import LatentCache
from runtime.layers.ragged import Ragged
from runtime.model import Model, load
from vision_code.engine import EMBEDDED

RESULTS = Path(__file__).with_name("results")
PROBE, ROUND = (Path(__file__).with_name(name) for name in ("read_probe.c", "linear_round.c"))
# Behind what a core gets of the third-level cache on the machines at hand.
COLD_BYTES = 256 << 20
LINEAR_SHAPES = ((1408, 2048), (2048, 7168), (7168, 2048))
LINEAR_TOKENS = (1, 4, 16, 64, 512)
#: Name, experts resident, hidden, inter, top-k, token counts.
LAYERS = (("Kimi-VL", 64, 2048, 1408, 6, (1, 4, 32)), ("K2.5", 16, 7168, 2048, 8, (1,)))
BYTES_PER_WEIGHT = 0.5625
STEP = "embedded model, step"
# Tokens behind which the embedded model's step is taken.
STEP_PAST = 256

Run = Callable[[], torch.Tensor]
_PTR, _I64, _I32 = ctypes.c_void_p, ctypes.c_int64, ctypes.c_int32


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    One candidate at one piece of work; times in microseconds.
    """

    work: str
    tokens: int
    threads: int
    candidate: str
    median_us: float
    best_us: float
    gb_s: float
    gflop_s: float
    error: float


def measured(candidates: dict[str, tuple[Run, int]], rounds: int) -> dict[str, list[float]]:
    """
    Seconds of each candidate's rounds; a run that does its work n times is divided by n.
    """
    clock = time.process_time if torch.get_num_threads() == 1 else time.perf_counter
    seconds: dict[str, list[float]] = {name: [] for name in candidates}
    for turn in range(rounds + 1):
        for name in random.sample(list(candidates), len(candidates)):
            run, times = candidates[name]
            start = clock()
            run()
            if turn:  # the first includes set-up
                seconds[name].append((clock() - start) / times)
    return seconds


def random_int4(*shape: int) -> tuple[torch.Tensor, torch.Tensor]:
    """
    Packed weights and scales as of a layer whose outputs have a spread near 1.
    """
    *outer, columns = shape
    packed = torch.randint(-(2**31), 2**31 - 1, (*outer, columns // 8), dtype=torch.int32)
    scale = (torch.rand(*outer, columns // 32) + 0.5) * columns**-0.5 / 5
    return packed, scale.bfloat16()


def torch_int4(packed: torch.Tensor, scale: torch.Tensor) -> Callable[[torch.Tensor], torch.Tensor]:
    """
    torch's own INT4 product, in bf16: its only fast form.
    """
    unsigned = (kernels.unpack(packed).to(torch.int32) + 8).contiguous()
    weight = torch.ops.aten._convert_weight_to_int4pack_for_cpu(unsigned, 2)
    both = torch.stack([scale.T.contiguous(), torch.zeros_like(scale.T)], dim=-1).contiguous()
    return lambda x: torch.ops.aten._weight_int4pack_mm_for_cpu(x, weight, 32, both)


def compiled(source: Path) -> ctypes.CDLL:
    """
    A C file of this folder, built by the machine's compiler and loaded.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.so"
        flags = ["-std=gnu11", "-O3", "-fPIC", "-shared", "-Wno-psabi"]
        subprocess.run([str(find_compiler()), *flags, "-o", str(path), str(source)], check=True)
        return ctypes.CDLL(str(path))


def one_behind_the_other(weights: Sequence[tuple[torch.Tensor, torch.Tensor]]) -> torch.Tensor:
    """
    Tiles ``[weights, tiles, in / 32, 576]`` of weights of one shape, as those of a layer's experts lie in memory.
    """
    first = kernels.tile_int4(*weights[0]).data
    together = kernels.empty_weights((len(weights), *first.shape), torch.uint8)
    for place, weight in zip(together, weights, strict=True):
        place.copy_(kernels.tile_int4(*weight).data)
    return together


def native_round(x: torch.Tensor, tiles: torch.Tensor, rows: int, bits: int, threads: int) -> Run:
    """
    Our products of one input with several weights, in one native call.

    Args:
        x: ``[num_tokens, in]`` float32.
        tiles: Of :func:`one_behind_the_other`.
        rows: Outputs of each.
        bits: Of the activations.
        threads: Threads in use.

    Returns:
        Computes all of them and gives the last, ``[num_tokens, rows]`` float32.
    """
    ours, loop = library(), compiled(ROUND)
    assert ours is not None
    loop.linear_round.argtypes = [_PTR, _PTR, _I64, _I64, _I64, _I64, _PTR, _I64, _I32, _PTR, _PTR, _I32]
    product, planes = ctypes.cast(ours.int4_linear, _PTR), bits // 8
    (count, _, groups, _), tokens = tiles.shape, len(x)
    workspace = torch.empty(tokens * groups * group_bytes(planes), dtype=torch.uint8)
    out = torch.empty(count, tokens, rows)

    def run() -> torch.Tensor:
        loop.linear_round(
            product,
            tiles.data_ptr(),
            count,
            tiles[0].numel(),
            rows,
            groups,
            x.data_ptr(),
            tokens,
            planes,
            workspace.data_ptr(),
            out.data_ptr(),
            threads,
        )
        return out[-1]

    return run


def linear_candidates(rows: int, columns: int, tokens: int, threads: int) -> tuple[dict[str, tuple[Run, int]], Run]:
    """
    Everybody's product of one shape, each over all its copies of the weight; and the exact one.
    """
    few = tokens <= 16
    copies = max(2, int(COLD_BYTES / (rows * columns * BYTES_PER_WEIGHT))) if few else 2
    # Each its own values: onnxruntime keeps equal ones once, and then reads them from a cache.
    weights = [random_int4(rows, columns) for _ in range(copies)]
    x = torch.randn(tokens, columns)
    tiles = one_behind_the_other(weights)
    tiled = [kernels.TiledInt4(data=data, rows=rows) for data in tiles]
    pack = [torch_int4(*weight) for weight in weights]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    graph = matmul_graph(weights, 4)
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    feed, half = {"x": x.numpy()}, x.bfloat16()
    exact = kernels.dequantise(weights[-1][0], weights[-1][1].double())
    candidates: dict[str, tuple[Run, int]] = {
        "ours, 16 bits": (native_round(x, tiles, rows, 16, threads), copies),
        "ours, 8 bits": (native_round(x, tiles, rows, 8, threads), copies),
        "ours, 16 bits, through Python": (lambda: [kernels.tiled_linear(x, w) for w in tiled][-1], copies),
        "torch int4pack": (lambda: [w(half) for w in pack][-1].to(x.dtype), len(pack)),
        "onnxruntime": (lambda: torch.from_numpy(np.asarray(session.run(None, feed)[-1])), len(pack)),
    }
    if ggml_peer.available():
        candidates["llama.cpp"] = (ggml_peer.linear(weights, x, threads), copies)
    return candidates, lambda: x.double() @ exact.T


def layer_candidates(
    experts: int, hidden: int, inter: int, top_k: int, tokens: int, threads: int
) -> tuple[dict[str, tuple[Run, int]], Run]:
    """
    A whole layer of routed experts: one call of ours, torch's INT4 product in a loop over experts, kt-kernel's layer.
    """
    gate_up, down = random_int4(experts, 2 * inter, hidden), random_int4(experts, hidden, inter)
    tiled = kernels.tile_experts(*gate_up, *down)
    products = [(torch_int4(gate_up[0][e], gate_up[1][e]), torch_int4(down[0][e], down[1][e])) for e in range(experts)]
    x, half = (base := torch.randn(tokens, hidden)), base.bfloat16()
    ids = torch.stack([torch.randperm(experts)[:top_k] for _ in range(tokens)])
    weights = torch.rand(tokens, top_k)

    def loop(rows: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
        pieces = zip(torch.split(rows, counts.tolist()), products, strict=True)
        gated = [(F.silu((h := first(r).chunk(2, -1))[0]) * h[1], second) for r, (first, second) in pieces if len(r)]
        return torch.cat([second(inner) for inner, second in gated])

    def exact() -> torch.Tensor:
        used = ids.unique()
        plain = [kernels.dequantise(p[used], s[used].float()) for p, s in (gate_up, down)]
        return kernels.expert_mlp(x, torch.searchsorted(used, ids), weights, *plain)

    candidates: dict[str, tuple[Run, int]] = {
        "ours, 16 bits": (lambda: kernels.tiled_expert_mlp(x, ids, weights, tiled), 1),
        "ours, 8 bits": (lambda: kernels.tiled_expert_mlp(x, ids, weights, tiled, bits=8), 1),
        "torch int4pack": (lambda: kernels.over_sorted_tokens(half, ids, weights, experts, loop).float(), 1),
    }
    if kt_kernel_peer.available():
        theirs = kt_kernel_peer.experts_layer(gate_up, down, top_k, threads)
        candidates["kt-kernel"] = (lambda: theirs(half, ids, weights).float(), 1)
    return candidates, exact


def read_probe(rounds: int) -> float:
    """
    GB/s of passes over 256 MiB by as many threads as torch has.
    """
    threads = torch.get_num_threads()
    # In the same pages as our weights.
    block = kernels.empty_weights((32 << 20,), torch.float64).fill_(1)
    probe = compiled(PROBE)
    probe.read_all.argtypes, probe.read_all.restype = [_PTR, ctypes.c_ssize_t], ctypes.c_uint64
    with ThreadPoolExecutor(threads) as pool:
        lines = block.nbytes // 64 // threads
        starts = [block.data_ptr() + thread * lines * 64 for thread in range(threads)]

        def run() -> torch.Tensor:
            list(pool.map(probe.read_all, starts, [lines] * threads))
            return block

        return block.nbytes / statistics.median(measured({"read": (run, 1)}, rounds)["read"]) / 1e9


def embedded_steps(threads: int, rounds: int) -> Iterator[tuple[int, dict[str, list[float]]]]:
    """
    One decoding step of the embedded model behind 256 tokens, logits included, with the kernels and in plain PyTorch.
    """
    torch.set_num_threads(threads)
    models: dict[str, tuple[str, Model]] = {}
    for name, switch in (("ours, 16 bits", "auto"), ("plain PyTorch", "reference")):
        os.environ["VISION_CODE_KERNELS"] = switch
        models[name] = switch, load(EMBEDDED)
    for batch in (1, 16):
        candidates: dict[str, tuple[Run, int]] = {}
        for name, (switch, model) in models.items():
            os.environ["VISION_CODE_KERNELS"] = switch
            text = model.config.text
            cache = LatentCache(
                num_layers=text.num_hidden_layers,
                num_slots=batch,
                capacity=STEP_PAST + 1,
                width=text.cache_width,
                dtype=model.dtype,
                device=model.device,
            )
            module = model.language_model
            module.hidden_states(torch.arange(STEP_PAST).repeat(batch), Ragged.of([STEP_PAST] * batch), cache=cache)
            candidates[name] = (_step(model, cache, switch, batch), 1)
        yield batch, measured(candidates, 5 * rounds)
    os.environ["VISION_CODE_KERNELS"] = "auto"


def _step(model: Model, cache: LatentCache, switch: str, batch: int) -> Run:
    step, tokens, module = Ragged.of([1] * batch, [STEP_PAST] * batch), torch.arange(batch), model.language_model

    def run() -> torch.Tensor:
        os.environ["VISION_CODE_KERNELS"] = switch
        return module.next_logits(tokens, step, step.last, cache=cache)

    return run


def rows_of(
    work: str,
    tokens: int,
    threads: int,
    macs: float,
    weights: float,
    made: tuple[dict[str, tuple[Run, int]], Run],
    rounds: int,
) -> list[Row]:
    """
    Measure one piece of work.

    Args:
        work: Its name.
        tokens: Rows of the input.
        threads: Threads in use.
        macs: Multiply-adds.
        weights: Weights that it reads.
        made: Candidates and the exact result.
        rounds: How often each runs.
    """
    candidates, exact = made
    right = exact()
    errors = {name: rms_error(run().to(right.dtype), right) for name, (run, _) in candidates.items()}
    rows = []
    for name, seconds in measured(candidates, rounds).items():
        median = statistics.median(seconds)
        rows.append(
            Row(
                work=work,
                tokens=tokens,
                threads=threads,
                candidate=name,
                median_us=round(median * 1e6, 1),
                best_us=round(min(seconds) * 1e6, 1),
                gb_s=round(weights * BYTES_PER_WEIGHT / median / 1e9, 2),
                gflop_s=round(2 * macs / median / 1e9, 1),
                error=float(f"{errors[name]:.2g}"),
            )
        )
    return rows


def all_rows(threads: int, rounds: int, only: str) -> Iterator[Row]:
    """
    Every piece of work whose name holds ``only``.
    """
    for rows, columns in LINEAR_SHAPES:
        for tokens in LINEAR_TOKENS:
            work = f"linear {rows}x{columns}"
            if only in f"{work} {tokens}":
                made = linear_candidates(rows, columns, tokens, threads)
                size = float(rows * columns)
                yield from rows_of(work, tokens, threads, tokens * size, size, made, rounds)
    for name, experts, hidden, inter, top_k, counts in LAYERS:
        for tokens in counts:
            work = f"layer {name}"
            if only in f"{work} {tokens}":
                made = layer_candidates(experts, hidden, inter, top_k, tokens, threads)
                one = 3.0 * hidden * inter
                # Experts that at least one token reaches, if each picks its own at random.
                touched = experts * (1 - (1 - top_k / experts) ** tokens)
                yield from rows_of(work, tokens, threads, tokens * top_k * one, touched * one, made, rounds)


def markdown(rows: list[Row], probes: dict[int, float], machine: dict[str, object]) -> str:
    """
    One table, with each row's share of the read probe and its speed over the best other.
    """
    facts = ", ".join(f"{key} {value}" for key, value in machine.items())
    reads = ", ".join(f"{gb:.1f} GB/s with {threads}" for threads, gb in probes.items())
    head = ["work", "tokens", "threads", "candidate", "us", "GB/s", "of probe", "GFLOP/s", "over best other", "error"]
    lines = [head, ["---"] * len(head)]
    for row in rows:
        others = [
            other.median_us
            for other in rows
            if (other.work, other.tokens) == (row.work, row.tokens)
            and (other.threads == row.threads or row.work == STEP)
            and not other.candidate.startswith("ours")
        ]
        over = f"{min(others) / row.median_us:.2f}" if others and row.candidate.startswith("ours") else ""
        share = f"{row.gb_s / probes[row.threads]:.2f}" if row.gb_s else ""
        cells = [*list(_plain(row).values())[:5], row.gb_s, share, row.gflop_s, over, row.error]
        lines.append([str(cell) for cell in cells])
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    reads = f"Memory read in the same run (`read_probe.c`): {reads} threads."
    rule = f"The other is the best with as many threads; for *{STEP}* with any number of them."
    return f"# Speed of the CPU's INT4 kernels\n\n{facts}\n\n{reads} {rule}\n\n{table}\n"


def main() -> None:
    """
    Measure, print, and write the results when asked to.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--only", default="", help="a part of the work's name, as 'layer Kimi-VL 1'")
    parser.add_argument("--save", action="store_true", help="write results/cpu-kernels-<date>.json and .md")
    arguments = parser.parse_args()
    machine = describe() | {
        "instructions": kernels.cpu_instructions() or "plain PyTorch",
        "load": round(os.getloadavg()[0], 1),
        "torch": torch.__version__,
        "onnxruntime": onnxruntime.__version__,
        "GLIBC_TUNABLES": os.environ.get("GLIBC_TUNABLES", "default"),
    }
    rows: list[Row] = []
    probes: dict[int, float] = {}
    for threads in arguments.threads:
        torch.set_num_threads(threads)
        with torch.inference_mode():
            probes[threads] = round(read_probe(arguments.rounds), 1)
            for row in all_rows(threads, arguments.rounds, arguments.only):
                rows.append(row)
                print(json.dumps(_plain(row)), flush=True)
            if arguments.only in "embedded":
                for batch, seconds in embedded_steps(threads, arguments.rounds):
                    rows += [_step_row(batch, threads, name, found) for name, found in seconds.items()]
    text = markdown(rows, probes, machine)
    print(text)
    if arguments.save:
        stem = RESULTS / f"cpu-kernels-{time.strftime('%Y-%m-%d')}"
        content = {"machine": machine, "read_gb_s": probes, "rows": [_plain(row) for row in rows]}
        stem.with_suffix(".json").write_text(json.dumps(content, indent=1) + "\n")
        stem.with_suffix(".md").write_text(text)


def _step_row(batch: int, threads: int, name: str, seconds: list[float]) -> Row:
    return Row(
        work=STEP,
        tokens=batch,
        threads=threads,
        candidate=name,
        median_us=round(statistics.median(seconds) * 1e6, 1),
        best_us=round(min(seconds) * 1e6, 1),
        gb_s=0.0,
        gflop_s=0.0,
        error=0.0,
    )


def _plain(row: Row) -> dict[str, object]:
    return asdict(row)


if __name__ == "__main__":
    main()
