import {
  clusterRoleBindings,
  clusterRoles,
  type PolicyRule,
  type RoleRef,
  roleBindings,
  roles,
  type Subject,
} from '../../../api/index.ts'
import { notFound, type StatusError } from '../../../api/meta/statusError.ts'
import type { UserInfo } from '../../../api/resource.ts'
import { serviceAccountUserName } from '../../authn/serviceAccount/user.ts'
import type { ObjectReader } from '../../contract.ts'

/** The rules of one binding that applies, or why they could not be found. */
export type Granted =
  | { readonly rules: readonly PolicyRule[]; readonly source: () => string }
  | { readonly error: StatusError }

/** Finds the rules that apply to a user. Always as fresh as the reader: the index is made anew when a binding has changed. */
export interface RuleResolver {
  /** Cluster-wide bindings first, then those of the namespace; rules only ever add up. */
  granted(user: UserInfo, namespace: string): Iterable<Granted>
  /** The rules of the role a binding of this namespace (empty: cluster-wide) refers to. Throws NotFound. */
  rulesOf(reference: RoleRef, namespace: string): readonly PolicyRule[]
}

interface Entry {
  readonly name: string
  readonly namespace: string
  readonly roleRef: RoleRef
  readonly subject: Subject
  /** How people are told of it; made once. */
  description?: string
}

/** Bindings by namespace (empty: cluster-wide) and by whom they are for. */
type Index = Map<string, Map<string, Entry[]>>

export function createRuleResolver(objects: ObjectReader): RuleResolver {
  let built: { readonly version: string; readonly index: Index } | undefined
  const index = () => {
    const version = `${objects.version(clusterRoleBindings)}/${objects.version(roleBindings)}`
    if (built?.version !== version) built = { version, index: buildIndex(objects) }
    return built.index
  }
  const rulesOf = (reference: RoleRef, namespace: string): readonly PolicyRule[] => {
    const found =
      reference.kind === 'Role'
        ? objects.get(roles, namespace, reference.name)
        : objects.get(clusterRoles, undefined, reference.name)
    if (!found)
      throw notFound({ group: 'rbac.authorization.k8s.io', plural: reference.kind.toLowerCase() }, reference.name)
    return found.rules
  }
  return {
    rulesOf,
    *granted(user, namespace) {
      const all = index()
      for (const space of namespace ? ['', namespace] : ['']) {
        const bySubject = all.get(space)
        if (!bySubject) continue
        for (const entry of applying(bySubject, user)) {
          try {
            yield { rules: rulesOf(entry.roleRef, space), source: () => (entry.description ??= describe(entry)) }
          } catch (error) {
            yield { error: error as StatusError }
          }
        }
      }
    },
  }
}

function* applying(bySubject: Map<string, Entry[]>, user: UserInfo): Iterable<Entry> {
  yield* bySubject.get(`user:${user.name}`) ?? []
  for (const group of user.groups) yield* bySubject.get(`group:${group}`) ?? []
}

function buildIndex(objects: ObjectReader): Index {
  const index: Index = new Map()
  const add = (namespace: string, name: string, roleRef: RoleRef, subjects: readonly Subject[] = []) => {
    const bySubject = index.get(namespace) ?? new Map<string, Entry[]>()
    index.set(namespace, bySubject)
    for (const subject of subjects) {
      const key = subjectKey(subject, namespace)
      if (!key) continue
      const entries = bySubject.get(key)
      const entry = { name, namespace, roleRef, subject }
      if (entries) entries.push(entry)
      else bySubject.set(key, [entry])
    }
  }
  for (const { metadata, roleRef, subjects } of objects.list(clusterRoleBindings)) {
    add('', metadata.name ?? '', roleRef, subjects)
  }
  for (const { metadata, roleRef, subjects } of objects.list(roleBindings)) {
    add(metadata.namespace ?? '', metadata.name ?? '', roleRef, subjects)
  }
  return index
}

function subjectKey(subject: Subject, namespace: string): string | undefined {
  if (subject.kind === 'User') return `user:${subject.name}`
  if (subject.kind === 'Group') return `group:${subject.name}`
  const space = subject.namespace || namespace
  if (subject.kind !== 'ServiceAccount' || !space) return undefined
  return `user:${serviceAccountUserName(space, subject.name)}`
}

function describe({ name, namespace, roleRef, subject }: Entry): string {
  const quoted = JSON.stringify
  const who = subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace || namespace}` : subject.name
  const binding = namespace ? `RoleBinding ${quoted(`${name}/${namespace}`)}` : `ClusterRoleBinding ${quoted(name)}`
  return `${binding} of ${roleRef.kind} ${quoted(roleRef.name)} to ${subject.kind} ${quoted(who)}`
}
