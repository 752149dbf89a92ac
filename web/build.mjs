/* Bundles the page: node build.mjs OUTDIR [--dev].  Everything it loads lies in OUTDIR; nothing comes from elsewhere. */
import { build } from 'esbuild';
import { cp, mkdir } from 'node:fs/promises';
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
  entryPoints: { app: join(here, 'src/main.js'), arrange: join(here, 'src/graph/worker.js') },
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
await cp(join(here, 'index.html'), join(out, 'index.html'));
await cp(join(here, '../hw/model/placements.json'), join(out, 'placements.json'));
await Promise.all(FONTS.map(({ family, file }) => cp(
  join(here, 'node_modules/@fontsource-variable', family, 'files', file), join(out, 'fonts', file))));
