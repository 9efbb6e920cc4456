"""
Components as people write them, before they get a new design: every kind of thing that is carried over, and what finds
no place and must not be missed by the rest. What is done to them ends in ``window.calls``.
"""

from __future__ import annotations

REACT = """\
import { useRef, useState, type FormEvent, type ReactNode } from "react";

type Item = { id: number };
export type Props = { title?: string; items?: Item[] };

function Button(props: { onClick?: () => void; type?: "submit" | "button"; children?: ReactNode }) {
  return <button {...props} />;
}

export default function Old({ title = "Welcome back", items = [] }: Props) {
  const [mail, setMail] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const send = (event: FormEvent) => {
    event.preventDefault();
    window.calls.push(`send ${mail}`);
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
      <a href="/forgot" onClick={() => window.calls.push("forgot")}>Forgot password?</a>
      <Button type="button">More</Button>
      {title && (
        <button type="submit">Sign in</button>
      )}
    </form>
  );
}

export const used = [Button];
"""

REACT_CLASS = """\
import { Component, type FormEvent } from "react";

type Props = { title: string; onSend?: (mail: string) => void };
type State = { mail: string; error: string };

export default class Old extends Component<Props, State> {
  static defaultProps = { title: "Welcome back" };
  state: State = { mail: "", error: "" };

  send = (event: FormEvent) => {
    event.preventDefault();
    window.calls.push(`send ${this.state.mail}`);
    this.props.onSend?.(this.state.mail);
  };

  handleForgot() {
    window.calls.push("forgot");
  }

  override render() {
    const { error } = this.state;
    console.log(error);
    if (this.props.title === "none") {
      return null;
    }
    return (
      <form onSubmit={this.send}>
        <h1>{this.props.title}</h1>
        {error && <p role="alert">{error}</p>}
        <input
          type="email"
          value={this.state.mail}
          onChange={(event) => this.setState({ mail: event.target.value })}
        />
        <a href="/forgot" onClick={this.handleForgot}>Forgot password?</a>
        <button type="submit">Sign in</button>
      </form>
    );
  }
}
"""

VUE = """\
<script setup lang="ts">
import { onMounted, ref } from "vue";

type Item = { id: number };
const { title = "Welcome back", items = [] } = defineProps<{ title?: string; items?: Item[] }>();
const mail = ref("");
const field = ref<HTMLInputElement | null>(null);
const busy = ref(false);
function send(how: string) {
  window.calls.push(`${how} ${mail.value}`);
}
onMounted(() => console.log(title, items, busy.value, send, field.value?.id));
</script>

<template>
  <!-- The way in. -->
  <form data-testid="form" :aria-busy="busy" @submit.prevent="send('send')">
    <h1 id="title">{{ title }}</h1>
    <label for="mail">Email</label>
    <input id="mail" ref="field" v-model.trim="mail" type="email" />
    <p v-for="item in items" :key="item.id">{{ item.id }}</p>
    <a href="/forgot" @click="send('forgot')">Forgot password?</a>
    <span v-if="busy">Wait</span>
    <button v-else type="submit" :class="{ busy }">Sign in</button>
  </form>
</template>

<style scoped>
h1 > em {
  color: red;
}
</style>
"""

VUE_OPTIONS = """\
<template>
  <form v-if="!done" @submit.prevent="send">
    <h1>{{ title }}</h1>
    <input v-model="mail" type="email" />
    <a href="/forgot" @click="forgot">Forgot password?</a>
    <button type="submit">Sign in</button>
  </form>
  <p v-else>Thank you</p>
</template>

<script lang="ts">
import { defineComponent } from "vue";

export default defineComponent({
  name: "OldForm",
  props: { title: { type: String, default: "Welcome back" } },
  data() {
    return { mail: "", done: false };
  },
  methods: {
    send() {
      window.calls.push(`send ${this.mail}`);
    },
    forgot() {
      window.calls.push("forgot");
    },
  },
});
</script>
"""

SVELTE_4 = """\
<script lang="ts">
  import { createEventDispatcher } from "svelte";

  export let title = "Welcome back";
  export let items: { id: number }[] = [];
  let mail = "";
  let busy = false;
  const dispatch = createEventDispatcher<{ send: string }>();
  function send() {
    window.calls.push(`send ${mail}`);
    dispatch("send", mail);
  }
</script>

<svelte:head><title>{title}</title></svelte:head>

<!-- The way in. -->
<form data-testid="form" class:busy on:submit|preventDefault={send}>
  <h1>{title}</h1>
  <input type="email" bind:value={mail} />
  {#each items as item (item.id)}
    <p>{item.id}</p>
  {/each}
  <a href="/forgot" on:click={() => window.calls.push("forgot")}>Forgot password?</a>
  {#if busy}
    <span>Wait</span>
  {:else}
    <button type="submit" disabled={busy}>Sign in</button>
  {/if}
</form>
"""

SVELTE_5 = """\
<script lang="ts">
  let { title = "Welcome back", children }: { title?: string; children?: import("svelte").Snippet } = $props();
  let mail = $state("");
  let field = $state<HTMLInputElement>();
  function send(event: SubmitEvent) {
    event.preventDefault();
    window.calls.push(`send ${mail}`);
    field?.focus();
  }
</script>

{#snippet small(words: string)}
  <small>{words}</small>
{/snippet}

<form onsubmit={send} {title}>
  <h1>{title}</h1>
  <input type="email" bind:value={mail} bind:this={field} />
  <a href="/forgot" onclick={() => window.calls.push("forgot")}>Forgot password?</a>
  {@render small("fine print")}
  {@render children?.()}
  <button type="submit">Sign in</button>
</form>
"""

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>Log in</title>
  <style>
    .old { padding: 9px; }
  </style>
</head>
<body>
  <form id="login" action="/login" method="post" onsubmit="return send(event)">
    <input type="hidden" name="csrf" value="1">
    <h1>Log in</h1>
    <input type="email" name="mail" id="mail">
    <a href="/forgot" onclick="calls.push('forgot')">Forgot password?</a>
    <button>Sign in</button>
  </form>
  <script>
    var calls = [];
    function send(event) {
      calls.push(`send ${document.getElementById("mail").value}`);
      return false;
    }
  </script>
</body>
</html>
"""
