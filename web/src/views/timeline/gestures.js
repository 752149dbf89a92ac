/**
 * What the pointer does on the timeline: a drag on the lanes scrubs; on the numbers below, or with the middle button,
 * it pans; with Shift it marks a stretch to zoom to; two fingers pinch.  The wheel zooms, sideways it pans.
 */

/**
 * @param {HTMLElement} node
 * @param {object} on  x in pixels from the node's left edge
 * @param {() => boolean} on.ready
 * @param {(x: number) => void} on.scrub
 * @param {(dx: number) => void} on.pan
 * @param {(factor: number, x: number) => void} on.zoom
 * @param {(from: number, to: number, done: boolean) => void} on.brush
 * @param {(x: number) => void} on.hover
 * @param {() => void} on.leave
 * @param {(y: number) => boolean} on.pansAt does a drag from this height pan?
 */
export default function gestures(node, on) {
  /** Where the node begins; asked for when the pointer comes, not with each of its moves: that would lay out the page. */
  let origin = { left: 0, top: 0 };
  /** @type {Map<number, number>} x by pointer */
  const down = new Map();
  let mode = '';
  let from = 0;

  const locate = () => { origin = node.getBoundingClientRect(); };
  const xOf = (event) => event.clientX - origin.left;

  function begin(event) {
    if (!on.ready() || event.button > 1) return;
    locate();
    if (event.isTrusted) node.setPointerCapture(event.pointerId);
    const x = xOf(event);
    down.set(event.pointerId, x);
    from = x;
    if (down.size === 2) mode = 'pinch';
    else if (event.shiftKey) mode = 'brush';
    else mode = event.button === 1 || on.pansAt(event.clientY - origin.top) ? 'pan' : 'scrub';
    node.dataset.mode = mode;
    if (mode === 'scrub') on.scrub(x);
  }

  function move(event) {
    const x = xOf(event);
    if (!down.has(event.pointerId)) {
      if (on.ready()) on.hover(x);
      return;
    }
    if (mode === 'pinch') pinch(event.pointerId, x);
    else if (mode === 'scrub') on.scrub(x);
    else if (mode === 'brush') on.brush(from, x, false);
    else if (mode === 'pan') on.pan(down.get(event.pointerId) - x);
    down.set(event.pointerId, x);
  }

  function pinch(id, x) {
    const [still] = [...down].filter(([other]) => other !== id).map(([, at]) => at);
    const was = Math.max(8, Math.abs(down.get(id) - still));
    on.zoom(was / Math.max(8, Math.abs(x - still)), still);
  }

  function end(event) {
    if (!down.delete(event.pointerId)) return;
    if (mode === 'brush') on.brush(from, xOf(event), true);
    mode = down.size ? mode : '';
    if (!mode) delete node.dataset.mode;
  }

  node.addEventListener('pointerenter', locate);
  node.addEventListener('pointerdown', begin);
  node.addEventListener('pointermove', move);
  node.addEventListener('pointerup', end);
  node.addEventListener('pointercancel', end);
  node.addEventListener('pointerleave', on.leave);
  node.addEventListener('wheel', (wheel) => {
    if (!on.ready()) return;
    wheel.preventDefault();
    const unit = wheel.deltaMode === 1 ? 16 : 1;
    if (Math.abs(wheel.deltaX) > Math.abs(wheel.deltaY)) on.pan(wheel.deltaX * unit);
    else on.zoom(Math.exp(wheel.deltaY * unit * 0.002), xOf(wheel));
  }, { passive: false });
}
