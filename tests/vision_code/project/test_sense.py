"""
What a project is made of is found in projects as people have them, and nothing in a project can make it fail.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vision_code.geometry import Color
from vision_code.project.sense import explain, sense

Write = Callable[[dict[str, str]], Path]


def package(**fields: dict[str, str]) -> str:
    return json.dumps({"name": "fixture", "private": True, **fields})


NEXT = {
    "package.json": package(
        dependencies={"next": "15.5.2", "react": "19.1.0", "@radix-ui/react-slot": "^1.2.3"},
        devDependencies={"tailwindcss": "^4", "@tailwindcss/postcss": "^4", "typescript": "^5"},
    ),
    "tsconfig.json": '{ "compilerOptions": { "jsx": "preserve", "paths": { "@/*": ["./src/*"] } } }',
    "components.json": """{
      "$schema": "https://ui.shadcn.com/schema.json", "style": "new-york", "rsc": true, "tsx": true,
      "tailwind": { "config": "", "css": "src/app/globals.css" },
      "aliases": { "components": "@/components", "ui": "@/components/ui" }
    }""",
    "src/app/globals.css": """
      @import "tailwindcss";
      @import "tw-animate-css";
      :root { --radius: 0.625rem; --primary: oklch(0.205 0 0); --brand: #4e73df; }
      .dark { --primary: oklch(0.985 0 0); }
      @media (prefers-color-scheme: dark) { :root { --brand: #000; } }
      @theme inline {
        --color-primary: var(--primary);
        --color-brand: var(--brand);
        --color-ghost: rgb(0 0 0 / 20%);
        --radius-lg: var(--radius);
        --font-sans: var(--font-geist-sans);
        /* --color-old: #fff; */
      }
    """,
    "src/app/layout.tsx": "export default function RootLayout() {\n  return <html />\n}\n",
    "src/app/page.tsx": 'import { Nav } from "@/components/site-nav"\n\nexport default function Page() {}\n',
    "src/components/ui/button.tsx": 'import * as React from "react"\n\nfunction Button() {}\n\nexport { Button }\n',
    "src/components/ui/dropdown-menu.tsx": 'import * as React from "react"\n\nexport function DropdownMenu() {}\n',
    "src/components/site-nav.tsx": 'import Link from "next/link"\n\nexport function SiteNav() {\n  return null\n}\n',
}
VITE = {
    "package.json": package(
        dependencies={"react": "^18.3.1", "react-dom": "^18.3.1", "@mui/material": "^6.0.0"},
        devDependencies={"vite": "^5.0.0", "tailwindcss": "^3.4.1", "prettier": "^3.0.0"},
    ),
    ".prettierrc": "# ours\nsemi: false\nsingleQuote: true\ntabWidth: 4 # wide\n",
    "vite.config.js": "export default defineConfig({ resolve: { alias: { '@': path.resolve(__dirname, 'src') } } })",
    "tailwind.config.js": """
      const colors = require('tailwindcss/colors')
      /** @type {import('tailwindcss').Config} */
      module.exports = {
        content: ['./index.html', './src/**/*.{js,jsx}'],
        theme: { extend: {
          colors: { brand: { DEFAULT: '#4e73df', 500: '#123456' }, ink: colors.slate[900], primary: 'hsl(var(--p))' },
          fontFamily: { display: ['Inter', 'sans-serif'] },
          spacing: { 18: '4.5rem' },
        } },
        plugins: [require('@tailwindcss/forms')],
      }
    """,
    "src/index.css": "@tailwind base;\n@layer base { :root { --p: 0 100% 50%; } }",
    "src/components/Button/Button.jsx": "import './Button.css'\nexport default function Button() {}\n",
    "src/components/Button/Button.test.jsx": "export const NotAComponent = 1\n",
    "src/components/NavBar/NavBar.jsx": "import React from 'react'\nexport default function NavBar() {}\n",
    "src/App.jsx": "import NavBar from './components/NavBar/NavBar'\nexport default function App() {}\n",
}
NUXT = {
    "package.json": package(dependencies={"nuxt": "^4.0.0", "vue": "^3.5.0", "@nuxt/ui": "^4.0.0"}),
    "tsconfig.json": '{ "extends": "./.nuxt/tsconfig.json" }',
    ".editorconfig": "root = true\n[*]\nindent_style = tab\n[*.md]\nindent_style = space\nindent_size = 8\n",
    "app/app.vue": "<template><NuxtPage /></template>",
    "app/pages/index.vue": '<script setup lang="ts">\nimport x from "x"\n</script>',
    "app/components/TheHeader.vue": '<script setup lang="ts">\nimport a from "a"\n</script>',
    "app/components/UserCard.vue": '<script setup lang="ts">\nimport b from "b"\n</script>',
}
SVELTEKIT = {
    "package.json": package(devDependencies={"@sveltejs/kit": "^2.0.0", "svelte": "^5.0.0", "@tailwindcss/vite": "^4"}),
    "biome.jsonc": """{
      "formatter": { "lineWidth": 100 }, /* ours */
      "javascript": { "formatter": { "quoteStyle": "single" } },
    }""",
    "svelte.config.js": "const config = { kit: { adapter: a(), alias: { $ui: 'src/ui' } } };\nexport default config",
    "src/app.css": "@import 'tailwindcss';\n@theme { --color-brand: rgb(78, 115, 223); --spacing-18: 4.5rem; }",
    "src/routes/+page.svelte": "<script>\n  import Card from '$lib/components/info-card.svelte';\n</script>",
    "src/lib/components/info-card.svelte": "<script>\n  let { a } = $props();\n</script>",
}  # fmt: skip
MONOREPO = {
    "package.json": package(devDependencies={"typescript": "^5", "prettier": "^3", "react": "19"}),
    "pnpm-workspace.yaml": "packages:\n  - apps/*\n  - packages/*\n",
    "prettier.config.mjs": "/** ours */\nconst config = { semi: false, plugins: [x] };\nexport default config;\n",
    "apps/web/package.json": package(dependencies={"vue": "^3", "vuetify": "~3.5.0", "tailwindcss": "catalog:"}),
    "apps/web/tailwind.config.ts": "import all from '@acme/all'\nexport default { presets: [all] } satisfies Config",
    "apps/web/src/components/base-button.vue": "<script setup lang='ts'>\n</script>",
    "packages/ui/package.json": package(peerDependencies={"react": ">=18"}),
    "packages/ui/src/Card/index.tsx": "export const Card = () => null;\n",
    "packages/ui/src/Avatar/index.tsx": "export const Avatar = () => null;\n",
    "packages/tools/package.json": package(dependencies={}),
}
PLAIN = {
    "index.html": '<link rel="stylesheet" href="https://cdn.example/npm/bootstrap@5.3.3/dist/css/bootstrap.min.css">',
    "css/site.css": "body { margin: 0 }",
}


def test_next_with_shadcn_and_tailwind_4(write: Write) -> None:
    root = write(NEXT)
    project = sense(root, root / "src/app/page.tsx")
    assert (project.framework.value.name, project.target) == ("next", "react")
    assert project.framework.because == "package.json depends on next"
    assert project.language is not None
    assert project.language.value == "ts"
    assert project.tailwind is not None
    assert project.tailwind.major.value == 4
    tokens = {(token.kind, token.name): token for token in project.tailwind.tokens}
    assert tokens["color", "brand"].color == Color(0x4E, 0x73, 0xDF)
    assert tokens["color", "primary"].color == Color(23, 23, 23)  # as browsers paint oklch(0.205 0 0)
    assert tokens["color", "ghost"].color is None
    assert tokens["radius", "lg"].value == "0.625rem"
    assert tokens["font", "sans"].value == "var(--font-geist-sans)"
    assert len(tokens) == 5
    assert [library.value for library in project.libraries] == ["shadcn/ui"]
    assert project.aliases[0].resolve("@/a") == (root / "src/a",)
    assert project.naming is not None
    assert project.naming.value == "kebab"
    assert project.layout is not None
    assert project.layout.value == "flat"
    assert project.export is not None
    assert project.export.value == "named"
    assert project.components is not None
    assert project.components.value == root / "src/components"
    assert project.style.semicolons is not None
    assert not project.style.semicolons.value
    assert project.style.quotes is not None
    assert project.style.quotes.value == "double"
    assert project.formatter is None


def test_vite_with_mui_and_tailwind_3_in_javascript(write: Write) -> None:
    root = write(VITE)
    project = sense(root, root)
    assert (project.framework.value.name, project.target) == ("react", "react")
    assert project.language is not None
    assert project.language.value == "js"
    assert project.tailwind is not None
    assert project.tailwind.major.value == 3
    tokens = {(token.kind, token.name): token.value for token in project.tailwind.tokens}
    assert tokens == {
        ("color", "brand"): "#4e73df",
        ("color", "brand-500"): "#123456",
        ("color", "primary"): "hsl(0 100% 50%)",
        ("font", "display"): "Inter, sans-serif",
        ("spacing", "18"): "4.5rem",
    }
    assert project.tailwind.unread == ("tailwind.config.js: theme.extend.colors.ink (colors.slate[900])",)
    assert [library.value for library in project.libraries] == ["MUI"]
    assert project.naming is not None
    assert (project.naming.value, project.naming.because) == ("pascal", "2 of 2 files near")
    assert project.layout is not None
    assert project.layout.value == "folder"
    assert project.export is not None
    assert project.export.value == "default"
    assert project.formatter is not None
    assert (project.formatter.name, project.formatter.config) == ("prettier", root / ".prettierrc")
    style = project.style
    assert style.semicolons is not None
    assert style.quotes is not None
    assert style.indent is not None
    assert (style.semicolons.value, style.quotes.value, style.indent.value) == (False, "single", "    ")
    assert style.indent.because == ".prettierrc"


def test_nuxt(write: Write) -> None:
    root = write(NUXT)
    project = sense(root, root / "app/pages")
    assert (project.framework.value.name, project.target) == ("nuxt", "vue")
    assert project.language is not None
    assert project.language.value == "ts"
    assert project.components is not None
    assert project.components.value == root / "app/components"
    assert [library.value for library in project.libraries] == ["Nuxt UI"]
    assert project.style.indent is not None
    assert project.style.indent.value == "\t"
    assert {alias.prefix for alias in project.aliases} == {"@/", "~/", "@@/", "~~/"}


def test_sveltekit_with_biome(write: Write) -> None:
    root = write(SVELTEKIT)
    project = sense(root, root / "src/routes/+page.svelte")
    assert (project.framework.value.name, project.target) == ("sveltekit", "svelte")
    assert project.language is not None
    assert project.language.value == "js"
    assert project.tailwind is not None
    assert project.tailwind.major.value == 4
    assert project.tailwind.tokens[0].color == Color(78, 115, 223)
    assert project.naming is not None
    assert project.naming.value == "kebab"
    style = project.style
    assert style.quotes is not None
    assert style.indent is not None
    assert style.width is not None
    assert (style.quotes.value, style.indent.value, style.width.value) == ("single", "\t", 100)
    assert {alias.prefix for alias in project.aliases} == {"$lib/", "$ui/"}


def test_each_package_of_a_monorepo_is_itself(write: Write) -> None:
    root = write(MONOREPO)
    web = sense(root, root / "apps/web/src/components/new.vue")
    assert (web.package, web.target) == (root / "apps/web", "vue")
    assert [library.value for library in web.libraries] == ["Vuetify"]
    assert web.tailwind is not None
    assert web.tailwind.major.value == 3
    assert web.formatter is not None
    assert web.formatter.config == root / "prettier.config.mjs"
    assert web.style.semicolons is not None
    assert not web.style.semicolons.value
    ui = sense(root, root / "packages/ui/src")
    assert (ui.package, ui.target) == (root / "packages/ui", "react")
    assert ui.layout is not None
    assert ui.layout.value == "index"
    assert ui.naming is not None
    assert ui.naming.value == "pascal"
    assert ui.tailwind is None
    # What has no framework of its own takes that of the package around it.
    assert sense(root, root / "packages/tools").framework.because == "package.json depends on react"


def test_pages_without_a_package(write: Write) -> None:
    project = sense(root := write(PLAIN), root / "index.html")
    assert (project.framework.value.name, project.target, project.language) == ("html", "html", None)
    assert [(library.value, library.because) for library in project.libraries] == [
        ("Bootstrap", "index.html links its stylesheet")
    ]


@pytest.mark.parametrize("name", ["react-native", "@angular/core"])
def test_a_framework_without_a_target_gets_a_page(name: str, write: Write) -> None:
    root = write(
        {"package.json": package(dependencies={"react": "19", name: "1"} if "native" in name else {name: "1"})}
    )
    assert sense(root, root).target == "html"


def test_where_two_frameworks_are_the_document_and_the_files_decide(write: Write) -> None:
    root = write({
        "package.json": package(dependencies={"react": "19", "vue": "3"}),
        "src/a.vue": "",
        "src/b.vue": "",
        "src/c.tsx": "",
    })  # fmt: skip
    assert sense(root, root).target == "vue"
    assert sense(root, root / "src/c.tsx").target == "react"


def test_a_version_that_does_not_tell_is_told_by_the_stylesheet(write: Write) -> None:
    root = write({
        "package.json": package(dependencies={"react": "19", "tailwindcss": "latest"}),
        "src/main.css": '@import "tailwindcss/preflight" layer(base);\n@config "../tailwind.config.mjs";',
        "tailwind.config.mjs": "export default { theme: { colors: { brand: '#4e73df' } } }",
    })  # fmt: skip
    tailwind = sense(root, root).tailwind
    assert tailwind is not None
    assert (tailwind.major.value, [token.name for token in tailwind.tokens]) == (4, ["brand"])


def test_the_themes_of_our_own_components_are_not_the_projects(write: Write) -> None:
    root = write({
        "package.json": package(dependencies={"react": "19", "tailwindcss": "4"}),
        "src/Card.theme.css": "/* Colours and fonts of this component. */\n@theme { --color-card-brand: #4e73df; }",
    })  # fmt: skip
    tailwind = sense(root, root).tailwind
    assert tailwind is not None
    assert tailwind.tokens == ()


def test_every_answer_is_explained(write: Write) -> None:
    root = write(VITE)
    lines = "\n".join(explain(sense(root, root)))
    for expected in ("framework react (package.json depends on react)", "language JavaScript", "tailwind 3, 5 tokens",
                     "theme not read (tailwind.config.js: theme.extend.colors.ink", "library MUI", "alias @/",
                     "naming pascal", "components src/components", "formatter prettier (.prettierrc)"):  # fmt: skip
        assert expected in lines


def test_nothing_outside_the_workspace_is_read(write: Write, tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text(package(dependencies={"react": "19"}))
    (tmp_path / "theme.css").write_text("@theme { --color-secret: #fff; }")
    root = write({"src/a.html": ""})
    (root / "src/theme.css").symlink_to(tmp_path / "theme.css")
    (root / "tailwind.config.js").symlink_to(tmp_path / "package.json")
    (root / "loop").symlink_to(root)
    project = sense(root, root / "src/a.html")
    assert (project.target, project.tailwind) == ("html", None)
    assert sense(root, tmp_path).package == root


def test_a_large_workspace_is_looked_at_in_bounds(write: Write) -> None:
    root = write(VITE)
    for number in range(600):
        folder = root / f"src/features/f{number % 60}/{number}"
        folder.mkdir(parents=True)
        for name in ("A.jsx", "B.jsx", "a.css"):
            (folder / name).write_text("export default 1\n" * 20)
    start = time.process_time()
    sense(root, root / "src/App.jsx")
    assert time.process_time() - start < 2


NAMES = (
    "package.json", "tsconfig.json", "components.json", ".prettierrc", "biome.json", ".editorconfig",
    "tailwind.config.js", "vite.config.ts", "src/a.css", "src/A.tsx", ".prettierrc.toml", "index.html",
)  # fmt: skip
PIECES = st.sampled_from([
    '{"dependencies": {"react": "19", "tailwindcss": 4}}', '{"dependencies": ["react"]}',
    '{"dependencies": {"vue": {}}}', '{"compilerOptions": {"paths": {"*": 1, "@/*": "x"}, "baseUrl": 3}}',
    '{"extends": ["./tsconfig", 4], "references": {}}', "export default", "module.exports = {",
    "theme: {colors: {a: {b: ", "@theme {", "--color-a: var(--a);", ":root{--a:", "oklch(1e999 nan 0)", "hsl(1 2",
    "[", "{", "}", '"', "'", "`", "/*", "//", "\n", "semi: 9", "[*]", "indent_size=0", "\0", "\ud7ff",
    "tabWidth: 99999999999999999999", "import a from './a'\n", "99999999999999999999999",
])  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), st.lists(PIECES, max_size=6).map("".join), min_size=1, max_size=6))
def test_broken_files_say_nothing_and_break_nothing(write: Write, texts: dict[str, str]) -> None:
    root = write(dict.fromkeys(NAMES, "") | texts)
    project = sense(root, root / "src")
    explain(project)
    for token in project.tailwind.tokens if project.tailwind else ():
        assert token.color is None or all(0 <= channel <= 255 for channel in token.color)


def test_files_that_are_no_text_are_passed_over(write: Write) -> None:
    root = write(VITE)
    (root / "package.json").write_bytes(b"\xff\xfe{}")
    (root / "src/index.css").unlink()
    os.mkfifo(root / "src/index.css")
    (root / "src/App.jsx").write_bytes(bytes(600 * 1024))
    (root / "tsconfig.json").mkdir()
    assert sense(root, root).target == "html"
