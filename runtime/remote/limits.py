"""
How long, how often and how much: the bounds of every conversation with a remote engine.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """
    Deadlines in s, caps in bytes.

    Attributes:
        connect_s: Until there is a connection, TLS included.
        first_token_s: From the request to the first word or thought; a keep-alive is none.
        between_tokens_s: From one to the next.
        total_s: Of one answer, all tries together.
        line_bytes: One line of the stream.
        answer_bytes: Words, thoughts and calls of one answer together.
        headers_bytes: All headers of one response.
        tries: Of one request that failed before its first event.
        backoff_s: Least and longest wait between tries.
        retry_after_s: The longest wait that a server may ask for.
        at_once: Requests under way at the same time.
    """

    connect_s: float = 5.0
    first_token_s: float = 60.0
    between_tokens_s: float = 30.0
    total_s: float = 600.0
    line_bytes: int = 1024 * 1024
    answer_bytes: int = 4 * 1024 * 1024
    headers_bytes: int = 64 * 1024
    tries: int = 3
    backoff_s: tuple[float, float] = (0.5, 8.0)
    retry_after_s: float = 60.0
    at_once: int = 8
