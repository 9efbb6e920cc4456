"""
Prompts: what an engine is told when it writes patches; untrusted text goes in as data, and no more than fits.
"""

from vision_code.prompts.budget import Budget, fit
from vision_code.prompts.data import as_data
from vision_code.prompts.patch import TOOLS, edit_messages, explore_messages, repair_message

__all__ = ["TOOLS", "Budget", "as_data", "edit_messages", "explore_messages", "fit", "repair_message"]
