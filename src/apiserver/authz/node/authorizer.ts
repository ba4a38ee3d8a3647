import { type PodReferences, podReferences } from '../../../api/core/pod/references.ts'
import { type Pod, type PolicyRule, pods } from '../../../api/index.ts'
import { parseFieldSelector } from '../../../api/meta/fieldSelector.ts'
import type { AuthorizationAttributes, Authorizer, Decision, ObjectReader } from '../../contract.ts'
import { ruleAllows } from '../rbac/match.ts'
import { nodeOf } from './identity.ts'

const allow: Decision = { decision: 'allow', reason: '' }
const no = (reason = ''): Decision => ({ decision: 'none', reason })

/** Made once per pod: pods are frozen, and few of them change what they refer to. */
type References = (pod: Pod) => PodReferences

/**
 * What kubelets may do: read what the pods on their node refer to, and write their own node, lease and pods
 * (`plugin/pkg/auth/authorizer/node`). What a write contains is left to the NodeRestriction admission plugin.
 * Relations are looked up in the pods themselves: there is no graph that could lag behind.
 */
export function nodeAuthorizer(deps: {
  readonly objects: ObjectReader
  readonly rules: readonly PolicyRule[]
}): Authorizer {
  const known = new WeakMap<Pod, PodReferences>()
  const references: References = pod => {
    const found = known.get(pod) ?? podReferences(pod)
    known.set(pod, found)
    return found
  }
  return {
    name: 'node',
    authorize(attributes) {
      const nodeName = nodeOf(attributes.user)
      if (nodeName === undefined) return no()
      if (nodeName === '') return no(`unknown node for user ${JSON.stringify(attributes.user.name)}`)
      const special = attributes.isResource ? byResource[qualified(attributes)] : undefined
      if (special) return special({ attributes, nodeName, objects: deps.objects, references })
      return deps.rules.some(rule => ruleAllows(rule, attributes)) ? allow : no()
    },
  }
}

interface Question {
  readonly attributes: AuthorizationAttributes
  readonly nodeName: string
  readonly objects: ObjectReader
  readonly references: References
}

const qualified = ({ group, resource }: AuthorizationAttributes) => (group ? `${resource}.${group}` : resource)

const byResource: Readonly<Record<string, (question: Question) => Decision>> = {
  secrets: question => readNamespaced(question, (pod, name) => refers(question, pod).secrets.has(name)),
  configmaps: question => readNamespaced(question, (pod, name) => refers(question, pod).configMaps.has(name)),
  persistentvolumeclaims: claim,
  serviceaccounts: serviceAccount,
  'leases.coordination.k8s.io': lease,
  nodes: node,
  pods: pod,
}

/** A mirror pod is the node's own work and can't give it anything. */
const refers = ({ references }: Question, candidate: Pod): PodReferences =>
  isMirror(candidate) ? { secrets: new Set(), configMaps: new Set(), claims: new Set() } : references(candidate)
const isMirror = (candidate: Pod) => candidate.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined

/** Allowed when some pod of this node and the object's namespace is related to the object. */
function related(question: Question, relates: (candidate: Pod, name: string) => boolean): Decision {
  const { attributes, nodeName, objects } = question
  if (!attributes.name) return no('No Object name found')
  for (const candidate of objects.list(pods, attributes.namespace)) {
    if (candidate.spec?.nodeName === nodeName && relates(candidate, attributes.name)) return allow
  }
  return no(`no relationship found between node '${nodeName}' and this object`)
}

function readNamespaced(question: Question, relates: (candidate: Pod, name: string) => boolean): Decision {
  const { verb, subresource, namespace } = question.attributes
  if (verb !== 'get' && verb !== 'list' && verb !== 'watch') return no('can only read resources of this type')
  if (subresource) return no('cannot read subresource')
  if (!namespace) return no('can only read namespaced object of this type')
  return related(question, relates)
}

function claim(question: Question): Decision {
  const { verb, subresource } = question.attributes
  const relates = (candidate: Pod, name: string) => refers(question, candidate).claims.has(name)
  if (subresource === 'status') {
    if (verb !== 'update' && verb !== 'patch') return no('can only get/update/patch this type')
    return related(question, relates)
  }
  if (verb !== 'get') return no('can only get individual resources of this type')
  return subresource ? no('cannot get subresource') : related(question, relates)
}

function serviceAccount(question: Question): Decision {
  const { verb, subresource, name } = question.attributes
  const relates = (candidate: Pod, account: string) =>
    candidate.spec?.serviceAccountName === account && !isMirror(candidate)
  if (verb === 'get' && !subresource) return readNamespaced(question, relates)
  if (verb !== 'create' || !name) return no('can only create tokens for individual service accounts')
  if (subresource !== 'token') return no('can only create token subresource of serviceaccount')
  return related(question, relates)
}

function lease({ attributes: { verb, namespace, name }, nodeName }: Question): Decision {
  if (!['get', 'create', 'update', 'patch', 'delete'].includes(verb)) {
    return no('can only get, create, update, patch, or delete a node lease')
  }
  if (namespace !== 'kube-node-lease') return no('can only access leases in the "kube-node-lease" system namespace')
  // The name of a create is not known here: admission looks at it.
  if (verb !== 'create' && name !== nodeName) {
    return no('can only access node lease with the same name as the requesting node')
  }
  return allow
}

function node({ attributes: { verb, subresource, name }, nodeName }: Question): Decision {
  const writes = verb === 'update' || verb === 'patch'
  if (subresource === 'status') return writes ? allow : no()
  if (subresource) return no()
  if (writes || verb === 'create') return allow
  if (verb !== 'get' && verb !== 'list' && verb !== 'watch') return no()
  if (name === nodeName) return allow
  return name
    ? no(`node '${nodeName}' cannot read '${name}', only its own Node object`)
    : no(`node '${nodeName}' cannot read all nodes, only its own Node object`)
}

function pod(question: Question): Decision {
  const { verb, subresource, name, fieldSelector } = question.attributes
  const itself = (candidate: Pod, wanted: string) => candidate.metadata.name === wanted
  if (subresource === 'status') return verb === 'update' || verb === 'patch' ? allow : no()
  if (subresource === 'eviction') return verb === 'create' ? allow : no()
  if (subresource) return no()
  if (verb === 'create' || verb === 'delete') return allow
  if (verb === 'get') return related(question, itself)
  if (verb !== 'list' && verb !== 'watch') return no()
  if (selectsNode(fieldSelector, question.nodeName)) return allow
  return name ? related(question, itself) : no('can only list/watch pods with spec.nodeName field selector')
}

function selectsNode(selector: string | undefined, nodeName: string): boolean {
  if (!selector) return false
  return parseFieldSelector(selector).some(
    ({ field, operator, value }) => field === 'spec.nodeName' && operator === '=' && value === nodeName,
  )
}
