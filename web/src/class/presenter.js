/** The presenter's own window, beside the page that is shown: what is, what comes next, notes, answers. */
import './presenter.css';
import { find } from '../query.js';
import { el } from '../dom.js';
import { inLanguage } from '../controls/lessonWords.js';
import keys from '../controls/keys.js';
import themes from '../controls/theme.js';
import markdown from '../markdown.js';
import makeNotes from '../notes/model.js';
import { kept } from '../notes/kept.js';
import { plain } from '../prediction/asking.js';
import questionAt from '../prediction/questions.js';
import sentence from '../sentence.js';
import makeSession, { getJson } from '../session.js';
import { createStore } from '../store.js';
import translator, { preferred } from '../strings/index.js';
import { ask } from './channel.js';
import { newsFrom } from './course.js';

const language = preferred();
const t = translator(language);
const store = createStore();
document.documentElement.lang = language;
document.title = `${t('class.p.title')} · copyscope`;
themes({ changed() {} });

/* ---- the page ---- */

const part = (name, ...nodes) => el('section', { class: name }, el('h2', {}, t(`class.p.${name}`)), ...nodes);
const now = el('p', { 'aria-live': 'polite' });
const next = el('p', {});
const step = el('p', {});
const then = el('p', { class: 'then' });
const stepPart = part('step', step, then);
const asked = el('p', { class: 'quiet' });
const bars = el('ol', {});
const written = el('ul', {});
const prose = el('div', { class: 'prose' });
const teacherPart = part('teacher', prose);
const where = el('span', { class: 'mono quiet' });
const followers = el('span', { class: 'quiet', role: 'status' });
const clock = el('span', { class: 'mono quiet', title: t('class.p.elapsed') }, '0:00');
const notice = el('p', { class: 'notice', role: 'status', hidden: true });
const button = (name, key, run) => {
  const made = el('button', { type: 'button' }, el('kbd', {}, key), t(name));
  made.addEventListener('click', run);
  return made;
};
const show = button('class.p.show', 'Shift A', () => request({ do: 'answers' }));

document.body.append(el('main', { class: 'desk' },
  el('header', {}, el('h1', {}, t('class.p.title')), where, el('span', { class: 'space' }), notice, followers, clock),
  el('div', { class: 'shown', tabindex: '0' }, part('now', now), part('next', next), stepPart),
  el('div', { tabindex: '0' }, part('answers', asked, bars), part('notes', written), teacherPart),
  el('footer', {},
    button('class.p.back', '←', () => request({ do: 'step', by: -1 })), button('class.p.on', '→', () => request({ do: 'step', by: 1 })),
    button('class.p.stepBack', ',', () => request({ do: 'lesson', by: -1 })), button('class.p.stepOn', '.', () => request({ do: 'lesson', by: 1 })), show)));

/* ---- what it knows ---- */

/** @type {import('./course.js').News|null} */
let news = null;
/** @type {any} */
let lesson = null;
let lessonId = '';
let there = false; // the page that is shown
let online = true;
let refused = false; // by a server without a class, or of somebody who follows one
const notes = makeNotes(() => {});

/** Says one thing at a time: what is wrong comes first. */
function tell() {
  const said = refused ? t('class.p.only') : !online ? t('class.p.lost') : there ? '' : t('class.p.alone');
  notice.textContent = said;
  notice.hidden = !said;
}

const request = ask((yes) => {
  there = yes;
  tell();
});

const session = makeSession(store, {
  status({ phase }) {
    if (phase === 'offline' || phase === 'online') {
      online = phase === 'online';
      tell();
    }
    if (phase === 'ended') readNotes();
  },
  message(message) {
    const told = message.op === 'class' ? newsFrom(message) : null;
    if (told) hear(told);
  },
}, t);

/** @param {import('./course.js').News} told */
function hear(told) {
  const other = told.trace !== news?.trace;
  news = told;
  if (other && told.trace) session.open(told.trace);
  const id = typeof told.view.lesson === 'string' ? told.view.lesson : '';
  if (id !== lessonId) read(id);
  seek();
}

function seek() {
  if (news && session.traceId === news.trace) store.seek(news.event);
  draw();
}

async function read(id) {
  lessonId = id;
  const path = encodeURIComponent(id);
  const [found, teacher] = id ? await Promise.all([getJson(`api/lessons/${path}`, null), getText(`api/teacher/${path}`)]) : [null, ''];
  if (lessonId !== id) return; // the class has gone on
  lesson = found ? inLanguage(found, language) : null;
  prose.replaceChildren(...markdown(teacher));
  teacherPart.hidden = !teacher;
  draw();
}

async function getText(path) {
  try {
    const response = await fetch(path);
    return response.ok ? await response.text() : '';
  } catch {
    return '';
  }
}

function readNotes() {
  if (store.trace?.digest) notes.open(store.trace, kept(store.trace.digest) ?? []);
  seek();
}

/* ---- what it shows ---- */

const told = (trace, n) => sentence(trace, trace.event(n), 'programmer', t)
  .map((piece) => (typeof piece === 'string' ? piece : 'event' in piece ? t('narration.event', { n: piece.event + 1 }) : piece.code)).join('');

function draw() {
  const trace = store.trace;
  const shown = Boolean(news?.trace && trace?.eventCount && session.traceId === news.trace);
  followers.textContent = t('class.following', { n: news?.followers ?? 0 });
  where.textContent = shown ? t('class.p.event', { n: store.cursor + 1, all: trace.eventCount }) : '';
  now.textContent = shown ? told(trace, store.cursor) : t('class.p.noTrace');
  next.textContent = !shown ? '' : store.cursor + 1 < trace.eventCount ? told(trace, store.cursor + 1) : t('class.p.end');
  drawStep(shown ? trace : null);
  drawAnswers(shown ? trace : null);
  drawNotes();
}

function drawStep(trace) {
  const steps = trace ? (lesson?.steps ?? []) : [];
  const events = steps.map((one) => find(trace, one.query ?? {}));
  const at = events.findLastIndex((event) => event >= 0 && event <= store.cursor);
  const after = events.findIndex((event, i) => i > at && event > store.cursor);
  stepPart.hidden = !steps.length;
  step.textContent = at >= 0 ? steps[at].text : (lesson?.summary ?? '');
  then.textContent = after >= 0 ? `${t('class.p.after')}: ${steps[after].ask ?? steps[after].text}` : '';
}

function drawAnswers(trace) {
  const question = trace ? news?.question : null;
  const found = question ? questionAt(trace, question.event, t) : null;
  const counts = question?.counts ?? [];
  const all = counts.reduce((sum, n) => sum + n, 0);
  const most = Math.max(1, ...counts);
  asked.textContent = found ? `${plain(found.text)} ${t('class.answered', { n: all, all: news?.followers ?? 0 })}` : t('class.p.noQuestion');
  bars.replaceChildren(...(found?.options ?? []).map((option, i) => {
    const row = el('li', { class: i === found.right ? 'right' : '' }, el('span', {}, plain(option)), el('b', {}, String(counts[i] ?? 0)));
    row.style.setProperty('--share', String((counts[i] ?? 0) / most));
    return row;
  }));
  show.disabled = question?.phase !== 'open';
}

function drawNotes() {
  const here = notes.at(store.cursor);
  const later = notes.list.find(({ event }) => event > store.cursor);
  const rows = [...here.map(({ text }) => el('li', {}, text)), ...(later ? [el('li', { class: 'quiet' }, `${t('class.p.noteAt', { n: later.event + 1 })}: ${later.text}`)] : [])];
  written.replaceChildren(...(rows.length ? rows : [el('li', { class: 'quiet' }, t('class.p.noNotes'))]));
}

/* ---- what happens ---- */

store.subscribe((_state, _trace, what) => {
  if (what === 'trace') notes.open(null);
  if (what === 'grow') seek();
});
addEventListener('storage', readNotes); // a note was written on the page that is shown
const silent = (names, run) => ({ keys: names, shown: [], text: '', run });
keys([
  silent(['ArrowRight', 'PageDown'], () => request({ do: 'step', by: 1 })), silent(['ArrowLeft', 'PageUp'], () => request({ do: 'step', by: -1 })),
  silent(['.'], () => request({ do: 'lesson', by: 1 })), silent([','], () => request({ do: 'lesson', by: -1 })),
  silent(['Shift+a'], () => request({ do: 'answers' })),
]);
const begun = Date.now();
setInterval(() => {
  const seconds = Math.floor((Date.now() - begun) / 1000);
  clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}, 1000);
getJson('api/state', {}).then((info) => {
  refused = info.class !== 'presenter';
  tell();
});
stepPart.hidden = true;
teacherPart.hidden = true;
tell();
draw();
