import assert from 'node:assert/strict'
import { test } from 'node:test'
import { podOf, problems } from '../pod.test-suite.ts'

type Json = Record<string, unknown>

const container = (more: Json = {}) => ({ name: 'main', image: 'nginx', ...more })
const one = (more: Json) => ({ containers: [container(more)] })
const probe = (more: Json) => one({ livenessProbe: { httpGet: { port: 80 }, ...more } })
const volumes = (...list: Json[]) => ({ volumes: list })
const env = (...list: Json[]) => one({ env: list })

const label =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

const cases: [name: string, spec: Json, expected: string[], metadata?: Json][] = [
  ['a plain pod', {}, []],
  [
    'a pod that uses nearly everything',
    {
      hostname: 'web-0',
      subdomain: 'web',
      serviceAccountName: 'default',
      nodeSelector: { disk: 'ssd' },
      tolerations: [
        { operator: 'Exists' },
        { key: 'a', operator: 'Equal', value: 'b', effect: 'NoExecute', tolerationSeconds: 5 },
      ],
      dnsPolicy: 'None',
      dnsConfig: {
        nameservers: ['10.0.0.10'],
        searches: ['my_svc.local.', '.'],
        options: [{ name: 'ndots', value: '2' }],
      },
      hostAliases: [{ ip: '127.0.0.1', hostnames: ['foo.local'] }],
      readinessGates: [{ conditionType: 'example.com/ready' }],
      schedulingGates: [{ name: 'example.com/gate' }],
      securityContext: {
        runAsUser: 1000,
        fsGroup: 0,
        sysctls: [{ name: 'net/ipv4/ip_forward', value: '1' }],
        seccompProfile: { type: 'RuntimeDefault' },
      },
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              {
                matchExpressions: [{ key: 'cpus', operator: 'Gt', values: ['4'] }],
                matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1'] }],
              },
            ],
          },
        },
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            {
              weight: 100,
              podAffinityTerm: {
                topologyKey: 'kubernetes.io/hostname',
                labelSelector: { matchLabels: { app: 'web' } },
              },
            },
          ],
        },
      },
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', minDomains: 2, labelSelector: {} },
      ],
      initContainers: [
        container({ name: 'prepare', image: 'busybox' }),
        container({ name: 'proxy', restartPolicy: 'Always', startupProbe: { tcpSocket: { port: 'http' } } }),
      ],
      containers: [
        container({
          ports: [{ name: 'http', containerPort: 80, hostPort: 8080 }],
          env: [
            { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            { name: 'LABEL', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
            { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } } },
            { name: 'KEY', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
          ],
          envFrom: [{ configMapRef: { name: 'c' }, prefix: 'C_' }],
          resources: { limits: { cpu: '1', memory: '1Gi', 'example.com/gpu': '1' } },
          volumeMounts: [{ name: 'data', mountPath: '/data', subPath: 'a/b' }],
          lifecycle: { preStop: { sleep: { seconds: 5 } }, postStart: { exec: { command: ['true'] } } },
          livenessProbe: { exec: { command: ['true'] } },
          readinessProbe: { grpc: { port: 9000 }, successThreshold: 2 },
        }),
      ],
      volumes: [
        { name: 'data', emptyDir: { sizeLimit: '1Gi' } },
        {
          name: 'all',
          projected: {
            sources: [
              { secret: { name: 's' } },
              { serviceAccountToken: { path: 'token' } },
              { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
            ],
          },
        },
      ],
    },
    [],
  ],

  ['no containers', { containers: [] }, ['spec.containers: Required value']],
  [
    'a container without name and image',
    { containers: [{}] },
    ['spec.containers[0].name: Required value', 'spec.containers[0].image: Required value'],
  ],
  [
    'a container name that is no label',
    one({ name: 'My_App' }),
    [`spec.containers[0].name: Invalid value: "My_App": ${label}`],
  ],
  ['a name twice', { containers: [container(), container()] }, ['spec.containers[1].name: Duplicate value: "main"']],
  [
    'a name of a container and of an init container',
    { initContainers: [container()] },
    ['spec.initContainers[0].name: Duplicate value: "main"'],
  ],
  [
    'space around an image',
    one({ image: ' nginx' }),
    ['spec.containers[0].image: Invalid value: " nginx": must not have leading or trailing whitespace'],
  ],
  [
    'values outside of their sets',
    { restartPolicy: 'Sometimes', dnsPolicy: 'x', ...one({ imagePullPolicy: 'x', terminationMessagePolicy: 'x' }) },
    [
      'spec.containers[0].terminationMessagePolicy: Unsupported value: "x": supported values: "FallbackToLogsOnError", "File"',
      'spec.containers[0].imagePullPolicy: Unsupported value: "x": supported values: "Always", "IfNotPresent", "Never"',
      'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"',
      'spec.dnsPolicy: Unsupported value: "x": supported values: "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"',
    ],
  ],

  [
    'ports out of range',
    one({ ports: [{ containerPort: 0 }, { containerPort: 70000, hostPort: -1 }] }),
    [
      'spec.containers[0].ports[0].containerPort: Required value',
      'spec.containers[0].ports[1].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
      'spec.containers[0].ports[1].hostPort: Invalid value: -1: must be between 1 and 65535, inclusive',
    ],
  ],
  [
    'port names that are long, strange or there twice',
    one({
      ports: [
        { name: 'aaaaaaaaaaaaaaaa', containerPort: 1 },
        { name: '80', containerPort: 2 },
        { name: 'web', containerPort: 3 },
        { name: 'web', containerPort: 4 },
      ],
    }),
    [
      'spec.containers[0].ports[0].name: Invalid value: "aaaaaaaaaaaaaaaa": must be no more than 15 characters',
      'spec.containers[0].ports[1].name: Invalid value: "80": must contain at least one letter (a-z)',
      'spec.containers[0].ports[3].name: Duplicate value: "web"',
    ],
  ],
  [
    'a port of the node twice',
    {
      containers: [
        container({ ports: [{ containerPort: 1, hostPort: 80 }] }),
        container({ name: 'b', ports: [{ containerPort: 2, hostPort: 80 }] }),
      ],
    },
    ['spec.containers[1].ports[0].hostPort: Duplicate value: "TCP//80"'],
  ],
  [
    'another port of the node on its network',
    { hostNetwork: true, ...one({ ports: [{ containerPort: 80, hostPort: 81 }] }) },
    ['spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true'],
  ],

  [
    'variables without or with strange names',
    env({ name: '' }, { name: 'a=b' }, { name: '1 ok' }),
    [
      'spec.containers[0].env[0].name: Required value',
      'spec.containers[0].env[1].name: Invalid value: "a=b": a valid environment variable name must consist only of printable ASCII characters other than \'=\'',
    ],
  ],
  [
    'sources of variables: none, two, and one beside a value',
    env(
      { name: 'A', valueFrom: {} },
      { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' }, secretKeyRef: { name: 's', key: 'k' } } },
      { name: 'C', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ),
    [
      'spec.containers[0].env[0].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
      'spec.containers[0].env[1].valueFrom: Invalid value: "": may not have more than one field specified at a time',
      'spec.containers[0].env[2].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
    ],
  ],
  [
    'fields that variables cannot have',
    env(
      { name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.labels' } } },
      { name: 'B', valueFrom: { fieldRef: { fieldPath: 'spec.nothing' } } },
      { name: 'C', valueFrom: { fieldRef: { apiVersion: 'v2', fieldPath: 'metadata.name' } } },
      { name: 'D', valueFrom: { resourceFieldRef: { resource: 'limits.gpu' } } },
      { name: 'E', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1m' } } },
    ),
    [
      'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "metadata.labels": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"',
      'spec.containers[0].env[1].valueFrom.fieldRef.fieldPath: Invalid value: "spec.nothing": error converting fieldPath: field label not supported: spec.nothing',
      'spec.containers[0].env[2].valueFrom.fieldRef.fieldPath: Invalid value: "metadata.name": error converting fieldPath: unsupported pod version: v2',
      'spec.containers[0].env[3].valueFrom.resourceFieldRef.resource: Unsupported value: "limits.gpu": supported values: "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"',
      'spec.containers[0].env[4].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.memory": only divisor\'s values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the memory resource',
    ],
  ],
  [
    'sources of all variables',
    one({ envFrom: [{}, { configMapRef: { name: '' } }, { configMapRef: { name: 'a' }, secretRef: { name: 'b' } }] }),
    [
      'spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`',
      'spec.containers[0].envFrom[1].configMapRef.name: Required value',
      'spec.containers[0].envFrom: Invalid value: "": may not have more than one field specified at a time',
    ],
  ],

  [
    'a probe without a handler',
    one({ livenessProbe: {} }),
    ['spec.containers[0].livenessProbe: Required value: must specify a handler type'],
  ],
  [
    'a probe with two handlers',
    probe({ exec: { command: ['true'] } }),
    ['spec.containers[0].livenessProbe.httpGet: Forbidden: may not specify more than 1 handler type'],
  ],
  [
    'times of a probe',
    probe({ periodSeconds: -1, successThreshold: 2, terminationGracePeriodSeconds: 0 }),
    [
      'spec.containers[0].livenessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0',
      'spec.containers[0].livenessProbe.terminationGracePeriodSeconds: Invalid value: 0: must be greater than 0',
      'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
    ],
  ],
  [
    'a readiness probe with a grace period',
    one({ readinessProbe: { httpGet: { port: 'web' }, terminationGracePeriodSeconds: 5 } }),
    [
      'spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set for readinessProbes',
    ],
  ],
  [
    'handlers that are not well described',
    one({
      livenessProbe: { httpGet: { port: 0, scheme: 'FTP', httpHeaders: [{ name: 'a b', value: '' }] } },
      lifecycle: { postStart: { exec: {} }, preStop: { sleep: { seconds: 31 } } },
    }),
    [
      'spec.containers[0].livenessProbe.httpGet.scheme: Unsupported value: "FTP": supported values: "HTTP", "HTTPS"',
      'spec.containers[0].lifecycle.postStart.exec.command: Required value',
      'spec.containers[0].lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)',
      'spec.containers[0].livenessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive',
      "spec.containers[0].livenessProbe.httpGet.httpHeaders: Invalid value: \"a b\": a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
    ],
  ],
  [
    'probes of an init container',
    { initContainers: [container({ name: 'i', readinessProbe: { httpGet: { port: 80 } }, lifecycle: {} })] },
    [
      'spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always',
      'spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
    ],
  ],

  [
    'requests above limits, and amounts that make no sense',
    one({ resources: { limits: { cpu: '1', memory: '-1' }, requests: { cpu: '2', memory: '-1' } } }),
    [
      'spec.containers[0].resources.limits[memory]: Invalid value: "-1": must be greater than or equal to 0',
      'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
      'spec.containers[0].resources.requests[memory]: Invalid value: "-1": must be greater than or equal to 0',
    ],
  ],
  [
    'resources nobody knows',
    one({ resources: { requests: { gpu: '1' } } }),
    [
      'spec.containers[0].resources.requests[gpu]: Invalid value: "gpu": must be a standard resource type or fully qualified',
      'spec.containers[0].resources.requests[gpu]: Invalid value: "gpu": must be a standard resource for containers',
    ],
  ],
  [
    'extended resources: whole, limited, and not shared',
    one({
      resources: {
        limits: { 'example.com/a': '500m', 'example.com/b': '2' },
        requests: { 'example.com/a': '500m', 'example.com/b': '1', 'example.com/c': '1' },
      },
    }),
    [
      'spec.containers[0].resources.limits[example.com/a]: Invalid value: "500m": must be an integer',
      'spec.containers[0].resources.requests[example.com/a]: Invalid value: "500m": must be an integer',
      'spec.containers[0].resources.requests: Invalid value: "1": must be equal to example.com/b limit of 2',
      'spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources',
    ],
  ],
  [
    'huge pages in parts, and without cpu or memory',
    one({ resources: { limits: { 'hugepages-2Mi': '3Mi' } } }),
    [
      'spec.containers[0].resources.limits[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi',
      'spec.containers[0].resources.requests[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi',
      'spec.containers[0].resources: Forbidden: HugePages require cpu or memory',
    ],
  ],
  [
    'a claim that the pod does not have',
    one({ resources: { claims: [{ name: 'gpu' }] } }),
    [
      'spec.containers[0].resources.claims[0]: Not found: "gpu": must be one of the names in pod.spec.resourceClaims which is empty',
    ],
  ],
  [
    'less for the pod than for its containers',
    { resources: { requests: { cpu: '1' } }, ...one({ resources: { requests: { cpu: '2' } } }) },
    [
      'spec.resources.requests[cpu]: Invalid value: "1": must be greater than or equal to aggregate container requests of 2',
    ],
  ],
  [
    'overhead is amounts, too',
    { overhead: { cpu: '-1' } },
    ['spec.overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0'],
  ],

  [
    'volumes: names, sources',
    volumes(
      { name: '' },
      { name: 'A' },
      { name: 'a' },
      { name: 'a' },
      { name: 'b', hostPath: { path: '/x/../y' }, emptyDir: {} },
    ),
    [
      'spec.volumes[0].name: Required value',
      `spec.volumes[1].name: Invalid value: "A": ${label}`,
      'spec.volumes[3].name: Duplicate value: "a"',
      'spec.volumes[4].hostPath: Forbidden: may not specify more than 1 volume type',
    ],
  ],
  [
    'volumes: fields of their sources',
    volumes(
      { name: 'a', hostPath: { path: '/x/../y' } },
      { name: 'b', secret: { defaultMode: 0o1000, items: [{ key: 'k', path: '../x' }] } },
      { name: 'c', configMap: {} },
      { name: 'd', persistentVolumeClaim: {} },
      { name: 'e', nfs: { server: 's', path: 'rel' } },
      { name: 'f', csi: {} },
      { name: 'g', gcePersistentDisk: { pdName: '' } },
    ),
    [
      'spec.volumes[0].hostPath.path: Invalid value: "/x/../y": must not contain \'..\'',
      'spec.volumes[1].secret.secretName: Required value',
      'spec.volumes[1].secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
      'spec.volumes[1].secret.items[0].path: Invalid value: "../x": must not contain \'..\'',
      'spec.volumes[2].configMap.name: Required value',
      'spec.volumes[3].persistentVolumeClaim.claimName: Required value',
      'spec.volumes[4].nfs.path: Invalid value: "rel": must be an absolute path',
      'spec.volumes[5].csi.driver: Required value',
      'spec.volumes[6].persistentDisk.pdName: Required value',
    ],
  ],
  [
    'projected volumes',
    {
      ...volumes({
        name: 'p',
        projected: {
          sources: [
            {
              secret: { name: 's', items: [{ key: 'a', path: 'x' }] },
              configMap: { name: 'c', items: [{ key: 'b', path: 'x' }] },
            },
            { serviceAccountToken: { path: 't', expirationSeconds: 60 } },
            { downwardAPI: { items: [{ path: '/abs' }] } },
          ],
        },
      }),
    },
    [
      'spec.volumes[0].projected: Invalid value: "c": conflicting duplicate paths',
      'spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source',
      'spec.volumes[0].projected.sources[1].serviceAccountToken.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes',
      'spec.volumes[0].projected.sources[2].downwardAPI.path: Invalid value: "/abs": must be a relative path',
      'spec.volumes[0].projected.sources[2].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required',
      'spec.volumes[0].projected.sources[1].serviceAccountToken: Forbidden: must not be specified when serviceAccountName is not set',
    ],
  ],
  [
    'an ephemeral claim, and a claim under its name',
    volumes(
      { name: 'tmp', ephemeral: { volumeClaimTemplate: { metadata: { name: 'x' }, spec: { accessModes: ['Any'] } } } },
      { name: 'own', persistentVolumeClaim: { claimName: 'web-tmp' } },
    ),
    [
      'spec.volumes[0].ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set',
      'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: Unsupported value: "Any": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
      'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value',
      'spec.volumes[1].persistentVolumeClaim.claimName: Invalid value: "web-tmp": must not reference a PVC that gets created for an ephemeral volume',
    ],
  ],
  [
    'mounts of volumes that are not there, and at one place twice',
    {
      ...volumes({ name: 'data', emptyDir: {} }),
      ...one({
        volumeMounts: [
          { name: 'nope', mountPath: '/a' },
          { name: 'data', mountPath: '/a', subPath: '/x' },
          { name: 'data', mountPath: '' },
        ],
      }),
    },
    [
      'spec.containers[0].volumeMounts[0].name: Not found: "nope"',
      'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/a": must be unique',
      'spec.containers[0].volumeMounts.subPath: Invalid value: "/x": must be a relative path',
      'spec.containers[0].volumeMounts[2].mountPath: Required value',
    ],
  ],
  [
    'mounts with a clash of settings',
    {
      ...volumes({ name: 'data', emptyDir: {} }),
      ...one({
        volumeMounts: [
          { name: 'data', mountPath: '/a', mountPropagation: 'Bidirectional', recursiveReadOnly: 'Enabled' },
        ],
      }),
    },
    [
      'spec.containers[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers',
      'spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true',
      'spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when mountPropagation is None or not specified',
    ],
  ],
  [
    'devices of volumes that are none',
    {
      ...volumes({ name: 'data', emptyDir: {} }),
      ...one({ volumeDevices: [{ name: 'data', devicePath: '/dev/../x' }] }),
    },
    [
      'spec.containers[0].volumeDevices[0].name: Invalid value: "data": can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
      'spec.containers[0].volumeDevices[0].devicePath: Invalid value: "/dev/../x": can not contain backsteps (\'..\')',
    ],
  ],

  [
    'security settings of the pod',
    {
      hostPID: true,
      hostNetwork: true,
      shareProcessNamespace: true,
      securityContext: {
        runAsUser: -1,
        supplementalGroups: [2147483648],
        sysctls: [
          { name: 'net.core.somaxconn', value: '1' },
          { name: 'Bad', value: '1' },
        ],
        seccompProfile: { type: 'Localhost' },
        appArmorProfile: { type: 'RuntimeDefault', localhostProfile: 'x' },
      },
    },
    [
      'spec.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive',
      'spec.securityContext.supplementalGroups[0]: Invalid value: 2147483648: must be between 0 and 2147483647, inclusive',
      'spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be enabled',
      'spec.securityContext.sysctls[0].name: Invalid value: "net.core.somaxconn": may not be specified when \'hostNetwork\' is true',
      'spec.securityContext.sysctls[1].name: Invalid value: "Bad": must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$',
      'spec.securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost',
      'spec.securityContext.appArmorProfile.localhostProfile: Invalid value: "x": can only be set when AppArmor type is Localhost',
    ],
  ],
  [
    'security settings of a container',
    one({ securityContext: { privileged: true, allowPrivilegeEscalation: false, procMount: 'Unmasked' } }),
    [
      'spec.containers[0].securityContext.procMount: Invalid value: "Unmasked": `hostUsers` must be false to use `Unmasked`',
      'spec.containers[0].securityContext: Invalid value: {"privileged":true,"allowPrivilegeEscalation":false,"procMount":"Unmasked"}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
    ],
  ],
  [
    'user ids of its own beside namespaces of the node',
    { hostUsers: false, hostIPC: true },
    ['spec.HostIPC: Forbidden: when `hostUsers` is false'],
  ],
  [
    'settings of the other operating system',
    { os: { name: 'windows' }, securityContext: { runAsUser: 1 }, ...one({ securityContext: { privileged: true } }) },
    [
      'spec.securityContext.runAsUser: Forbidden: cannot be set for a windows pod',
      'spec.containers[0].securityContext.privileged: Forbidden: cannot be set for a windows pod',
    ],
  ],
  [
    'an unknown operating system',
    { os: { name: 'plan9' } },
    ['spec.os: Unsupported value: "plan9": supported values: "linux", "windows"'],
  ],

  [
    'node affinity',
    {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              {
                matchExpressions: [
                  { key: 'a', operator: 'In' },
                  { key: 'b', operator: 'Exists', values: ['x'] },
                  { key: 'c', operator: 'Near' },
                ],
              },
              { matchFields: [{ key: 'spec.x', operator: 'In', values: ['y'] }] },
            ],
          },
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 101, preference: {} }],
        },
      },
    },
    [
      "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
      "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[2].operator: Invalid value: "Near": not a valid selector operator',
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[1].matchFields[0].key: Invalid value: "spec.x": not a valid field selector key',
      'spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 101: must be in the range 1-100',
    ],
  ],
  [
    'no terms of node affinity',
    { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } } },
    [
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term',
    ],
  ],
  [
    'pod affinity without a place',
    {
      affinity: {
        podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: {}, topologyKey: '' }] },
      },
    },
    [
      'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: can not be empty',
      'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: "": name part must be non-empty',
      "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
    ],
  ],
  [
    'tolerations',
    {
      tolerations: [
        { key: '', operator: 'Equal' },
        { key: 'a', operator: 'Exists', value: 'x' },
        { key: 'a', effect: 'NoSchedule', tolerationSeconds: 1 },
        { key: 'a', operator: 'Like', effect: 'Never' },
      ],
    },
    [
      'spec.tolerations[3].operator: Unsupported value: "Like": supported values: "Equal", "Exists", "Gt", "Lt"',
      'spec.tolerations[3].effect: Unsupported value: "Never": supported values: "NoExecute", "NoSchedule", "PreferNoSchedule"',
      'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
      'spec.tolerations[1].operator: Invalid value: "x": value must be empty when `operator` is \'Exists\'',
      'spec.tolerations[2].effect: Invalid value: "NoSchedule": effect must be \'NoExecute\' when `tolerationSeconds` is set',
    ],
  ],
  [
    'topology spread',
    {
      topologySpreadConstraints: [
        { maxSkew: 0, topologyKey: '', whenUnsatisfiable: 'ScheduleAnyway', minDomains: 1, labelSelector: {} },
        { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'Maybe', matchLabelKeys: ['a'] },
      ],
    },
    [
      'spec.topologySpreadConstraints[1].whenUnsatisfiable: Unsupported value: "Maybe": supported values: "DoNotSchedule", "ScheduleAnyway"',
      'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero',
      'spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty',
      'spec.topologySpreadConstraints[0].minDomains: Invalid value: 1: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway',
      'spec.topologySpreadConstraints[1].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set',
    ],
  ],
  [
    'the same spread twice',
    {
      topologySpreadConstraints: [1, 2].map(maxSkew => ({
        maxSkew,
        topologyKey: 'zone',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: {},
      })),
    },
    ['spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{zone, DoNotSchedule}"'],
  ],
  [
    'DNS policy None without a server',
    { dnsPolicy: 'None' },
    ['spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None'],
  ],
  [
    'DNS settings',
    { dnsConfig: { nameservers: ['a', '1.1.1.1', '1.1.1.2', '1.1.1.3'], searches: ['-x'], options: [{ value: '1' }] } },
    [
      'spec.dnsConfig.nameservers: Invalid value: ["a","1.1.1.1","1.1.1.2","1.1.1.3"]: must not have more than 3 nameservers',
      'spec.dnsConfig.nameservers[0]: Invalid value: "a": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      "spec.dnsConfig.searches[0]: Invalid value: \"-x\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')",
      'spec.dnsConfig.options[0]: Required value: must not be empty',
    ],
  ],
  [
    'names of the host',
    { hostname: 'a.b', subdomain: 'A', hostAliases: [{ ip: 'x', hostnames: ['A'] }] },
    [
      'spec.hostname: Invalid value: "a.b": must not contain dots',
      `spec.subdomain: Invalid value: "A": ${label}`,
      'spec.hostAliases[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      `spec.hostAliases[0].hostnames[0]: Invalid value: "A": ${subdomain}`,
    ],
  ],
  [
    'deadline, names and gates',
    {
      activeDeadlineSeconds: 0,
      serviceAccountName: 'A',
      runtimeClassName: 'B',
      schedulingGates: [{ name: 'a' }, { name: 'a' }],
    },
    [
      'spec.schedulingGates[1]: Duplicate value: "a"',
      `spec.serviceAccountName: Invalid value: "A": ${subdomain}`,
      'spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive',
      `spec.runtimeClassName: Invalid value: "B": ${subdomain}`,
    ],
  ],
  [
    'a node before the gates are open',
    { nodeName: 'n', schedulingGates: [{ name: 'a' }] },
    ['spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared'],
  ],
  [
    'ephemeral containers at creation',
    {
      ephemeralContainers: [
        {
          name: 'debug',
          image: 'busybox',
          ports: [{ containerPort: 1 }],
          targetContainerName: 'x',
          resources: { limits: { cpu: '1' } },
        },
      ],
    },
    [
      'spec.ephemeralContainers[0].targetContainerName: Not found: "x"',
      'spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container',
      'spec.ephemeralContainers[0].resources: Forbidden: cannot be set for an Ephemeral Container',
      'spec.ephemeralContainers: Forbidden: cannot be set on create',
    ],
  ],
  [
    'restart rules',
    {
      restartPolicy: 'Never',
      ...one({
        restartPolicyRules: [{ action: 'Restart' }],
        resizePolicy: [{ resourceName: 'disk', restartPolicy: 'RestartContainer' }],
      }),
    },
    [
      'spec.containers[0].resizePolicy: Unsupported value: "disk": supported values: "cpu", "memory"',
      "spec.containers[0].resizePolicy: Invalid value: \"RestartContainer\": must be 'NotRequired' when pod `restartPolicy` is 'Never'",
      'spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used',
      'spec.containers[0].restartPolicyRules[0].exitCodes: Required value: must be specified',
    ],
  ],
  [
    'annotations that mean something',
    {},
    [
      'metadata.annotations[kubernetes.io/config.mirror]: Invalid value: "x": must set spec.nodeName if mirror pod annotation is set',
      'metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "+1": must be a 32bit integer',
      'metadata.annotations[container.apparmor.security.beta.kubernetes.io/other]: Invalid value: "other": container not found',
    ],
    {
      annotations: {
        'kubernetes.io/config.mirror': 'x',
        'controller.kubernetes.io/pod-deletion-cost': '+1',
        'container.apparmor.security.beta.kubernetes.io/other': 'unconfined',
      },
    },
  ],
]

for (const [name, spec, expected, metadata = {}] of cases)
  test(`rules: ${name}`, () => assert.deepEqual(problems(podOf(spec, {}, metadata)), expected))
