/** What the page talks about with the server: lessons, runs, traces.  One trace is shown at a time. */
import connect from './socket.js';
import { TraceReader } from './reader.js';

/** Milliseconds between looks at a trace that is still coming. */
const GROW_EVERY = 200;
/** Bytes of a dropped file between which the page gets its turn: some ms of work. */
const PIECE = 2 ** 16;

/**
 * @param {object} store
 * @param {object} on
 * @param {(status: {phase: string, line?: string, end?: any, code?: string, policy?: string, title?: string, id?: string}) => void} on.status
 *   phase: offline, waiting, running, ended, refused; lesson: one was edited, id, "" for any
 * @param {(message: any) => void} [on.message] what is not about a trace
 * @param {() => void} [on.online] the connection is there, for the first time or again
 * @param {(key: string, values?: any) => string} t
 * @param {typeof connect} [dial] how the server is reached
 */
export default function session(store, on, t, dial = connect) {
  let traceId = 0;
  let reader = null;
  let growing = 0;
  let online = false;
  /** Frames of the trace that have come; whether its end has. */
  let frames = 0;
  let ended = true;
  /** What is shown without the server: a dropped file, or what the page carries. @type {Blob|null} */
  let file = null;

  const socket = dial({
    status(up) {
      online = up;
      if (up) on.online?.();
      if (up && !ended) socket.send({ op: 'open', trace: traceId, frame: frames }); // goes on where the connection was lost
      on.status(up ? { phase: 'online' } : { phase: 'offline', line: t('run.silent') });
    },
    message(message) {
      if (message.op === 'run') begin(message);
      else if (message.op === 'end') end(message);
      else if (message.op === 'lesson') on.status({ phase: 'lesson', id: String(message.id ?? '') });
      else on.message?.(message);
      if (message.op === 'error') on.status({ phase: 'refused', line: String(message.message ?? t('run.refused')) });
    },
    frame(id, number, bytes) {
      if (!reader || id !== traceId || number !== frames) return;
      frames += 1;
      if (!reader.feed(bytes) || growing) return;
      growing = window.setTimeout(() => {
        growing = 0;
        store.grew();
        on.status({ phase: 'running' });
      }, GROW_EVERY);
    },
  });

  function begin(message) {
    [traceId, file, frames, ended] = [message.trace, null, 0, false];
    reader = new TraceReader();
    store.setTrace(reader.trace);
    on.status({ phase: 'running', code: message.code, policy: message.policy, title: message.title });
  }

  function end(message) {
    if (message.trace !== traceId || !reader) return;
    clearTimeout(growing);
    growing = 0;
    ended = true;
    reader.finish();
    store.grew();
    on.status({ phase: 'ended', end: message, line: reader.error ? t('run.unreadable', { error: reader.error }) : '' });
  }

  return {
    get online() { return online; },
    get traceId() { return traceId; },
    send: (command) => socket.send(command),
    run(code, policy, title, operation) { return socket.send({ op: 'run', code, policy, title, operation }); },
    open(id) { return socket.send({ op: 'open', trace: id }); },
    /** Ends the run that goes on, or the reading of a file: what came stays. */
    stop() {
      if (traceId || !reader) return socket.send({ op: 'stop' });
      reader.stopped = true;
      return true;
    },

    /** The trace's file: what was recorded, without notes. @param {boolean} [replayed] with what the server simulated for it
     * @returns {Promise<Uint8Array>} */
    async bytes(replayed = false) {
      const from = file ?? await fetch(`trace/${traceId}${replayed ? '-replayed' : ''}.cst`);
      if ('ok' in from && !from.ok) throw new Error((await from.text()).trim());
      return new Uint8Array(await from.arrayBuffer());
    },

    /** A trace file that was dropped on the page; it does not go through the server. @param {File} dropped */
    async file(dropped) {
      const own = new TraceReader();
      [reader, traceId, file, ended] = [own, 0, dropped, true];
      store.setTrace(own.trace);
      let told = performance.now();
      for (let at = 0; at < dropped.size && reader === own && !own.error && !own.stopped; at += PIECE) {
        own.feed(await dropped.slice(at, at + PIECE).arrayBuffer());
        await turn();
        if (performance.now() - told < GROW_EVERY) continue;
        told = performance.now();
        store.grew();
        on.status({ phase: 'running' });
      }
      if (reader !== own) return; // something else is shown by now
      own.finish();
      store.grew();
      on.status({ phase: 'ended', end: { state: 'done', message: '' }, line: own.error ? `${dropped.name}: ${own.error}.` : '' });
    },
  };
}

/** For a page that carries its recording: there is no server. */
export const nobody = () => ({ send: () => false });

/** Lets the page draw and answer before it goes on. */
const turn = () => new Promise((done) => { setTimeout(done, 0); });

/** JSON from the server, or `fallback` when it cannot be had. */
export async function getJson(path, fallback) {
  try {
    const response = await fetch(path);
    return response.ok ? await response.json() : fallback;
  } catch {
    return fallback;
  }
}
