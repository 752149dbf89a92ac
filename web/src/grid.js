/**
 * The panes of a preset: places in rows and columns, tabs where a place holds several views, bars between them that the
 * pointer and the arrow keys move.  What was moved and chosen is remembered for each preset.  No library: those that
 * split panes leave the keyboard and the screen reader out, and this is little.
 */
import { el } from './dom.js';
import makeMemory from './layoutMemory.js';

const LEAST = 0.12; // of two neighbours, what each keeps
const NUDGE = 0.03;

/**
 * @param {object} options
 * @param {HTMLElement} options.root
 * @param {Record<string, HTMLElement>} options.sections a section for each view
 * @param {(key: string, values?: any) => string} options.t
 * @param {() => void} options.changed sizes changed, or other panes came to be seen
 */
export default function grid({ root, sections, t, changed }) {
  const memory = makeMemory();
  /** @type {import('./presets.js').Preset|null} */
  let preset = null;
  let full = '';

  /** Under what the layout is remembered. */
  const kept = () => preset.kept ?? preset.id;

  function show(next) {
    preset = next;
    leaveFull();
    root.replaceChildren(part(next.main, '0'));
    root.dataset.preset = next.id;
    changed();
  }

  function part(spec, path) {
    return 'views' in spec ? place(spec, path) : split(spec, path);
  }

  function split(spec, path) {
    const node = el('div', { class: `split ${spec.split}` });
    const inner = spec.parts.map((one, i) => part(one, `${path}.${i}`));
    const sizes = memory.sizes(kept(), path, spec.parts.map((one) => one.size ?? 1));
    const apply = () => inner.forEach((child, i) => {
      child.classList.toggle('fit', spec.parts[i].fit === true);
      if (!spec.parts[i].fit) child.style.flexGrow = String(sizes[i]);
    });
    inner.forEach((child, i) => {
      if (i) node.append(bar(spec, sizes, i, { node, inner, apply, path }));
      node.append(child);
    });
    apply();
    return node;
  }

  /** The bar before part i; it moves only where both sides may change. */
  function bar(spec, sizes, i, { node, inner, apply, path }) {
    if (spec.parts[i].fit || spec.parts[i - 1].fit) return el('div', { class: 'bar still' });
    const row = spec.split === 'row';
    const line = el('div', {
      class: 'bar', role: 'separator', tabindex: '0', title: t('pane.resize'), 'aria-label': t('pane.resize'),
      'aria-orientation': row ? 'vertical' : 'horizontal', 'aria-valuemin': '0', 'aria-valuemax': '100',
    });
    const both = () => sizes[i - 1] + sizes[i];
    const told = () => line.setAttribute('aria-valuenow', String(Math.round((100 * sizes[i - 1]) / both())));
    const move = (share) => {
      const sum = both();
      sizes[i - 1] = Math.min(1 - LEAST, Math.max(LEAST, share)) * sum;
      sizes[i] = sum - sizes[i - 1];
      apply();
      told();
      memory.keepSizes(kept(), path, sizes);
      changed();
    };
    told();
    line.addEventListener('keydown', (event) => {
      const by = { ArrowLeft: -NUDGE, ArrowUp: -NUDGE, ArrowRight: NUDGE, ArrowDown: NUDGE }[event.key];
      if (by) move(sizes[i - 1] / both() + by);
      else if (event.key === 'Enter') move((spec.parts[i - 1].size ?? 1) / ((spec.parts[i - 1].size ?? 1) + (spec.parts[i].size ?? 1)));
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    line.addEventListener('pointerdown', (event) => drag(event, line, () => {
      const a = inner[i - 1].getBoundingClientRect();
      const b = inner[i].getBoundingClientRect();
      return row ? (x) => move((x.clientX - a.left) / (b.right - a.left)) : (x) => move((x.clientY - a.top) / (b.bottom - a.top));
    }, node));
    return line;
  }

  function drag(event, line, begin, node) {
    if (event.button) return;
    event.preventDefault();
    line.setPointerCapture(event.pointerId);
    const to = begin();
    node.classList.add('dragging');
    line.onpointermove = to;
    line.onpointerup = () => {
      line.onpointermove = null;
      node.classList.remove('dragging');
    };
    line.onpointercancel = line.onpointerup;
  }

  function place(spec, path) {
    const node = el('div', { class: 'place' });
    for (const id of spec.views) {
      sections[id].hidden = false;
      node.append(sections[id]);
    }
    for (const id of spec.views) sections[id].classList.toggle('tabbed', spec.views.length > 1);
    if (spec.views.length > 1) node.prepend(tabs(spec.views, path));
    return node;
  }

  function tabs(views, path) {
    const chosen = memory.tab(kept(), path, views);
    const list = el('div', { class: 'tabs', role: 'tablist' });
    const buttons = views.map((id) => el('button', {
      type: 'button', role: 'tab', id: `tab-${id}`, 'aria-controls': id,
    }, t(`view.${id}`)));
    const pick = (index, focus) => {
      views.forEach((id, i) => {
        sections[id].hidden = i !== index;
        buttons[i].setAttribute('aria-selected', String(i === index));
        buttons[i].tabIndex = i === index ? 0 : -1;
      });
      if (focus) buttons[index].focus();
      memory.keepTab(kept(), path, views[index]);
      changed();
    };
    buttons.forEach((button, i) => {
      button.addEventListener('click', () => pick(i, false));
      button.addEventListener('keydown', (event) => {
        const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (!by) return;
        event.preventDefault();
        event.stopPropagation();
        pick((i + by + views.length) % views.length, true);
      });
    });
    list.append(...buttons);
    pick(views.indexOf(chosen), false);
    return list;
  }

  function leaveFull() {
    if (full) document.getElementById(full)?.closest('.place')?.classList.remove('alone');
    full = '';
    root.classList.remove('one');
    root.querySelectorAll('.within').forEach((node) => node.classList.remove('within'));
  }

  return {
    show,
    get preset() { return preset; },
    /** The view that is shown alone, or ''. */
    get full() { return full; },

    /** Shows one view's place alone, or all again. @param {string} id */
    toggleFull(id) {
      const was = full;
      leaveFull();
      if (!was && id && root.contains(sections[id])) {
        full = id;
        const target = sections[id].closest('.place');
        target.classList.add('alone');
        for (let up = target.parentElement; up && up !== root; up = up.parentElement) up.classList.add('within');
        root.classList.add('one');
      }
      changed();
      return full;
    },

    /** Brings a view to the front of its tabs. @param {string} id */
    reveal(id) {
      const tab = document.getElementById(`tab-${id}`);
      if (tab?.getAttribute('aria-selected') === 'false') tab.click();
    },

    /** Forgets what was moved. */
    reset() {
      memory.forget(kept());
      show(preset);
    },
  };
}
