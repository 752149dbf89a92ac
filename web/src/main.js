/** The page: store, views, controls and server, tied together.  It starts at the bottom. */
import './app.css';
import editorPanel from './controls/editor.js';
import headerRow from './controls/header.js';
import helpSheet from './controls/help.js';
import keys from './controls/keys.js';
import lessonStrip from './controls/lesson.js';
import themes from './controls/theme.js';
import transportRow from './controls/transport.js';
import { el } from './dom.js';
import { OPEN } from './history.js';
import makePanes from './panes.js';
import { nextOfFamily } from './query.js';
import makeSession, { getJson } from './session.js';
import { createStore } from './store.js';
import views from './views/index.js';
import { FAMILY } from './vocabulary.js';

const store = createStore();
const theme = themes({ changed: () => panes?.resize() });
const panes = makePanes(store, views);
const narration = panes.view('narration');
const transport = transportRow({ store });
const lesson = lessonStrip({ store });
const help = helpSheet();
const editor = editorPanel({ run, changed: () => own(), ofFunction: (name) => header.ofFunction(name) });
const notice = el('p', { class: 'notice', role: 'status', hidden: true });
const stage = /** @type {HTMLElement} */ (document.querySelector('.stage'));
const session = makeSession(store, { status });
const header = headerRow({
  run, choose, stop: () => session.stop(), edit: editor.toggle, lesson: lesson.toggle, theme: theme.next, help: help.toggle,
  policy(name) {
    policy = name;
    run();
  },
});

let python = null;
let policy = 'cpython';
/** Why nothing can be recorded, when nothing can. */
let noPython = '';
let title = '';
/** Is the trace that comes one that was asked for, rather than a run of the snippet in the editor? */
let opening = false;
const TRACES_LISTED = 20;
/** Event to go to when the run has ended, from the page's address. */
let wanted = Number(new URLSearchParams(location.hash.slice(1)).get('event')) || 0;

function run() {
  if (python === null || !editor.code.trim()) return;
  transport.stop();
  opening = false;
  editor.printed('', 0);
  const own = editor.op === 'deepcopy' ? policy : 'cpython';
  if (!session.run(editor.code, own, title || 'snippet', editor.op)) say('The copyscope server does not answer.', 'error');
}

/** @param {string} value "lesson:ID", "trace:ID" or "own" */
async function choose(value) {
  transport.stop();
  const [kind, id] = [value.slice(0, value.indexOf(':')), value.slice(value.indexOf(':') + 1)];
  if (kind === 'lesson') await openLesson(id);
  else if (kind === 'trace') {
    lesson.set(null);
    title = 'trace';
    opening = true;
    session.open(Number(id));
  } else {
    own();
    editor.toggle();
  }
}

async function openLesson(id) {
  const next = await getJson(`api/lessons/${encodeURIComponent(id)}`, null);
  if (!next) {
    say(`Lesson ${id} cannot be read.`, 'error');
    return;
  }
  lesson.set(next);
  lesson.update(null);
  title = next.title ?? id;
  editor.code = next.code ?? '';
  editor.op = next.op ?? 'deepcopy';
  policy = next.policy ?? policy;
  header.setPolicy(policy);
  header.chosen(`lesson:${id}`);
  if (python === null) say(noPython);
  else run();
}

/** From here on the snippet is the visitor's own. */
function own() {
  title = 'snippet';
  lesson.set(null);
  header.chosen('own');
}


function say(line, kind = 'quiet') {
  stage.dataset.state = kind === 'error' ? 'error' : stage.dataset.state;
  narration.message(line, kind);
}

function tell(line) {
  notice.textContent = line;
  notice.toggleAttribute('hidden', !line);
}

function status({ phase, line = '', end = null, code = undefined }) {
  if (phase === 'online') return;
  if (phase === 'offline') {
    header.running(false);
    tell(line);
    return;
  }
  if (phase === 'refused') {
    header.running(false);
    if (store.trace?.eventCount) tell(line);
    else say(line, 'error');
    return;
  }
  if (phase === 'running') running(code);
  if (phase === 'ended') ended(end, line);
}

function running(code) {
  const events = store.trace.eventCount;
  stage.dataset.state = 'running';
  header.running(true);
  if (code !== undefined) {
    tell('');
    header.verdict(null);
    header.saveAs('', '');
    if (opening && code) editor.code = code;
  }
  if (events) tell(`Recording: ${events.toLocaleString('en')} events so far.`);
  else say('Running the snippet …');
}

function ended(end, fault) {
  const { trace } = store;
  header.running(false);
  editor.printed(String(end.stdout ?? ''), Number(end.stdout_dropped) || 0);
  const failed = end.state !== 'done';
  const why = end.message || trace.meta.error || `The run ended: ${end.state}.`;
  const raised = trace.meta.exception ? `${trace.meta.op ?? 'deepcopy'}() raised ${sentenceOf(String(trace.meta.exception))}` : '';
  const line = [fault || (failed || trace.meta.error ? sentenceOf(why) : caps(trace)), raised, printedToo(end)].filter(Boolean).join(' ');
  stage.dataset.state = trace.eventCount ? 'done' : 'error';
  tell(trace.eventCount ? line : '');
  if (!trace.eventCount) say(line || `The snippet ran, and ${editor.op}() was not called.`, line ? 'error' : 'quiet');
  header.verdict(verdictOf(trace));
  stage.dataset.cam = trace.cam ? 'yes' : 'no';
  header.saveAs(session.traceId ? `trace/${session.traceId}.cst` : '', `${slug(title)}.cst`);
  lesson.tie(trace);
  if (opening && trace.meta.code) editor.code = String(trace.meta.code);
  if (opening && trace.meta.policy) header.setPolicy(String(trace.meta.policy));
  if (opening) editor.op = String(trace.meta.op ?? 'deepcopy');
  opening = false;
  if (wanted) store.seek(wanted - 1);
  wanted = 0;
  store.grew();
}

/** A message of the server as a sentence. */
const sentenceOf = (text) => `${text[0].toUpperCase()}${text.slice(1)}${/[.!?)]$/.test(text) ? '' : '.'}`;

/** What the record left out, if anything. */
function caps(trace) {
  if (trace.truncated) return `Recording stopped at its cap: ${trace.truncated.toLocaleString('en')} records were not kept, the copy went on.`;
  return trace.cut ? 'The trace was cut short; this is what was recorded.' : '';
}

/** That the snippet printed more than is kept. */
function printedToo(end) {
  const dropped = Number(end.stdout_dropped) || 0;
  return dropped ? `The snippet printed too much: ${dropped.toLocaleString('en')} bytes of it were not kept.` : '';
}

function verdictOf(trace) {
  const verdict = trace.meta.verdict;
  if (!trace.eventCount) return null;
  if (!verdict || verdict.state === 'unchecked') return { state: 'unchecked', text: 'not checked against copy.py', note: String(verdict?.where ?? '') };
  const against = verdict.against ?? 'copy.py';
  if (verdict.state === 'equal') {
    return { state: 'equal', text: `${count(verdict.equal)} of ${count(verdict.total)} compared events equal to ${against}`, note: compared(trace) };
  }
  return { state: 'differs', text: `${count(verdict.equal)} of ${count(verdict.total)} compared events equal to ${against}; differs: ${verdict.where ?? ''}`, note: compared(trace) };
}

const COMPARED = 'Compared event for event: calls and returns, memo reads and writes, dispatch, keep-alive, new objects, '
  + 'exceptions. What cannot be watched from outside copy.py (hook tests, appends, how state is set) is not counted.';

const COMPARED_LINES = 'Compared line for line: the lines of copy.py that run in each call of copy() and replace() and have an event, '
  + 'what the call returns or raises.';
const compared = (trace) => ((trace.meta.op ?? 'deepcopy') === 'deepcopy' ? COMPARED : COMPARED_LINES);

const count = (n) => Number(n ?? 0).toLocaleString('en');
const slug = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'trace';

function toCall(edge) {
  const { trace, state } = store;
  if (!state?.event || state.event.callIndex < 0) return;
  const { calls } = trace;
  let call = state.event.callIndex;
  if (calls[edge][call] === store.cursor && calls.parent[call] >= 0) call = calls.parent[call];
  transport.go(calls[edge][call] === OPEN ? trace.eventCount - 1 : calls[edge][call]);
}

function memoEvent(by) {
  if (!store.trace) return;
  const n = nextOfFamily(store.trace, store.cursor, FAMILY.memo, by);
  if (n >= 0) transport.go(n);
}

const step = (by) => (event) => transport.go(Math.max(0, store.cursor + by * (event.shiftKey ? 10 : 1)));

keys({
  ArrowLeft: step(-1),
  ArrowRight: step(1),
  ArrowUp: () => toCall('open'),
  ArrowDown: () => toCall('close'),
  Home: () => transport.go(0),
  End: () => transport.go(Infinity),
  ' ': () => transport.toggle(),
  m: (event) => memoEvent(event.shiftKey ? -1 : 1),
  n: (event) => lesson.go(event.shiftKey ? -1 : 1),
  e: () => editor.toggle(),
  l: () => lesson.toggle(),
  r: () => run(),
  t: () => theme.next(),
  '?': () => help.toggle(),
  '+': () => panes.view('timeline').zoom(0.5),
  '=': () => panes.view('timeline').zoom(0.5),
  '-': () => panes.view('timeline').zoom(2),
  'Ctrl+Enter': () => run(),
});

store.subscribe((state, trace) => {
  transport.update(state, trace);
  lesson.update(state);
  if (state) remember();
});

let remembering = 0;

/** Puts the event into the page's address once the cursor rests; browsers limit how often that may be done. */
function remember() {
  clearTimeout(remembering);
  remembering = window.setTimeout(() => history.replaceState(null, '', `${location.pathname}#event=${store.cursor + 1}`), 400);
}

document.addEventListener('dragover', (event) => event.preventDefault());
document.addEventListener('drop', (event) => {
  event.preventDefault();
  const file = event.dataTransfer?.files[0];
  if (file) session.file(file);
});

async function start() {
  document.getElementById('header').append(...header.nodes);
  document.getElementById('transport').append(transport.node);
  const body = document.querySelector('#narration .body');
  body.prepend(notice);
  body.append(lesson.node);
  say('Choose a lesson, or press E to write a snippet.');
  const [info, lessons] = await Promise.all([getJson('api/state', {}), getJson('api/lessons', [])]);
  python = info.python ?? null;
  noPython = `No Python to record with${info.no_python ? `: ${info.no_python}` : ''}. Traces can still be opened.`;
  const traces = info.traces ?? [];
  // Files that the server was started with come before the first lesson; runs of before do not.
  const file = traces.find((trace) => /\.cst$/.test(trace.title));
  header.choices(lessons, traces.slice(-TRACES_LISTED));
  header.policies(info.policies ?? ['cpython'], policy);
  header.canRun(python !== null, noPython);
  if (file) {
    header.chosen(`trace:${file.id}`);
    whenOnline(() => choose(`trace:${file.id}`));
  } else if (lessons.length) whenOnline(() => openLesson(lessons[0].id));
  else if (python === null) say(noPython);
}

/** The first command waits until the socket is open. */
function whenOnline(action, tries = 50) {
  if (session.online) action();
  else if (tries > 0) setTimeout(whenOnline, 100, action, tries - 1);
}

start();
