import {
  type ValidatingAdmissionPolicy,
  type ValidatingAdmissionPolicyBinding,
  type Validation,
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
} from '../../../api/index.ts'
import { longestMessage, objectBudget } from '../../../cel/limits.ts'
import type { AdmissionPlugin, AdmissionRequest } from '../../contract.ts'
import { policyError } from '../../metrics/policies.ts'
import type { Told } from '../webhook/conditions.ts'
import { type Inquiries, inquiriesOf } from '../webhook/inquiries.ts'
import { isExempt } from '../webhook/match.ts'
import type { CompiledValidation } from './compile.ts'
import { compileValidation } from './compile.ts'
import { conditionsHold } from './conditions.ts'
import { denial } from './denial.ts'
import { evaluation, OutOfBudget, type Result } from './evaluation.ts'
import { type Hook, hooksIn } from './hooks.ts'
import { wayMatched } from './match.ts'
import { checkParamAccess } from './paramAccess.ts'
import { collectParams, type Param, servedKind } from './params.ts'
import { conditionsOf, isIgnored, type PolicyDeps } from './plugin.ts'
import { type Seen, seenIn } from './seen.ts'

type PolicyHook = Hook<ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding, CompiledValidation>

/** What one validation came to, where it did not let the write in. */
export interface Refused {
  readonly index: number
  readonly message: string
  readonly reason?: string
  /** What the expression took. */
  readonly seconds: number
}

/** What validating with one parameter came to. */
interface Judged {
  readonly refused: readonly Refused[]
  /** What could not be told, and does not matter to the policy. */
  readonly passed: readonly Refused[]
  /** Notes for the audit that could not be made. */
  readonly unnoted: readonly { readonly message: string; readonly seconds: number }[]
}

const longestAnnotation = 10 * 1024

/** Holds writes to the policies that are bound: ValidatingAdmissionPolicy. */
export function validatingPolicies(deps: PolicyDeps): AdmissionPlugin {
  const hooks = hooksIn(deps.objects, validatingAdmissionPolicies, validatingAdmissionPolicyBindings, compileValidation)
  return {
    name: 'ValidatingAdmissionPolicy',
    async validate(request) {
      if (isExempt(request)) return checkParamAccess(request, deps)
      const all = hooks()
      if (!all.length || isIgnored(request)) return
      const inquiries = inquiriesOf(deps.authorization, request.user)
      const denied: { policy: string; binding: string | undefined; refused: Pick<Refused, 'message' | 'reason'> }[] = []
      for (const hook of all) denied.push(...(await carryOut(deps, hook, request, inquiries)))
      const [first] = denied
      if (first) throw denial(request, first.policy, first.binding, first.refused)
    },
  }
}

interface Denied {
  policy: string
  binding: string | undefined
  refused: Pick<Refused, 'message' | 'reason'>
}

async function carryOut(
  deps: PolicyDeps,
  hook: PolicyHook,
  request: AdmissionRequest,
  inquiries: Inquiries,
): Promise<Denied[]> {
  const { policy, name, compiled } = hook
  const denied: Denied[] = []
  const ignored = policy.spec.failurePolicy === 'Ignore'
  const misconfigured = (message: string, binding?: string): void => {
    const what = binding === undefined ? 'failed to configure policy' : 'failed to configure binding'
    if (!ignored) denied.push({ policy: name, binding, refused: { message: `${what}: ${message}` } })
  }
  const way = await wayMatched(hook.match, request, deps)
  if (!way) return denied
  const { paramKind } = policy.spec
  const kind = paramKind && servedKind(paramKind, deps)
  if (paramKind && !kind) {
    misconfigured(`failed to find resource referenced by paramKind: '${paramKind.apiVersion}, Kind=${paramKind.kind}'`)
    return denied
  }
  const notes = new Map<string, string[]>()
  let seen: Seen | undefined
  for (const { binding, name: bindingName, match } of hook.bindings) {
    if (!(await wayMatched(match, request, deps))) continue
    let params: readonly Param[]
    try {
      params = await collectParams(kind, binding.spec.paramRef, request.namespace, deps)
    } catch (error) {
      misconfigured((error as Error).message, bindingName)
      continue
    }
    if (params.length) seen ??= await seenIn(request, way, false, deps)
    for (const { value } of params) {
      const told = conditionsOf(deps, name, request)
      const judged = await validate(policy, compiled, seen as Seen, value, inquiries, notes, told)
      const check = ({ message, seconds }: Pick<Refused, 'message' | 'seconds'>) => ({
        ...{ policy: name, binding: bindingName, seconds },
        error: policyError(message),
      })
      for (const each of judged.passed) deps.meter.validated(check(each), 'allow')
      for (const each of judged.refused) {
        act(request, binding, each, denied)
        for (const action of binding.spec.validationActions ?? []) {
          deps.meter.validated(check(each), action.toLowerCase() as 'deny' | 'audit' | 'warn')
        }
      }
      for (const each of judged.unnoted) {
        denied.push({ policy: name, binding: bindingName, refused: { message: each.message } })
        deps.meter.validated(check(each), 'deny')
      }
    }
  }
  for (const [key, values] of notes) request.annotate(`${name}/${key}`, values.join(', '))
  return denied
}

/** Does what the binding says about a write that does not hold. */
function act(
  request: AdmissionRequest,
  { metadata, spec }: ValidatingAdmissionPolicyBinding,
  { index, message, reason }: Refused,
  denied: Denied[],
): void {
  const { policyName: policy = '', validationActions = [] } = spec
  const binding = metadata.name ?? ''
  for (const action of validationActions) {
    if (action === 'Deny') denied.push({ policy, binding, refused: { message, ...(reason ? { reason } : {}) } })
    if (action === 'Warn')
      request.warn(`Validation failed for ValidatingAdmissionPolicy '${policy}' with binding '${binding}': ${message}`)
    if (action === 'Audit') {
      const value = [{ message, policy, binding, expressionIndex: index, validationActions }]
      request.annotate('validation.policy.admission.k8s.io/validation_failure', JSON.stringify(value))
    }
  }
}

/** Carries out one policy with one parameter. `failed`: notes for the audit that could not be made. */
async function validate(
  policy: ValidatingAdmissionPolicy,
  compiled: CompiledValidation,
  seen: Seen,
  params: unknown,
  inquiries: Inquiries,
  notes: Map<string, string[]>,
  told: Told,
): Promise<Judged> {
  const ignored = policy.spec.failurePolicy === 'Ignore'
  const failed: Refused[] = []
  const failure = (message: string, index = 0, seconds = 0): void => void failed.push({ index, message, seconds })
  const judged = (refused: readonly Refused[], unnoted: Judged['unnoted']): Judged =>
    ignored
      ? { refused, passed: failed, unnoted }
      : { refused: [...refused, ...failed].sort((a, b) => a.index - b.index), passed: [], unnoted }
  const held = await conditionsHold(compiled, seen, params, inquiries, told)
  if (held === false) return judged([], [])
  if (held !== true) {
    failure(held.error)
    return judged([], [])
  }
  try {
    const refused = await refusals(policy, compiled, seen, params, inquiries, failure)
    return judged(refused, await annotations(compiled, seen, params, inquiries, ignored, notes))
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error
    failed.length = 0
    failure(error.message)
    return judged([], [])
  }
}

async function refusals(
  { spec }: ValidatingAdmissionPolicy,
  compiled: CompiledValidation,
  seen: Seen,
  params: unknown,
  inquiries: Inquiries,
  failure: (message: string, index: number, seconds: number) => void,
): Promise<readonly Refused[]> {
  const run = evaluation(compiled, seen, params, inquiries, objectBudget)
  const results: Result[] = []
  for (const { expression } of compiled.validations) results.push(await run.result(expression))
  // Messages cannot ask the authorizer, and spend what is left.
  const messages = evaluation(compiled, seen, params, undefined, run.left)
  const refused: Refused[] = []
  for (const [index, result] of results.entries()) {
    const validation = spec.validations?.[index] as Validation
    if ('error' in result) failure(result.error, index, result.seconds)
    else if (result.value !== true) {
      const made = compiled.validations[index]?.message
      try {
        const message = messageOf(validation, made && (await messages.result(made)))
        refused.push({ index, message, reason: validation.reason ?? 'Invalid', seconds: result.seconds })
      } catch (error) {
        if (!(error instanceof OutOfBudget)) throw error
        failure(`failed messageExpression: ${error.message}`, index, result.seconds)
      }
    }
  }
  return refused
}

/** What is said of a write that does not hold: what the expression makes, else the message, else the expression. */
function messageOf({ expression, message = '' }: Validation, made: Result | undefined): string {
  const text = made && 'value' in made && typeof made.value === 'string' ? made.value.trim() : ''
  const usable = text !== '' && !text.includes('\n') && new TextEncoder().encode(text).length <= longestMessage
  if (usable) return text
  return message.trim() || `failed expression: ${expression.trim()}`
}

/** Adds what is noted for the audit to `notes`; returns why some of it could not be made. */
async function annotations(
  compiled: CompiledValidation,
  seen: Seen,
  params: unknown,
  inquiries: Inquiries,
  ignored: boolean,
  notes: Map<string, string[]>,
): Promise<Judged['unnoted']> {
  const failed: { message: string; seconds: number }[] = []
  if (!compiled.annotations.length) return failed
  const run = evaluation(compiled, seen, params, inquiries, objectBudget)
  for (const { key, value } of compiled.annotations) {
    const result = await run.result(value)
    if ('error' in result) {
      if (!ignored) failed.push({ message: result.error, seconds: result.seconds })
      continue
    }
    const text = typeof result.value === 'string' ? result.value.trim().slice(0, longestAnnotation) : ''
    const values = notes.get(key) ?? []
    if (text !== '' && !values.includes(text)) notes.set(key, [...values, text])
  }
  return failed
}
