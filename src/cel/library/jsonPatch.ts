import { fn, type Library } from '../check/environment.ts'
import { string } from '../types.ts'

/** What JSON patches in expressions need. */
export const jsonPatch: Library = {
  functions: {
    'jsonpatch.escapeKey': [
      fn('string_jsonpatch_escapeKey_string', [string], string, key =>
        (key as string).replaceAll('~', '~0').replaceAll('/', '~1'),
      ),
    ],
  },
}
