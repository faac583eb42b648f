/**
 * The looks. A page sets them with custom properties on `wegwijs-chat`:
 *
 *   --wegwijs-primary, --wegwijs-on-primary      header, buttons; the words on them
 *   --wegwijs-background, --wegwijs-surface      behind the answers; the answers
 *   --wegwijs-text, --wegwijs-muted              words; small words
 *   --wegwijs-border, --wegwijs-focus            edges of controls; the ring around what has the focus
 *   --wegwijs-danger, --wegwijs-on-danger        danger to life
 *   --wegwijs-font, --wegwijs-font-size, --wegwijs-radius
 *   --wegwijs-width, --wegwijs-height            of the panel on a large screen
 */

/** Where the panel fills the screen: phones, and screens that are low or zoomed far in. */
export const FULL_SCREEN = '(max-width: 479.98px), (max-height: 479.98px)';

const LIGHT = `
  color-scheme: light;
  --_primary: var(--wegwijs-primary, #0d5c63);
  --_on-primary: var(--wegwijs-on-primary, #fff);
  --_background: var(--wegwijs-background, #faf6ef);
  --_surface: var(--wegwijs-surface, #fff);
  --_text: var(--wegwijs-text, #1c2b2d);
  --_muted: var(--wegwijs-muted, #53625f);
  --_border: var(--wegwijs-border, #7c8b88);
  --_focus: var(--wegwijs-focus, #b04a00);
  --_danger: var(--wegwijs-danger, #b3131b);
  --_on-danger: var(--wegwijs-on-danger, #fff);
  --_line: #e4ddd1;
  --_tint: #e6f1ef;
  --_link: #0b5a8a;
  --_alarm: #fff1ef;
  --_header: var(--_primary);
  --_on-header: var(--_on-primary);`;

const DARK = `
  color-scheme: dark;
  --_primary: var(--wegwijs-primary, #74cdc2);
  --_on-primary: var(--wegwijs-on-primary, #06282a);
  --_background: var(--wegwijs-background, #101c1d);
  --_surface: var(--wegwijs-surface, #1a2a2b);
  --_text: var(--wegwijs-text, #eaf1ef);
  --_muted: var(--wegwijs-muted, #a9bab6);
  --_border: var(--wegwijs-border, #7b908c);
  --_focus: var(--wegwijs-focus, #ffc56e);
  --_danger: var(--wegwijs-danger, #ff9a93);
  --_on-danger: var(--wegwijs-on-danger, #3b0205);
  --_line: #2d4142;
  --_tint: #1d3a3b;
  --_link: #8fd0ff;
  --_alarm: #3a1a1b;
  --_header: var(--wegwijs-primary, #0b3f44);
  --_on-header: var(--wegwijs-on-primary, #f4faf9);`;

const FRAME = `
:host {
  all: initial;
  ${LIGHT}
  display: block;
  font-family: var(--wegwijs-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans",
    "Helvetica Neue", Arial, "Noto Sans Arabic", "Geeza Pro", "Noto Sans Ethiopic", Kefa, Ebrima,
    Nyala, sans-serif);
  font-size: var(--wegwijs-font-size, max(1rem, 16px));
  line-height: 1.55;
  --_radius: var(--wegwijs-radius, 14px);
}
:host([hidden]), [hidden] { display: none !important; }
@media (prefers-color-scheme: dark) { :host(:not([theme="light"])) { ${DARK} } }
:host([theme="dark"]) { ${DARK} }
:host([inline]) { height: 100%; min-height: 20em; }

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
:focus-visible { outline: 3px solid var(--_focus); outline-offset: 2px; }
header :focus-visible { outline-color: var(--_on-header); }
.unseen {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap;
}

.launcher {
  position: fixed; inset-block-end: 20px; inset-inline-end: 20px; z-index: 2147483000;
  display: flex; align-items: center; gap: .5em; min-height: 56px; padding: 0 1.25em;
  border: 2px solid var(--_on-primary); border-radius: 28px;
  background: var(--_primary); color: var(--_on-primary); font-weight: 600;
  box-shadow: 0 4px 18px rgb(0 0 0 / .28);
}
.launcher:hover { filter: brightness(1.12); }
.launcher.news::after {
  content: ""; position: absolute; inset-block-start: -4px; inset-inline-end: 2px;
  width: 18px; height: 18px; border-radius: 50%;
  background: var(--_danger); border: 3px solid var(--_on-danger);
}

dialog, section { color: var(--_text); background: var(--_background); overflow: hidden; }
dialog {
  position: fixed; inset: auto; inset-block-end: 20px; inset-inline-end: 20px; z-index: 2147483000;
  width: min(var(--wegwijs-width, 25em), 100vw - 40px);
  height: min(var(--wegwijs-height, 40em), 100vh - 40px);
  max-width: none; max-height: none; margin: 0; padding: 0;
  border: 1px solid var(--_line); border-radius: var(--_radius);
  box-shadow: 0 12px 40px rgb(0 0 0 / .25);
}
section { height: 100%; border: 1px solid var(--_line); border-radius: var(--_radius); }
@media ${FULL_SCREEN} {
  dialog {
    inset: 0; width: 100%; height: 100vh; height: var(--_height, 100dvh);
    border: 0; border-radius: 0; box-shadow: none;
  }
}
.panel { display: flex; flex-direction: column; height: 100%; overflow-y: auto; }
.panel:lang(ar), .panel:lang(fa), .panel:lang(ps), .panel:lang(ti) { line-height: 1.75; }

header {
  display: flex; flex-wrap: wrap; align-items: center; gap: .25em; flex: none;
  padding: .5em .5em .5em .75em; padding-inline: .75em .5em;
  background: var(--_header); color: var(--_on-header); line-height: 1.3;
}
.logo { display: flex; font-size: 1.25em; }
.titles { flex: 1 1 5em; min-width: 0; padding-inline: .35em; }
h2 { font-size: 1.1em; border-radius: 4px; }
.subtitle { font-size: .8em; overflow-wrap: anywhere; }
.language { position: relative; display: flex; align-items: center; min-width: 0; }
.language svg { position: absolute; inset-inline-start: .5em; pointer-events: none; }
.language select { max-width: 9em; padding-inline: 2.1em .4em; text-overflow: ellipsis; }
header select, .icon {
  background: transparent; border: 1px solid transparent; border-radius: 10px;
}
header select { border-color: currentColor; }
option { color: CanvasText; background: Canvas; }
.icon { display: grid; place-items: center; padding: 0; }
.icon:hover { background: rgb(255 255 255 / .16); }

.menu {
  flex: none; display: grid; gap: .5em; padding: .75em 1em 1em; overflow-y: auto; max-height: 60%;
  background: var(--_surface); border-block-end: 1px solid var(--_line);
}
.menu select {
  width: 100%; padding: 0 .6em; border: 1px solid var(--_border); border-radius: 10px;
  background: var(--_background);
}
.menu label { font-weight: 600; }
.plain, .danger, .reply, .choice, .quiet {
  display: inline-flex; align-items: center; justify-content: center; gap: .5em;
  padding: .45em .9em; border: 1px solid var(--_border); border-radius: 22px;
  background: var(--_surface); text-align: start; line-height: 1.35;
}
.danger { background: var(--_danger); color: var(--_on-danger); border-color: var(--_danger); }
.confirm { display: flex; flex-wrap: wrap; gap: .5em; }
.confirm p { flex: 1 1 100%; font-weight: 600; }

.scroller {
  flex: 1 1 auto; min-height: 7em; overflow-y: auto; overscroll-behavior: contain;
  padding: .9em; scrollbar-width: thin; position: relative;
}
.scroller:focus-visible { outline-offset: -3px; }
.privacy, .event {
  display: flex; gap: .5em; justify-content: center; align-items: flex-start;
  font-size: .85em; line-height: 1.5; color: var(--_muted);
}
.privacy { margin-block-end: 1em; }
.event { margin-block: .75em; }
.status { display: flex; align-items: center; gap: .6em; color: var(--_muted); font-size: .9em; }
.status:not(:empty) { padding-block: .5em; }
.dots { display: inline-flex; gap: 4px; }
.dots i {
  width: 8px; height: 8px; border-radius: 50%; background: var(--_primary);
  animation: wait 1.2s infinite ease-in-out;
}
.dots i:nth-child(2) { animation-delay: .2s; }
.dots i:nth-child(3) { animation-delay: .4s; }
@keyframes wait { 0%, 70%, 100% { opacity: .35; } 35% { opacity: 1; transform: translateY(-3px); } }

.replies { display: flex; flex-wrap: wrap; gap: .5em; }
.reply { border-color: var(--_primary); border-width: 1.5px; color: var(--_primary); font-weight: 600; }
.reply:hover, .choice:hover, .plain:hover, .quiet:hover { background: var(--_tint); }

.banner {
  flex: none; display: flex; flex-wrap: wrap; align-items: center; gap: .5em .75em;
  padding: .6em .9em; border-block-start: 3px solid var(--_danger); background: var(--_alarm);
}
.banner p { flex: 1 1 12em; font-size: .95em; }

form {
  flex: none; display: flex; flex-wrap: wrap; gap: .5em; align-items: flex-end;
  padding: .6em; padding-block-end: max(.6em, env(safe-area-inset-bottom));
  background: var(--_surface); border-block-start: 1px solid var(--_line);
}
.left { flex: 1 1 100%; font-size: .85em; color: var(--_muted); }
.left.over { color: var(--_danger); font-weight: 600; }
textarea {
  flex: 1 1 0; min-width: 0; min-height: 48px; max-height: 8em; padding: .65em .8em; resize: none;
  line-height: 1.4; border: 1px solid var(--_border); border-radius: var(--_radius);
  background: var(--_background);
}
textarea::placeholder { color: var(--_muted); opacity: 1; }
.send {
  width: 48px; height: 48px; display: grid; place-items: center; padding: 0;
  border: 1px solid transparent; border-radius: 50%;
  background: var(--_primary); color: var(--_on-primary);
}
.send:hover { filter: brightness(1.12); }
.send.waiting { opacity: .6; }
[dir="rtl"] .send svg { transform: scaleX(-1); }
`;

const ANSWERS = `
.turn { margin-block-end: 1em; overflow-wrap: anywhere; }
.turn p, .turn li, .turn h3 { white-space: pre-line; }
.own { display: flex; justify-content: flex-end; }
.own p {
  max-width: 85%; padding: .6em .9em; background: var(--_header); color: var(--_on-header);
  border: 1px solid transparent; border-radius: var(--_radius); border-end-end-radius: 4px;
}
.bot {
  background: var(--_surface); border: 1px solid var(--_line);
  border-radius: var(--_radius); border-end-start-radius: 4px; overflow: hidden;
}
.messages { display: grid; gap: .7em; padding: .85em 1em; }
.bot :lang(ar), .bot :lang(fa), .bot :lang(ps), .bot :lang(ti) { line-height: 1.75; }
h3 { font-size: 1.02em; line-height: 1.4; color: var(--_primary); margin-block-start: .3em; }
a { color: var(--_link); text-underline-offset: .18em; border-radius: 3px; }
a.call { font-weight: 700; white-space: nowrap; }
a.outside::after { content: " \\2197" / ""; }

.list, .steps { display: grid; gap: .55em; }
.messages p + ul, .messages p + ol { margin-block-start: .5em; }
.list li { position: relative; padding-inline-start: 1.2em; }
.list li::before {
  content: ""; position: absolute; inset-inline-start: .15em; inset-block-start: .62em;
  width: .4em; height: .4em; border-radius: 50%; background: var(--_primary);
  border: .2em solid var(--_primary);
}
:lang(ar) > .list li::before, :lang(fa) > .list li::before, :lang(ps) > .list li::before,
:lang(ti) > .list li::before { inset-block-start: .72em; }
.steps { counter-reset: step; gap: .75em; }
.steps li { display: flex; gap: .7em; counter-increment: step; }
.steps li span { flex: 1; min-width: 0; padding-block-start: .15em; }
.steps li::before {
  content: counter(step); flex: none; display: grid; place-items: center;
  width: 1.9em; height: 1.9em; line-height: 1; font-weight: 700; font-size: .95em;
  border-radius: 50%; background: var(--_tint); color: var(--_primary);
  border: 1.5px solid var(--_primary);
}

.notice, .urgent { display: flex; gap: .6em; }
.notice > div, .urgent > div { flex: 1; min-width: 0; }
.notice {
  font-size: .9em; color: var(--_muted); padding: .5em .7em;
  background: var(--_background); border-radius: 10px;
}
.notice svg { margin-block-start: .15em; }
.urgent {
  padding: .8em .9em; font-size: 1.05em; font-weight: 600; background: var(--_alarm);
  border: 2px solid var(--_danger); border-inline-start-width: 8px; border-radius: 10px;
}
.urgent > svg { width: 1.7em; height: 1.7em; color: var(--_danger); }
[role="alert"] a.call {
  display: inline-flex; align-items: center; min-height: 44px; padding: 0 .7em; margin-block: .15em;
  border-radius: 22px; background: var(--_danger); color: var(--_on-danger);
  border: 1px solid transparent; font-size: 1.1em; text-decoration: none;
}

.source {
  display: grid; gap: .3em; padding: .75em 1em; font-size: .88em;
  background: var(--_tint); border-block-start: 1px solid var(--_line);
}
.source .card { font-weight: 700; }
.source .label { color: var(--_muted); margin-block-start: .25em; }
.source li { padding-block: .2em; }
.source li a { display: inline-block; padding-block: .3em; }
.place, .date, .reviewed, .doubt { display: flex; gap: .45em; align-items: flex-start; }
.source svg { width: 1.1em; height: 1.1em; margin-block-start: .25em; color: var(--_primary); }
.actions {
  display: flex; flex-wrap: wrap; gap: .5em; align-items: center; padding: .6em 1em .75em;
  font-size: .9em; border-block-start: 1px solid var(--_line);
}
.actions:empty { display: none; }
.feedback { display: flex; flex-wrap: wrap; gap: .4em .5em; align-items: center; flex: 1 1 100%; }
.feedback p:first-child { flex: 1 1 100%; color: var(--_muted); }
.choice[aria-pressed="true"] {
  opacity: 1; background: var(--_primary); color: var(--_on-primary); border-color: var(--_primary);
}
.thanks { font-weight: 600; color: var(--_primary); }
`;

const PREFERENCES = `
@media (prefers-reduced-motion: no-preference) {
  dialog[open] .panel { animation: rise .18s ease-out; }
  @keyframes rise { from { opacity: 0; transform: translateY(8px); } }
}
@media (prefers-reduced-motion: reduce) { .dots i { animation: none; opacity: .8; } }
@media (forced-colors: active) {
  .bot, .own p, .notice, .launcher, .send, header { border: 1px solid CanvasText; }
  .urgent { border-color: Mark; border-width: 3px; }
  .choice[aria-pressed="true"] { outline: 2px solid Highlight; }
  .dots i, .list li::before { background: CanvasText; forced-color-adjust: none; }
}
`;

const CSS = [FRAME, ANSWERS, PREFERENCES].join('\n');

let sheet;

/**
 * Give a shadow root its styles, in the way that a strict Content-Security-Policy allows.
 *
 * @param {ShadowRoot} root
 */
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
