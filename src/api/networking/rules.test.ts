import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cells, write } from '../../testing/writes.ts'
import type { KubeObject, Resource } from '../index.ts'
import { ingresses } from './ingress.ts'
import { ingressClasses } from './ingressClass.ts'
import { ipAddresses } from './ipAddress.ts'
import { networkPolicies } from './networkPolicy.ts'
import { serviceCIDRs } from './serviceCIDR.ts'

const metadata = { name: 'a' }
const backend = { service: { name: 's', port: { number: 80 } } }
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const path = (path: string, pathType?: string) => ({ path, ...(pathType ? { pathType } : {}), backend })
const paths = (...paths: object[]) => ({ spec: { rules: [{ http: { paths } }] } })
const peers = (...from: object[]) => ({ spec: { podSelector: {}, ingress: [{ from }] } })
const ports = (...ports: object[]) => ({ spec: { podSelector: {}, egress: [{ ports }] } })
const cidrs = (...cidrs: string[]) => ({ spec: { cidrs } })
const inPaths = 'spec.rules[0].http.paths'

test('ingresses, policies and ranges are checked as a whole', () => {
  const cases: [resource: Resource, manifest: object, errors: string[]][] = [
    [ingresses, { spec: { defaultBackend: backend } }, []],
    [ingresses, { spec: {} }, ['spec: Invalid value: null: either `defaultBackend` or `rules` must be specified']],
    [
      ingresses,
      { spec: { defaultBackend: { service: { name: 'A', port: { name: 'b', number: 1 } } } } },
      [
        "spec.defaultBackend.service.name: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
        'spec.defaultBackend: Invalid value: "": cannot set both port name & port number',
      ],
    ],
    [ingresses, { spec: { defaultBackend: { service: { name: '1s', port: { name: 'b' } } } } }, []],
    [
      ingresses,
      { spec: { defaultBackend: { service: { name: '', port: {} } } } },
      [
        'spec.defaultBackend.service.name: Required value',
        'spec.defaultBackend: Required value: port name or number is required',
      ],
    ],
    [
      ingresses,
      { spec: { defaultBackend: { resource: { apiGroup: '', kind: '', name: 'a/b' } } } },
      [
        `spec.defaultBackend.resource.apiGroup: Invalid value: "": ${subdomain}`,
        'spec.defaultBackend.resource.kind: Required value',
        'spec.defaultBackend.resource.name: Invalid value: "a/b": may not contain \'/\'',
      ],
    ],
    [
      ingresses,
      { spec: { defaultBackend: {} } },
      ['spec.defaultBackend: Invalid value: "": resource or service backend is required'],
    ],
    [
      ingresses,
      { spec: { rules: [{ host: '10.0.0.1' }, { host: '*.a*', http: { paths: [] } }] } },
      [
        'spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address',
        `spec.rules[1].host: Invalid value: "*.a*": a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
        'spec.rules[1].http.paths: Required value',
      ],
    ],
    [
      ingresses,
      paths(
        path('/a'),
        path('b', 'Prefix'),
        path('/a//b/..', 'Exact'),
        path('c', 'ImplementationSpecific'),
        path('/', 'No'),
      ),
      [
        `${inPaths}[0].pathType: Required value: pathType must be specified`,
        `${inPaths}[1].path: Invalid value: "b": must be an absolute path`,
        `${inPaths}[2].path: Invalid value: "/a//b/..": must not contain '//'`,
        `${inPaths}[2].path: Invalid value: "/a//b/..": cannot end with '/..'`,
        `${inPaths}[3].path: Invalid value: "c": must be an absolute path`,
        `${inPaths}[4].pathType: Unsupported value: "No": supported values: "Exact", "ImplementationSpecific", "Prefix"`,
      ],
    ],
    [
      ingresses,
      { spec: { defaultBackend: backend, tls: [{ hosts: ['A'], secretName: 'B' }], ingressClassName: 'C' } },
      [
        `spec.tls[0].hosts[0]: Invalid value: "A": ${subdomain}`,
        `spec.tls[0].secretName: Invalid value: "B": ${subdomain}`,
        `spec.ingressClassName: Invalid value: "C": ${subdomain}`,
      ],
    ],
    [
      ingresses,
      {
        metadata: { name: 'a', annotations: { 'kubernetes.io/ingress.class': 'x' } },
        spec: { defaultBackend: backend, ingressClassName: 'y' },
      },
      [
        'annotations.kubernetes.io/ingress.class: Invalid value: "x": must match `ingressClassName` when both are specified',
      ],
    ],
    [ingressClasses, { spec: { controller: 'acme.io/x', parameters: { kind: 'K', name: 'n' } } }, []],
    [ingressClasses, { spec: {} }, ['spec.controller: Required value']],
    [
      ingressClasses,
      { spec: { controller: 'x'.repeat(251), parameters: { kind: '', name: '', scope: 'World' } } },
      [
        'spec.controller: Too long: may not be more than 250 bytes',
        `spec.controller: Invalid value: "${'x'.repeat(251)}": must be a domain-prefixed path (such as "acme.io/foo")`,
        'spec.parameters.kind: Required value',
        'spec.parameters.name: Required value',
        'spec.parameters.scope: Unsupported value: "World": supported values: "Cluster", "Namespace"',
      ],
    ],
    [
      ingressClasses,
      { spec: { controller: 'a.io/x', parameters: { kind: 'K', name: 'n', scope: 'Namespace' } } },
      ["spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"],
    ],
    [
      ingressClasses,
      { spec: { controller: 'a.io/x', parameters: { kind: 'K', name: 'n', namespace: 'a' } } },
      ["spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'"],
    ],
    [
      networkPolicies,
      ports({ protocol: 'ICMP' }, { port: 0 }, { port: 80, endPort: 79 }, { port: 'a', endPort: 1 }, { endPort: 1 }),
      [
        'spec.egress[0].ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
        'spec.egress[0].ports[1].port: Invalid value: 0: must be between 1 and 65535, inclusive',
        'spec.egress[0].ports[2].endPort: Invalid value: 80: must be greater than or equal to `port`',
        'spec.egress[0].ports[3].endPort: Invalid value: 1: may not be specified when `port` is non-numeric',
        'spec.egress[0].ports[4].endPort: Invalid value: 1: may not be specified when `port` is not specified',
      ],
    ],
    [
      networkPolicies,
      peers(
        {},
        { ipBlock: { cidr: '10.0.0.0/8' }, podSelector: {} },
        { ipBlock: { cidr: '' } },
        { ipBlock: { cidr: 'a' } },
        { ipBlock: { cidr: '10.1.0.0/8', except: ['10.0.0.0/8', 'b', '10.0.0.0/16'] } },
      ),
      [
        'spec.ingress[0].from[0]: Required value: must specify a peer',
        'spec.ingress[0].from[1]: Forbidden: may not specify both ipBlock and another peer',
        'spec.ingress[0].from[2].ipBlock.cidr: Required value',
        'spec.ingress[0].from[3].ipBlock.cidr: Invalid value: "a": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
        'spec.ingress[0].from[4].ipBlock.cidr: Invalid value: "10.1.0.0/8": must not have bits set beyond the prefix length',
        'spec.ingress[0].from[4].ipBlock.except[0]: Invalid value: "10.0.0.0/8": must be a strict subset of `cidr`',
        'spec.ingress[0].from[4].ipBlock.except[1]: Invalid value: "b": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
      ],
    ],
    [
      networkPolicies,
      { spec: { podSelector: {}, policyTypes: ['Ingress', 'Both'] } },
      ['spec.policyTypes[1]: Unsupported value: "Both": supported values: "Egress", "Ingress"'],
    ],
    [
      networkPolicies,
      { spec: { podSelector: {}, policyTypes: ['a', 'b', 'c'] } },
      ['spec.policyTypes: Invalid value: ["a","b","c"]: may not specify more than two policyTypes'],
    ],
    [ipAddresses, { spec: {} }, ['spec.parentRef: Required value']],
    [
      ipAddresses,
      { spec: { parentRef: { group: 'A', resource: 'a/b', namespace: '..' } } },
      [
        `spec.parentRef.group: Invalid value: "A": ${subdomain}`,
        'spec.parentRef.resource: Invalid value: "a/b": may not contain \'/\'',
        'spec.parentRef.name: Required value',
        'spec.parentRef.namespace: Invalid value: "..": may not be \'..\'',
      ],
    ],
    [serviceCIDRs, cidrs('10.0.0.0/24', '2001:db8::/64'), []],
    [serviceCIDRs, cidrs(), ['spec.cidrs: Required value: at least one CIDR required']],
    [
      serviceCIDRs,
      cidrs('a', 'b', 'c'),
      ['spec.cidrs: Invalid value: {"cidrs":["a","b","c"]}: may only hold up to 2 values'],
    ],
    [
      serviceCIDRs,
      cidrs('2001:DB8::/64', '2001:db8:1::/64'),
      [
        'spec.cidrs[0]: Invalid value: "2001:DB8::/64": must be in canonical form ("2001:db8::/64")',
        'spec.cidrs: Invalid value: ["2001:DB8::/64","2001:db8:1::/64"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
      ],
    ],
  ]
  for (const [resource, manifest, errors] of cases)
    assert.deepEqual(
      write<KubeObject>(resource, { metadata, ...manifest }).errors,
      errors,
      `${resource.kind} ${JSON.stringify(manifest)}`,
    )
})

test('what must stay stays, and what was let in once is let through', () => {
  const block = (...except: string[]) => peers({ ipBlock: { cidr: '10.0.0.1/8', except } })
  const cases: [resource: Resource, before: object, after: object, errors: string[]][] = [
    [
      ingressClasses,
      { spec: { controller: 'a.io/x' } },
      { spec: { controller: 'a.io/y' } },
      ['spec.controller: Invalid value: "a.io/y": field is immutable'],
    ],
    [
      ipAddresses,
      { spec: { parentRef: { resource: 'services', name: 'a' } } },
      { spec: { parentRef: { resource: 'services', name: 'b' } } },
      ['spec.parentRef: Invalid value: {"resource":"services","name":"b"}: field is immutable'],
    ],
    [serviceCIDRs, cidrs('10.0.0.0/24'), cidrs('10.0.0.0/24', '2001:db8::/64'), []],
    [
      serviceCIDRs,
      cidrs('10.0.0.0/24'),
      cidrs('10.0.1.0/24'),
      ['spec.cidrs[0]: Invalid value: "10.0.1.0/24": field is immutable'],
    ],
    [
      serviceCIDRs,
      cidrs('10.0.0.0/24', '2001:db8::/64'),
      cidrs('10.0.0.0/24'),
      ['spec.cidrs: Invalid value: ["10.0.0.0/24"]: field is immutable'],
    ],
    [
      ingresses,
      { spec: { defaultBackend: backend, tls: [{ secretName: 'A' }] } },
      { spec: { defaultBackend: backend, tls: [{ secretName: 'B' }] } },
      [],
    ],
    [
      networkPolicies,
      block(),
      block('10.0.0.1/16'),
      [
        'spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "10.0.0.1/16": must not have bits set beyond the prefix length',
      ],
    ],
  ]
  for (const [resource, before, after, errors] of cases) {
    const old = write<KubeObject>(resource, { metadata, ...before }).object
    assert.deepEqual(write<KubeObject>(resource, { metadata, ...after }, old).errors, errors, JSON.stringify(after))
  }
})

test('an address is named by itself, in its canonical form', () => {
  const names = ['10.0.0.1', '2001:db8::1', '10.0.0.01', '2001:DB8::1', 'a']
  assert.deepEqual(
    names.map(name => ipAddresses.name?.(name, false).length),
    [0, 0, 1, 1, 1],
  )
})

test('policies are for what comes in, and for what goes out where they say so', () => {
  const types = (spec: object) =>
    write(networkPolicies, { metadata, spec: { podSelector: {}, ...spec } }).object.spec.policyTypes
  assert.deepEqual(
    [types({}), types({ egress: [{}] }), types({ policyTypes: ['Egress'] })],
    [['Ingress'], ['Ingress', 'Egress'], ['Egress']],
  )
})

test('odd ranges and an old way to name the class are warned of', () => {
  const policy = (cidr: string) => write(networkPolicies, { metadata, ...peers({ ipBlock: { cidr } }) }).warnings
  const at = 'spec.ingress[0].from[0].ipBlock.cidr'
  assert.deepEqual(policy('10.0.0.1/24'), [
    `${at}: CIDR value "10.0.0.1/24" is ambiguous in this context (should be "10.0.0.0/24" or "10.0.0.1/32"?)`,
  ])
  assert.deepEqual(policy('010.0.0.0/24'), [
    `${at}: non-standard CIDR value "010.0.0.0/24" is invalid: use "10.0.0.0/24"`,
  ])
  assert.deepEqual(policy('2001:DB8::/64'), [
    `${at}: IPv6 CIDR value "2001:DB8::/64" should be in RFC 5952 canonical format ("2001:db8::/64")`,
  ])
  assert.deepEqual(
    write(ingresses, {
      metadata: { name: 'a', annotations: { 'kubernetes.io/ingress.class': 'x' } },
      spec: { defaultBackend: backend },
    }).warnings,
    [`annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`],
  )
})

test('rows tell hosts, classes and parents', () => {
  const { object } = write(ingresses, {
    metadata,
    spec: { rules: [{ host: 'a' }, { host: 'b' }, { host: 'c' }, { host: 'd' }], tls: [{}] },
  })
  const ingress = {
    ...object,
    status: { loadBalancer: { ingress: [{ ip: '2.2.2.2' }, { hostname: 'h' }, { ip: '1.1.1.1' }] } },
  }
  assert.deepEqual(cells(ingresses, ingress), {
    Name: 'a',
    Class: '<none>',
    Hosts: 'a,b,c + 1 more...',
    Address: '1.1.1.1,2.2.2.2,h',
    Ports: '80, 443',
    Age: '<unknown>',
  })
  const standard = { name: 'a', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } }
  const { object: named } = write(ingressClasses, {
    metadata: standard,
    spec: { controller: 'a.io/x', parameters: { apiGroup: 'g', kind: 'K', name: 'n' } },
  })
  assert.deepEqual(Object.values(cells(ingressClasses, named)), ['a (default)', 'a.io/x', 'K.g/n', '<unknown>'])
  const parentRef = { resource: 'services', namespace: 'd', name: 's' }
  assert.deepEqual(Object.values(cells(ipAddresses, { metadata, spec: { parentRef } })), ['a', 'services/d/s'])
})
