"""
A component that was rewritten to a picture passes React's type checker, strictly, as the generated one does.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.vision_code.emit.sample_trees import pricing, sign_in
from vision_code.emit import ScriptStyle, Target, emit
from vision_code.rewrite.react import rewrite_react

#: Every kind of thing that is carried over; what finds no place must not be missed by the rest.
OLD = """\
import { useRef, useState, type FormEvent, type ReactNode } from "react";

type Item = { id: number };
export type Props = { title?: string; items?: Item[] };

function Button(props: { onClick?: () => void; type?: "submit" | "button"; children?: ReactNode }) {
  return <button {...props} />;
}

export default function Old({ title = "", items = [] }: Props) {
  const [mail, setMail] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const send = (event: FormEvent) => {
    event.preventDefault();
    field.current?.focus();
  };
  console.log(title, items, mail, setMail, send);
  return (
    <form onSubmit={send} data-testid="form">
      <h1 id="title">{title}</h1>
      <label htmlFor="mail">Email</label>
      <input id="mail" ref={field} type="email" value={mail} onChange={(event) => setMail(event.target.value)} />
      {items.map((item) => (
        <p key={item.id}>{item.id}</p>
      ))}
      <Button type="submit">Sign in</Button>
    </form>
  );
}

export const used = [Button];
"""


@pytest.mark.node
@pytest.mark.slow
def test_rewritten_components_pass_the_type_checker(workshop: Path, run_tool: Callable[..., str]) -> None:
    for make in (sign_in, pricing):
        for loops in (True, False):
            name = f"Old{make.__name__.title().replace('_', '')}{loops}"
            files = emit(make(), Target.REACT, name, ScriptStyle(loops=loops))
            text = rewrite_react(OLD, files[0].content.decode(), f"{name}.tsx").text
            (workshop / "react" / f"{name}.tsx").write_text(text)
    run_tool("tsc", "-p", "tsconfig.react.json")
