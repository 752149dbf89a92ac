"""How an exported lesson looks, on a screen and on paper, and what keys its slides take."""

from __future__ import annotations

COMMON = """
:root { --ink: #14181c; --soft: #4b545c; --line: #c9cfd4; --tint: #f3f1ea; --sig: #8a5a00;
  font: 400 18px/1.55 Inter, system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  color: var(--ink); background: #fff; }
* { box-sizing: border-box; margin: 0; }
main { outline: none; }
h1 { font-size: 2.1rem; line-height: 1.15; letter-spacing: -.01em; }
h2 { font-size: 1.35rem; line-height: 1.3; margin-bottom: .6rem; }
h3 { font-size: 1.05rem; margin-top: 1.2rem; }
p + p, p + ul, p + ol, p + pre, pre + p, ul + p, ol + p, p + table, table + p { margin-top: .8rem; }
ul, ol { padding-left: 1.4rem; }
code, pre { font-family: "JetBrains Mono", ui-monospace, "DejaVu Sans Mono", monospace; font-size: .92em; }
pre { padding: .8rem 1rem; background: var(--tint); white-space: pre-wrap; line-height: 1.45; }
pre code { font-size: .9em; }
table { border-collapse: collapse; }
th, td {
  padding: .35rem .9rem .35rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line);
}
th { font-weight: 600; }
.facts, .note, .event { color: var(--soft); font-size: .92rem; }
.question { font-size: 1.25rem; color: var(--sig); }
.moment {
  display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; margin-top: .7rem; font-size: .92rem;
}
.moment dt, .more { color: var(--soft); }
.moment dd { margin: 0; overflow-wrap: anywhere; }
.box {
  display: inline-block; padding: 0 .45rem; border: 1px solid var(--soft);
  font-family: "JetBrains Mono", ui-monospace, monospace;
}
@media print {
  :root { font-size: 11pt; }
  section, li, tr, pre { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}
"""

HTML = """
main { max-width: 46rem; margin: 0 auto; padding: 3rem 1.5rem 4rem; }
section { margin-top: 2.6rem; }
.steps { list-style: none; padding: 0; margin-top: 1.4rem; }
.steps > li { padding: .9rem 0; border-top: 1px solid var(--line); }
.steps p { margin-top: .3rem; }
summary { cursor: pointer; margin-top: .3rem; }
.claims code { font-size: .72rem; overflow-wrap: anywhere; }
@page { size: A4; margin: 18mm; }
@media print { main { padding: 0; max-width: none; } section { break-inside: auto; } .claims { font-size: .85em; } }
"""

SLIDES = """
body { background: #fff; }
.slide {
  display: none; min-height: 100vh; padding: 5vh 8vw 7vh; flex-direction: column; justify-content: center;
  gap: 2.4vh; font-size: clamp(20px, 1.95vw, 44px);
}
.slide.shown { display: flex; }
.slide h1 { font-size: 2.2em; } .slide h2 { font-size: 1.3em; }
.slide .question, .big { font-size: 1.35em; line-height: 1.35; }
.slide .event, .slide .moment { font-size: .8em; }
.slide pre, .slide table { font-size: .85em; }
.slide > * { max-width: 60em; }
.keys { position: fixed; right: 2vw; bottom: 2vh; color: var(--soft); font-size: 18px; }
@page { size: 297mm 167mm; margin: 0; }
@media print {
  .slide {
    display: flex; min-height: 0; height: 166mm; padding: 12mm 20mm;
    font-size: 15pt; break-after: page; overflow: hidden;
  }
  .keys { display: none; }
}
"""

HANDOUT = """
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1.5rem; }
section { margin-top: 1.8rem; }
.who { margin-top: 1rem; padding-bottom: .4rem; border-bottom: 1px solid var(--line); }
.predictions { width: 100%; margin-top: .8rem; }
.predictions td:nth-child(2) { width: 38%; }
.blank { min-width: 12rem; height: 2.6rem; }
.room {
  height: 9rem; margin-top: .6rem;
  background: repeating-linear-gradient(#fff 0 1.7rem, var(--line) 1.7rem calc(1.7rem + 1px));
}
.answers { break-before: page; }
.answers li + li { margin-top: .35rem; }
@page { size: A4; margin: 16mm 18mm; }
@media print { main { padding: 0; max-width: none; } .room { print-color-adjust: exact; } }
"""

# On paper an answer that was folded away is there.
PRINT_JS = """
addEventListener('beforeprint', () => { for (const node of document.querySelectorAll('details')) node.open = true; });
"""

SLIDES_JS = """
const slides = [...document.querySelectorAll('.slide')];
const keys = document.querySelector('.keys');
const hint = keys.textContent;
let at = 0;
function show(to) {
  at = Math.max(0, Math.min(slides.length - 1, to));
  slides.forEach((slide, i) => slide.classList.toggle('shown', i === at));
  keys.textContent = `${at + 1} / ${slides.length}${at ? '' : ` · ${hint}`}`;
  history.replaceState(null, '', `#${at + 1}`);
  scrollTo(0, 0);
}
const MOVES = { ArrowRight: 1, PageDown: 1, ' ': 1, ArrowLeft: -1, PageUp: -1, Home: -Infinity, End: Infinity };
addEventListener('keydown', (event) => {
  if (!(event.key in MOVES) || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  show(at + MOVES[event.key]);
});
addEventListener('click', () => { if (!getSelection().toString()) show(at + 1); });
addEventListener('hashchange', () => show(Number(location.hash.slice(1)) - 1 || 0));
show(Number(location.hash.slice(1)) - 1 || 0);
"""
