import {
  type MutatingAdmissionPolicy,
  type MutatingAdmissionPolicyBinding,
  mutatingAdmissionPolicies,
  mutatingAdmissionPolicyBindings,
} from '../../../api/index.ts'
import { StatusError } from '../../../api/meta/statusError.ts'
import { objectBudget } from '../../../cel/limits.ts'
import { equal } from '../../../schema/derive/equal.ts'
import type { AdmissionPlugin, AdmissionRequest } from '../../contract.ts'
import { type PolicyError, policyError } from '../../metrics/policies.ts'
import { type Inquiries, inquiriesOf } from '../webhook/inquiries.ts'
import { isExempt } from '../webhook/match.ts'
import { kindOf, shown, taken, undecided } from '../webhook/shown.ts'
import type { Way } from '../webhook/ways.ts'
import { type CompiledMutation, compileMutation } from './compile.ts'
import { conditionsHold } from './conditions.ts'
import { mutationDenial } from './denial.ts'
import { evaluation } from './evaluation.ts'
import { type Hook, hooksIn } from './hooks.ts'
import { wayMatched } from './match.ts'
import { collectParams, type Param, servedKind } from './params.ts'
import { withConfiguration, withPatch } from './patches.ts'
import { conditionsOf, isIgnored, type PolicyDeps } from './plugin.ts'
import { seenIn } from './seen.ts'

const plugin = 'MutatingAdmissionPolicy'

type PolicyHook = Hook<MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding, CompiledMutation>

/** A policy that is to be carried out with one parameter. */
interface Invocation {
  readonly id: string
  readonly hook: PolicyHook
  readonly binding: string
  readonly way: Way
  readonly param: Param
}

interface Failure {
  readonly message: string
  readonly reason?: string
}

/** What is remembered between the first time and the second. */
interface Memory {
  readonly done: Set<string>
  readonly again: Set<string>
  left?: unknown
}

/** Changes writes as the policies say that are bound: MutatingAdmissionPolicy. */
export function mutatingPolicies(deps: PolicyDeps): AdmissionPlugin {
  const hooks = hooksIn(deps.objects, mutatingAdmissionPolicies, mutatingAdmissionPolicyBindings, compileMutation)
  return {
    name: plugin,
    async mutate(request) {
      const all = hooks()
      if (!all.length || isExempt(request) || isIgnored(request)) return
      if (request.operation !== 'CREATE' && request.operation !== 'UPDATE') return
      const failures: Failure[] = []
      const invocations: Invocation[] = []
      for (const hook of all) invocations.push(...(await invocationsOf(deps, hook, request, failures)))
      if (invocations.length) await carryOut(deps, invocations, request, failures)
      if (failures.length) throw mutationDenial(request, failures)
    },
  }
}

async function invocationsOf(
  deps: PolicyDeps,
  hook: PolicyHook,
  request: AdmissionRequest,
  failures: Failure[],
): Promise<Invocation[]> {
  const { policy, name } = hook
  const failed = (why: string, binding?: string): void => {
    const what = binding === undefined ? 'failed to configure policy' : 'failed to configure binding'
    fail(hook, binding, `${what}: ${why}`, failures)
  }
  const way = await wayMatched(hook.match, request, deps)
  if (!way) return []
  const { paramKind } = policy.spec
  const kind = paramKind && servedKind(paramKind, deps)
  if (paramKind && !kind) {
    failed(`failed to find resource referenced by paramKind: '${paramKind.apiVersion}, Kind=${paramKind.kind}'`)
    return []
  }
  const found: Invocation[] = []
  for (const { binding, name: bound, match } of hook.bindings) {
    if (!(await wayMatched(match, request, deps))) continue
    try {
      for (const param of await collectParams(kind, binding.spec.paramRef, request.namespace, deps))
        found.push({ id: `${name}/${bound}/${param.id}`, hook, binding: bound, way, param })
    } catch (error) {
      failed((error as Error).message, bound)
    }
  }
  return found
}

/** Notes that a policy could not be carried out, unless such failures are to be ignored. */
function fail(
  { policy, name }: PolicyHook,
  binding: string | undefined,
  why: string,
  failures: Failure[],
  reason?: string,
): void {
  if (policy.spec.failurePolicy === 'Ignore') return
  const by = binding === undefined ? `policy ${JSON.stringify(name)}` : `policy '${name}' with binding '${binding}'`
  failures.push({ message: `${by} denied request: ${why}`, ...(reason ? { reason } : {}) })
}

async function carryOut(
  deps: PolicyDeps,
  invocations: readonly Invocation[],
  request: AdmissionRequest,
  failures: Failure[],
): Promise<void> {
  const memory = memoryOf(request)
  const second = request.rounds.round === 1
  const own = (): Promise<unknown> => shown(request, request.served, undecided(request))
  if (second && !equal(memory.left, await own())) askAgain(memory)
  const inquiries = inquiriesOf(deps.authorization, request.user)
  for (const invocation of invocations) {
    const { id, hook, binding, way, param } = invocation
    const held = await conditionsHold(
      hook.compiled,
      await seenIn(request, way, true, deps),
      param.value,
      inquiries,
      conditionsOf(deps, hook.name, request),
    )
    if (held === false) continue
    if (held !== true) {
      fail(hook, binding, held.error, failures, 'Invalid')
      continue
    }
    if (second && !memory.again.has(id)) continue
    if (await mutate(deps, invocation, request, inquiries, failures)) {
      askAgain(memory)
      request.rounds.wanted = true
    }
    if (hook.policy.spec.reinvocationPolicy === 'IfNeeded') memory.done.add(id)
  }
  memory.left = await own()
}

/** Carries out the mutations of a policy in order, each on what the one before made. Whether the object changed. */
async function mutate(
  deps: PolicyDeps,
  { hook, binding, way, param }: Invocation,
  request: AdmissionRequest,
  inquiries: Inquiries,
  failures: Failure[],
): Promise<boolean> {
  let changed = false
  const { apiVersion, kind, type } = kindOf(request, way.served)
  for (const { patch, expression } of hook.compiled.mutations) {
    const seen = await seenIn(request, way, true, deps)
    if (seen.object === null) continue
    const object = seen.object as object
    const begun = performance.now()
    const told = (error: PolicyError) =>
      deps.meter.mutated({ policy: hook.name, binding, error, seconds: (performance.now() - begun) / 1000 })
    try {
      const result = await evaluation(hook.compiled, seen, param.value, inquiries, objectBudget).result(expression)
      if ('error' in result) {
        told(policyError(result.error))
        fail(hook, binding, result.error, failures, 'Invalid')
        continue
      }
      const next = patch
        ? withPatch(object, result.value)
        : withConfiguration(type, object, result.value, { apiVersion, kind })
      if (await taken(request, way.served, object, next)) changed = true
      told('no_error')
    } catch (error) {
      told(policyError((error as Error).message))
      if (error instanceof StatusError) throw error
      // A programming error is none of the policy's.
      if (!(error instanceof Error) || error instanceof TypeError) throw error
      fail(hook, binding, error.message, failures, 'Invalid')
    }
  }
  return changed
}

function memoryOf({ rounds }: AdmissionRequest): Memory {
  const known = rounds.kept.get(plugin) as Memory | undefined
  const memory = known ?? { done: new Set(), again: new Set() }
  rounds.kept.set(plugin, memory)
  return memory
}

/** The object has changed since these were carried out. */
function askAgain({ done, again }: Memory): void {
  for (const id of done) again.add(id)
  done.clear()
}
