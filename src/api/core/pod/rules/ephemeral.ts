import { semanticEqual } from '../../../../schema/derive/equal.ts'
import { forbidden } from '../../../../schema/rules/errors.ts'
import { at } from '../../../../schema/rules/path.ts'
import type { FieldError } from '../../../../schema/types.ts'
import { EphemeralContainer } from '../container.ts'
import type { Pod } from '../pod.ts'
import { isMirror } from './annotations.ts'
import { differences } from './difference.ts'

const path = at('spec', 'ephemeralContainers')

/** Ephemeral containers may be added, never changed or taken away. Of upstream's ValidatePodEphemeralContainersUpdate. */
export function ephemeralRules(pod: Pod, old: Pod): readonly FieldError[] {
  if (isMirror(old.metadata)) return [forbidden(at(''), 'static pods do not support ephemeral containers')]
  const after = new Map((pod.spec.ephemeralContainers ?? []).map((container, i) => [container.name, { container, i }]))
  return (old.spec.ephemeralContainers ?? []).flatMap(before => {
    const found = after.get(before.name)
    const told = `existing ephemeral containers ${JSON.stringify(before.name)} may not be`
    if (!found) return [forbidden(path, `${told} removed\n`)]
    if (semanticEqual(EphemeralContainer, found.container, before)) return []
    return [forbidden(path, `${told} changed\n${differences(before, found.container, path.index(found.i))}`)]
  })
}
