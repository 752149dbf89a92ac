/** What is run and opened, and what the page says of it: from a choice to the last byte of a trace. */
import { getJson } from './session.js';
import verdictOf from './verdict.js';

const TRACES_LISTED = 20;

/**
 * @param {any} page the page's parts: store, t, session, header, transport, lesson, editor, stage, say, tell, and `led`:
 *   does a class lead from the beginning?
 * @param {import('./link.js').Link|any} wanted what the address asked for, see link.js
 * @param {import('./carried.js').Carried|null} [carried]
 */
export default function runs({ store, t, session, header, transport, lesson, index, editor, stage, say, tell, led = async () => false, browse }, wanted, carried = null) {
  let python = null;
  let policies = ['cpython'];
  let policy = wanted.policy || 'cpython';
  /** Why nothing can be recorded, when nothing can. */
  let noPython = '';
  let title = '';
  /** What the address says of it: the lesson, or the trace. */
  let shown = { lesson: '' };
  /** Traces that can be chosen. @type {{id: number, title: string}[]} */
  let listed = [];
  /** Is the trace that comes one that was asked for, rather than a run of the snippet in the editor? */
  let opening = false;
  /** Is what is shown a run of the snippet in the editor? */
  let here = false;
  let pending = { event: wanted.event || (carried?.step ?? 0), digest: wanted.trace };

  function run() {
    if (python === null || !editor.code.trim()) return;
    transport.stop();
    opening = false;
    here = true;
    editor.printed('', 0);
    const own = editor.op === 'deepcopy' ? policy : 'cpython';
    if (!session.run(editor.code, own, title || 'snippet', editor.op)) say(t('run.silent'), 'error');
  }

  /** @param {string} value "lesson:ID", "trace:ID" or "own" */
  async function choose(value) {
    transport.stop();
    const [kind, id] = [value.slice(0, value.indexOf(':')), value.slice(value.indexOf(':') + 1)];
    if (kind === 'lesson') await openLesson(id);
    else if (kind === 'trace') {
      lesson.set(null);
      shown = { lesson: '' };
      title = 'trace';
      opening = true;
      here = false;
      session.open(Number(id));
    } else {
      own();
      editor.toggle();
    }
  }

  async function openLesson(id) {
    const next = await getJson(`api/lessons/${encodeURIComponent(id)}`, null);
    if (!next) {
      say(t('run.lesson', { id }), 'error');
      return;
    }
    lesson.set(next, { arranged: Boolean(wanted.preset) && pending.event > 0 });
    lesson.update(null);
    shown = { lesson: id };
    index.mark(id);
    title = next.title ?? id;
    editor.code = next.code ?? '';
    editor.op = next.op ?? 'deepcopy';
    policy = wanted.lesson === id && wanted.policy ? wanted.policy : (next.policy ?? policy);
    header.setPolicy(policy);
    header.chosen(`lesson:${id}`);
    if (python === null) say(noPython);
    else run();
  }

  /** A lesson was edited where it lies, or came, or went. @param {string} id "": any */
  async function edited(id) {
    await listLessons();
    if (!shown.lesson || (id && id !== shown.lesson)) return;
    const next = await getJson(`api/lessons/${encodeURIComponent(shown.lesson)}`, null);
    if (!next) {
      tell(t('lesson.broken')); // it may be half written
      return;
    }
    const again = next.code !== editor.code || (next.op ?? 'deepcopy') !== editor.op;
    lesson.set(next, { arranged: true });
    title = next.title ?? shown.lesson;
    if (again) {
      editor.code = next.code ?? '';
      editor.op = next.op ?? 'deepcopy';
      pending = { event: store.cursor + 1, digest: '' };
      run();
    } else {
      lesson.tie(store.trace);
      lesson.update(store.state);
    }
    tell('');
  }

  async function listLessons() {
    offer(await getJson('api/lessons', []));
    header.chosen(shown.lesson ? `lesson:${shown.lesson}` : 'own');
  }

  function offer(lessons) {
    header.choices(lessons, listed);
    index.set(lessons, shown.lesson);
  }

  /** From here on the snippet is the visitor's own. */
  function own() {
    title = 'snippet';
    shown = { lesson: '' };
    index.mark('');
    lesson.set(null, { arranged: true });
    header.chosen('own');
  }

  function status({ phase, id = '', line = '', end = null, code = undefined, title: named = '' }) {
    if (phase === 'online') return;
    if (phase === 'lesson') {
      edited(id);
      return;
    }
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
    if (opening && named) title = named.replace(/\.cst$/, '');
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
    if (events) tell(t('run.recording', { n: events }));
    else say(t('run.running'));
  }

  function ended(end, fault) {
    const { trace } = store;
    header.running(false);
    editor.printed(String(end.stdout ?? ''), Number(end.stdout_dropped) || 0);
    const failed = end.state !== 'done';
    const why = end.message || trace.meta.error || t('run.ended', { state: end.state });
    const raised = trace.meta.exception ? t('run.raised', { op: trace.meta.op ?? 'deepcopy', exception: sentenceOf(String(trace.meta.exception)) }) : '';
    const line = [fault || (failed || trace.meta.error ? sentenceOf(why) : caps(trace, t)), raised, printedToo(end, t), otherTrace(trace)]
      .filter(Boolean).join(' ');
    stage.dataset.state = trace.eventCount ? 'done' : 'error';
    tell(trace.eventCount ? line : '');
    if (!trace.eventCount) say(line || t('run.nothing', { op: editor.op }), line ? 'error' : 'quiet');
    header.verdict(verdictOf(trace, t));
    stage.dataset.cam = trace.cam ? 'yes' : 'no';
    header.saveAs(session.traceId ? `trace/${session.traceId}.cst` : '', `${slug(title)}.cst`);
    lesson.tie(trace);
    if (opening) takeFrom(trace);
    opening = false;
    if (pending.event) store.seek(pending.event - 1);
    pending = { event: 0, digest: '' };
    store.grew();
  }

  /** What a trace that was opened says of its own run. */
  function takeFrom(trace) {
    if (trace.meta.code) editor.code = String(trace.meta.code);
    if (trace.meta.policy) header.setPolicy(String(trace.meta.policy));
    editor.op = String(trace.meta.op ?? 'deepcopy');
  }

  /** An address names a recording; a lesson that is run again is another one, with other addresses. */
  function otherTrace(trace) {
    if (!pending.digest || !trace.digest || trace.digest.startsWith(pending.digest) || wanted.lesson) return '';
    return t('run.other', { asked: pending.digest, shown: trace.digest.slice(0, 12), n: pending.event });
  }

  /** A trace that does not come from the server. @param {File} dropped */
  function file(dropped) {
    transport.stop();
    lesson.set(null);
    shown = { lesson: '' };
    title = dropped.name.replace(/\.cst$/, '');
    opening = true;
    return session.file(dropped);
  }

  /** The trace that a class is at, beside its lesson. @param {number} id @param {string} lessonId or '' */
  function follow(id, lessonId) {
    transport.stop();
    pending = { event: 0, digest: '' };
    opening = true;
    here = false;
    session.open(id);
    beside(lessonId);
  }

  /** The text of a lesson that is not run here. @param {string} id or '' */
  async function beside(id) {
    if (shown.lesson === id) return;
    shown = { lesson: id };
    const next = id ? await getJson(`api/lessons/${encodeURIComponent(id)}`, null) : null;
    if (shown.lesson !== id) return; // the class has gone on
    lesson.set(next, { arranged: true }); // the layout is the class's
    index.mark(id);
    if (next) header.chosen(`lesson:${id}`);
    if (store.trace?.complete || store.trace?.cut) lesson.tie(store.trace);
    lesson.update(store.state);
  }

  function startAlone() {
    header.alone();
    document.title = `${carried.name} · copyscope`;
    file(new File([carried.bytes()], carried.name));
  }

  async function start() {
    if (carried) {
      startAlone();
      return;
    }
    say(t('run.begin'));
    const [info, lessons] = await Promise.all([getJson('api/state', {}), getJson('api/lessons', [])]);
    python = info.python ?? null;
    if (info.class === 'follower') python = null;
    noPython = info.class === 'follower' ? t('class.watching') : t('run.noPython', { why: info.no_python ? `: ${info.no_python}` : '' });
    editor.boxLacks((info.box?.lacks ?? []).map(({ id }) => id));
    const traces = info.traces ?? [];
    // Files that the server was started with come before the first lesson; runs of before do not.
    const files = traces.filter((trace) => /\.cst$/.test(trace.title));
    const [file] = files;
    const lessonAsked = lessons.find(({ id }) => id === wanted.lesson);
    listed = traces.slice(-TRACES_LISTED);
    offer(lessons);
    policies = info.policies ?? ['cpython'];
    header.policies(policies, policy);
    header.canRun(python !== null, noPython);
    if (await led(info.class)) return;
    if (lessonAsked) whenOnline(() => openLesson(lessonAsked.id));
    else if (file) {
      header.chosen(`trace:${file.id}`);
      whenOnline(() => choose(`trace:${file.id}`));
      if (files.length > 1 && !wanted.event && !wanted.trace) browse(files);
    } else if (lessons.length) whenOnline(() => openLesson(lessons[0].id));
    else if (python === null) say(noPython);
  }

  /** The first command waits until the socket is open. */
  function whenOnline(action, tries = 50) {
    if (session.online) action();
    else if (tries > 0) setTimeout(whenOnline, 100, action, tries - 1);
  }

  return {
    run, choose, own, status, start, file, follow, beside,
    /** Of files that are saved, without an ending. */
    get fileName() { return slug(title); },
    setPolicy(name) {
      policy = name;
      run();
    },
    /** Runs the snippet as deepcopy() under a policy, which the header shows. */
    under(name) {
      header.setPolicy(name);
      editor.op = 'deepcopy';
      this.setPolicy(name);
    },
    get policies() { return policies; },
    /** Is the trace that is shown a run of the snippet in the editor? A dropped file has no number. */
    get here() { return here && session.traceId > 0; },
    /** For the address. */
    facts() {
      return { lesson: shown.lesson, trace: (store.trace?.digest ?? '').slice(0, 12), policy: policy === 'cpython' ? '' : policy };
    },
  };
}

/** A message of the server as a sentence. */
const sentenceOf = (text) => `${text[0].toUpperCase()}${text.slice(1)}${/[.!?)]$/.test(text) ? '' : '.'}`;

/** What the record left out, if anything. */
function caps(trace, t) {
  if (trace.truncated) return t('run.cap', { n: trace.truncated });
  return trace.cut ? t('run.cut') : '';
}

/** That the snippet printed more than is kept. */
function printedToo(end, t) {
  const dropped = Number(end.stdout_dropped) || 0;
  return dropped ? t('run.printed', { n: dropped }) : '';
}

const slug = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'trace';
