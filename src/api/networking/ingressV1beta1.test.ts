import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromJson } from '../../schema/codec/json.ts'
import { applyDefaults } from '../../schema/derive/defaults.ts'
import { ingressVersions } from './ingressV1beta1.ts'

const resource = { kind: 'K', name: 'n' }
const backends: [beta: object, stored: object, back?: object][] = [
  [{ serviceName: 's', servicePort: 80 }, { service: { name: 's', port: { number: 80 } } }],
  [{ serviceName: 's', servicePort: 'web' }, { service: { name: 's', port: { name: 'web' } } }],
  [{ servicePort: 0, resource }, { resource }],
  [{ serviceName: 's', servicePort: '' }, { service: { name: 's', port: {} } }, { serviceName: 's', servicePort: 0 }],
  [{ servicePort: 0 }, {}],
]

for (const version of ingressVersions)
  test(`a backend of ${version.group}/${version.version} has service and port side by side`, () => {
    for (const [beta, stored, back = beta] of backends) {
      const rules = (backend: object) => [{ host: 'h', http: { paths: [{ path: '/', backend }] } }]
      const old = fromJson(version.type, {
        metadata: { name: 'i' },
        spec: { backend: beta, rules: rules(beta), tls: [{ hosts: ['h'] }] },
      })
      applyDefaults(version.type, old)
      const typed = (all: ReturnType<typeof rules>) =>
        all.map(({ host, http }) => ({
          host,
          http: { paths: http.paths.map(path => ({ ...path, pathType: 'ImplementationSpecific' })) },
        }))
      const object = version.up(old)
      assert.deepEqual(object.spec, { defaultBackend: stored, rules: typed(rules(stored)), tls: [{ hosts: ['h'] }] })
      assert.equal(object.apiVersion, 'networking.k8s.io/v1')
      assert.deepEqual((version.down(object) as { spec: object }).spec, {
        backend: back,
        rules: typed(rules(back)),
        tls: [{ hosts: ['h'] }],
      })
    }
  })
