"""
Which framework a package is written in, and so which target its components are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from vision_code.project.files import Files
from vision_code.project.found import Found
from vision_code.project.packages import Package


@dataclass(frozen=True, slots=True)
class Framework:
    """
    A framework.

    Attributes:
        name: ``next``, ``react``, ``nuxt``, ``vue``, ``sveltekit``, ``svelte``, ``angular`` …, or ``html`` for none.
        target: The target that its components are (`vision_code.emit.Target`); empty when there is none for it.
    """

    name: str
    target: str


HTML = Framework("html", "html")
#: By dependency. Those that build on another stand before it.
_FRAMEWORKS = {
    "next": Framework("next", "react"),
    "gatsby": Framework("gatsby", "react"),
    "@remix-run/react": Framework("remix", "react"),
    "@react-router/dev": Framework("react-router", "react"),
    "react-native": Framework("react-native", ""),  # its elements are not those of a page
    "nuxt": Framework("nuxt", "vue"),
    "@sveltejs/kit": Framework("sveltekit", "svelte"),
    "preact": Framework("preact", "react"),
    "react": Framework("react", "react"),
    "vue": Framework("vue", "vue"),
    "svelte": Framework("svelte", "svelte"),
    "@angular/core": Framework("angular", ""),
    "solid-js": Framework("solid", ""),
    "@builder.io/qwik": Framework("qwik", ""),
    "lit": Framework("lit", ""),
    "ember-source": Framework("ember", ""),
}
#: The endings of a target's components.
ENDINGS = {"react": (".tsx", ".jsx"), "vue": (".vue",), "svelte": (".svelte",)}


def framework_of(
    files: Files, packages: Iterable[Package], sources: Iterable[Path], document: Path
) -> Found[Framework]:
    """
    The framework of a package, or of the nearest one around it that has one.

    Args:
        sources: Its files: they decide where it depends on several frameworks.
        document: The file that a component is for, or a folder: its ending decides before all others.
    """
    for package in packages:
        named = {name: _FRAMEWORKS[name] for name in _FRAMEWORKS if name in package.dependencies}
        if not named or package.manifest is None:
            continue
        counts = Counter(target for path in sources for target in ENDINGS if path.suffix in ENDINGS[target])
        counts.update(
            {target: len(counts) + counts.total() for target in ENDINGS if document.suffix in ENDINGS[target]}
        )
        chosen = max(named, key=lambda name: counts[named[name].target])  # the first of equals
        return Found(named[chosen], f"{files.shown(package.manifest)} depends on {chosen}")
    return Found(HTML, "no package.json depends on a framework")
