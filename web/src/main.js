/** The page: store, views, controls and server, tied together. */
import './app.css';
import { version } from '../package.json';
import carriedBy from './carried.js';
import pageCommands from './commands.js';
import makeClassroom from './class/classroom.js';
import editorPanel from './controls/editor.js';
import headerRow from './controls/header.js';
import helpSheet from './controls/help.js';
import keys from './controls/keys.js';
import lessonStrip from './controls/lesson.js';
import lessonIndex from './controls/lessonIndex.js';
import themes from './controls/theme.js';
import transportRow from './controls/transport.js';
import { el } from './dom.js';
import makeExports from './export/sheet.js';
import animation from './figure/animation.js';
import makeFigures from './figure/figure.js';
import { base64Of, pngOf, printed } from './figure/save.js';
import makeGallery from './gallery/gallery.js';
import makeGrid from './grid.js';
import makeLink, { asked } from './link.js';
import makeDesk from './notes/desk.js';
import makePair from './pair.js';
import makePanes from './panes.js';
import presets, { available, chosen } from './presets.js';
import makeRuns from './runs.js';
import makeSession, { nobody } from './session.js';
import { createStore } from './store.js';
import makeSettings from './system/settings.js';
import translator, { choose as chooseLanguage, preferred } from './strings/index.js';
import makePrediction from './views/prediction.js';
import registry from './views/registry.js';

const language = preferred();
const t = translator(language);
document.documentElement.lang = language;
const wanted = asked();
const carried = carriedBy();
const store = createStore();
/** @type {ReturnType<typeof makeClassroom>|null} made last, of all the others */
let classroom = null;
const stage = /** @type {HTMLElement} */ (document.querySelector('.stage'));
const live = el('p', { class: 'visually-hidden', 'aria-live': 'polite' });
const notice = el('p', { class: 'notice', role: 'status', hidden: true });
const transport = transportRow({ store, t });
/** @type {any} what views may ask of the page; pair and policies come when there are runs */
const ui = {
  go: transport.go, announce: (text) => { live.textContent = text; }, show: (id) => look.show(id),
  remember() {
    link.remember();
    classroom?.looked();
  },
  asked: () => queueMicrotask(() => classroom?.moved()), // once the cursor has come to rest
  get led() { return classroom?.led ?? false; }, get follows() { return classroom?.follows ?? false; },
  get traceId() { return session.traceId; }, get preset() { return grid.preset?.id ?? ''; },
};

ui.notes = makeDesk({ store, t, ui });
const prediction = makePrediction({ store, t, ui });
const panes = makePanes({ store, t, ui, settings: makeSettings() }, registry, (id) => look.full(id));
const shownPresets = [...chosen(carried?.views ?? [], panes.has), ...presets.filter(({ id }) => !carried || id !== 'compare')].map((preset) => available(preset, panes.has)).filter((preset) => preset !== null);
const grid = makeGrid({ root: document.querySelector('main'), sections: panes.sections, t, changed() {
  panes.resize();
  classroom?.looked();
} });
const theme = themes({ changed: () => look.again() });
const index = lessonIndex({ t, language, choose: (value) => runs.choose(value) });
const lesson = lessonStrip({
  store, t, language, index: index.toggle,
  look: { get preset() { return grid.preset?.id ?? ''; }, layout: (id) => look.preset(id), reveal: grid.reveal },
});
const editor = editorPanel({ t, run: () => runs.run(), changed: () => runs.own(), ofFunction: (name) => header.ofFunction(name) });

/** A preset as it is laid out at the size that the text has. */
const laid = (preset) => (theme.large && preset.large ? { ...preset, main: preset.large, kept: `${preset.id}.large` } : preset);

/** How things are shown: what keys and buttons change and the trace does not. */
const look = {
  tables: false,
  full(id) {
    const alone = grid.toggleFull(id ?? document.activeElement?.closest('.pane')?.id ?? 'objects');
    stage.dataset.full = alone ? 'yes' : 'no';
  },
  preset(id) {
    const next = shownPresets.find((preset) => preset.id === id) ?? shownPresets[0];
    stage.dataset.timeline = next.timeline ? 'yes' : 'no'; // first, since what is shown measures itself
    grid.show(laid(next));
    header.preset(next.id);
    link.remember();
  },
  /** Brings a view into sight, in another layout if this one is without it. */
  show(id) {
    const holds = (preset) => preset && JSON.stringify(laid(preset).main).includes(`"${id}"`);
    if (!holds(grid.preset)) look.preset(shownPresets.find(holds)?.id ?? '');
    grid.reveal(id);
    /** @type {HTMLElement|null} */ (document.querySelector(`#${id} .full`))?.focus();
  },
  /** The layout once more: another theme or size of text may have another. */
  again() {
    look.preset(grid.preset.id);
    panes.resize();
  },
  toggleTables() {
    look.tables = !look.tables;
    panes.tables(look.tables);
  },
  spotlight() {
    stage.toggleAttribute('data-spotlight');
    classroom?.looked();
  },
  reset: () => grid.reset(),
  language(name) {
    chooseLanguage(name);
    location.reload(); // the address brings the same event back
  },
};

const header = headerRow({
  t, presets: shownPresets, language, look, theme: theme.next, size: theme.grow, stop: () => session.stop(),
  run: () => runs.run(), choose: (value) => runs.choose(value), policy: (name) => runs.setPolicy(name),
  edit: editor.toggle, lesson: lesson.toggle, help: () => help.toggle(), exports: () => exports.toggle(),
});
const session = makeSession(store, { status: (news) => runs.status(news), message: (message) => classroom?.message(message), online: () => classroom?.online() }, t, carried ? nobody : undefined);
const gallery = makeGallery({ t, choose: (value) => { header.chosen(value); runs.choose(value); } });
const runs = makeRuns({
  store, t, session, header, transport, lesson, index, editor, stage, browse: (traces) => gallery.show(traces),
  say(line, kind = 'quiet') {
    stage.dataset.state = kind === 'error' ? 'error' : stage.dataset.state;
    panes.view('narration').message(line, kind);
  },
  async led(who) {
    editor.readOnly = who === 'follower';
    return classroom.begin(who);
  },
  tell(line) {
    notice.textContent = line;
    notice.toggleAttribute('hidden', !line);
  },
}, wanted, carried);
ui.pair = makePair(store, t, {
  code: () => editor.code,
  setCode(text) {
    editor.code = text;
    runs.own();
  },
  run: (policy) => runs.under(policy),
});
ui.policies = () => runs.policies;
ui.versus = () => lesson.versus;
ui.ranHere = () => runs.here;
const link = makeLink({ store, facts: () => ({ ...runs.facts(), preset: grid.preset?.id ?? '' }), links: panes.links });
classroom = makeClassroom({ store, t, ui, stage, session, runs, look, grid, panes, presets: shownPresets, prediction, transport, lesson });
const figures = makeFigures({ store, t, grid, look, panes, name: () => runs.fileName, version });
const exports = makeExports({ store, t, ui, session, figures, views: Object.keys(registry).filter((id) => id !== 'compare'), name: () => runs.fileName, alone: carried !== null });
const commands = [...pageCommands({ store, transport, lesson, index, editor, theme, look, runs, panes, presets: shownPresets, help: () => help.toggle() }), ...panes.commands, ...prediction.commands, ...ui.notes.commands, ...exports.commands, ...(carried ? [] : gallery.commands), ...classroom.commands];
const help = helpSheet(commands, t);
keys(commands);

store.subscribe((state, trace) => {
  transport.update(state, trace);
  lesson.update(state);
  if (state) link.remember();
});

document.addEventListener('dragover', (event) => event.preventDefault());
document.addEventListener('drop', (event) => {
  event.preventDefault();
  const file = event.dataTransfer?.files[0];
  if (file && /\.json$/i.test(file.name)) ui.notes.takeAside(file).then((line) => ui.announce(line));
  else if (file && ui.follows) ui.announce(t('class.watching'));
  else if (file) runs.file(file);
});

document.getElementById('header').append(...header.nodes);
document.getElementById('transport').before(panes.sections.timeline);
document.getElementById('transport').append(transport.node);
transport.node.querySelector('.space').after(classroom.node);
stage.append(live);
panes.sections.narration.querySelector('.body').prepend(notice);
panes.sections.narration.querySelector('.body').append(prediction.node, classroom.ballot, ui.notes.strip, lesson.node);
for (const { name, set } of panes.links) if (wanted.get(name) !== null) set(wanted.get(name));
look.preset(wanted.preset || carried?.views[0] || shownPresets[0].id);
new ResizeObserver(() => panes.resize()).observe(stage);
runs.start();
// What a driver of a page without a server asks for, see server/figures.c.
if (carried) Object.assign(window, { copyscope: { figures: figures.make, png: async (text) => base64Of(await pngOf(text)), print: (text) => printed(text, false), animation, views: Object.keys(registry) } });
