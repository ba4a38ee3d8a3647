import { fields, intOrString, list, object, one, root, string } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { TypedLocalObjectReference } from '../core/references.ts'
import type { ServedVersion } from '../resource.ts'
import { removedVersion } from '../versions.ts'
import {
  type HTTPIngressPath,
  httpIngressPathFields,
  type Ingress,
  type IngressBackend,
  type IngressRule,
  ingressFields,
  ingressRuleFields,
  ingressSpecFields,
} from './ingressType.ts'

/** Versions of Ingress that upstream stopped serving in v1.22: a backend has its service's name and port side by side. */

const backendFields = fields({
  /** Service in the same namespace. */
  serviceName: string(1),
  /** Port of the service, by number or name. */
  servicePort: intOrString(2, { always: true }),
  /** Object of another kind that answers; instead of a service. */
  resource: one(3, TypedLocalObjectReference, { pointer: true }),
})
type BetaBackend = Shape<typeof backendFields>

const { backend: _, ...sharedPath } = httpIngressPathFields
const { defaultBackend: __, rules: ___, ...sharedSpec } = ingressSpecFields

type BetaPath = Omit<HTTPIngressPath, 'backend'> & { backend: BetaBackend }
type BetaRule = Omit<IngressRule, 'http'> & { http?: { paths: BetaPath[] } }
type BetaSpec = Shape<typeof sharedSpec> & { backend?: BetaBackend; rules?: BetaRule[] }

/** An Ingress of networking.k8s.io/v1beta1 or extensions/v1beta1. */
export interface BetaIngress extends RootShape<Omit<typeof ingressFields, 'spec'>> {
  spec: BetaSpec
}

function betaType(version: string): Type<BetaIngress> {
  const backend = object<BetaBackend>(`io.k8s.api.${version}.IngressBackend`, backendFields)
  const path = object<BetaPath>(
    `io.k8s.api.${version}.HTTPIngressPath`,
    fields({
      ...sharedPath,
      /** How the path is compared: Exact, Prefix or ImplementationSpecific. */
      pathType: string(3, { pointer: true, default: 'ImplementationSpecific' }),
      /** Where such requests go. */
      backend: one(2, backend, { always: true }),
    }),
  )
  const http = object<{ paths: BetaPath[] }>(
    `io.k8s.api.${version}.HTTPIngressRuleValue`,
    fields({
      /** Paths and where they lead. */
      paths: list(1, path, { always: true, listType: 'atomic' }),
    }),
  )
  const value = object<object>(
    `io.k8s.api.${version}.IngressRuleValue`,
    fields({
      /** Rules for HTTP. */
      http: one(1, http, { pointer: true }),
    }),
  )
  const rule = object<BetaRule>(`io.k8s.api.${version}.IngressRule`, {
    ...ingressRuleFields,
    ingressRuleValue: one(2, value, { always: true, inline: true }),
  })
  const spec = object<BetaSpec>(
    `io.k8s.api.${version}.IngressSpec`,
    fields({
      ...sharedSpec,
      /** Where requests go that no rule is for. */
      backend: one(1, backend, { pointer: true }),
      /** Rules for hosts. */
      rules: list(3, rule, { listType: 'atomic' }),
    }),
  )
  return root(`io.k8s.api.${version}.Ingress`, { ...ingressFields, spec: one(2, spec, { always: true }) })
}

export const IngressV1beta1 = betaType('networking.v1beta1')
export const ExtensionsIngress = betaType('extensions.v1beta1')

function backendUp({ serviceName, servicePort, resource }: BetaBackend): IngressBackend {
  const port = typeof servicePort === 'string' ? { name: servicePort } : { number: servicePort }
  const named = serviceName || typeof servicePort === 'string' || servicePort !== 0
  return {
    ...(named ? { service: { name: serviceName ?? '', port: Object.values(port)[0] ? port : {} } } : {}),
    ...(resource ? { resource } : {}),
  }
}

const backendDown = ({ service, resource }: IngressBackend): BetaBackend => ({
  ...(service?.name ? { serviceName: service.name } : {}),
  servicePort: service?.port.name || service?.port.number || 0,
  ...(resource ? { resource } : {}),
})

function up(old: BetaIngress): Ingress {
  const { backend, rules, ...spec } = old.spec
  return {
    ...old,
    apiVersion: 'networking.k8s.io/v1',
    spec: {
      ...spec,
      ...(backend ? { defaultBackend: backendUp(backend) } : {}),
      ...(rules
        ? {
            rules: rules.map(({ http, ...rule }) => ({
              ...rule,
              ...(http
                ? { http: { paths: http.paths.map(path => ({ ...path, backend: backendUp(path.backend) })) } }
                : {}),
            })),
          }
        : {}),
    },
  }
}

const down =
  (apiVersion: string) =>
  (stored: Ingress): BetaIngress => {
    const { defaultBackend, rules, ...spec } = stored.spec
    return {
      ...stored,
      apiVersion,
      spec: {
        ...spec,
        ...(defaultBackend ? { backend: backendDown(defaultBackend) } : {}),
        ...(rules
          ? {
              rules: rules.map(({ http, ...rule }) => ({
                ...rule,
                ...(http
                  ? { http: { paths: http.paths.map(path => ({ ...path, backend: backendDown(path.backend) })) } }
                  : {}),
              })),
            }
          : {}),
      },
    }
  }

const version = (group: string, type: Type<BetaIngress>, since: string): ServedVersion<Ingress> => ({
  group,
  version: 'v1beta1',
  type,
  up: old => up(old as BetaIngress),
  down: down(`${group}/v1beta1`),
  deprecation: removedVersion(`${group}/v1beta1`, 'Ingress', since, '1.22', 'networking.k8s.io/v1'),
})

export const ingressVersions: readonly ServedVersion<Ingress>[] = [
  version('networking.k8s.io', IngressV1beta1, '1.19'),
  version('extensions', ExtensionsIngress, '1.14'),
]
