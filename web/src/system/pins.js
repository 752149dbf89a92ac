/**
 * What the simulated memories did with one operation, asked of the server: it replays the trace on a memory of that
 * kind, depth and latency, and tells the pins of each cycle around the operation.
 */
const KEPT = 120;

/** @typedef {{engine: string, depth: number, latency: number, op: any, before: any, cycles: any[], dropped: number}} Pins */

export const ENGINES = ['probe', 'cam', 'hash'];

/** @param {(key: string) => string} t */
export default function pinsFrom(t, fetcher = (path) => fetch(path)) {
  /** @type {Map<string, Promise<Pins|string>>} */
  const known = new Map();

  /** @param {string} path @returns {Promise<Pins|string>} a string says why there are none */
  async function ask(path) {
    try {
      const answer = await fetcher(path);
      return answer.ok ? await answer.json() : (await answer.text()).trim();
    } catch {
      return t('run.silent');
    }
  }

  /** @param {number} trace @param {number} index @param {string} engine @param {number} depth @param {number} latency */
  return (trace, index, engine, depth, latency) => {
    const path = `api/pins/${trace}/${index}/${engine}/${depth}/${latency}`;
    if (!known.has(path)) {
      if (known.size >= KEPT) known.delete(known.keys().next().value);
      known.set(path, ask(path));
    }
    return known.get(path);
  };
}

/** Cycles of the way there and back. @param {{way: number, clock: number}} assumed */
export const latencyOf = ({ way, clock }) => Math.min(4095, Math.round((way * clock) / 1000));

/**
 * The cycles to draw: from the one before the request to the one after the answer; a long wait is left out in the
 * middle, and counted.
 * @param {Pins} pins @param {number} most @returns {(any|{gap: number})[]}
 */
export function shownCycles({ cycles, op }, most) {
  const from = Math.max(0, cycles.findIndex(({ cycle }) => cycle >= op.cycle) - 1);
  const answer = cycles.findIndex(({ cycle }) => cycle >= op.cycle + op.cycles);
  const window = cycles.slice(from, (answer < 0 ? cycles.length : answer) + 2);
  if (window.length <= most) return window;
  const head = Math.ceil((most - 1) / 2);
  const tail = most - 1 - head;
  return [...window.slice(0, head), { gap: window.length - head - tail }, ...window.slice(-tail)];
}
