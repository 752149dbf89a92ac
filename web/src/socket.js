/**
 * The connection to the server: commands out as JSON, traces in as binary frames.  It touches no DOM.  A lost
 * connection is tried again, ever more slowly.
 */
const PREFIX = 16;
const FIRST_WAIT = 500;
const LAST_WAIT = 8000;

/**
 * @param {object} on
 * @param {(up: boolean) => void} on.status
 * @param {(message: any) => void} on.message  JSON from the server
 * @param {(traceId: number, seq: number, bytes: Uint8Array) => void} on.frame
 */
export default function connect(on) {
  let socket = null;
  let wait = FIRST_WAIT;

  function open() {
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    socket = new WebSocket(`${scheme}//${location.host}/ws`);
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => {
      wait = FIRST_WAIT;
      on.status(true);
    });
    socket.addEventListener('message', ({ data }) => (typeof data === 'string' ? onText(data) : onFrame(data)));
    socket.addEventListener('close', () => {
      on.status(false);
      setTimeout(open, wait);
      wait = Math.min(LAST_WAIT, wait * 2);
    });
  }

  function onText(text) {
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      message = { op: 'error', message: 'the server sent something that is not JSON' };
    }
    on.message(message);
  }

  function onFrame(data) {
    if (data.byteLength < PREFIX) return;
    const view = new DataView(data);
    on.frame(view.getUint32(0, true), view.getUint32(4, true), new Uint8Array(data, PREFIX));
  }

  open();
  return {
    /** Returns whether it could be sent. */
    send(command) {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(command));
      return true;
    },
  };
}
