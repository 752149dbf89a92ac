/**
 * How a page goes with its class: a follower goes where it is led until it moves by itself; a presenter leads, and goes
 * along with what another page of the presenter's did.  No DOM and no socket here.
 *
 * @typedef {object} Question
 * @property {number} event   whose outcome is asked for
 * @property {number} options how many answers there are
 * @property {'open'|'closed'|'revealed'} phase
 * @property {number} [serial] the server's number of it
 * @property {number[]} [counts] how often each was chosen; a follower learns them once it is closed
 *
 * @typedef {object} Word where the class is
 * @property {number} trace
 * @property {number} [other] what Compare lays beside it; 0: nothing
 * @property {number} event
 * @property {any} view
 * @property {Question|null} question
 *
 * @typedef {Word & {seq: number, followers?: number}} News
 */

const EVENT_MOST = 2 ** 31 - 1;
const OPTIONS_MAX = 8;
const PHASES = ['open', 'closed', 'revealed'];

/** News as they should be, or null: the server is not believed either. @param {any} json @returns {News|null} */
export function newsFrom(json) {
  const whole = (value, most) => Number.isInteger(value) && value >= 0 && value <= most;
  if (json === null || typeof json !== 'object' || !whole(json.seq, Number.MAX_SAFE_INTEGER) || !whole(json.trace, 2 ** 32 - 1) || !whole(json.event, EVENT_MOST)) return null;
  const view = json.view !== null && typeof json.view === 'object' && !Array.isArray(json.view) ? json.view : {};
  const asked = json.question;
  const sound = asked !== null && typeof asked === 'object' && whole(asked.event, EVENT_MOST) && whole(asked.options, OPTIONS_MAX) && PHASES.includes(asked.phase) && whole(asked.serial, EVENT_MOST);
  const counts = sound && Array.isArray(asked.counts) && asked.counts.length === asked.options && asked.counts.every((n) => whole(n, 1e6)) ? asked.counts : undefined;
  const question = sound ? { event: asked.event, options: asked.options, phase: asked.phase, serial: asked.serial, counts } : null;
  const other = whole(json.other, 2 ** 32 - 1) ? json.other : 0;
  return { seq: json.seq, trace: json.trace, other, event: json.event, view, question, followers: whole(json.followers, 1e6) ? json.followers : 0 };
}

/** What makes two words differ. @param {Word} word */
const keyOf = ({ trace, other = 0, event, view, question }) => JSON.stringify([trace, other, event, sorted(view), question && [question.event, question.options, question.phase]]);
const sorted = (view) => Object.keys(view ?? {}).sort().map((name) => [name, view[name]]);

/**
 * @param {object} page
 * @param {'presenter'|'follower'} page.role
 * @param {(command: any) => boolean} page.send false: there is no connection
 * @param {(word: Word) => void} page.show brings the page there
 * @param {() => Word|null} page.here where the page is; null: nowhere that others could come to
 * @param {() => void} page.changed what the line says may be another
 */
export default function course({ role, send, show, here, changed }) {
  /** @type {News|null} */
  let news = null;
  let along = true; // a follower: attached; a presenter: leading
  let showing = 0;
  let sent = ''; // the key of the word that this page said or took last
  let waiting = false; // for the server to take a word
  /** @type {News|null} came while waiting */
  let held = null;
  let moved = false; // since the last word
  /** @type {Word|null} where a presenter's page was brought, and is not yet: its trace is coming */
  let aim = null;
  let fresh = true; // no news yet on this connection

  /** @param {Word} word */
  function take(word) {
    sent = keyOf(word);
    moved = false;
    aim = word;
    bring(word);
    arrived();
  }

  function arrived() {
    const word = aim && here();
    if (word && word.trace === aim.trace && word.event === aim.event) aim = null;
  }

  function bring(word) {
    showing++;
    try {
      show(word);
    } finally {
      showing--;
    }
  }

  function lead() {
    if (waiting || !along) return;
    const word = here();
    if (!word || (keyOf(word) === sent && !fresh)) {
      moved = false;
      return;
    }
    if (!send({ op: 'lead', ...word })) return; // said once there is a connection again
    sent = keyOf(word);
    moved = false;
    waiting = true;
  }

  /** @param {News} next */
  function hear(next) {
    const first = fresh;
    news = next;
    fresh = false;
    if (role === 'follower') {
      if (along && next.trace) bring(next);
    } else if (waiting) held = next;
    else if (first && (moved || !next.trace)) {
      sent = '';
      lead();
    } else if (next.trace && along && keyOf(next) !== sent) take(next);
    changed();
  }

  return {
    get news() { return news; },
    get along() { return along; },
    /** Is the page just being brought to where the class is? */
    get showing() { return showing > 0; },

    /** @param {any} message from the server; false: it is about something else */
    message(message) {
      if (message.op === 'led') {
        waiting = false;
        const other = held && held.seq > message.seq ? held : null;
        held = null;
        if (moved) lead();
        else if (other && along && keyOf(other) !== sent) take(other);
        return true;
      }
      if (message.op === 'error') waiting = false;
      if (message.op !== 'class') return false;
      const next = newsFrom(message);
      if (next) hear(next);
      return true;
    },

    /** The page moved, by its visitor's hand or because a trace came. @param {boolean} [byHand] */
    moved(byHand = true) {
      if (showing || (aim && !byHand)) return;
      aim = null;
      if (role === 'presenter') {
        moved = true;
        lead();
      } else if (byHand && along && news?.trace) {
        along = false;
        changed();
      }
    },

    /** Goes along again, or no longer. */
    toggle() {
      along = !along;
      if (along && role === 'follower' && news?.trace) bring(news);
      if (along && role === 'presenter') lead();
      changed();
      return along;
    },

    /** The trace that the class is at grew, or ended: what could not be shown yet may be now. */
    grew() {
      if (role === 'follower' && along && news?.trace) bring(news);
      if (!aim) return;
      bring(aim);
      arrived();
    },

    /** The connection is there, or lost. */
    online() {
      fresh = true;
      waiting = false;
      held = null;
    },
  };
}
