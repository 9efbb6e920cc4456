"""
Libraries of ready components that a project uses: their dependencies, and shadcn's own file.

Source of ``components.json``: shadcn/ui documentation, "components.json".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from vision_code.project.files import Files
from vision_code.project.found import Found
from vision_code.project.literals import member, read_json
from vision_code.project.packages import Package

#: Name by dependency; a name may have several.
_LIBRARIES = {
    "@mui/material": "MUI", "@mui/joy": "MUI", "@chakra-ui/react": "Chakra UI", "antd": "Ant Design",
    "@mantine/core": "Mantine", "@fluentui/react-components": "Fluent UI", "@fluentui/react": "Fluent UI",
    "@heroui/react": "HeroUI", "@nextui-org/react": "HeroUI", "@headlessui/react": "Headless UI",
    "@headlessui/vue": "Headless UI", "@radix-ui/themes": "Radix Themes", "react-bootstrap": "Bootstrap",
    "bootstrap": "Bootstrap", "bootstrap-vue-next": "Bootstrap", "primereact": "PrimeReact", "primevue": "PrimeVue",
    "vuetify": "Vuetify", "element-plus": "Element Plus", "naive-ui": "Naive UI", "ant-design-vue": "Ant Design",
    "quasar": "Quasar", "@nuxt/ui": "Nuxt UI", "daisyui": "daisyUI", "flowbite": "Flowbite",
    "flowbite-react": "Flowbite", "flowbite-svelte": "Flowbite", "bits-ui": "Bits UI",
    "@skeletonlabs/skeleton": "Skeleton", "@carbon/react": "Carbon", "bulma": "Bulma",
}  # fmt: skip
_STYLESHEET = re.compile(
    r"<link\b[^>]{0,300}\bhref=[\"'][^\"'>]{0,300}\b(bootstrap|bulma|vuetify)\b[^\"'>]{0,100}\.css", re.I
)
_NAMES = {"bootstrap": "Bootstrap", "bulma": "Bulma", "vuetify": "Vuetify"}
_MAX_PAGES = 8


def libraries_of(files: Files, packages: Sequence[Package], sources: Sequence[Path]) -> tuple[Found[str], ...]:
    """
    The component libraries of a package, each once.
    """
    first: dict[str, Found[str]] = {}
    for found in (*_by_file(files, packages), *_by_dependency(files, packages), *_by_page(files, sources)):
        first.setdefault(found.value, found)
    return tuple(first.values())


def _by_file(files: Files, packages: Sequence[Package]) -> Iterator[Found[str]]:
    for package in packages:
        path = package.folder / "components.json"
        text = files.text(path)
        config = read_json(text) if text is not None else None
        if isinstance(config, dict) and isinstance(member(config, "aliases"), dict):
            folder = member(config, "aliases", "ui") or member(config, "aliases", "components")
            where = f" in {folder}" if isinstance(folder, str) else ""
            yield Found("shadcn/ui", f"{files.shown(path)}: components{where}")


def _by_dependency(files: Files, packages: Sequence[Package]) -> Iterator[Found[str]]:
    for package in packages:
        for name, library in _LIBRARIES.items():
            if name in package.dependencies and package.manifest is not None:
                yield Found(library, f"{files.shown(package.manifest)} depends on {name}")


def _by_page(files: Files, sources: Sequence[Path]) -> Iterator[Found[str]]:
    for path in [path for path in sources if path.suffix == ".html"][:_MAX_PAGES]:
        for name in _STYLESHEET.findall(files.text(path) or ""):
            yield Found(_NAMES[name.lower()], f"{files.shown(path)} links its stylesheet")
