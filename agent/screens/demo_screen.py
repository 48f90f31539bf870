"""What the demonstration did."""

from __future__ import annotations

from agent.demonstrating import Demonstration
from agent.screens.claim_screen import claim_text
from agent.screens.run_screen import run_text
from agent.screens.verdict_screen import verdict_text


def demo_text(shown: Demonstration) -> str:
    """Read, judged, prepared: each in the words of its own command, marked as a test."""
    return "\n".join(
        (
            "【測試】以下為內建測試資料（測試員），不是您的紀錄。",
            run_text(shown.report),
            "",
            verdict_text(shown.verdict),
            "",
            claim_text(shown.prepared),
        )
    )
