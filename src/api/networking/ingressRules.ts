import { parseIP } from '../../base/ip.ts'
import { invalid, notSupported, required } from '../../schema/rules/errors.ts'
import {
  type Check,
  dns1035Label,
  dnsSubdomain,
  portName,
  portNumber,
  wildcardSubdomain,
} from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import type { HTTPIngressPath, Ingress, IngressBackend, IngressRule } from './ingressType.ts'

export const classAnnotation = 'kubernetes.io/ingress.class'
const wrong = (check: Check, value: string, path: Path): readonly FieldError[] =>
  check(value).map(why => invalid(path, value, why))

/** Of upstream's `ValidateIngressCreate`. */
export function ingressRules(ingress: Ingress, old: Ingress | undefined): readonly FieldError[] {
  const { spec, metadata } = ingress
  const path = at('spec')
  const errors: FieldError[] = []
  if (!old && metadata.annotations?.[classAnnotation] !== undefined && spec.ingressClassName !== undefined)
    errors.push(
      invalid(
        at('metadata', 'annotations').key(classAnnotation),
        metadata.annotations[classAnnotation],
        'can not be set when the class field is also set',
      ),
    )
  if ((spec.rules ?? []).length === 0 && !spec.defaultBackend)
    errors.push(invalid(path, spec.rules ?? [], 'either `defaultBackend` or `rules` must be specified'))
  if (spec.defaultBackend) errors.push(...backendRules(spec.defaultBackend, path.child('defaultBackend')))
  for (const [index, rule] of (spec.rules ?? []).entries())
    errors.push(...ruleRules(rule, path.child('rules').index(index)))
  for (const [index, { hosts = [] }] of (spec.tls ?? []).entries())
    for (const [place, host] of hosts.entries())
      errors.push(...hostRules(host, path.child('tls').index(index).child('hosts').index(place)))
  if (spec.ingressClassName !== undefined)
    errors.push(...wrong(dnsSubdomain, spec.ingressClassName, path.child('ingressClassName')))
  return errors
}

const hostRules = (host: string, path: Path): readonly FieldError[] =>
  wrong(host.includes('*') ? wildcardSubdomain : dnsSubdomain, host, path)

function ruleRules({ host, http }: IngressRule, path: Path): readonly FieldError[] {
  const errors: FieldError[] = []
  if (host) {
    if (parseIP(host)) errors.push(invalid(path.child('host'), host, 'must be a DNS name, not an IP address'))
    else errors.push(...hostRules(host, path.child('host')))
  }
  if (!http) return errors
  const paths = path.child('http', 'paths')
  if (http.paths.length === 0) errors.push(required(paths))
  for (const [index, each] of http.paths.entries()) errors.push(...pathRules(each, paths.index(index)))
  return errors
}

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix']
const oddSequences = ['//', '/./', '/../', '%2f', '%2F']
const oddEndings = ['/..', '/.']

function pathRules({ path: text = '', pathType, backend }: HTTPIngressPath, path: Path): readonly FieldError[] {
  const errors: FieldError[] = []
  const place = path.child('path')
  if (pathType === undefined) errors.push(required(path.child('pathType'), 'pathType must be specified'))
  else if (pathType === 'Exact' || pathType === 'Prefix') {
    if (!text.startsWith('/')) errors.push(invalid(place, text, 'must be an absolute path'))
    else {
      for (const odd of oddSequences)
        if (text.includes(odd)) errors.push(invalid(place, text, `must not contain '${odd}'`))
      for (const odd of oddEndings)
        if (text.endsWith(odd)) errors.push(invalid(place, text, `cannot end with '${odd}'`))
    }
  } else if (pathType === 'ImplementationSpecific') {
    if (text && !text.startsWith('/')) errors.push(invalid(place, text, 'must be an absolute path'))
  } else errors.push(notSupported(path.child('pathType'), pathType, pathTypes))
  return [...errors, ...backendRules(backend, path.child('backend'))]
}

function backendRules({ service, resource }: IngressBackend, path: Path): readonly FieldError[] {
  if (service && resource) return [invalid(path, '', 'cannot set both resource and service backends')]
  if (resource) {
    const place = path.child('resource')
    return [
      ...(resource.kind ? [] : [required(place.child('kind'))]),
      ...(resource.name ? [] : [required(place.child('name'))]),
    ]
  }
  if (!service) return [required(path, 'resource or service backend is required')]
  const place = path.child('service')
  const { name, number } = service.port
  const errors: FieldError[] = service.name
    ? [...wrong(dns1035Label, service.name, place.child('name'))]
    : [required(place.child('name'))]
  if (name && number) errors.push(invalid(path, '', 'cannot set both port name & port number'))
  else if (name) errors.push(...portName(name).map(why => invalid(place.child('port', 'name'), name, why)))
  else if (number) errors.push(...portNumber(number).map(why => invalid(place.child('port', 'number'), number, why)))
  else errors.push(required(path, 'port name or number is required'))
  return errors
}

/** Where a load balancer may be said to be. */
export function loadBalancerRules({ status }: Ingress): readonly FieldError[] {
  return (status.loadBalancer.ingress ?? []).flatMap(({ ip, hostname }, index) => {
    const path = at('status', 'loadBalancer', 'ingress').index(index)
    return [
      ...(ip && !parseIP(ip) ? [invalid(path.child('ip'), ip, 'must be a valid IP address')] : []),
      ...(hostname ? wrong(dnsSubdomain, hostname, path.child('hostname')) : []),
      ...(hostname && parseIP(hostname)
        ? [invalid(path.child('hostname'), hostname, 'must be a DNS name, not an IP address')]
        : []),
    ]
  })
}
