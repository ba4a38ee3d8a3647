import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../../src/testing/eventually.ts'
import { columns, openKubectl, project } from '../kubectl.ts'
import type { Machine } from '../machine.ts'
import { shell } from './pods.ts'

/** The nginx Deployment behind a Service: addresses, ports and names. */
export function serviceTests(machine: () => Machine): void {
  describe('nginx behind a service', () => {
    const kubectl = (...args: string[]) => machine().kubectl(...args)
    const from = (...args: string[]) => machine().kubectl.run(['exec', 'asks', '--', ...args])
    const fetched = async (host: string) => (await from('wget', '-qO-', '-T5', `http://${host}/`)).stdout
    const page = /<title>Welcome to nginx!<\/title>/

    before(async () => {
      await kubectl('create', '-f', join(project, 'examples/nginx-rc.yaml'))
      await machine().kubectl.apply([shell('asks', 'sleep 100000')])
      await kubectl('expose', 'deployment', 'nginx', '--type=NodePort', '--port=80')
      await kubectl('rollout', 'status', 'deployment/nginx', '--timeout=60s')
      await kubectl('wait', '--for=condition=Ready', 'pod/asks', '--timeout=30s')
    })
    after(async () => {
      await kubectl('delete', 'deploy/nginx', 'svc/nginx', '--timeout=30s')
      await kubectl('delete', 'pod', 'asks', '--now', '--timeout=30s')
      await kubectl('wait', '--for=delete', 'pods', '--all', '--timeout=60s')
    })

    it('runs three of three', async () => {
      assert.deepEqual(columns(await kubectl('get', 'deploy', 'nginx'), 'READY', 'AVAILABLE'), [['3/3', '3']])
      const pods = columns(
        await kubectl('get', 'pods', '-l=k8s-app=nginx', '-o=wide'),
        'READY',
        'STATUS',
        'RESTARTS',
        'NODE',
      )
      assert.deepEqual(pods, Array(3).fill(['1/1', 'Running', '0', machine().node]))
    })

    it('answers at its cluster IP and its node port, from the machine and from pods', async () => {
      const jsonpath = 'jsonpath={.spec.clusterIP} {.spec.ports[0].nodePort}'
      const [ip = '', port = ''] = (await kubectl('get', 'svc', 'nginx', '-o', jsonpath)).split(' ')
      const curl = (host: string) => machine().inside('curl', '-sS', '--max-time', '5', `http://${host}/`)
      for (const host of [ip, `192.168.78.2:${port}`]) assert.match(await eventually(() => curl(host)), page, host)
      for (const host of [ip, `192.168.78.2:${port}`]) assert.match(await fetched(host), page, host)
    })

    it('spreads connections over its pods', async () => {
      const pods = (await kubectl('get', 'pods', '-l=k8s-app=nginx', '-o', 'jsonpath={.items[*].metadata.name}')).split(
        ' ',
      )
      for (const pod of pods) await kubectl('exec', pod, '--', 'sh', '-c', 'hostname > /usr/share/nginx/html/me')
      const seen = new Set<string>()
      await eventually(async () => {
        seen.add((await from('wget', '-qO-', '-T5', 'http://nginx/me')).stdout.trim())
        return seen.size === pods.length
      }, 30_000)
      assert.deepEqual([...seen].sort(), pods.sort())
    })

    it('is found by name, in every form', async () => {
      for (const name of ['nginx', 'nginx.default', 'nginx.default.svc', 'nginx.default.svc.cluster.local'])
        assert.match(await fetched(name), page, name)
      const missing = await from('wget', '-qO-', '-T5', 'http://nobody/')
      assert.match(missing.stderr, /bad address 'nobody'/)
      const resolved = await from('nslookup', 'kubernetes.default.svc.cluster.local')
      assert.match(resolved.stdout, /Address(?: 1)?: 10\.96\.0\.1/)
    })

    it('reaches itself through its own service', async () => {
      await kubectl('scale', 'deploy/nginx', '--replicas=1')
      const left = await eventually(async () => {
        const names = (await kubectl('get', 'pods', '-l=k8s-app=nginx', '-o', 'name')).trim().split('\n')
        return names.length === 1 ? names[0] : undefined
      }, 60_000)
      await eventually(async () => page.test(await kubectl('exec', left, '--', 'wget', '-qO-', '-T3', 'http://nginx/')))
      await kubectl('scale', 'deploy/nginx', '--replicas=3')
      await kubectl('rollout', 'status', 'deploy/nginx', '--timeout=60s')
    })

    it('a headless service names its pods', async () => {
      await kubectl('expose', 'deployment', 'nginx', '--name=headless', '--cluster-ip=None', '--port=80')
      const ips = (await kubectl('get', 'pods', '-l=k8s-app=nginx', '-o', 'jsonpath={.items[*].status.podIP}'))
        .split(' ')
        .sort()
      await eventually(async () => {
        const { stdout } = await from('nslookup', 'headless.default.svc.cluster.local')
        const found = [...stdout.matchAll(/^Address(?: \d)?: (10\.244\S+)$/gm)].map(match => match[1]).sort()
        return found.join() === ips.join()
      })
      await kubectl('delete', 'svc', 'headless')
    })

    it('refuses connections when it has no pods, and serves again when it has', async () => {
      await kubectl('scale', 'deploy/nginx', '--replicas=0')
      await kubectl('wait', '--for=delete', 'pods', '-l=k8s-app=nginx', '--timeout=60s')
      await eventually(async () => /refused/.test((await from('wget', '-qO-', '-T5', 'http://nginx/')).stderr))
      await kubectl('scale', 'deploy/nginx', '--replicas=3')
      await kubectl('rollout', 'status', 'deploy/nginx', '--timeout=60s')
      await eventually(async () => page.test(await fetched('nginx')))
    })

    it('keeps serving while its pods are replaced, when they end late enough', async () => {
      // A pod that ends at once may be asked once more before all have heard of it: the usual remedy is to wait.
      const late = { lifecycle: { preStop: { sleep: { seconds: 2 } } } }
      const patch = { spec: { template: { spec: { containers: [{ name: 'nginx', ...late }] } } } }
      let asked = 0
      let failed = ''
      const roll = async (...change: string[]) => {
        await kubectl(...change)
        await kubectl('rollout', 'status', 'deploy/nginx', '--timeout=60s')
      }
      // The pods of before have no such wait.
      await roll('patch', 'deploy/nginx', '-p', JSON.stringify(patch))
      await eventually(async () => !(await kubectl('get', 'pods', '-l=k8s-app=nginx')).includes('Terminating'), 60_000)
      const ended = new AbortController()
      const ask = (async () => {
        while (!ended.signal.aborted) {
          const { code, stderr } = await from('wget', '-qO-', '-T5', 'http://nginx/')
          asked++
          if (code !== 0) failed += stderr
        }
      })()
      try {
        await roll('rollout', 'restart', 'deploy/nginx')
      } finally {
        ended.abort()
        await ask
      }
      assert.ok(asked > 3, `it was asked ${asked} times`)
      assert.equal(failed, '')
    })

    it('lets pods reach the API, as the service account they are given', async () => {
      await from('sh', '-c', 'echo | nc -w 5 kubernetes.default.svc 443').then(({ code }) => assert.equal(code, 0))
      const token = await kubectl('exec', 'asks', '--', 'cat', '/var/run/secrets/kubernetes.io/serviceaccount/token')
      const config = JSON.parse(await kubectl('config', 'view', '--raw', '--flatten', '-o', 'json'))
      config.users[0].user = { token }
      const pod = await openKubectl(JSON.stringify(config), machine().enter)
      try {
        const { userInfo } = JSON.parse(await pod('auth', 'whoami', '-o', 'json')).status
        assert.equal(userInfo.username, 'system:serviceaccount:default:default')
        assert.deepEqual(userInfo.extra['authentication.kubernetes.io/pod-name'], ['asks'])
      } finally {
        await pod.close()
      }
    })

    it('stops a container and starts it again, in place', async () => {
      // One that the roll-out before has left behind may still be on its way out.
      const { items } = JSON.parse(await kubectl('get', 'pods', '-l=k8s-app=nginx', '-o', 'json'))
      const staying = items.find(
        (each: { metadata: { deletionTimestamp?: string } }) => !each.metadata.deletionTimestamp,
      )
      const pod = `pod/${staying.metadata.name}`
      await machine().kubectl.run(['exec', pod, '--', 'kill', '1'])
      await kubectl('wait', pod, '--for=jsonpath={.status.containerStatuses[0].restartCount}=1', '--timeout=30s')
      await kubectl('wait', pod, '--for=condition=Ready', '--timeout=30s')
    })
  })
}
