/** The top row: lesson and policy to choose, the snippet, the verdict, Run. */
import { el, icon, svg } from '../dom.js';
import { LANGUAGES } from '../strings/index.js';
import { byPart, inLanguage, numberOf } from './lessonWords.js';

const ICONS = {
  run: 'M6,3 L20,12 L6,21 Z',
  check: 'M4,13 L10,19 L21,6',
  differ: 'M5,5 L19,19 M19,5 L5,19',
  edit: 'M4,6 H20 M4,12 H20 M4,18 H13',
  lesson: 'M4,4 H10 Q12,4 12,6 V20 Q12,18 10,18 H4 Z M20,4 H14 Q12,4 12,6 V20 Q12,18 14,18 H20 Z',
  theme: 'M12,3 A9,9 0 0 1 12,21 Z M12,3 A9,9 0 0 0 12,21',
  table: 'M4,5 H20 V19 H4 Z M4,10 H20 M4,14.5 H20 M10,5 V19',
  save: 'M12,3 V15 M6,10 L12,15.5 L18,10 M4,20 H20',
  export: 'M12,15 V3 M6,8 L12,2.5 L18,8 M8,11 H4 V21 H20 V11 H16',
};

/**
 * @param {{t: (key: string, values?: any) => string, presets: import('../presets.js').Preset[], language: string, look: any,
 *   run(): void, stop(): void, edit(): void, lesson(): void, theme(): void, size(): void, help(): void, exports(): void,
 *   choose(value: string): void, policy(name: string): void}} act
 */
export default function header(act) {
  const { t } = act;
  const picker = el('select', { 'aria-label': t('header.lesson'), title: t('header.lesson') });
  chosenBy(picker, act.choose);
  const policy = el('select', { 'aria-label': t('header.policy'), class: 'mono', title: t('header.policy.title') });
  chosenBy(policy, act.policy);
  const badge = el('div', { class: 'badge', role: 'status' });
  const runIcon = icon(ICONS.run, true);
  const runText = el('span', {}, t('header.run'));
  const run = el('button', { class: 'run', type: 'button', title: t('header.run.title') }, runIcon, runText);
  run.addEventListener('click', () => (run.dataset.running ? act.stop() : act.run()));
  const save = el('a', { class: 'tool', title: t('header.save'), 'aria-label': t('header.save'), hidden: true }, icon(ICONS.save));

  const tool = (name, title, action, d) => {
    const button = el('button', { class: 'tool', type: 'button', title, 'aria-label': name }, d ? icon(d) : '?');
    button.addEventListener('click', action);
    return button;
  };
  const half = tool(t('header.theme'), t('header.theme'), act.theme, ICONS.theme);
  half.querySelector('path').before(svg('path', { d: 'M12,3 A9,9 0 0 1 12,21 Z', class: 'fill' }));
  const size = el('button', { class: 'tool size', type: 'button', title: t('header.size'), 'aria-label': t('header.size') }, el('span', {}, 'a'), 'A');
  size.addEventListener('click', act.size);
  const speech = el('select', { class: 'language', 'aria-label': t('header.language'), title: t('header.language') },
    ...LANGUAGES.map(([name, text]) => el('option', { value: name, lang: name }, text)));
  speech.value = act.language;
  chosenBy(speech, act.look.language);
  const layouts = act.presets.map(({ id, key }) => {
    const button = el('button', { type: 'button', role: 'tab', title: `${t(`preset.${id}`)} (${key})` }, t(`preset.${id}`));
    button.addEventListener('click', () => act.look.preset(id));
    return button;
  });

  const lessons = el('label', { class: 'pick lesson' }, picker);
  const read = tool(t('header.read'), t('header.read'), act.lesson, ICONS.lesson);
  const policies = el('label', { class: 'pick policy' }, policy);

  const nodes = [
    el('h1', { class: 'brand' }, mark(), el('span', {}, 'copyscope')),
    el('div', { class: 'presets', role: 'tablist', 'aria-label': t('preset.choose') }, ...layouts),
    lessons, read,
    tool(t('header.snippet.title'), t('header.snippet.title'), act.edit, ICONS.edit),
    el('span', { class: 'space' }),
    badge,
    policies, run,
    el('div', { class: 'tools' }, save, tool(t('header.export'), t('header.export'), act.exports, ICONS.export), half, tool(t('header.tables'), t('header.tables'), act.look.toggleTables, ICONS.table), speech, size,
      tool(t('header.keys'), t('header.keys'), act.help)),
  ];

  function option(value, text) { return el('option', { value }, text); }

  return {
    nodes,

    /** Nothing can be recorded or chosen: the page has its one recording. */
    alone() { for (const node of [lessons, read, policies, run]) node.remove(); },

    preset(id) {
      act.presets.forEach((preset, i) => layouts[i].setAttribute('aria-selected', String(preset.id === id)));
    },

    /** @param {{id: string, part?: string, title: string}[]} lessons @param {{id: number, title: string}[]} traces */
    choices(lessons, traces) {
      const group = (name, entries) => (entries.length ? el('optgroup', { label: name }, ...entries) : null);
      const parts = [
        ...byPart(lessons).map(([part, own]) => group(t(part ? `lesson.part.${part}` : 'header.lessons'),
          own.map((lesson) => option(`lesson:${lesson.id}`, `${numberOf(lesson.id)}  ${inLanguage(lesson, act.language).title}`.trim())))),
        group(t('header.traces'), traces.map(({ id, title }) => option(`trace:${id}`, title))),
        option('own', t('header.own')),
      ];
      picker.replaceChildren(...parts.filter((part) => part !== null));
    },
    chosen(value) { picker.value = value; },

    policies(names, current) {
      policy.replaceChildren(...names.map((name) => option(name, name)));
      policy.value = current;
    },
    setPolicy(name) { policy.value = name; },
    /** The policies are those of deepcopy(); of another function only its own is recorded. */
    ofFunction(name) {
      policy.toggleAttribute('disabled', name !== 'deepcopy');
      policy.title = name === 'deepcopy' ? t('header.policy.title') : t('header.policy.other', { name });
    },

    running(yes) {
      runText.textContent = t(yes ? 'header.stop' : 'header.run');
      if (yes) run.dataset.running = 'yes';
      else delete run.dataset.running;
    },
    canRun(yes, why) {
      run.disabled = !yes;
      run.title = yes ? t('header.run.title') : why;
    },

    /** @param {{state: string, text: string, note?: string}|null} verdict */
    verdict(verdict) {
      if (!verdict) {
        badge.replaceChildren();
        return;
      }
      const d = { equal: ICONS.check, differs: ICONS.differ }[verdict.state];
      badge.className = `badge ${verdict.state}`;
      badge.replaceChildren(...(d ? [icon(d)] : []), el('span', {}, verdict.text));
      badge.title = `${verdict.text}\n${verdict.note ?? ''}`.trim();
    },

    saveAs(href, name) {
      save.toggleAttribute('hidden', !href);
      if (!href) return;
      save.setAttribute('href', href);
      save.setAttribute('download', name);
    },
  };
}

/** After a choice the keys belong to the page again. */
function chosenBy(select, act) {
  select.addEventListener('change', () => {
    select.blur();
    act(select.value);
  });
}

function mark() {
  return svg('svg', { viewBox: '0 0 28 28', class: 'logo', 'aria-hidden': 'true' },
    svg('rect', { x: 1, y: 1, width: 26, height: 26, class: 'box' }),
    svg('path', { d: 'M5,18 H10 V9 H15', class: 'line' }),
    svg('path', { d: 'M15,9 V18 H23', class: 'line dashed' }));
}
