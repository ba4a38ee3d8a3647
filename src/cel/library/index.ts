import type { Library } from '../check/environment.ts'
import { authorizer } from './authorizer.ts'
import { cidrs } from './cidr.ts'
import { formats } from './format.ts'
import { ips } from './ip.ts'
import { jsonPatch } from './jsonPatch.ts'
import { kubernetesLists } from './kubernetesLists.ts'
import { lists } from './lists.ts'
import { optionals } from './optionals.ts'
import { pairs } from './pairs.ts'
import { quantities } from './quantity.ts'
import { regex } from './regex.ts'
import { semver } from './semver.ts'
import { sets } from './sets.ts'
import { standard } from './standard.ts'
import { strings } from './strings.ts'
import { times } from './times.ts'
import { urls } from './url.ts'

/** Everything that v1.36 lets expressions use. */
export const libraries: readonly Library[] = [
  standard,
  times,
  strings,
  optionals,
  pairs,
  sets,
  lists,
  kubernetesLists,
  regex,
  urls,
  ips,
  cidrs,
  quantities,
  semver,
  formats,
  authorizer,
  jsonPatch,
]
