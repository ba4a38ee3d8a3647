import { parseLegacyIP } from '../../base/ip.ts'
import { invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { dnsLabel, dnsSubdomain, portName, portNumber, wildcardSubdomain } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { ipRules } from '../core/addresses.ts'
import { wrong } from '../core/pod/rules/names.ts'
import type { HTTPIngressPath, Ingress, IngressBackend, IngressRule, IngressTLS } from './ingressType.ts'
import { referenceRules } from './reference.ts'

/** Annotation that named the class before there was a field for it. */
export const classAnnotation = 'kubernetes.io/ingress.class'

/** What an object that was stored under laxer rules may keep. */
interface Lax {
  readonly secretNames: boolean
  readonly wildcardRules: boolean
}

const laxFor = ({ spec: { tls = [], rules = [] } }: Ingress): Lax => ({
  secretNames: tls.some(({ secretName }) => secretName && dnsSubdomain(secretName).length > 0),
  wildcardRules: rules.some(rule => rule.host?.includes('*') && valueRules(rule, at()).length > 0),
})

/** Of upstream's `ValidateIngressCreate` and `ValidateIngressUpdate`. */
export function ingressRules(ingress: Ingress, old: Ingress | undefined): readonly FieldError[] {
  const { spec, metadata } = ingress
  const { rules = [], tls = [], defaultBackend, ingressClassName } = spec
  const lax: Lax = old ? laxFor(old) : { secretNames: false, wildcardRules: false }
  const path = at('spec')
  const errors: FieldError[] = []
  if (rules.length === 0 && !defaultBackend)
    errors.push(invalid(path, spec.rules, 'either `defaultBackend` or `rules` must be specified'))
  if (defaultBackend) errors.push(...backendRules(defaultBackend, path.child('defaultBackend')))
  for (const [i, rule] of rules.entries()) errors.push(...ruleRules(rule, lax, path.child('rules').index(i)))
  for (const [i, one] of tls.entries()) errors.push(...tlsRules(one, lax, path.child('tls').index(i)))
  if (ingressClassName !== undefined)
    errors.push(...wrong(dnsSubdomain(ingressClassName), path.child('ingressClassName'), ingressClassName))
  const annotated = metadata.annotations?.[classAnnotation]
  if (!old && annotated !== undefined && ingressClassName !== undefined && annotated !== ingressClassName)
    errors.push(
      invalid(at('annotations', classAnnotation), annotated, 'must match `ingressClassName` when both are specified'),
    )
  return errors
}

const hostRules = (host: string, path: Path): FieldError[] =>
  wrong(host.includes('*') ? wildcardSubdomain(host) : dnsSubdomain(host), path, host)

const tlsRules = ({ hosts = [], secretName }: IngressTLS, lax: Lax, path: Path): FieldError[] => [
  ...hosts.flatMap((host, i) => hostRules(host, path.child('hosts').index(i))),
  ...(secretName && !lax.secretNames ? wrong(dnsSubdomain(secretName), path.child('secretName'), secretName) : []),
]

function ruleRules(rule: IngressRule, lax: Lax, path: Path): FieldError[] {
  const { host = '' } = rule
  const errors: FieldError[] = []
  if (parseLegacyIP(host)) errors.push(invalid(path.child('host'), host, noAddress))
  if (host) errors.push(...hostRules(host, path.child('host')))
  return host.includes('*') && lax.wildcardRules ? errors : [...errors, ...valueRules(rule, path)]
}

const noAddress = 'must be a DNS name, not an IP address'

function valueRules({ http }: IngressRule, path: Path): FieldError[] {
  if (!http) return []
  const paths = path.child('http', 'paths')
  return [
    ...(http.paths.length === 0 ? [required(paths)] : []),
    ...http.paths.flatMap((each, i) => pathRules(each, paths.index(i))),
  ]
}

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix']
const oddSequences = ['//', '/./', '/../', '%2f', '%2F']
const oddEndings = ['/..', '/.']

function pathRules({ path: text = '', pathType, backend }: HTTPIngressPath, path: Path): FieldError[] {
  const errors: FieldError[] = []
  const place = path.child('path')
  if (pathType === undefined) return [required(path.child('pathType'), 'pathType must be specified')]
  if (pathType === 'Exact' || pathType === 'Prefix') {
    if (!text.startsWith('/')) errors.push(invalid(place, text, 'must be an absolute path'))
    for (const odd of oddSequences)
      if (text.includes(odd)) errors.push(invalid(place, text, `must not contain '${odd}'`))
    for (const odd of oddEndings) if (text.endsWith(odd)) errors.push(invalid(place, text, `cannot end with '${odd}'`))
  } else if (pathType === 'ImplementationSpecific') {
    if (text && !text.startsWith('/')) errors.push(invalid(place, text, 'must be an absolute path'))
  } else errors.push(notSupported(path.child('pathType'), pathType, pathTypes))
  return [...errors, ...backendRules(backend, path.child('backend'))]
}

function backendRules({ service, resource }: IngressBackend, path: Path): FieldError[] {
  if (service && resource) return [invalid(path, '', 'cannot set both resource and service backends')]
  if (resource) return referenceRules(resource, path.child('resource'))
  if (!service) return [invalid(path, '', 'resource or service backend is required')]
  const place = path.child('service')
  const { name, number } = service.port
  const errors: FieldError[] = service.name
    ? wrong(dnsLabel(service.name), place.child('name'), service.name)
    : [required(place.child('name'))]
  if (name && number) errors.push(invalid(path, '', 'cannot set both port name & port number'))
  else if (name) errors.push(...wrong(portName(name), place.child('port', 'name'), name))
  else if (number) errors.push(...wrong(portNumber(number), place.child('port', 'number'), number))
  else errors.push(required(path, 'port name or number is required'))
  return errors
}

/** Where a load balancer may be said to be. */
export function loadBalancerRules({ status }: Ingress, old: Ingress | undefined): readonly FieldError[] {
  const before = (old?.status.loadBalancer.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : []))
  return (status.loadBalancer.ingress ?? []).flatMap(({ ip, hostname }, index) => {
    const path = at('status', 'loadBalancer', 'ingress').index(index)
    return [
      ...(ip ? ipRules(ip, path.child('ip'), before) : []),
      ...(hostname ? wrong(dnsSubdomain(hostname), path.child('hostname'), hostname) : []),
      ...(hostname && parseLegacyIP(hostname) ? [invalid(path.child('hostname'), hostname, noAddress)] : []),
    ]
  })
}
