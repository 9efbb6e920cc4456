"""
A request as the body of ``POST /chat/completions``.

Sources: OpenAI API reference, "Create chat completion"; for the thinking switch Moonshot's API documentation
(``thinking``) and the chat templates that vLLM, SGLang and KTransformers render (``chat_template_kwargs``).
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from runtime.api import GenerateRequest, ImagePart, Message, TextPart

#: Which switches a server understands: ``template`` renders the model's own chat text (vLLM, SGLang, KTransformers).
ServerKind = Literal["moonshot", "template", "other"]
Fields = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """
    What a server says of itself.

    Attributes:
        kind: Which switches it understands.
        model: That answers.
        window: Tokens that prompt and answer may have together; None when it does not say.
    """

    kind: ServerKind
    model: str
    window: int | None


def body(request: GenerateRequest, server: Server) -> Fields:
    """
    The whole body, as JSON values.
    """
    sampling = request.sampling
    fields: Fields = {
        "model": server.model,
        "messages": [_message(message, server.kind) for message in request.messages],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": sampling.max_tokens,
    }
    if request.tools:
        fields["tools"] = [dict(tool) for tool in request.tools]
    if request.schema is not None and server.kind == "template":
        wanted = {"name": "answer", "schema": request.schema, "strict": True}
        fields["response_format"] = {"type": "json_schema", "json_schema": wanted}
    elif request.schema is not None and server.kind == "moonshot":
        fields["response_format"] = {"type": "json_object"}
    if sampling.stop:
        fields["stop"] = list(sampling.stop)
    if server.kind == "moonshot":  # it fixes temperature and the rest by mode
        fields["thinking"] = {"type": "enabled" if request.thinking else "disabled"}
        return fields
    fields |= {"temperature": sampling.temperature, "top_p": sampling.top_p, "seed": sampling.seed}
    if server.kind == "template":
        fields["chat_template_kwargs"] = {"thinking": request.thinking}
        fields |= {"top_k": sampling.top_k} if sampling.top_k is not None else {}
        fields |= {"min_p": sampling.min_p} if sampling.min_p else {}
    return fields


def data_url(image: ImagePart) -> str:
    """
    A picture inside the request: a server is never given an address to fetch.
    """
    from PIL import Image

    held = io.BytesIO()
    Image.frombytes("RGB", (image.width, image.height), image.rgb).save(held, "PNG", compress_level=6)
    return f"data:image/png;base64,{base64.b64encode(held.getvalue()).decode()}"


def _message(message: Message, kind: ServerKind) -> Fields:
    fields: Fields = {"role": message.role, "content": _content(message.content)}
    if message.name:
        fields["name"] = message.name
    if message.tool_call_id:
        fields["tool_call_id"] = message.tool_call_id
    if message.role == "assistant":
        if message.tool_calls:
            fields["tool_calls"] = [
                {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
                for call in message.tool_calls
            ]
        # Thinking goes on over the calls of one turn: the thoughts go back with them.
        if message.reasoning and kind != "other":
            fields["reasoning_content"] = message.reasoning
    return fields


def _content(parts: Sequence[TextPart | ImagePart]) -> object:
    if all(isinstance(part, TextPart) for part in parts):
        return "".join(part.text for part in parts if isinstance(part, TextPart))
    return [
        {"type": "text", "text": part.text}
        if isinstance(part, TextPart)
        else {"type": "image_url", "image_url": {"url": data_url(part)}}
        for part in parts
    ]
