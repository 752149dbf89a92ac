/**
 * The second recording: the snippet in the editor under another policy, on a connection of its own, so that both runs
 * come in at the same time.
 */
import makeSession from './session.js';

const LOOK_EVERY = 100; // ms between looks for a connection
const LOOKS = 100;

/**
 * Finds, in a worker, a small object that a policy copies wrongly, and prints the text that makes it.  The search is the
 * one of `copyscope check`.  An object that is shared is best to look at, a mere exception the worst.
 */
const FINDER = (policy, seed) => `import copyscope, time
end, seed, found = time.monotonic() + 5, ${seed}, []
while time.monotonic() < end and not (found and found[0].kind.startswith("sharing")):
    found += copyscope.check(${JSON.stringify(policy)}, tries=60, seed=seed, every_kind=True).counterexamples
    found = [c for c in found if "memo" not in c.source]
    found.sort(key=lambda c: (not c.kind.startswith("sharing"), c.kind.startswith("exception"), len(c.source)))
    seed += 1
print(found[0].source if found else "", end="")
x = None`;
const SEEDS = 1000; // from one search to the next

/**
 * @param {any} store
 * @param {(key: string, values?: any) => string} t
 * @param {{run(policy: string): void, code(): string, setCode(code: string): void}} page the first recording's run, the editor
 */
export default function pair(store, t, page) {
  /** @type {any} */
  let session = null;
  let online = false;
  /** @type {(news: any) => void} */
  let tell = () => {};
  let purpose = '';
  let searches = 0;
  let policies = { left: '', right: '' };
  let shown = 0; // the second recording's number at the server
  let brought = false; // by the class, and not recorded from here

  /** What the second session writes to: a run's trace beside the first, a search's nowhere. */
  const side = {
    setTrace(trace) {
      if (purpose !== 'run') return;
      shown = session.traceId;
      store.setOther(trace);
    },
    grew() { if (purpose === 'run') store.setOther(store.other); },
  };

  function status(news) {
    if (news.phase === 'online') online = true;
    if (news.phase === 'offline') online = false;
    if (news.phase === 'refused' || (news.phase === 'offline' && purpose)) {
      purpose = '';
      tell({ phase: 'failed', line: news.line });
    }
    if (news.phase !== 'ended') return;
    const was = purpose;
    purpose = '';
    if (was === 'search') found(news.end);
    if (was === 'run') {
      store.setOther(store.other);
      tell({ phase: 'ended', line: news.line || (news.end.state === 'done' ? '' : String(news.end.message ?? '')) });
    }
  }

  function found(end) {
    const code = String(end.stdout ?? '');
    if (end.state !== 'done' || !code.trim()) {
      tell({ phase: 'failed', line: end.state === 'done' ? '' : String(end.message ?? ''), nothing: end.state === 'done' });
      return;
    }
    page.setCode(code);
    both();
  }

  /** Does it once there is a connection. @param {() => void} work */
  function connected(work, left = LOOKS) {
    session ??= makeSession(side, { status }, t);
    if (online) work();
    else if (left > 0) setTimeout(connected, LOOK_EVERY, work, left - 1);
    else {
      purpose = '';
      tell({ phase: 'failed', line: '' });
    }
  }

  function send(code, policy, title) {
    brought = false;
    connected(() => session.run(code, policy, title, 'deepcopy'));
  }

  function both() {
    tell({ phase: 'running' });
    purpose = 'run';
    page.run(policies.left);
    send(page.code(), policies.right, 'compared');
  }

  return {
    /** Records the snippet under a second policy, beside what is shown. */
    beside(left, right) {
      policies = { left, right };
      purpose = 'run';
      tell({ phase: 'running' });
      send(page.code(), right, 'compared');
    },

    get policies() { return policies; },
    get busy() { return purpose !== ''; },

    /** @param {(news: {phase: string, line?: string, nothing?: boolean}) => void} fn running, searching, ended, failed */
    onNews(fn) { tell = fn; },

    /** Records the snippet, or another text, under both policies. */
    compare(left, right, code = '') {
      policies = { left, right };
      if (code) page.setCode(code);
      both();
    },

    /** Looks for an object that the left policy copies wrongly, and records both policies on it. */
    counterexample(left, right) {
      policies = { left, right };
      purpose = 'search';
      tell({ phase: 'searching' });
      send(FINDER(left, SEEDS * searches++), 'cpython', 'counterexample');
    },

    stop() { session?.stop(); },

    /** The second recording's number at the server, 0 where there is none. */
    get traceId() { return store.other ? shown : 0; },
    /** Was it opened, and not recorded from here? Then the cursor is somebody's already. */
    get brought() { return brought; },

    /** Lays a recording that the server has beside the first. @param {number} id */
    open(id) {
      if (purpose === 'run' && shown === id) return; // it is on its way
      [purpose, shown, brought] = ['run', id, true];
      connected(() => session.open(id));
    },
  };
}
