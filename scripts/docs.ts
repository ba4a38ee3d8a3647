/** Writes docs/flags.md from the flag table. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { flagDocs } from '../src/main/flagDocs.ts'

writeFileSync(join(import.meta.dirname, '..', 'docs', 'flags.md'), flagDocs())
