/**
 * The page in a class: one small line for a follower, one small control for the presenter.  What they do to each other
 * is course.js; here it meets the page's parts.
 */
import './classroom.css';
import { el, icon } from '../dom.js';
import searchOf from '../query/search.js';
import makeBallot from './ballot.js';
import makeCourse from './course.js';
import { besides } from './channel.js';
import makeSheet from './sheet.js';
import makeView from './view.js';

const PEOPLE = 'M8,11 A3.5,3.5 0 1 0 8,4 A3.5,3.5 0 1 0 8,11 M1.5,20 Q1.5,14 8,14 Q14.5,14 14.5,20 M16,4.5 A3.2,3.2 0 0 1 16,10.7 M17.5,14.2 Q22.5,15 22.5,20';
const FIRST_NEWS = 3000; // ms that a page waits for them before it begins by itself

/** @param {any} page store, t, ui, stage, session, runs, look, grid, panes, presets, prediction, transport, lesson */
export default function classroom(page) {
  const { store, t, ui, session, runs, prediction } = page;
  const view = makeView({ ...page, lesson: () => runs.facts().lesson });
  const node = el('div', { class: 'class-line', hidden: true });
  /** @type {ReturnType<typeof makeCourse>|null} none before the page knows whether there is a class, and who it is */
  let course = null;
  let role = '';
  /** @type {any} */
  let early = null; // news that came before that
  let looked = ''; // what is shared of the page's look, when it was told last
  let opened = 0; // the trace that was asked for
  /** @type {import('./course.js').Question|null} what this page, a presenter's, asked last */
  let asked = null;
  let shown = false; // its answers
  let begun = () => {};
  const ballot = makeBallot({ store, t, ui, send: session.send });
  const sheet = makeSheet({ t, hold, open: openBeside });

  /* ---- where the page is, and bringing it elsewhere ---- */

  /** The question that the presenter's page asks now: open at the gate, or just answered. */
  function question() {
    const open = prediction.ask.question;
    if (open) {
      if (asked?.event !== open.n || asked.phase === 'revealed') shown = false;
      asked = { event: open.n, options: open.options.length, phase: shown ? 'closed' : 'open' };
    } else if (asked && store.cursor === asked.event) asked = { ...asked, phase: 'revealed' };
    else asked = null;
    return asked;
  }

  function here() {
    if (!session.traceId || !store.trace?.eventCount) return null;
    return { trace: session.traceId, other: ui.pair.traceId, event: store.cursor, view: view.now(), question: question() };
  }

  /** @param {import('./course.js').Word} word */
  function show(word) {
    page.transport.stop();
    view.take(word.view);
    if (opened !== word.trace || (session.traceId !== word.trace && session.traceId)) {
      opened = word.trace;
      if (session.traceId !== word.trace) runs.follow(word.trace, typeof word.view.lesson === 'string' ? word.view.lesson : '');
    } else runs.beside(typeof word.view.lesson === 'string' ? word.view.lesson : '');
    if (session.traceId === word.trace && word.other && word.other !== ui.pair.traceId) ui.pair.open(word.other);
    if (session.traceId === word.trace) store.seek(word.event);
    if (role === 'follower' && session.traceId === word.trace) ballot.update(word.question);
    looked = JSON.stringify(view.now());
  }

  /* ---- the line ---- */

  function line() {
    const { news, along } = course;
    node.hidden = false;
    if (role === 'presenter') lead(news, along);
    else follow(news, along);
  }

  function lead(news, along) {
    const followers = news?.followers ?? 0;
    const button = node.querySelector('button') ?? node.appendChild(el('button', { type: 'button', onclick: () => sheet.toggle() }, icon(PEOPLE), el('span', {})));
    const local = Boolean(store.trace?.eventCount) && !session.traceId;
    button.querySelector('span').textContent = t(along ? 'class.lead' : 'class.paused', { n: followers }) + (local ? `: ${t('class.local')}` : '');
    button.title = t('class.lead.title', { n: followers });
    sheet.update({ followers, along });
    tally(news);
  }

  /** Under the presenter's open question: how many have answered, and what, once it is shown. */
  function tally(news) {
    const open = prediction.ask.question;
    const counts = news?.question?.event === open?.n ? news?.question?.counts : null;
    if (!open) return;
    const n = (counts ?? []).reduce((sum, count) => sum + count, 0);
    prediction.ask.counts(shown ? counts ?? null : null);
    prediction.ask.say(!news?.followers && !n ? '' : shown ? t('class.shown') : t('class.answered.show', { n, all: news.followers }));
  }

  function follow(news, along) {
    const at = store.cursor + 1;
    const words = !news?.trace ? t('class.waits') : along ? t('class.follow')
      : news.trace === session.traceId ? t('class.away', { at, there: news.event + 1 }) : t('class.elsewhere');
    const away = Boolean(news?.trace) && !along;
    const said = node.querySelector('span') ?? node.appendChild(el('span', { role: 'status', title: t('class.follow.title') }));
    if (said.textContent !== words) said.textContent = words;
    node.classList.toggle('away', away);
    node.querySelector('button')?.remove();
    if (away) node.append(el('button', { type: 'button', onclick: rejoin }, el('kbd', {}, 'Shift J'), t('class.rejoin')));
  }

  /* ---- what one can do ---- */

  function rejoin() {
    if (!course.news?.trace) return;
    const along = course.toggle();
    if (along) ui.announce(t('class.joined', { n: course.news.event + 1 }));
    else {
      ballot.update(null);
      ui.announce(t('class.left'));
    }
  }

  function hold() {
    if (role === 'presenter') ui.announce(t(course.toggle() ? 'class.resume' : 'class.pause'));
  }

  function showAnswers() {
    if (role !== 'presenter') return;
    if (!prediction.ask.question) {
      ui.announce(t('class.noAnswers'));
      return;
    }
    shown = true;
    course.moved();
    line();
  }

  function openBeside() {
    if (role === 'presenter') window.open('presenter.html', 'copyscope-presenter', 'popup,width=1180,height=820');
  }

  const key = (name, shownAs, text, needs, run) => ({ keys: [name], shown: [shownAs], text, needs, run: () => { if (course) run(); } });

  /* ---- what happens ---- */

  function moved(byHand = true) {
    if (!course) return;
    if (role === 'follower' && byHand && course.along && !course.showing) ballot.update(null);
    course.moved(byHand);
    line();
  }

  store.subscribe((_state, _trace, what) => {
    if (!course) return;
    if (what === 'seek') moved();
    else if (what === 'grow' && store.trace?.eventCount) course.grew();
    if (what !== 'seek' && role === 'presenter') moved(false);
    if (what === 'trace' || what === 'grow') line();
  });

  searchOf(store).subscribe(() => api.looked());

  document.querySelector('main')?.addEventListener('pointerover', (event) => {
    if (role !== 'presenter' || !page.stage.hasAttribute('data-spotlight')) return;
    view.light(/** @type {Element} */ (event.target).closest('.pane')?.id ?? '');
    api.looked();
  });

  const api = {
    node,
    ballot: ballot.node,
    get led() { return course?.showing ?? false; },
    moved,
    get follows() { return role === 'follower'; },

    /** Is there a class, and does it lead this page from the beginning? @param {string|undefined} who the server says that we are @returns {Promise<boolean>} */
    async begin(who) {
      if (who !== 'follower' && who !== 'presenter') return false;
      role = who;
      document.documentElement.dataset.class = role;
      course = makeCourse({ role: who, send: session.send, show, here, changed: line });
      const first = new Promise((done) => { begun = () => done(undefined); });
      if (early) api.message(early);
      line();
      if (role === 'follower') return true;
      besides(act);
      await Promise.race([first, new Promise((done) => { setTimeout(done, FIRST_NEWS); })]);
      return Boolean(course.news?.trace);
    },

    /** @param {any} message of the server */
    message(message) {
      if (!course) {
        if (message.op === 'class') early = message;
        return;
      }
      if (message.op === 'error') opened = 0;
      course.message(message);
      if (message.op === 'class') begun();
    },

    online() { course?.online(); },

    /** The page looks otherwise, perhaps. */
    looked() {
      if (!course || course.showing) return;
      const now = JSON.stringify(view.now());
      if (now === looked) return;
      looked = now;
      moved();
    },

    commands: [
      key('Shift+j', 'Shift J', 'keys.class', 'class', () => (role === 'presenter' ? sheet.toggle() : rejoin())),
      key('Shift+a', 'Shift A', 'keys.answers', 'presenter', showAnswers),
      key('Shift+p', 'Shift P', 'keys.presenter', 'presenter', openBeside),
      key('Shift+h', 'Shift H', 'keys.hold', 'presenter', hold),
    ],
  };

  /** What the presenter's own window asks for. @param {any} request */
  function act(request) {
    if (request.do === 'step') page.transport.step(request.by === -1 ? -1 : 1);
    else if (request.do === 'lesson') page.lesson.go(request.by === -1 ? -1 : 1);
    else if (request.do === 'answers') showAnswers();
  }

  return api;
}
