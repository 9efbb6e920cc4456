"""
References to pictures: found where they are meant, not where they only look like it, each at its exact characters.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision_code.project.references import Reference, references

Write = Callable[[dict[str, str]], Path]
DOCUMENTS = (
    "a.html", "a.jsx", "a.tsx", "a.ts", "a.js", "a.vue", "a.svelte", "a.astro", "a.md", "a.mdx", "a.css", "a.scss",
    "a.less", "a.php",
)  # fmt: skip


def found(text: str, name: str, root: Path = Path("/nowhere")) -> tuple[Reference, ...]:
    return references(text, root / name, root=root)


def raws(text: str, name: str) -> list[str]:
    return [each.raw for each in found(text, name)]


#: Where it stands, and what of it the reference spans.
FORMS = {
    "page": ("a.html", '<p><img alt="a" src="mock.png"></p>', '<img alt="a" src="mock.png">'),
    "page, single quotes": ("a.html", "<IMG SRC='mock.png'/>", "<IMG SRC='mock.png'/>"),
    "page, no quotes": ("a.htm", "<img src=mock.png>", "<img src=mock.png>"),
    "page, over lines": ("a.html", 'a <img\n src = "mock.png" alt=">"\n>', '<img\n src = "mock.png" alt=">"\n>'),
    "page, style attribute": ("a.html", "<div style=\"background: url('mock.png')\">", "url('mock.png')"),
    "page, style element": ("a.html", "<style>a { background: url(mock.png) }</style>", "url(mock.png)"),
    "page, script": ("a.html", '<script type=module>import m from "./mock.png"</script>', 'import m from "./mock.png"'),
    "page, video": ("a.html", '<video poster="mock.png">', '<video poster="mock.png">'),
    "page, while it is typed": ("a.html", '<img src="mock.png"\n<p>text</p>', '<img src="mock.png"\n'),
    "drawing": ("a.html", '<svg><image href="mock.png"/></svg>', '<image href="mock.png"/>'),
    "JSX": ("a.jsx", 'const a = () => <p>Don\'t <img src="mock.png" /></p>', '<img src="mock.png" />'),
    "JSX, braces": ("a.tsx", "return (<img src={'mock.png'} alt={x > 1 ? 'a' : 'b'} />)", None),
    "JSX, require": ("a.jsx", 'x = <img src={require("./mock.png")} />', 'require("./mock.png")'),
    "JSX, component": ("a.tsx", 'x = <Image fill src="mock.png"></Image>', '<Image fill src="mock.png">'),
    "JSX in a loop": ("a.jsx", '<ul>{a.map((i) => (<img key={i} src="mock.png"/>))}</ul>', None),
    "JSX after a generic": ("a.tsx", 'const f = <T,>(x: T) => <img src="mock.png"/>', '<img src="mock.png"/>'),
    "import": ("a.ts", 'import mock from "./mock.png";', 'import mock from "./mock.png"'),
    "import, single quotes": ("a.js", "import mock from './mock.png'", "import mock from './mock.png'"),
    "import of nothing": ("a.js", 'import "./mock.png"', 'import "./mock.png"'),
    "import, later": ("a.js", 'const m = await import("./mock.png")', 'import("./mock.png")'),
    "export": ("a.ts", 'export { default as mock } from "./mock.png"', None),
    "require": ("a.cjs", "const m = require( './mock.png' )", "require( './mock.png' )"),
    "address beside the module": ("a.js", 'new URL("./mock.png", import.meta.url)', 'URL("./mock.png"'),
    "style in a script": ("a.js", 'const s = { backgroundImage: "url(mock.png)" }', "url(mock.png)"),
    "style in a template": ("a.js", "css`a { background: url(mock.png); color: ${x} }`", "url(mock.png)"),
    "after a regular expression": ("a.js", "x.replace(/[\"'`/]/g, ''); import('./mock.png')", "import('./mock.png')"),
    "after a division": ("a.js", "a = b / c; d = e / f; import('./mock.png')", "import('./mock.png')"),
    "in a template's hole": ("a.js", "x = `a ${require('./mock.png')} ` + '`'", "require('./mock.png')"),
    "Vue": ("a.vue", '<template><img src="mock.png"/></template>', '<img src="mock.png"/>'),
    "Vue, bound": ("a.vue", "<template><img :src=\"'mock.png'\"/></template>", "<img :src=\"'mock.png'\"/>"),
    "Vue, script": ("a.vue", "<script setup>\nimport m from './mock.png'\n</script>", "import m from './mock.png'"),
    "Vue, SCSS": ("a.vue", '<style lang="scss">a { b: url(mock.png); } // \'</style>', "url(mock.png)"),
    "Svelte": ("a.svelte", '{#if a > b}<img {alt} src="mock.png" on:click={() => a < 2}>{/if}', None),
    "Svelte, braces": ("a.svelte", "<img src={ok ? 'mock.png' : none}>", "<img src={ok ? 'mock.png' : none}>"),
    "Astro": ("a.astro", "---\nimport m from './mock.png'\n---\n<p>", "import m from './mock.png'"),
    "Markdown": ("a.md", 'See ![the [old] page](mock.png "A title").', '![the [old] page](mock.png "A title")'),
    "Markdown, angles": ("a.md", "![](<mock.png>)", "![](<mock.png>)"),
    "Markdown, HTML": ("a.md", '<img src="mock.png" width="200">', '<img src="mock.png" width="200">'),
    "Markdown, in a link": ("a.md", "[![shot](mock.png)](https://example.com)", "![shot](mock.png)"),
    "MDX": ("a.mdx", 'import mock from "./mock.png"\n\n# Don\'t', 'import mock from "./mock.png"'),
    "CSS": ("a.css", "a { background: #fff url( mock.png ) }", "url( mock.png )"),
    "CSS, quotes": ("a.css", 'a { background: URL("mock.png") }', 'URL("mock.png")'),
    "SCSS": ("a.scss", "// don't\na { b: url('mock.png') }", "url('mock.png')"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text", "construct"), FORMS.values(), ids=FORMS)
def test_a_picture_is_found_at_its_exact_characters(name: str, text: str, construct: str | None) -> None:
    (reference,) = found(text, name)
    assert reference.raw in ("mock.png", "./mock.png")
    assert text[slice(*reference.path_span)] == reference.raw
    assert reference.path == Path("/nowhere/mock.png")
    if construct is not None:
        assert text[slice(*reference.span)] == construct


#: Looks like a reference and is none.
OTHERWISE = {
    "page, comment": ("a.html", '<!-- <img src="mock.png"> -->'),
    "page, comment without an end": ("a.html", '<!-- <img src="mock.png">'),
    "page, text": ("a.html", "write src=mock.png or url(mock.png)"),
    "page, a string in a script": ("a.html", "<script>s = \"<img src='mock.png'>\"</script>"),
    "page, text area": ("a.html", '<textarea><img src="mock.png"></textarea>'),
    "page, remote": ("a.html", '<img src="https://example.com/mock.png"><img src="//cdn/mock.png">'),
    "page, data": ("a.html", '<img src="data:image/png;base64,AAAA.png">'),
    "page, template": ("a.html", '<img src="{{ folder }}/mock.png">'),
    "page, a vector picture": ("a.html", '<img src="mock.svg">'),
    "page, a link": ("a.html", '<a href="mock.png">'),
    "script, comments": ("a.ts", '// import a from "./mock.png"\n/* require("./mock.png") */'),
    "script, a string": ("a.ts", "const s = \"import a from './mock.png'\"; const t = 'mock.png'"),
    "script, a string in a template": ("a.ts", 'x = `import a from "./mock.png"`'),
    "script, a package's file": ("a.ts", 'import a from "some-package/mock.png"'),
    "JSX, comment": ("a.jsx", 'x = <p>{/* <img src="mock.png"/> */}</p>'),
    "JSX, text": ("a.jsx", "x = <p>require('./mock.png')</p>"),
    "JSX, another attribute": ("a.jsx", 'x = <p title="mock.png" />'),
    "less than": ("a.ts", 'if (a <img && b) { src="mock.png" }'),
    "Markdown, fence": ("a.md", "```html\n![](mock.png)\n```"),
    "Markdown, code": ("a.md", "write `![](mock.png)` or ``<img src='mock.png'>``"),
    "Markdown, comment": ("a.md", "<!-- ![](mock.png) -->"),
    "Markdown, a link": ("a.md", "[picture](mock.png)"),
    "Markdown, escaped": ("a.md", "\\![](mock.png)"),
    "Markdown, undefined": ("a.md", "![shot][mock]\n\n[other]: mock.png"),
    "CSS, comment": ("a.css", "/* url(mock.png) */"),
    "SCSS, line comment": ("a.scss", "// url(mock.png)"),
    "SCSS, computed": ("a.scss", "a { b: url(#{$folder}/mock.png) }"),
    "CSS, a string": ("a.css", 'a::after { content: "url(mock.png)" }'),
    "outside": ("a.html", '<img src="../mock.png"><img src="a/../../mock.png">'),
    "no picture's language": ("a.py", 'x = "mock.png"; y = "<img src=mock.png>"'),
}


@pytest.mark.parametrize(("name", "text"), OTHERWISE.values(), ids=OTHERWISE)
def test_what_only_looks_like_a_reference_is_none(name: str, text: str) -> None:
    assert raws(text, name) == []


def test_a_markdown_reference_spans_its_use_and_names_its_definition() -> None:
    text = "![one][Shot]\n\n![shot][]\n\n![Shot]\n\n[shot]: <shots/a b.png> 'A'\n"
    first, second, third = found(text, "a.md")
    assert [text[slice(*each.span)] for each in (first, second, third)] == ["![one][Shot]", "![shot][]", "![Shot]"]
    assert {each.raw for each in (first, second, third)} == {"shots/a b.png"}


def test_all_pictures_of_a_srcset_are_found() -> None:
    assert raws('<img srcset="a.png 1x, b.webp 2x,c.jpg 3x" src="a.gif">', "a.html") == [
        "a.png",
        "b.webp",
        "c.jpg",
        "a.gif",
    ]


def test_the_editors_name_of_the_language_counts_where_the_ending_says_nothing() -> None:
    (reference,) = references(
        '<img src="mock.png">', Path("/nowhere/Untitled-1"), root=Path("/nowhere"), language="html"
    )
    assert reference.path == Path("/nowhere/mock.png")


MEANT = {
    "percent-encoded": ("src/a.html", '<img src="my%20mock.png">', "src/my mock.png"),
    "entity": ("src/a.html", '<img src="a&amp;b.png">', "src/a&b.png"),
    "a name with a percent sign": ("src/a.html", '<img src="100%.png">', "src/100%.png"),
    "query": ("src/a.ts", 'import m from "../mock.png?url"', "mock.png"),
    "fragment": ("src/a.css", "a { b: url(../mock.png#x) }", "mock.png"),
    "served folder": ("src/a.tsx", 'x = <img src="/hero.png" />', "public/hero.png"),
    "root": ("src/a.tsx", 'x = <img src="/mock.png" />', "mock.png"),
    "tsconfig paths": ("src/a.ts", 'import m from "@/assets/logo.png"', "src/assets/logo.png"),
    "tsconfig paths in CSS": ("src/a.css", "a { b: url('~@/assets/logo.png') }", "src/assets/logo.png"),
    "base folder": ("src/a.ts", 'import m from "assets/logo.png"', "src/assets/logo.png"),
    "Vite, joined": ("src/a.ts", 'import m from "@art/logo.png"', "art/logo.png"),
    "Vite, address": ("src/a.ts", 'import m from "~pics/logo.png"', "art/logo.png"),
    "Vite, a list": ("packages/web/a.ts", 'import m from "#/logo.png"', "packages/web/art/logo.png"),
}


@pytest.fixture
def project(write: Write) -> Path:
    root = write({
        "package.json": "{}",
        "tsconfig.json": '{ "references": [{ "path": "./tsconfig.app.json" }] }',
        "tsconfig.app.json": """{
            "extends": "./config/base", // the rest
            "compilerOptions": { "baseUrl": "./src", "paths": { "@/*": ["./nowhere/*", "./*"], }, },
        }""",
        "config/base.json": '{ "extends": "../tsconfig.json", "compilerOptions": { "strict": true } }',
        "vite.config.ts": """
            export default defineConfig({
              plugins: [react()],
              resolve: { alias: {
                "@art": path.resolve(__dirname, "./art"),
                '~pics': fileURLToPath(new URL('./art', import.meta.url)),
                "bad": compute("art"),
              } },
            })
        """,
        "packages/web/package.json": "{}",
        "packages/web/vite.config.js": "export default { resolve: { alias: [{ find: '#', replacement: '/art' }] } }",
    })  # fmt: skip
    for name in ("src/my mock.png", "src/a&b.png", "src/100%.png", "mock.png", "public/hero.png", "art/logo.png",
                 "src/assets/logo.png", "packages/web/art/logo.png"):  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"")
    return root


@pytest.mark.parametrize(("name", "text", "meant"), MEANT.values(), ids=MEANT)
def test_the_file_that_is_meant_is_found(project: Path, name: str, text: str, meant: str) -> None:
    (reference,) = references(text, project / name, root=project)
    assert reference.path == project.resolve() / meant
    assert reference.exists


def test_a_picture_that_is_not_there_is_a_reference_all_the_same(project: Path) -> None:
    (reference,) = references('<img src="/new.png">', project / "src/a.html", root=project)
    assert (reference.path, reference.exists) == (project.resolve() / "public/new.png", False)


def test_no_link_leads_out_of_the_workspace(project: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"")
    (project / "out.png").symlink_to(tmp_path / "secret.png")
    (project / "away").symlink_to(tmp_path)
    (project / "loop.png").symlink_to("loop.png")
    text = '<img src="out.png"><img src="away/secret.png"><img src="../secret.png"><img src="%2e%2e/secret.png">'
    assert references(text, project / "a.html", root=project) == ()
    assert not any(each.exists for each in references('<img src="loop.png">', project / "a.html", root=project))


def test_a_configuration_outside_the_workspace_is_not_read(project: Path, tmp_path: Path) -> None:
    (tmp_path / "out.json").write_text('{ "compilerOptions": { "paths": { "$/*": ["./*"] } } }')
    (project / "tsconfig.json").write_text('{ "extends": "../out.json" }')
    assert references('import m from "$/a.png"', project / "a.ts", root=project) == ()


def test_a_pipe_is_not_waited_for(project: Path) -> None:
    (project / "jsconfig.json").unlink(missing_ok=True)
    os.mkfifo(project / "jsconfig.json")
    start = time.monotonic()
    assert references('import m from "@/assets/logo.png"', project / "src/a.ts", root=project)[0].exists
    assert time.monotonic() - start < 5


@settings(deadline=None)
@given(st.text(alphabet="<>/={}[]()!`\"'\\$:-.# \nimgsrcpngurlimportfrom", max_size=80), st.sampled_from(DOCUMENTS))
def test_broken_documents_are_read_as_far_as_they_go(text: str, name: str) -> None:
    for reference in found(f"{text} a.png {text}", name):
        assert reference.span.start <= reference.span.end <= 2 * len(text) + 7


#: What made a regular expression or a stack take quadratic time, in one scanner or another.
REPEATED = ("<a b=\"", "<!--", '"\\', "'", "`${", "<a>", "<", "/[", "/*", "url(", "![", "![](", "{", "import ", "```\n",
            "`", "<script>", "a={", "<img src={'", "[a]: ", "(" , "$", " ", "\n", "<a b='\">", "x=<a b={")  # fmt: skip


@pytest.mark.parametrize("name", ["a.html", "a.tsx", "a.ts", "a.svelte", "a.mdx", "a.scss"])
def test_no_document_takes_more_than_its_length(name: str) -> None:
    def least_s(part: str, letters: int) -> float:
        text = part * (letters // len(part))
        taken = []
        for _ in range(3):
            start = time.process_time()
            found(text, name)
            taken.append(time.process_time() - start)
        return min(taken)

    # Four times as long: linear work takes 4 times as long, quadratic 16 times, on any machine at any hour.
    grown = {part: (least_s(part, 3_000), least_s(part, 12_000)) for part in REPEATED}
    assert {part: took for part, took in grown.items() if took[1] > 8 * took[0] + 0.02} == {}
