import type { MutatingWebhook } from '../../../api/admissionregistration/webhookType.ts'
import { failure, internalError, StatusError } from '../../../api/meta/statusError.ts'
import { equal } from '../../../schema/derive/equal.ts'
import { applyJsonPatch } from '../../../schema/merge/jsonPatch.ts'
import type { AdmissionPlugin, AdmissionRequest } from '../../contract.ts'
import { ask, NotAsked } from './ask.ts'
import { type Hook, mutatingHooks } from './hooks.ts'
import { isExempt } from './match.ts'
import { inquestOf, meant, type WebhookDeps } from './meant.ts'
import { measured } from './measured.ts'
import type { View } from './review.ts'
import { shown, taken, undecided } from './shown.ts'

const name = 'MutatingAdmissionWebhook'

/** What is remembered between the first time and the second. */
interface Memory {
  /** Webhooks that want to be asked again, and have been asked since the last change. */
  readonly asked: Set<string>
  /** Webhooks that are asked again. */
  readonly again: Set<string>
  /** The object as the webhooks left it. */
  left?: unknown
}

/** Asks webhooks that may change what is written, one after the other: by the names of their configurations, in order. */
export function mutatingWebhooks(deps: WebhookDeps): AdmissionPlugin {
  const hooks = mutatingHooks(deps.objects)
  return {
    name,
    async mutate(request) {
      const all = hooks()
      if (all.length === 0 || isExempt(request)) return
      const memory = memoryOf(request)
      const second = request.rounds.round === 1
      const own = () => shown(request, request.served, undecided(request))
      if (second && !equal(memory.left, await own())) askAgain(memory)
      const inquest = inquestOf(request, deps, true)
      for (const [index, hook] of all.entries()) {
        const view = await meant(hook, inquest, deps)
        if (!view || (second && !memory.again.has(hook.id))) continue
        const changed = await askOne(deps, hook, view, index)
        if (changed) {
          askAgain(memory)
          request.rounds.wanted = true
        }
        if (hook.webhook.reinvocationPolicy === 'IfNeeded') memory.asked.add(hook.id)
      }
      if (!second && request.rounds.wanted) memory.left = await own()
    },
  }
}

function memoryOf({ rounds }: AdmissionRequest): Memory {
  const known = rounds.kept.get(name) as Memory | undefined
  const memory = known ?? { asked: new Set(), again: new Set() }
  rounds.kept.set(name, memory)
  return memory
}

/** The object has changed since these were asked. */
function askAgain({ asked, again }: Memory): void {
  for (const id of asked) again.add(id)
  asked.clear()
}

/** Whether the webhook changed the object. */
async function askOne(deps: WebhookDeps, hook: Hook<MutatingWebhook>, view: View, index: number): Promise<boolean> {
  const { request } = view
  const place = `round_${request.rounds.round}_index_${index}`
  let changed = false
  try {
    await measured(deps.meter, hook, view, 'admit', async () => {
      const { patch } = await ask(deps.caller, hook.webhook, view)
      if (patch) changed = await patched(hook, view, patch, place)
    })
  } catch (error) {
    if (!(error instanceof NotAsked)) throw error
    if (hook.webhook.failurePolicy !== 'Ignore') throw internalError(error)
    failedOpen(deps, hook, error)
    checkTime(request)
    request.annotate(`failed-open.mutation.webhook.admission.k8s.io/${place}`, hook.webhook.name)
  } finally {
    const { configuration, webhook } = hook
    const note = { configuration, webhook: webhook.name, mutated: changed }
    request.annotate(`mutation.webhook.admission.k8s.io/${place}`, JSON.stringify(note))
  }
  return changed
}

/** Says that a webhook was passed over which could not be asked. */
export function failedOpen({ log }: WebhookDeps, { webhook }: Hook, error: NotAsked): void {
  log.warn('a webhook could not be asked; the request goes on without it', { webhook: webhook.name, error })
}

/** Throws Timeout when the request is over: nobody waits for it any more. */
export function checkTime({ signal }: AdmissionRequest): void {
  if (signal?.aborted) throw failure(504, 'Timeout', 'Timeout: request did not complete within requested timeout', {})
}

async function patched(hook: Hook<MutatingWebhook>, view: View, text: string, place: string): Promise<boolean> {
  const { request, way, object } = view
  const { webhook, configuration } = hook
  const operations = decoded(webhook, text)
  if (operations.length === 0) return false
  if (object === null) {
    const words = `admission webhook ${JSON.stringify(webhook.name)} attempted to modify the object, which is not supported for this operation`
    throw internalError(new Error(words))
  }
  try {
    const changed = await taken(request, way.served, object, applyJsonPatch(object, operations))
    const note = { configuration, webhook: webhook.name, patch: operations.map(inOrder), patchType: 'JSONPatch' }
    request.annotate(`patch.webhook.admission.k8s.io/${place}`, JSON.stringify(note), 'Request')
    return changed
  } catch (error) {
    throw error instanceof StatusError ? error : internalError(error)
  }
}

/** With keys in the order in which upstream writes them. */
const inOrder = (operation: unknown): unknown =>
  typeof operation === 'object' && operation !== null
    ? Object.fromEntries(Object.entries(operation).sort(([a], [b]) => (a < b ? -1 : 1)))
    : operation

function decoded({ name: webhook }: MutatingWebhook, text: string): readonly unknown[] {
  const refuse = (why: string, cause?: unknown) =>
    new NotAsked(webhook, `received undecodable patch in webhook response: ${why}`, { cause })
  let operations: unknown
  try {
    operations = JSON.parse(text)
  } catch (cause) {
    throw refuse((cause as Error).message, cause)
  }
  if (operations === null) return []
  if (!Array.isArray(operations)) throw refuse('it is no list of operations')
  return operations
}
