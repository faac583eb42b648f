/** The looks of talking to a person. */

export const HANDOVER = `
.bar {
  flex: none; display: flex; flex-wrap: wrap; align-items: center; gap: .3em .6em;
  padding: .4em .9em; background: var(--wegwijs-tint); font-size: .94em; line-height: 1.4;
  border-block-end: 1px solid var(--wegwijs-line);
}
.bar > svg { color: var(--wegwijs-primary); }
.bar p { flex: 1 1 11em; font-weight: 600; }
.bar button { font-size: .94em; padding-inline: .75em; }
.fact { display: flex; gap: .6em; }
.fact > svg { margin-block-start: .2em; color: var(--wegwijs-primary); }
.fact > div { flex: 1; min-width: 0; }
.hours li { padding-block-start: .15em; }
.ask {
  font-weight: 600; padding-block-start: .6em;
  border-block-start: 1px solid var(--wegwijs-line);
}
.choices { display: flex; flex-wrap: wrap; gap: .5em; }
.choices > button { flex: 1 1 auto; }
.go {
  display: inline-flex; align-items: center; justify-content: center; gap: .5em;
  padding: .45em .9em; border: 1px solid transparent; border-radius: 22px; font-weight: 600;
  background: var(--wegwijs-primary); color: var(--wegwijs-on-primary); line-height: 1.35;
}
.go:hover { filter: brightness(1.12); }
.leave {
  display: grid; gap: .4em; padding: .7em 0 0; background: none;
  border-block-start: 1px solid var(--wegwijs-line);
}
.leave label { font-weight: 600; }
.leave label:not(:first-child) { margin-block-start: .4em; }
.leave textarea { min-height: 6em; resize: vertical; }
.leave input:not([type]) {
  font: inherit; color: inherit; width: 100%; min-width: 0; min-height: 44px; padding: 0 .8em;
  border: 1px solid var(--wegwijs-border); border-radius: var(--wegwijs-radius);
  background: var(--wegwijs-background);
}
.leave .agree {
  display: flex; gap: .7em; align-items: center; min-height: 44px;
  font-weight: 400; cursor: pointer;
}
.agree input {
  flex: none; width: 24px; height: 24px; margin: 0; accent-color: var(--wegwijs-primary);
}
.hint { font-size: .88em; color: var(--wegwijs-muted); }
.error { color: var(--wegwijs-danger); font-size: .94em; font-weight: 600; }
.error:empty { display: none; }
.fact p + p { margin-block-start: .4em; }
.leave [aria-invalid="true"] { border: 2px solid var(--wegwijs-danger); }
.receipt { font-size: 1.2em; letter-spacing: .05em; unicode-bidi: isolate; }
.person { border-inline-start: 4px solid var(--wegwijs-primary); }
.who {
  display: flex; gap: .45em; align-items: center; padding: .6em 1em 0;
  font-size: .88em; font-weight: 700; color: var(--wegwijs-primary);
}
.to-person { flex-direction: column; align-items: flex-end; gap: .2em; }
.to-person small {
  display: inline-flex; gap: .35em; align-items: center;
  font-size: .8em; color: var(--wegwijs-muted);
}
.to-person svg { width: 1.1em; height: 1.1em; }
.to-person[data-delivery="not_sent"] small { color: var(--wegwijs-danger); font-weight: 600; }
@media (forced-colors: active) {
  .bar, .go, .receipt { border: 1px solid CanvasText; }
}
`;
