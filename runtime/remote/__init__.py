"""
An engine on another machine or in another program, over the OpenAI chat protocol; torch-free.

One event loop in a thread of its own holds everything that waits; callers see the plain Protocol of :mod:`runtime.api`.
"""

from runtime.remote.address import Endpoint, parse_endpoint
from runtime.remote.engine import RemoteEngine
from runtime.remote.limits import Limits

__all__ = ["Endpoint", "Limits", "RemoteEngine", "parse_endpoint"]
