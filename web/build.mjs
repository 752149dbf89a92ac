/* Bundles the page: node build.mjs OUTDIR [--dev].  Everything it loads lies in OUTDIR; nothing comes from elsewhere.
 * standalone.html is the same page in one file, with a place for a recording: what `copyscope export --to html` fills. */
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
const dev = args.includes('--dev');
const out = resolve(args.find((arg) => !arg.startsWith('--')) ?? join(here, '../build/web'));

const FONTS = ['inter', 'jetbrains-mono'].flatMap((family) => ['latin', 'latin-ext', 'greek']
  .map((subset) => ({ family, file: `${family}-${subset}-wght-normal.woff2` })));

await mkdir(join(out, 'fonts'), { recursive: true });
await build({
  entryPoints: { app: join(here, 'src/main.js'), arrange: join(here, 'src/graph/worker.js'), door: join(here, 'src/door.js'), presenter: join(here, 'src/class/presenter.js') },
  outdir: out,
  bundle: true,
  format: 'iife',
  target: 'es2022',
  minify: !dev,
  sourcemap: dev ? 'inline' : false,
  external: ['fonts/*'],
  legalComments: 'none',
  logLevel: 'warning',
});
await Promise.all(['index.html', 'presenter.html', 'door.html', 'door.css'].map((name) => cp(join(here, name), join(out, name))));
await cp(join(here, '../hw/model/placements.json'), join(out, 'placements.json'));
await Promise.all(FONTS.map(({ family, file }) => cp(
  join(here, 'node_modules/@fontsource-variable', family, 'files', file), join(out, 'fonts', file))));
await writeFile(join(out, 'standalone.html'), await standalone());

/** The page in one file.  Its policy allows its own script and style, known by their digests, and no connection at all. */
async function standalone() {
  const read = (name) => readFile(join(out, name), 'utf8');
  const style = (await styleWithFonts()).trim();
  const [script, arrange] = (await Promise.all([read('app.js'), read('arrange.js')])).map(inline);
  const policy = [
    "default-src 'none'", `script-src '${digest(script)}'`, `style-src '${digest(style)}'`, 'font-src data:', 'img-src data: blob:', 'worker-src blob:',
    "base-uri 'none'", "form-action 'none'",
  ].join('; ');
  const page = await read('index.html');
  return [
    ['<meta charset="utf-8">', `<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="${policy}">`],
    ['<link rel="stylesheet" href="app.css">', `<style>${style}</style>`],
    ['<script src="door.js"></script>\n', ''],
    ['<script src="app.js" defer></script>\n', ''],
    ['</body>', `<!--recording-->\n<script type="text/plain" id="arrange">${arrange}</script>\n<script>${script}</script>\n</body>`],
  ].reduce((text, [from, to]) => {
    if (text.split(from).length !== 2) throw new Error(`index.html: not once: ${from}`);
    return text.replace(from, () => to);
  }, page);
}

async function styleWithFonts() {
  const fonts = await Promise.all(FONTS.map(async ({ file }) => [`fonts/${file}`, (await readFile(join(out, 'fonts', file))).toString('base64')]));
  const bare = await readFile(join(out, 'app.css'), 'utf8');
  return fonts.reduce((text, [file, data]) => text.replaceAll(file, `data:font/woff2;base64,${data}`), bare);
}

/** What would end a script or hide its end; in a string or an expression the escape means the same. */
function inline(text) {
  return text.trim().replace(/<(?=!--|\/?script)/gi, '\\x3c');
}

function digest(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
