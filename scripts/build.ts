/** Bundles the program into dist/caravel.mjs: one file, loaded with Node's compile cache. Under a second. */
import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const home = join(import.meta.dirname, '..')
const out = join(home, 'dist')
const made = join(out, `caravel.${process.pid}.mjs`)

mkdirSync(out, { recursive: true })
await build({
  absWorkingDir: home,
  entryPoints: ['src/main/caravel.ts'],
  outfile: made,
  bundle: true,
  platform: 'node',
  target: 'node26',
  format: 'esm',
  sourcemap: 'linked',
  logLevel: 'warning',
  // Native code and packages that read files beside themselves stay where npm put them.
  external: ['lmdb', 'pino', '@grpc/grpc-js'],
  banner: {
    js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);",
  },
})
// A second start at the same time must never load half a file.
renameSync(`${made}.map`, join(out, 'caravel.mjs.map'))
renameSync(made, join(out, 'caravel.mjs'))
