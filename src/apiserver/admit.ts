import type { AdmissionPlugin, AdmissionRequest } from './contract.ts'
import type { AdmissionMeter, AdmissionStep } from './metrics/admission.ts'

/** All admission plugins as one, in their order: first those that change, then those that only look. */
export interface Admission {
  mutate(request: AdmissionRequest): Promise<void>
  validate(request: AdmissionRequest): Promise<void>
}

type Act = (request: AdmissionRequest) => Promise<void> | void

/** Carries a request through the plugins that change objects: a second time when one of them wants that. */
async function inRounds(request: AdmissionRequest, once: () => Promise<void>): Promise<void> {
  await once()
  if (!request.rounds.wanted) return
  request.rounds.round = 1
  await once()
}

export function createAdmission(plugins: readonly AdmissionPlugin[], meter?: AdmissionMeter): Admission {
  const mutating = plugins.flatMap(plugin => (plugin.mutate ? [{ name: plugin.name, act: plugin.mutate }] : []))
  const validating = plugins.flatMap(plugin => (plugin.validate ? [{ name: plugin.name, act: plugin.validate }] : []))
  if (meter) {
    return {
      mutate: request => inRounds(request, () => measured(mutating, 'admit', meter, request)),
      validate: request => measured(validating, 'validate', meter, request),
    }
  }
  const all = async (acts: readonly { readonly act: Act }[], request: AdmissionRequest) => {
    for (const { act } of acts) await act(request)
  }
  return {
    mutate: request => inRounds(request, () => all(mutating, request)),
    validate: request => all(validating, request),
  }
}

async function measured(
  acts: readonly { readonly name: string; readonly act: Act }[],
  step: AdmissionStep,
  meter: AdmissionMeter,
  request: AdmissionRequest,
): Promise<void> {
  const begun = performance.now()
  let before = begun
  let name = ''
  try {
    for (const each of acts) {
      name = each.name
      const answer = each.act(request)
      if (answer) await answer
      // The end of one is the beginning of the next: time is asked for once.
      const now = performance.now()
      meter.plugin(name, step, request, false, (now - before) / 1000)
      before = now
    }
  } catch (error) {
    const now = performance.now()
    meter.plugin(name, step, request, true, (now - before) / 1000)
    meter.step(step, request, true, (now - begun) / 1000)
    throw error
  }
  meter.step(step, request, false, (before - begun) / 1000)
}
