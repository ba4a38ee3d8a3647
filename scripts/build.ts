/** Bundles the program into dist/caravel.cjs: one file, loaded with Node's compile cache. Under a second. */
import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const home = join(import.meta.dirname, '..')
const out = join(home, 'dist')
const made = join(out, `caravel.${process.pid}.cjs`)

mkdirSync(out, { recursive: true })
await build({
  absWorkingDir: home,
  entryPoints: ['src/main/caravel.ts'],
  outfile: made,
  bundle: true,
  platform: 'node',
  target: 'node26',
  // Not `esm`, whose imports of Node's own modules are all loaded at every start: here each is when it is first needed.
  format: 'cjs',
  define: { 'import.meta.dirname': '__dirname' },
  sourcemap: 'linked',
  logLevel: 'warning',
  // Native code stays where npm put it.
  external: ['lmdb'],
})
// A second start at the same time must never load half a file.
renameSync(`${made}.map`, join(out, 'caravel.cjs.map'))
renameSync(made, join(out, 'caravel.cjs'))
// What Node kept of bundles before is of no use any more.
rmSync(join(out, 'cache'), { recursive: true, force: true })
