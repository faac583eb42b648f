import { HANDOVER } from './handover_styles.js';

/** The looks. A page sets any `--wegwijs-…` of these in a rule for `wegwijs-chat`. */

/** Where the panel fills the screen: phones, and windows that are low or zoomed far in. */
export const FULL_SCREEN = '(max-width: 479.98px), (max-height: 479.98px)';

const LIGHT = `
  color-scheme: light;
  --wegwijs-primary: #0d5c63;
  --wegwijs-on-primary: #fff;
  --wegwijs-background: #faf6ef;
  --wegwijs-surface: #fff;
  --wegwijs-text: #1c2b2d;
  --wegwijs-muted: #53625f;
  --wegwijs-border: #7c8b88;
  --wegwijs-focus: #b04a00;
  --wegwijs-danger: #b3131b;
  --wegwijs-on-danger: #fff;
  --wegwijs-line: #e4ddd1;
  --wegwijs-tint: #e6f1ef;
  --wegwijs-link: #0b5a8a;
  --wegwijs-alarm: #fff1ef;
  --wegwijs-header: var(--wegwijs-primary);
  --wegwijs-on-header: var(--wegwijs-on-primary);`;

const DARK = `
  color-scheme: dark;
  --wegwijs-primary: #74cdc2;
  --wegwijs-on-primary: #06282a;
  --wegwijs-background: #101c1d;
  --wegwijs-surface: #1a2a2b;
  --wegwijs-text: #eaf1ef;
  --wegwijs-muted: #a9bab6;
  --wegwijs-border: #7b908c;
  --wegwijs-focus: #ffc56e;
  --wegwijs-danger: #ff9a93;
  --wegwijs-on-danger: #3b0205;
  --wegwijs-line: #2d4142;
  --wegwijs-tint: #1d3a3b;
  --wegwijs-link: #8fd0ff;
  --wegwijs-alarm: #3a1a1b;
  --wegwijs-header: #0b3f44;
  --wegwijs-on-header: #f4faf9;`;

const FRAME = `
:host {
  all: initial;
  ${LIGHT}
  --wegwijs-radius: 14px;
  --wegwijs-width: 25em;
  --wegwijs-height: 40em;
  --wegwijs-font-size: max(1rem, 16px);
  --wegwijs-font: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial,
    "Noto Sans Arabic", "Geeza Pro", "Noto Sans Ethiopic", Kefa, Ebrima, Nyala, sans-serif;
  display: block;
  font: var(--wegwijs-font-size)/1.55 var(--wegwijs-font);
}
:host([hidden]), [hidden], span:empty { display: none !important; }
@media (prefers-color-scheme: dark) { :host(:not([theme="light"])) { ${DARK} } }
:host([theme="dark"]) { ${DARK} }
:host([inline]) { height: 100%; min-height: 20em; }

:lang(ar), :lang(fa), :lang(ps), :lang(ti) { line-height: 1.75; }
*, ::before, ::after { box-sizing: border-box; }
h2, h3, p, ul, ol { margin: 0; padding: 0; font-size: 1em; }
ul, ol { list-style: none; }
button, select, textarea { font: inherit; color: inherit; margin: 0; }
button, select { min-height: 44px; min-width: 44px; cursor: pointer; }
[aria-disabled="true"] { cursor: default; opacity: .6; }
svg {
  width: 1.25em; height: 1.25em; flex: none;
  fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round;
}
:focus { outline: none; }
:focus-visible { outline: 3px solid var(--wegwijs-focus); outline-offset: 2px; }
header :focus-visible { outline-color: var(--wegwijs-on-header); }
.unseen {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap;
}

.launcher {
  position: fixed; inset-block-end: 20px; inset-inline-end: 20px; z-index: 2147483000;
  display: flex; align-items: center; gap: .5em; min-height: 56px; padding: 0 1.25em;
  border: 2px solid var(--wegwijs-on-primary); border-radius: 28px;
  background: var(--wegwijs-primary); color: var(--wegwijs-on-primary); font-weight: 600;
  box-shadow: 0 4px 18px rgb(0 0 0 / .28);
}
.news { outline: 4px solid var(--wegwijs-focus); outline-offset: 2px; }

dialog, section {
  color: var(--wegwijs-text); background: var(--wegwijs-background); overflow: hidden;
  border: 1px solid var(--wegwijs-line); border-radius: var(--wegwijs-radius);
}
dialog {
  position: fixed; inset: auto; inset-block-end: 20px; inset-inline-end: 20px; z-index: 2147483000;
  width: min(var(--wegwijs-width), 100vw - 40px);
  height: min(var(--wegwijs-height), 100vh - 40px);
  max-width: none; max-height: none; margin: 0; padding: 0;
  box-shadow: 0 12px 40px rgb(0 0 0 / .25);
}
section { height: 100%; }
@media ${FULL_SCREEN} {
  dialog {
    inset: 0; inset-block-start: var(--_top, 0);
    width: 100%; height: 100vh; height: var(--_height, 100dvh);
    border: 0; border-radius: 0; box-shadow: none;
  }
}
.panel {
  display: flex; flex-direction: column; height: 100%; overflow-y: auto; position: relative;
}

header {
  display: flex; flex-wrap: wrap; align-items: center; gap: .25em; flex: none;
  padding-block: .5em; padding-inline: .75em .4em;
  background: var(--wegwijs-header); color: var(--wegwijs-on-header); line-height: 1.3;
}
.logo { display: flex; font-size: 1.25em; }
h2 { flex: 1 1 auto; font-size: 1.1em; padding-inline: .3em; border-radius: 4px; }
.language { position: relative; display: flex; align-items: center; min-width: 0; }
.language svg { position: absolute; inset-inline-start: .5em; pointer-events: none; }
.language select { padding-inline: 2.1em .2em; font-size: .94em; }
@media (max-width: 359.98px) {
  .logo, .language svg { display: none; }
  .language select { padding-inline: .5em 0; }
}
header select, .icon {
  background: transparent; border: 1px solid transparent; border-radius: 10px;
}
header select { border-color: currentColor; }
option { color: CanvasText; background: Canvas; }
.icon { display: grid; place-items: center; padding: 0; }
.icon:hover { background: rgb(255 255 255 / .16); }

.menu {
  flex: none; display: grid; gap: .5em; padding: .75em 1em 1em; overflow-y: auto; max-height: 60%;
  background: var(--wegwijs-surface); border-block-end: 1px solid var(--wegwijs-line);
}
.menu select {
  width: 100%; padding: 0 .6em; border: 1px solid var(--wegwijs-border); border-radius: 10px;
  background: var(--wegwijs-background);
}
.menu label { font-weight: 600; }
.plain, .danger, .reply, .choice, .quiet {
  display: inline-flex; align-items: center; justify-content: center; gap: .5em;
  padding: .45em .9em; border: 1px solid var(--wegwijs-border); border-radius: 22px;
  background: var(--wegwijs-surface); text-align: start; line-height: 1.35;
}
.danger { background: var(--wegwijs-danger); color: var(--wegwijs-on-danger); }
.confirm { display: flex; flex-wrap: wrap; gap: .5em; }
.confirm p { flex: 1 1 100%; font-weight: 600; }

.scroller {
  flex: 1 1 auto; min-height: 7em; overflow-y: auto; overscroll-behavior: contain;
  padding: .9em; scrollbar-width: thin; position: relative;
}
.scroller:focus-visible { outline-offset: -3px; }
.privacy, .event {
  display: flex; gap: .5em; justify-content: center; align-items: flex-start;
  font-size: .85em; line-height: 1.5; color: var(--wegwijs-muted);
}
.privacy { margin-block-end: 1em; }
.event { margin-block: .75em 1em; }
.status { display: flex; align-items: center; gap: .6em; color: var(--wegwijs-muted); }
.status:not(:empty) { padding-block: .5em; }
.dots { display: inline-flex; gap: 4px; }
.dots i {
  width: 8px; height: 8px; border-radius: 50%; background: var(--wegwijs-primary);
  animation: wait 1.2s infinite ease-in-out;
}
.dots i:nth-child(2) { animation-delay: .2s; }
.dots i:nth-child(3) { animation-delay: .4s; }
@keyframes wait { 0%, 70% { opacity: .35; } 35% { opacity: 1; transform: translateY(-3px); } }

.replies { display: flex; flex-wrap: wrap; gap: .5em; }
.reply { border-color: currentColor; color: var(--wegwijs-primary); font-weight: 600; }
.reply:hover, .choice:hover, .plain:hover, .quiet:hover { background: var(--wegwijs-tint); }

.banner {
  flex: none; display: flex; flex-wrap: wrap; align-items: center; gap: .5em .75em;
  padding: .6em .9em; background: var(--wegwijs-alarm);
  border-block-start: 3px solid var(--wegwijs-danger);
}
.banner p { flex: 1 1 12em; font-size: .95em; }

form {
  flex: none; display: flex; flex-wrap: wrap; gap: .5em; align-items: flex-end;
  padding: .6em; padding-block-end: max(.6em, env(safe-area-inset-bottom));
  background: var(--wegwijs-surface); border-block-start: 1px solid var(--wegwijs-line);
}
.left { flex: 1 1 100%; font-size: .85em; color: var(--wegwijs-muted); }
.left.over { color: var(--wegwijs-danger); font-weight: 600; }
textarea {
  flex: 1 1 0; min-width: 0; min-height: 48px; max-height: 8em; padding: .65em .8em; resize: none;
  line-height: 1.4; border: 1px solid var(--wegwijs-border); border-radius: var(--wegwijs-radius);
  background: var(--wegwijs-background);
}
textarea:focus-visible { outline-offset: 0; }
textarea::placeholder { color: var(--wegwijs-muted); opacity: 1; }
.send {
  width: 48px; height: 48px; display: grid; place-items: center; padding: 0;
  border: 1px solid transparent; border-radius: 50%;
  background: var(--wegwijs-primary); color: var(--wegwijs-on-primary);
}
.send:hover, .launcher:hover { filter: brightness(1.12); }
.send.waiting { opacity: .6; }
`;

const ANSWERS = `
.turn { margin-block-end: 1em; overflow-wrap: anywhere; }
.turn p, .turn li, .turn h3 { white-space: pre-line; }
.own { display: flex; justify-content: flex-end; }
.own p {
  max-width: 85%; padding: .6em .9em;
  background: var(--wegwijs-header); color: var(--wegwijs-on-header);
  border: 1px solid transparent; border-radius: var(--wegwijs-radius); border-end-end-radius: 4px;
}
.bot {
  background: var(--wegwijs-surface); border: 1px solid var(--wegwijs-line);
  border-radius: var(--wegwijs-radius); border-end-start-radius: 4px; overflow: hidden;
}
.messages { display: grid; gap: .7em; padding: .85em 1em; }
h3 { font-size: 1.02em; line-height: 1.4; color: var(--wegwijs-primary); margin-block-start: .3em; }
a { color: var(--wegwijs-link); text-underline-offset: .18em; border-radius: 3px; }
a.call { font-weight: 700; white-space: nowrap; }
a.outside::after { content: "\\a0\\2197" / ""; }

.list, .steps { display: grid; gap: .55em; }
.messages p + ul, .messages p + ol { margin-block-start: .5em; }
.list { list-style: disc; padding-inline-start: 1.2em; }
.list ::marker { color: var(--wegwijs-primary); }
.steps { counter-reset: step; gap: .75em; }
.steps li { display: flex; gap: .7em; counter-increment: step; }
.steps li span { flex: 1; min-width: 0; padding-block-start: .15em; }
.steps li::before {
  content: counter(step); flex: none; display: grid; place-items: center;
  width: 1.9em; height: 1.9em; line-height: 1; font-weight: 700; font-size: .95em;
  border-radius: 50%; background: var(--wegwijs-tint); color: var(--wegwijs-primary);
  border: 1.5px solid;
}

.notice, .urgent { display: flex; gap: .6em; }
.notice > div, .urgent > div { flex: 1; min-width: 0; }
.notice {
  font-size: .9em; color: var(--wegwijs-muted); padding: .5em .7em;
  background: var(--wegwijs-background); border-radius: 10px;
}
.notice svg { margin-block-start: .15em; }
.urgent {
  padding: .8em .9em; font-size: 1.05em; font-weight: 600; background: var(--wegwijs-alarm);
  border: 2px solid var(--wegwijs-danger); border-inline-start-width: 8px; border-radius: 10px;
}
.urgent > svg { width: 1.7em; height: 1.7em; color: var(--wegwijs-danger); }
[role="alert"] .list { list-style: none; padding: 0; }
[role="alert"] a.call {
  display: inline-flex; align-items: center; min-height: 44px; padding: 0 .7em; margin-block: .15em;
  border-radius: 22px; background: var(--wegwijs-danger); color: var(--wegwijs-on-danger);
  border: 1px solid transparent; font-size: 1.1em; text-decoration: none;
}

.source {
  display: grid; gap: .3em; padding: .75em 1em; font-size: .88em;
  background: var(--wegwijs-tint); border-block-start: 1px solid var(--wegwijs-line);
}
.source .card { font-weight: 700; }
.source .label { color: var(--wegwijs-muted); margin-block-start: .25em; }
.source li { padding-block: .2em; }
.source li a { display: inline-block; padding-block: .3em; }
.place, .date, .reviewed, .doubt { display: flex; gap: .45em; align-items: flex-start; }
.source svg { margin-block-start: .15em; color: var(--wegwijs-primary); }
.actions { font-size: .9em; }
.quiet { margin: .75em 1em; }
.feedback {
  display: flex; flex-wrap: wrap; gap: .4em .5em; align-items: center; padding: .6em 1em .75em;
}
.feedback p:first-child { flex: 1 1 100%; color: var(--wegwijs-muted); }
.choice[aria-pressed="true"] {
  opacity: 1; background: var(--wegwijs-primary); color: var(--wegwijs-on-primary);
}
.thanks { font-weight: 600; color: var(--wegwijs-primary); }
`;

const PREFERENCES = `
@media (prefers-reduced-motion: no-preference) {
  dialog[open] .panel { animation: rise .18s ease-out; }
  @keyframes rise { from { opacity: 0; transform: translateY(8px); } }
}
@media (prefers-reduced-motion: reduce) { .dots i { animation: none; opacity: .8; } }
@media (forced-colors: active) {
  .bot, .own p, .notice, .launcher, .send, header { border: 1px solid CanvasText; }
  .urgent { border-color: CanvasText; }
  .choice[aria-pressed="true"] { outline: 2px solid Highlight; }
  .dots i { background: CanvasText; }
}
`;

const CSS = FRAME + ANSWERS + HANDOVER + PREFERENCES;

let sheet;

/** Give a shadow root its styles, in a way that a strict Content-Security-Policy allows. */
export function addStyles(root) {
  try {
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(CSS);
    }
    root.adoptedStyleSheets = [sheet];
  } catch {
    // Safari before 16.4 knows no constructed sheets.
    const style = document.createElement('style');
    style.textContent = CSS;
    root.append(style);
  }
}
