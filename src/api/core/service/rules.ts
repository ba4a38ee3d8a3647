import { parseLegacyIP } from '../../../base/ip.ts'
import { duplicate, forbidden, invalid, notSupported, required } from '../../../schema/rules/errors.ts'
import { dnsLabel, dnsSubdomain, portName, portNumber, qualifiedName } from '../../../schema/rules/names.ts'
import { at } from '../../../schema/rules/path.ts'
import type { FieldError, Path } from '../../../schema/types.ts'
import { labelRules } from '../../meta/labelSelector.ts'
import { cidrRules, endpointIpRules, ipRules } from '../addresses.ts'
import type { Service, ServicePort } from '../service.ts'
import { clusterIPRules, serviceUpdateRules } from './clusterIPRules.ts'
import { isExternallyAccessible, isHeadless, needsHealthCheck } from './shape.ts'

const spec = at('spec')
const mostAffinitySeconds = 86400
const onlyLoadBalancer = "may only be used when `type` is 'LoadBalancer'"
const distributions = ['PreferClose', 'PreferSameZone', 'PreferSameNode']

/** Rules of a Service, besides those that stand at its fields. Of upstream's validateService. */
export const serviceRules = (service: Service, old: Service | undefined): readonly FieldError[] => [
  ...(old ? serviceUpdateRules(service, old) : []),
  ...topologyRules(service),
  ...typeRules(service),
  ...portRules(service),
  ...labelRules(service.spec.selector ?? {}, spec.child('selector')),
  ...affinityRules(service),
  ...clusterIPRules(service, old),
  ...externalIPRules(service, old),
  ...loadBalancerRules(service, old),
  ...trafficRules(service),
]

const hintsAnnotation = 'service.kubernetes.io/topology-aware-hints'
const modeAnnotation = 'service.kubernetes.io/topology-mode'

function topologyRules({ metadata: { annotations = {} } }: Service): FieldError[] {
  const mode = annotations[modeAnnotation]
  const hints = annotations[hintsAnnotation]
  if (mode === undefined || hints === undefined || mode === hints) return []
  return [
    invalid(
      at('metadata', 'annotations').key(modeAnnotation),
      mode,
      `must match annotations[${hintsAnnotation}] when both are specified`,
    ),
  ]
}

function typeRules(service: Service): FieldError[] {
  const {
    type,
    ports = [],
    clusterIP,
    clusterIPs = [],
    ipFamilies = [],
    ipFamilyPolicy,
    externalName = '',
  } = service.spec
  const errors: FieldError[] = []
  if (ports.length === 0 && !isHeadless(service) && type !== 'ExternalName') errors.push(required(spec.child('ports')))
  if ((type === 'LoadBalancer' || type === 'NodePort') && clusterIP === 'None')
    errors.push(invalid(spec.child('clusterIPs').index(0), 'None', `may not be set to 'None' for ${type} services`))
  if (type !== 'ExternalName') return errors
  const no = 'may not be set for ExternalName services'
  if (clusterIPs.length) errors.push(forbidden(spec.child('clusterIPs'), no))
  if (ipFamilies.length) errors.push(forbidden(spec.child('ipFamilies'), no))
  if (ipFamilyPolicy !== undefined) errors.push(forbidden(spec.child('ipFamilyPolicy'), no))
  const path = spec.child('externalName')
  const name = externalName.endsWith('.') ? externalName.slice(0, -1) : externalName
  if (!name) errors.push(required(path))
  else errors.push(...dnsSubdomain(name).map(detail => invalid(path, name, detail)))
  return errors
}

function portRules({ spec: { type, ports = [] } }: Service): FieldError[] {
  const errors: FieldError[] = []
  const seen = { name: new Set<string>(), nodePort: new Set<string>(), port: new Set<string>() }
  for (const [i, port] of ports.entries()) {
    const path = spec.child('ports').index(i)
    errors.push(...onePortRules(port, ports.length > 1, path))
    if (port.name && !added(seen.name, port.name)) errors.push(duplicate(path.child('name'), port.name))
    if (port.nodePort && type === 'ClusterIP')
      errors.push(forbidden(path.child('nodePort'), "may not be used when `type` is 'ClusterIP'"))
    if (port.nodePort && !added(seen.nodePort, `${port.protocol}/${port.nodePort}`))
      errors.push(duplicate(path.child('nodePort'), port.nodePort))
    if (!added(seen.port, `${port.protocol}/${port.port}`))
      errors.push(duplicate(path, { protocol: port.protocol, port: port.port }))
  }
  return errors
}

/** Whether the value was not there yet; it is afterwards. */
function added(set: Set<string>, value: string): boolean {
  const size = set.size
  return set.add(value).size > size
}

function onePortRules(port: ServicePort, named: boolean, path: Path): FieldError[] {
  const errors: FieldError[] = []
  if (port.name) errors.push(...dnsLabel(port.name).map(detail => invalid(path.child('name'), port.name, detail)))
  else if (named) errors.push(required(path.child('name')))
  errors.push(...portNumber(port.port).map(detail => invalid(path.child('port'), port.port, detail)))
  const { targetPort = port.port, appProtocol } = port
  const wrong = typeof targetPort === 'number' ? portNumber(targetPort) : portName(targetPort)
  errors.push(...wrong.map(detail => invalid(path.child('targetPort'), targetPort, detail)))
  if (appProtocol !== undefined)
    errors.push(...qualifiedName(appProtocol).map(detail => invalid(path.child('appProtocol'), appProtocol, detail)))
  return errors
}

function affinityRules({ spec: { sessionAffinity, sessionAffinityConfig: config } }: Service): FieldError[] {
  const path = spec.child('sessionAffinityConfig')
  if (sessionAffinity === 'None')
    return config ? [forbidden(path, 'must not be set when session affinity is None')] : []
  if (sessionAffinity !== 'ClientIP') return []
  const seconds = config?.clientIP?.timeoutSeconds
  const at = path.child('clientIP', 'timeoutSeconds')
  if (seconds === undefined) return [required(at, 'when session affinity type is ClientIP')]
  return seconds > 0 && seconds <= mostAffinitySeconds
    ? []
    : [invalid(at, seconds, `must be greater than 0 and less than ${mostAffinitySeconds}`)]
}

const externalIPRules = ({ spec: { externalIPs = [] } }: Service, old: Service | undefined): FieldError[] =>
  externalIPs.flatMap((ip, i) => {
    const path = spec.child('externalIPs').index(i)
    const wrong = ipRules(ip, path, old?.spec.externalIPs)
    return wrong.length ? wrong : endpointIpRules(ip, path)
  })

const sourceRangesAnnotation = 'service.beta.kubernetes.io/load-balancer-source-ranges'

function loadBalancerRules({ metadata, spec: { type, ...of } }: Service, old: Service | undefined): FieldError[] {
  const errors: FieldError[] = []
  const balanced = type === 'LoadBalancer'
  const written = metadata.annotations?.[sourceRangesAnnotation]
  if (of.loadBalancerSourceRanges?.length) {
    // Upstream's path has this capital letter.
    const path = spec.child('LoadBalancerSourceRanges')
    if (!balanced) errors.push(forbidden(path, onlyLoadBalancer))
    const before = old?.spec.loadBalancerSourceRanges?.map(range => range.trim())
    for (const [i, range] of of.loadBalancerSourceRanges.entries())
      errors.push(...cidrRules(range.trim(), path.index(i), before))
  } else if (written !== undefined) {
    const path = at('metadata', 'annotations').key(sourceRangesAnnotation)
    if (!balanced) errors.push(forbidden(path, onlyLoadBalancer))
    if (old?.metadata.annotations?.[sourceRangesAnnotation] !== written && written.trim() !== '')
      for (const range of written.split(',')) errors.push(...cidrRules(range.trim(), path))
  }
  if (of.allocateLoadBalancerNodePorts !== undefined && !balanced)
    errors.push(forbidden(spec.child('allocateLoadBalancerNodePorts'), onlyLoadBalancer))
  const { loadBalancerClass: name } = of
  if (name !== undefined) {
    const path = spec.child('loadBalancerClass')
    if (balanced) errors.push(...qualifiedName(name).map(detail => invalid(path, name, detail)))
    else errors.push(forbidden(path, onlyLoadBalancer))
  }
  return errors
}

function trafficRules(service: Service): FieldError[] {
  const {
    externalTrafficPolicy,
    healthCheckNodePort = 0,
    internalTrafficPolicy,
    type,
    trafficDistribution,
  } = service.spec
  const errors: FieldError[] = []
  const external = spec.child('externalTrafficPolicy')
  if (!isExternallyAccessible(service)) {
    if (externalTrafficPolicy)
      errors.push(invalid(external, externalTrafficPolicy, 'may only be set for externally-accessible services'))
  } else if (!externalTrafficPolicy) errors.push(required(external))
  const health = spec.child('healthCheckNodePort')
  if (!needsHealthCheck(service)) {
    if (healthCheckNodePort !== 0)
      errors.push(
        invalid(
          health,
          healthCheckNodePort,
          "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
        ),
      )
  } else if (healthCheckNodePort === 0) errors.push(required(health))
  else errors.push(...portNumber(healthCheckNodePort).map(detail => invalid(health, healthCheckNodePort, detail)))
  if (internalTrafficPolicy === undefined && type !== 'ExternalName')
    errors.push(required(spec.child('internalTrafficPolicy')))
  if (trafficDistribution !== undefined && !distributions.includes(trafficDistribution))
    errors.push(notSupported(spec.child('trafficDistribution'), trafficDistribution, distributions))
  return errors
}

const modes = ['VIP', 'Proxy']

/** Rules of what a load balancer reports. */
export function serviceStatusRules(
  { status, spec: { type } }: Service,
  old: Service | undefined,
): readonly FieldError[] {
  const path = at('status', 'loadBalancer', 'ingress')
  const ingress = status.loadBalancer.ingress ?? []
  if (type !== 'LoadBalancer')
    return ingress.length ? [forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'")] : []
  const before = old?.status.loadBalancer.ingress?.flatMap(({ ip }) => (ip ? [ip] : []))
  return ingress.flatMap(({ ip, ipMode, hostname }, i) => {
    const here = path.index(i)
    const errors = ip ? ipRules(ip, here.child('ip'), before) : []
    if (ip && ipMode === undefined) errors.push(required(here.child('ipMode'), 'must be specified when `ip` is set'))
    if (ipMode !== undefined) {
      if (!ip) errors.push(forbidden(here.child('ipMode'), 'may not be specified when `ip` is not set'))
      else if (!modes.includes(ipMode)) errors.push(notSupported(here.child('ipMode'), ipMode, modes))
    }
    if (hostname) {
      errors.push(...dnsSubdomain(hostname).map(detail => invalid(here.child('hostname'), hostname, detail)))
      if (parseLegacyIP(hostname))
        errors.push(invalid(here.child('hostname'), hostname, 'must be a DNS name, not an IP address'))
    }
    return errors
  })
}
