/**
 * Whether an answer to an exercise is right, asked of a worker: the same check, on the same boxed-in Python, as
 * `copyscope lesson NN --answer`, on a connection of its own, so that what is shown stays.
 */
import makeSession from './session.js';

const LOOK_EVERY = 100; // ms between looks for a connection
const LOOKS = 100;

/** A program that prints [right, why] as its last line; what the answer itself prints comes before it. */
const program = (exercise, answer, lesson) => `import json
from copyscope import lesson
told = lesson.solves(json.loads(${JSON.stringify(JSON.stringify(exercise))}), ${JSON.stringify(answer)}, json.loads(${JSON.stringify(JSON.stringify(lesson))}))
print()
print(json.dumps(told), end="")
x = None`;

/** Can it be asked here? A copy.py of one's own, and simulated memories, are out of a worker's reach. @param {any} exercise */
export const checkedHere = ({ answer, check }) => answer !== 'copy.py' && !/\bmemory\(/.test(check ?? '');

/** @param {(key: string, values?: any) => string} t */
export default function checker(t) {
  /** @type {any} */
  let session = null;
  let online = false;
  /** Who waits for an answer. @type {((told: {right: boolean, why: string}) => void)|null} */
  let waiting = null;
  const nowhere = { setTrace() {}, grew() {} };

  function tell(right, why) {
    waiting?.({ right, why });
    waiting = null;
  }

  function status(news) {
    if (news.phase === 'online') online = true;
    if (news.phase === 'offline') online = false;
    if (news.phase === 'refused' || news.phase === 'offline') tell(false, news.line);
    if (news.phase === 'ended') read(news.end);
  }

  function read(end) {
    try {
      const [right, why] = JSON.parse(String(end.stdout ?? '').split('\n').at(-1));
      tell(right === true, String(why));
    } catch {
      tell(false, String(end.message || t('exercise.unread')));
    }
  }

  function send(code, left = LOOKS) {
    session ??= makeSession(nowhere, { status }, t);
    if (online) session.run(code, 'cpython', 'exercise', 'deepcopy');
    else if (left > 0) setTimeout(send, LOOK_EVERY, code, left - 1);
    else tell(false, t('run.silent'));
  }

  /** One at a time. @param {any} exercise @param {string} answer @param {any} lesson @returns {Promise<{right: boolean, why: string}>} */
  return (exercise, answer, { code, policy, op, figures }) => new Promise((done) => {
    if (waiting) {
      done({ right: false, why: t('exercise.busy') });
      return;
    }
    waiting = done;
    send(program(exercise, answer, { code, policy, ...(op ? { op } : {}), ...(figures ? { figures } : {}) }));
  });
}
