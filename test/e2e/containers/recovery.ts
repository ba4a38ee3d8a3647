import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../../src/testing/eventually.ts'
import type { Machine } from '../machine.ts'
import { shell } from './pods.ts'

/** What is killed comes back, and nothing that ran is touched. */
export function recoveryTests(machine: () => Machine): void {
  describe('recovery', () => {
    const kubectl = (...args: string[]) => machine().kubectl(...args)
    /** Container ids and restarts of the pods that are to survive. */
    const containers = () =>
      kubectl(
        ...['get', 'pods', '-l=stays=here', '--sort-by=.metadata.name', '-o'],
        'jsonpath={range .items[*]}{.metadata.uid} {.status.containerStatuses[0].containerID} {.status.containerStatuses[0].restartCount}{"\\n"}{end}',
      )
    const nodeReady = () => kubectl('wait', '--for=condition=Ready', 'node', '--all', '--timeout=90s')
    const answers = () => eventually(async () => (await kubectl('get', '--raw', '/readyz')) === 'ok', 60_000)
    const killed = async (part: 'server' | 'agent' | 'containerd') => {
      const pid = await machine().processOf(part)
      assert.ok(pid, `${part} runs`)
      process.kill(pid, 'SIGKILL')
      await eventually(async () => {
        const now = await machine().processOf(part)
        return now !== undefined && now !== pid
      }, 60_000)
    }

    before(async () => {
      const stays = (name: string) => {
        const pod = shell(name, 'sleep 100000', { restartPolicy: 'Always' })
        return { ...pod, metadata: { name, labels: { stays: 'here' } } }
      }
      await machine().kubectl.apply([stays('one'), stays('two')])
      await kubectl('wait', '--for=condition=Ready', 'pod', '-l=stays=here', '--timeout=30s')
    })
    after(() => kubectl('delete', 'pod', '-l=stays=here', '--now', '--timeout=60s'))

    it('an agent killed comes back, adopts its pods and restarts none', async () => {
      const before = await containers()
      await killed('agent')
      await nodeReady()
      // It works again: what is new is run.
      await machine().kubectl.apply([shell('afterwards', 'echo ran')])
      await kubectl('wait', 'pod/afterwards', '--for=jsonpath={.status.phase}=Succeeded', '--timeout=60s')
      await kubectl('delete', 'pod', 'afterwards', '--timeout=30s')
      assert.equal(await containers(), before)
      assert.equal(await kubectl('exec', 'one', '--', 'echo', 'here'), 'here\n')
    })

    it('a server killed comes back with all its objects', async () => {
      await kubectl('create', 'configmap', 'written', '--from-literal=a=b')
      const before = await containers()
      await killed('server')
      await answers()
      assert.equal(await kubectl('get', 'configmap', 'written', '-o', 'jsonpath={.data.a}'), 'b')
      assert.equal(await containers(), before)
      await kubectl('delete', 'configmap', 'written')
      await machine().kubectl.apply([shell('afterwards', 'echo ran')])
      await kubectl('wait', 'pod/afterwards', '--for=jsonpath={.status.phase}=Succeeded', '--timeout=60s')
      await kubectl('delete', 'pod', 'afterwards', '--timeout=30s')
    })

    it('a containerd killed comes back; pods are found running', async () => {
      const before = await containers()
      await killed('containerd')
      await machine().kubectl.apply([shell('afterwards', 'echo ran')])
      await kubectl('wait', 'pod/afterwards', '--for=jsonpath={.status.phase}=Succeeded', '--timeout=120s')
      await kubectl('delete', 'pod', 'afterwards', '--timeout=60s')
      assert.equal(await containers(), before)
    })

    it('a container that was killed behind its back is started again', async () => {
      const shown = await kubectl('get', 'pod', 'two', '-o', 'jsonpath={.status.containerStatuses[0].containerID}')
      const id = shown.replace('containerd://', '')
      const { stdout } = await pidOf(machine(), id)
      process.kill(Number(stdout.trim()), 'SIGKILL')
      await kubectl('wait', 'pod/two', '--for=jsonpath={.status.containerStatuses[0].restartCount}=1', '--timeout=30s')
      await kubectl('wait', 'pod/two', '--for=condition=Ready', '--timeout=30s')
    })

    it('up finds everything running and changes nothing', async () => {
      const before = await containers()
      await machine().caravel('up', '--kubeconfig', `${machine().dataDir}/other.kubeconfig`)
      assert.equal(await containers(), before)
    })
  })
}

/** The process of a container: the first one in its cgroup. */
async function pidOf(machine: Machine, id: string): Promise<{ stdout: string }> {
  const stdout = await machine.inside('bash', '-c', `grep -l ${id} /proc/[0-9]*/cgroup | head -n 1 | cut -d/ -f3`)
  return { stdout }
}
