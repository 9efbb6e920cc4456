"""
A remote engine: good answers come through whole, every fault is one named error within its deadline, nothing leaks.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from runtime.api import FinishReason, GenerateRequest, ImagePart, Message, SamplingParams, TextPart, ToolCall, user
from runtime.errors import EngineError
from runtime.remote import Limits, RemoteEngine, parse_endpoint
from tests.engine_server import EVENT_STREAM, VLLM, EngineServer, Step, answer, delta, engine_server, event

#: The contract's bounds, each short enough to be waited for.
QUICK = Limits(
    connect_s=1,
    first_token_s=1.2,
    between_tokens_s=0.7,
    total_s=3,
    backoff_s=(0.01, 0.02),
    retry_after_s=1,
    answer_bytes=200_000,
    line_bytes=50_000,
)
NOT_UTF8 = base64.b64encode(b'data: "\xff\xfe"\n\n').decode()
DONE = "data: [DONE]\n\n"
TOOL = {"type": "function", "function": {"name": "grep", "parameters": {"type": "object", "properties": {}}}}


def _ask(text: str = "hi", **fields: object) -> GenerateRequest:
    return GenerateRequest(messages=(user(text),), **fields)  # type: ignore[arg-type]


def _status(line: str, *headers: str) -> list[Step]:
    return [["send", "\r\n".join([f"HTTP/1.1 {line}", *headers, "Content-Length: 6", "", "secret"])]]


def _stream(*pieces: str) -> list[Step]:
    return [["send", EVENT_STREAM], *(["send", piece] for piece in pieces)]


def _open(address: str, key: str | None = None) -> RemoteEngine:
    return RemoteEngine(parse_endpoint(address), key=key, limits=QUICK)


@contextmanager
def _played(
    folder: Path, answers: Sequence[Sequence[Step]], models: Mapping[str, object] | None = VLLM
) -> Iterator[tuple[EngineServer, RemoteEngine]]:
    with engine_server(folder, answers, models) as server, _open(server.address) as engine:
        yield server, engine


def _kind_of(folder: Path, *answers: Sequence[Step]) -> tuple[str, int, int]:
    """
    Kind of the error, its exit code and how often the server was asked.
    """
    with engine_server(folder, answers) as server:
        with _open(server.address) as engine, pytest.raises(EngineError) as caught:
            engine.generate([_ask()])
        assert "secret" not in str(caught.value)
        return caught.value.kind, caught.value.exit_code, len(server.questions)


def _switch(question: dict[str, object]) -> str:
    return json.dumps(question.get("thinking") or question.get("chat_template_kwargs"))


def test_a_good_answer_comes_through_whole(tmp_path: Path) -> None:
    text = "Grüße 你好 🎉\n" * 50
    with _played(tmp_path, [answer(text, "let me think")]) as (_server, engine):
        (done,) = engine.generate([_ask()])
        chunks = list(engine.stream([_ask()]))
    assert (done.text, done.reasoning, done.finish, done.prompt_tokens) == (text, "let me think", FinishReason.STOP, 11)
    assert "".join(chunk.text for chunk in chunks) == text
    assert chunks[-1].done == done


def test_pictures_thinking_tools_and_sampling_reach_the_server_as_it_wants_them(tmp_path: Path) -> None:
    request = GenerateRequest(
        messages=(
            user(ImagePart(width=2, height=1, rgb=b"\xff\x00\x00\x00\x00\xff"), "what?"),
            Message(
                role="assistant",
                content=(),
                reasoning="hm",
                tool_calls=(ToolCall(id="functions.grep:0", arguments='{"a": 1}'),),
            ),
            Message(role="tool", content=(TextPart("nothing"),), tool_call_id="functions.grep:0"),
        ),
        sampling=SamplingParams(temperature=0.6, top_p=0.95, seed=7, max_tokens=99, stop=("END",)),
        tools=(TOOL,),
    )
    sent = {}
    for owner in ("vllm", "moonshot", "someone"):
        models = {"data": [{"id": "kimi", "owned_by": owner}]}
        with _played(tmp_path / owner, [answer("ok")], models) as (server, engine):
            engine.generate([request, replace(request, thinking=True)])
            sent[owner] = sorted(server.questions, key=_switch)
    instant, thinking = sent["vllm"]
    assert instant["chat_template_kwargs"] == {"thinking": False}
    assert thinking["chat_template_kwargs"] == {"thinking": True}
    assert (instant["seed"], instant["max_tokens"], instant["stop"], instant["stream"]) == (7, 99, ["END"], True)
    assert instant["tools"] == [TOOL]
    picture, words = instant["messages"][0]["content"]  # type: ignore[index]
    assert words == {"type": "text", "text": "what?"}
    assert base64.b64decode(picture["image_url"]["url"].removeprefix("data:image/png;base64,")).startswith(b"\x89PNG")
    called = instant["messages"][1]  # type: ignore[index]
    assert called["reasoning_content"] == "hm"
    assert called["tool_calls"][0]["function"] == {"name": "grep", "arguments": '{"a": 1}'}
    assert [q["thinking"]["type"] for q in sent["moonshot"]] == ["disabled", "enabled"]  # type: ignore[index]
    assert "temperature" not in sent["moonshot"][0]
    assert not {"thinking", "chat_template_kwargs"} & set(sent["someone"][0])


def test_tool_calls_in_pieces_get_ids_as_the_chat_text_spells_them(tmp_path: Path) -> None:
    pieces = [
        delta(tool_calls=[{"index": 0, "id": "call_9", "function": {"name": "grep", "arguments": '{"pat'}}]),
        delta(tool_calls=[{"index": 1, "id": "functions.view:4", "function": {"arguments": "{}"}}]),
        delta(tool_calls=[{"index": 0, "function": {"arguments": 'tern": "x"}'}}]),
        delta("tool_calls"),
        DONE,
    ]
    with _played(tmp_path, [_stream(*pieces)]) as (_server, engine):
        (done,) = engine.generate([_ask(tools=(TOOL,))])
    assert [(c.id, c.name, c.arguments) for c in done.tool_calls] == [
        ("functions.grep:0", "grep", '{"pattern": "x"}'),
        ("functions.view:1", "view", "{}"),
    ]


def test_streams_may_be_cut_anywhere_and_spelled_in_every_allowed_way(tmp_path: Path) -> None:
    whole = (
        "\ufeff: keep-alive\r\nevent: message\rid: 3\r\ndata: "
        + json.dumps({"choices": [{"delta": {"content": "é"}}]}, ensure_ascii=False)
        + '\r\n\r\nretry: 9\n\ndata: {"choices":\ndata: [{"delta": {"content": "ü"}}]}\r\rdata:'
        + json.dumps({"choices": [{"delta": {}, "finish_reason": "stop"}], "unknown": [1]})
        + "\n\ndata: [DONE]\n\n"
    ).encode()
    steps: list[Step] = [["send", EVENT_STREAM]]
    for n in range(0, len(whole), 3):
        steps += [["bytes", base64.b64encode(whole[n : n + 3]).decode()], ["wait", 0.0005]]
    with _played(tmp_path, [steps]) as (_server, engine):
        assert engine.generate([_ask()])[0].text == "éü"


@pytest.mark.parametrize(
    ("answers", "kind", "code", "tries"),
    [
        ([_status("429 Too Many", "Retry-After: 0")], "remote.rate_limited", 8, 3),
        ([_status("429 Too Many", "Retry-After: 3600")], "remote.rate_limited", 8, 1),
        ([_status("503 Busy", "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT")], "remote.unavailable", 8, 3),
        ([_status("502 Bad Gateway")], "remote.unavailable", 8, 3),
        ([[["reset"]]], "remote.unavailable", 8, 3),
        ([[]], "remote.unavailable", 8, 3),
        ([_status("501 Never")], "remote.unavailable", 8, 1),
        ([_status("422 Unprocessable")], "remote.rejected", 8, 1),
        ([_status("413 Too Large")], "remote.rejected", 8, 1),
        ([_status("401 Unauthorized")], "remote.auth", 6, 1),
        ([_status("307 Temporary Redirect", "Location: http://127.0.0.1:9/v1")], "remote.redirect", 8, 1),
        ([_status("200 OK", "Content-Type: application/json")], "remote.protocol", 8, 1),
        ([_status("200 OK", "Content-Type: text/event-stream", "Content-Encoding: gzip")], "remote.protocol", 8, 1),
        ([[["send", "SSH-2.0-OpenSSH_9.2\r\n\r\n"]]], "remote.protocol", 8, 1),
        ([[["send", "HTTP/1.1 200 OK\r\nX: "], ["flood", "x" * 1000, 300]]], "remote.protocol", 8, 1),
        ([_status("200 OK", "Content-Type: text/event-stream", f"X: {'x' * 70000}")], "remote.too_large", 8, 1),
        ([_stream(delta(content="a"), "data: {nonsense\n\n")], "remote.protocol", 8, 1),
        ([_stream("data: " + "[" * 40000 + "\n\n")], "remote.protocol", 8, 1),
        ([_stream("data: [1, 2]\n\n")], "remote.protocol", 8, 1),
        ([_stream(delta(content=17))], "remote.protocol", 8, 1),
        ([_stream(event({"choices": {"a": 1}}))], "remote.protocol", 8, 1),
        ([_stream(delta(tool_calls=[{"index": -1}]))], "remote.protocol", 8, 1),
        ([_stream(delta(tool_calls=[{"index": 0, "id": "x"}]), delta("tool_calls"), DONE)], "remote.protocol", 8, 1),
        (
            [[["send", EVENT_STREAM], ["bytes", NOT_UTF8]]],
            "remote.protocol",
            8,
            1,
        ),
        ([_stream(event({"error": {"message": "secret"}}))], "remote.failed", 8, 1),
        ([_stream(delta(content="a", model="other"))], "remote.model", 8, 1),
        ([_stream(delta(content="a"))], "remote.incomplete", 8, 1),
        ([_stream(delta(content="a"), delta("stop"))], "remote.incomplete", 8, 1),
        ([_stream(delta(content="a"), DONE)], "remote.incomplete", 8, 1),
        ([_stream(delta(content="a"), delta("length"), DONE)], "remote.incomplete", 8, 1),
        ([_stream(delta(content="a"), delta("content_filter"), DONE)], "remote.incomplete", 8, 1),
        ([_stream(delta(content="a"), 'data: {"choi')], "remote.incomplete", 8, 1),
        ([[*_stream(delta(content="a")), ["wait", 0.1], ["reset"]]], "remote.incomplete", 8, 1),
        ([[*_stream(delta(content="a")), ["wait", 9]]], "remote.timeout", 8, 1),
        ([[["wait", 9]]], "remote.timeout", 8, 1),
        ([[["send", "HTTP/1.1 200 OK\r\n"], ["wait", 9]]], "remote.timeout", 8, 1),
        ([[["send", EVENT_STREAM], *[["send", ": keep-alive\n\n"], ["wait", 0.05]] * 90]], "remote.timeout", 8, 1),
        ([[["send", EVENT_STREAM], *[["send", delta(content="a")], ["wait", 0.2]] * 60]], "remote.timeout", 8, 1),
        ([[["send", EVENT_STREAM], *[["send", "d"], ["wait", 0.1]] * 60]], "remote.timeout", 8, 1),
        ([[["send", EVENT_STREAM + "data: "], ["flood", "x" * 1000, 100_000]]], "remote.too_large", 8, 1),
        ([[["send", EVENT_STREAM], ["flood", delta(reasoning_content="hm " * 300), 9000]]], "remote.too_large", 8, 1),
        ([[["send", EVENT_STREAM], ["flood", "data: xxxxxxxxxxxxxxxxxxxx\n", 90_000]]], "remote.too_large", 8, 1),
    ],
)
def test_every_fault_is_one_named_error(
    tmp_path: Path, answers: list[list[Step]], kind: str, code: int, tries: int
) -> None:
    start = time.monotonic()
    assert _kind_of(tmp_path, *answers) == (kind, code, tries)
    assert time.monotonic() - start < QUICK.total_s + 2


def test_a_server_that_recovers_is_asked_again_and_after_an_event_never(tmp_path: Path) -> None:
    with _played(tmp_path / "a", [_status("503 Busy", "Retry-After: 0"), [["reset"]], answer("ok")]) as (
        _server,
        engine,
    ):
        assert engine.generate([_ask()])[0].text == "ok"
    broken: list[Step] = [*_stream(delta(content="half")), ["wait", 0.1], ["reset"]]
    assert _kind_of(tmp_path / "b", broken, answer("ok")) == ("remote.incomplete", 8, 1)


def test_the_key_goes_to_the_named_server_only_and_cookies_to_nobody(tmp_path: Path) -> None:
    with engine_server(tmp_path / "other", [answer("no")]) as other:
        redirect = _status("307 Temporary Redirect", f"Location: {other.address}/chat/completions")
        with engine_server(tmp_path / "first", [redirect]) as server:
            engine = _open(server.address, key="sk-planted")
            with engine, pytest.raises(EngineError, match=r"remote\.redirect"):
                engine.generate([_ask()])
            seen = server.requests
        assert other.requests == []
    assert [r["headers"]["authorization"] for r in seen] == ["Bearer sk-planted"] * 2  # type: ignore[index]
    assert not any("cookie" in r["headers"] for r in seen)  # type: ignore[operator]


def test_proxies_of_the_environment_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with _played(tmp_path, [answer("direct")]) as (_server, engine):
        assert engine.generate([_ask()])[0].text == "direct"


def test_cancelling_gives_the_answer_so_far_and_closing_ends_what_runs(tmp_path: Path) -> None:
    slow: list[Step] = [["send", EVENT_STREAM], *[["send", delta(content="word ")], ["wait", 0.05]] * 100]
    with engine_server(tmp_path, [slow]) as server:
        engine = RemoteEngine(parse_endpoint(server.address), limits=QUICK)
        stream = engine.stream([_ask(request_id="mine")])
        assert next(stream).text == "word "
        engine.cancel("mine")
        (done,) = [chunk.done for chunk in stream if chunk.done]
        assert done.finish is FinishReason.CANCELLED
        assert done.text.startswith("word ")
        threading.Timer(0.2, engine.close).start()
        with pytest.raises(EngineError, match=r"engine\.closed"):
            engine.generate([_ask()])
        with pytest.raises(EngineError, match=r"engine\.closed"):
            engine.generate([_ask()])


def test_closing_at_any_moment_ends_what_waits(tmp_path: Path) -> None:
    slow: list[Step] = [["send", EVENT_STREAM], *[["send", delta(content="word ")], ["wait", 0.05]] * 100]

    def ask(engine: RemoteEngine, ended: list[str]) -> None:
        with pytest.raises(EngineError) as error:
            engine.generate([_ask(), _ask()])
        ended.append(error.value.kind)

    with engine_server(tmp_path, [slow] * 200) as server:
        for number in range(40):
            engine = RemoteEngine(parse_endpoint(server.address), limits=QUICK)
            ended: list[str] = []
            asking = threading.Thread(target=ask, args=(engine, ended), daemon=True)
            asking.start()
            time.sleep(number * 0.001)
            engine.close()
            asking.join(10)
            assert ended == ["engine.closed"], number


def test_the_model_is_the_only_one_or_the_one_that_is_named(tmp_path: Path) -> None:
    two = {"data": [{"id": "kimi"}, {"id": "other", "context_length": 1000}]}
    with engine_server(tmp_path / "two", [answer("ok")], two) as server:
        with _open(server.address) as engine, pytest.raises(EngineError, match=r"remote\.model: .* kimi, other"):
            engine.generate([_ask()])
        with _open(f"{server.address}#absent") as engine, pytest.raises(EngineError, match=r"remote\.model"):
            engine.generate([_ask()])
        with _open(f"{server.address}#other") as engine:
            assert engine.server.window == 1000
    with engine_server(tmp_path / "none", [answer("ok")], None) as server, _open(f"{server.address}#kimi") as engine:
        assert engine.generate([_ask()])[0].text == "ok"
        assert (engine.server.kind, engine.server.window) == ("other", None)
    with _played(tmp_path / "dated", [_stream(delta("stop", model="kimi-2026-01-27"), DONE)], VLLM) as (server, engine):
        engine.generate([_ask()])
