import type { ValidatingWebhook } from '../../../api/admissionregistration/webhookType.ts'
import { internalError } from '../../../api/meta/statusError.ts'
import type { AdmissionPlugin } from '../../contract.ts'
import { ask, NotAsked } from './ask.ts'
import { type Hook, validatingHooks } from './hooks.ts'
import { isExempt } from './match.ts'
import { inquestOf, meant, type WebhookDeps } from './meant.ts'
import { measured } from './measured.ts'
import { checkTime, failedOpen } from './mutating.ts'
import type { View } from './review.ts'

/** Asks webhooks that may refuse what is written, all at once; the first refusal that comes is the answer. */
export function validatingWebhooks(deps: WebhookDeps): AdmissionPlugin {
  const hooks = validatingHooks(deps.objects)
  return {
    name: 'ValidatingAdmissionWebhook',
    async validate(request) {
      const all = hooks()
      if (all.length === 0 || isExempt(request)) return
      const inquest = inquestOf(request, deps, false)
      const asked: (readonly [Hook<ValidatingWebhook>, View])[] = []
      for (const hook of all) {
        const view = await meant(hook, inquest, deps)
        if (view) asked.push([hook, view])
      }
      if (asked.length === 0) return
      checkTime(request)
      const refusals: unknown[] = []
      await Promise.all(
        asked.map(([hook, view], index) =>
          askOne(deps, hook, view, index).catch((error: unknown) => {
            refusals.push(error)
          }),
        ),
      )
      if (refusals.length > 0) throw refusals[0]
    },
  }
}

async function askOne(deps: WebhookDeps, hook: Hook<ValidatingWebhook>, view: View, index: number): Promise<void> {
  try {
    await measured(deps.meter, hook, view, 'validating', () => ask(deps.caller, hook.webhook, view))
  } catch (error) {
    if (!(error instanceof NotAsked)) throw error
    if (hook.webhook.failurePolicy !== 'Ignore') throw internalError(error)
    failedOpen(deps, hook, error)
    if (view.request.signal?.aborted) return
    const place = `round_0_index_${index}`
    view.request.annotate(`failed-open.validating.webhook.admission.k8s.io/${place}`, hook.webhook.name)
  }
}
