/** Between the page that is shown and the presenter's own window beside it, in one browser. */
const NAME = 'copyscope.class';

/** The page that is shown: does what the window asks. @param {(request: any) => void} act */
export function besides(act) {
  const channel = new BroadcastChannel(NAME);
  channel.onmessage = ({ data }) => {
    if (data?.do === 'hello') channel.postMessage({ here: true });
    else if (typeof data?.do === 'string') act(data);
  };
  addEventListener('pagehide', () => channel.postMessage({ here: false }));
  channel.postMessage({ here: true });
}

/** The window: asks. @param {(there: boolean) => void} told whether there is a page to ask */
export function ask(told) {
  const channel = new BroadcastChannel(NAME);
  channel.onmessage = ({ data }) => { if (typeof data?.here === 'boolean') told(data.here); };
  channel.postMessage({ do: 'hello' });
  return (request) => channel.postMessage(request);
}
