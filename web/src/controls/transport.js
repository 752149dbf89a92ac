/** Steps, play, where we are, and the keys worth knowing. */
import { el, icon } from '../dom.js';
import { label } from '../sentence.js';

const CALM_RATE = 4; // events per second above which nothing but the playhead is animated
const RATES = [1, 2, 4, 10, 30, 100];
const D = {
  first: 'M5,5 V19 M19,5 L8,12 L19,19 Z', back: 'M17,5 L6,12 L17,19 Z', play: 'M7,4 L20,12 L7,20 Z',
  pause: 'M8,5 V19 M16,5 V19', next: 'M7,5 L18,12 L7,19 Z', last: 'M19,5 V19 M5,5 L16,12 L5,19 Z',
};

export default function transport({ store, t }) {
  let timer = 0;
  let rate = 2;

  const button = (name, title, action, className = '') => {
    const node = el('button', { type: 'button', class: `step ${className}`, title, 'aria-label': title }, icon(D[name], true));
    node.addEventListener('click', (event) => {
      // After the pointer, Space should play again; the keyboard keeps its focus.
      if (event.detail) node.blur();
      action();
    });
    return node;
  };
  const play = button('play', t('transport.play'), toggle, 'play');
  const speed = el('select', { class: 'mono', 'aria-label': t('transport.speed'), title: t('transport.speed') },
    ...RATES.map((r) => el('option', { value: r }, `${r}/s`)));
  speed.value = String(rate);
  speed.addEventListener('change', () => {
    rate = Number(speed.value);
    speed.blur();
    if (timer) start();
  });
  const number = el('b', {}, '–');
  const total = el('span', {}, '');
  const words = el('span', { class: 'words' });
  const hint = (keys, text) => el('span', { class: 'hint' }, ...keys.map((key) => el('kbd', {}, key)), text);

  const node = el('div', { class: 'transport' },
    button('first', t('transport.first'), () => go(0)),
    button('back', t('transport.back'), () => step(-1)),
    play,
    button('next', t('transport.next'), () => step(1)),
    button('last', t('transport.last'), () => go(Infinity)),
    el('label', { class: 'speed' }, speed),
    el('span', { class: 'where' }, number, total), words, el('span', { class: 'space' }),
    hint(['←', '→'], t('hint.step')), hint(['space'], t('hint.play')), hint(['M'], t('hint.memo')), hint(['.'], t('hint.lesson')), hint(['?'], t('hint.keys')));

  function go(n) {
    stop();
    const count = store.trace?.eventCount ?? 0;
    store.seek(Math.min(n, count - 1));
  }

  /** One event on or back; where two traces are stepped, one row. */
  function step(by) {
    stop();
    store.step(by);
  }

  function start() {
    clearInterval(timer);
    document.documentElement.dataset.motion = rate > CALM_RATE ? 'off' : 'on';
    timer = window.setInterval(tick, 1000 / rate);
    play.querySelector('path').setAttribute('d', D.pause);
    play.classList.add('playing');
  }

  function stop() {
    if (!timer) return;
    clearInterval(timer);
    timer = 0;
    document.documentElement.dataset.motion = 'on';
    play.querySelector('path').setAttribute('d', D.play);
    play.classList.remove('playing');
  }

  function tick() {
    const last = (store.trace?.eventCount ?? 0) - 1;
    if (store.cursor >= last) stop();
    else if (store.step(1)) stop(); // a question waits for an answer, or two recordings part
  }

  function toggle() {
    const count = store.trace?.eventCount ?? 0;
    if (timer) {
      stop();
      return;
    }
    if (count === 0) return;
    if (store.cursor >= count - 1) store.seek(0);
    start();
  }

  return {
    node, go, step, toggle, stop,

    /** @param {1|-1} by to the next rate */
    faster(by) {
      const at = RATES.indexOf(rate) + by;
      if (at < 0 || at >= RATES.length) return;
      rate = RATES[at];
      speed.value = String(rate);
      if (timer) start();
    },

    update(state, trace) {
      const count = trace?.eventCount ?? 0;
      number.textContent = count ? (store.cursor + 1).toLocaleString('en') : '–';
      total.textContent = count ? t('transport.of', { n: count }) : '';
      words.textContent = state?.event ? label(state.event, t) : '';
    },
  };
}
