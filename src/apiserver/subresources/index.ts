import { methodNotAllowed } from '../../api/meta/statusError.ts'
import type { Answer } from '../contract.ts'
import { nothingHere } from '../routing.ts'
import type { Call } from '../verbs/scope.ts'
import { bind } from './binding.ts'
import type { SubresourceDeps } from './deps.ts'
import { evict } from './eviction.ts'
import { log } from './log.ts'
import { proxy } from './proxy.ts'
import { rollback } from './rollback.ts'
import { scale } from './scale.ts'
import { attach, exec, portForward } from './stream.ts'

export type { NodeAddress, NodeDialer, SubresourceDeps } from './deps.ts'
export { createDialer, type DialerOptions } from './dialer.ts'

export interface Action {
  /** Verbs of requests, as authorization names them. */
  readonly verbs: readonly string[]
  answer(deps: SubresourceDeps, call: Call): Promise<Answer>
}

const opened = ['get', 'create']
const everything = ['get', 'create', 'update', 'patch', 'delete']

/** What is answered by a handler of its own, by `resource.group/subresource`; `bindings` is a kind that is not stored. */
export const actions: Readonly<Record<string, Action>> = {
  bindings: { verbs: ['create'], answer: bind },
  'pods/binding': { verbs: ['create'], answer: bind },
  'pods/eviction': { verbs: ['create'], answer: evict },
  'deployments.apps/rollback': { verbs: ['create'], answer: rollback },
  'pods/log': { verbs: ['get'], answer: log },
  'pods/exec': { verbs: opened, answer: exec },
  'pods/attach': { verbs: opened, answer: attach },
  'pods/portforward': { verbs: opened, answer: portForward },
  'pods/proxy': { verbs: everything, answer: proxy },
  'services/proxy': { verbs: everything, answer: proxy },
  'nodes/proxy': { verbs: everything, answer: proxy },
}

/** Answers subresources that are no views: `scale` of any kind, and the actions. Throws NotFound for what there is not. */
export function createSubresources(deps: SubresourceDeps): (call: Call) => Promise<Answer> {
  return async call => {
    const { served, info } = call
    const { resource } = served
    if (resource.subresources?.[info.subresource]?.form === 'scale') return scale(deps, call)
    const action = actions[info.subresource ? `${resource.qualified}/${info.subresource}` : resource.qualified]
    if (!action) throw nothingHere()
    if (!action.verbs.includes(info.verb)) throw methodNotAllowed(resource, info.verb)
    return action.answer(deps, call)
  }
}
