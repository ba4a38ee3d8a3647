import { dnsLabel, dnsSubdomain } from '../../schema/rules/names.ts'
import { type Library, method } from '../check/environment.ts'
import { bool, string, struct, type Type } from '../types.ts'
import { CelError, Opaque, type Value } from '../values/value.ts'

/** Whom and what an expression asks about. */
export interface Question {
  /** Absent: whoever made the request. */
  readonly serviceAccount?: { readonly namespace: string; readonly name: string }
  readonly verb: string
  readonly path?: string
  readonly resource?: ResourceQuestion
}

export interface ResourceQuestion {
  readonly group: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  readonly fieldSelector: string
  readonly labelSelector: string
}

/** What the authorizer says. `error`: it could not tell. */
export interface Ruling {
  readonly allowed: boolean
  readonly reason: string
  readonly error?: string
}

/** Answers at once, or says when it will know: the evaluation is begun anew then. */
export type Ask = (question: Question) => Ruling | Promise<Ruling>

/** Ends an evaluation that has to wait for an answer. */
export class Awaiting extends Error {
  readonly answer: Promise<unknown>
  constructor(answer: Promise<unknown>) {
    super('waiting for the authorizer')
    this.answer = answer
  }
}

const type = (name: string): Type => struct(`kubernetes.authorization.${name}`, {})

/** The types of what the variables `authorizer` and `authorizer.requestResource` lead to. */
export const authorizerTypes = {
  authorizer: type('Authorizer'),
  path: type('PathCheck'),
  group: type('GroupCheck'),
  resource: type('ResourceCheck'),
  decision: type('Decision'),
}

type Partial = Omit<Question, 'verb'>

/** A question on its way: what has been said of it so far. */
class Inquiry extends Opaque {
  readonly type: Type
  readonly ask: Ask
  readonly about: Partial
  readonly group: string
  constructor(of: Type, ask: Ask, about: Partial, group = '') {
    super()
    this.type = of
    this.ask = ask
    this.about = about
    this.group = group
  }
  equals(other: Opaque): boolean {
    return this === other
  }
}

class DecisionValue extends Opaque {
  readonly type = authorizerTypes.decision
  readonly ruling: Ruling
  constructor(ruling: Ruling) {
    super()
    this.ruling = ruling
  }
  equals(other: Opaque): boolean {
    return this === other
  }
}

/** The value of `authorizer`. */
export const authorizerValue = (ask: Ask): Value => new Inquiry(authorizerTypes.authorizer, ask, {})

/** The value of `authorizer.requestResource`. */
export const resourceValue = (ask: Ask, resource: Omit<ResourceQuestion, 'fieldSelector' | 'labelSelector'>): Value =>
  new Inquiry(authorizerTypes.resource, ask, { resource: { ...resource, fieldSelector: '', labelSelector: '' } })

const filled = (text: Value, what: string): string => {
  if ((text as string).trim() === '') throw new CelError(`${what} must not be empty`)
  return text as string
}

function check(asked: Value, verb: Value): Value {
  const { ask, about } = asked as Inquiry
  const ruling = ask({ ...about, verb: verb as string })
  if (ruling instanceof Promise) throw new Awaiting(ruling)
  return new DecisionValue(ruling)
}

function serviceAccount(asked: Value, namespace: Value, name: Value): Value {
  if (dnsSubdomain(name as string).length) throw new CelError('Invalid service account name')
  if (dnsLabel(namespace as string).length) throw new CelError('Invalid service account namespace')
  const { ask } = asked as Inquiry
  const account = { namespace: namespace as string, name: name as string }
  return new Inquiry(authorizerTypes.authorizer, ask, { serviceAccount: account })
}

function resource(asked: Value, name: Value): Value {
  const { ask, about, group } = asked as Inquiry
  const empty = { subresource: '', namespace: '', name: '', fieldSelector: '', labelSelector: '' }
  return new Inquiry(authorizerTypes.resource, ask, {
    ...about,
    resource: { ...empty, group, resource: filled(name, 'resource') },
  })
}

const narrowed = (id: string, field: keyof ResourceQuestion) => [
  method(id, [authorizerTypes.resource, string], authorizerTypes.resource, (asked, value) => {
    const { ask, about, type: of } = asked as Inquiry
    return new Inquiry(of, ask, { ...about, resource: { ...(about.resource as ResourceQuestion), [field]: value } })
  }),
]

const told = <T extends Value>(id: string, of: Type, read: (ruling: Ruling) => T) => [
  method(id, [authorizerTypes.decision], of, value => read((value as DecisionValue).ruling)),
]

/** Questions to the authorizer: `authorizer.group('apps').resource('deployments').check('create').allowed()`. */
export const authorizer: Library = {
  types: Object.fromEntries(
    Object.values(authorizerTypes).map(each => [each.kind === 'struct' ? each.name : '', each]),
  ),
  functions: {
    path: [
      method('authorizer_path', [authorizerTypes.authorizer, string], authorizerTypes.path, (asked, path) => {
        const { ask, about } = asked as Inquiry
        return new Inquiry(authorizerTypes.path, ask, { ...about, path: filled(path, 'path') })
      }),
    ],
    group: [
      method('authorizer_group', [authorizerTypes.authorizer, string], authorizerTypes.group, (asked, group) => {
        const { ask, about } = asked as Inquiry
        return new Inquiry(authorizerTypes.group, ask, about, group as string)
      }),
    ],
    serviceAccount: [
      method(
        'authorizer_serviceaccount',
        [authorizerTypes.authorizer, string, string],
        authorizerTypes.authorizer,
        serviceAccount,
      ),
    ],
    resource: [method('groupcheck_resource', [authorizerTypes.group, string], authorizerTypes.resource, resource)],
    subresource: narrowed('resourcecheck_subresource', 'subresource'),
    namespace: narrowed('resourcecheck_namespace', 'namespace'),
    name: narrowed('resourcecheck_name', 'name'),
    fieldSelector: narrowed('authorizer_fieldselector', 'fieldSelector'),
    labelSelector: narrowed('authorizer_labelselector', 'labelSelector'),
    check: [
      method('pathcheck_check', [authorizerTypes.path, string], authorizerTypes.decision, check),
      method('resourcecheck_check', [authorizerTypes.resource, string], authorizerTypes.decision, check),
    ],
    errored: told('decision_errored', bool, ({ error }) => error !== undefined),
    error: told('decision_error', string, ({ error }) => error ?? ''),
    allowed: told('decision_allowed', bool, ({ allowed }) => allowed),
    reason: told('decision_reason', string, ({ reason }) => reason),
  },
}
