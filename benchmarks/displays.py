"""
Pages as real displays show them: laid out in device pixels, letters in grey or with coloured fringes.
"""

from __future__ import annotations

import base64
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from vision_code.render import required_browser
from vision_code.render.hermetic import LAUNCH_FLAGS
from vision_code.render.visit import MAX_HEIGHT_PX

#: Letters on thirds of pixels with the usual filter, as desktops set it up.
_FRINGED_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include>/etc/fonts/fonts.conf</include>
  <match target="font">
    <edit name="rgba" mode="assign"><const>rgb</const></edit>
    <edit name="lcdfilter" mode="assign"><const>lcddefault</const></edit>
  </match>
  <match target="pattern"><edit name="rgba" mode="assign"><const>rgb</const></edit></match>
</fontconfig>
"""
#: Scripts of dashboards draw for so long.
_SCRIPTS_MS = 2000


@dataclass(frozen=True, slots=True)
class Display:
    """
    A running browser on a display of its own kind.
    """

    browser: Browser

    def draw(self, file: Path, *, width_px: int, height_px: int, scripts: bool = False) -> bytes:
        """
        The whole page as PNG, without network.

        Args:
            file: HTML; what lies beside it may be read.
            width_px, height_px: Viewport, CSS px.
        """
        context = self.browser.new_context(
            no_viewport=True, java_script_enabled=scripts, offline=True, reduced_motion="reduce", color_scheme="light"
        )
        tab = context.new_page()
        session = context.new_cdp_session(tab)
        metrics = {"width": width_px, "height": height_px, "deviceScaleFactor": 0, "mobile": False}
        session.send("Emulation.setDeviceMetricsOverride", metrics)
        tab.goto(file.as_uri(), wait_until="load")
        if scripts:
            tab.wait_for_timeout(_SCRIPTS_MS)
        height = min(session.send("Page.getLayoutMetrics")["cssContentSize"]["height"], MAX_HEIGHT_PX)
        clip = {"x": 0, "y": 0, "width": width_px, "height": height, "scale": 1}
        shot = session.send("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True, "clip": clip})
        context.close()
        return base64.b64decode(shot["data"])


@contextmanager
def display(scale: float = 1.0, *, fringes: bool = False) -> Iterator[Display]:
    """
    A display of that many device pixels per CSS pixel.

    An emulated scale would enlarge the drawing: edges between pixels are soft then and borders of 1 px half as thick
    again. A browser that is started with it lays out in device pixels, as on such a display.
    """
    flags = [*LAUNCH_FLAGS, f"--force-device-scale-factor={scale:g}", "--no-sandbox"]
    if fringes:
        flags.remove("--disable-lcd-text")
        flags.append("--enable-lcd-text")
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        env = dict(os.environ)
        if fringes:
            fonts = Path(folder) / "fonts.conf"
            fonts.write_text(_FRINGED_FONTS, encoding="utf-8")
            env["FONTCONFIG_FILE"] = str(fonts)
        browser = driver.chromium.launch(executable_path=required_browser(), args=flags, env=env)
        try:
            yield Display(browser)
        finally:
            browser.close()
