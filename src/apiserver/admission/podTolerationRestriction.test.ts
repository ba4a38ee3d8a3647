import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Toleration } from '../../api/core/pod/placement.ts'
import { namespaces, type Pod, pods } from '../../api/index.ts'
import { fixedObjects, write } from '../objects.test-suite.ts'
import { podTolerationRestriction } from './podTolerationRestriction.ts'

const space = (annotations: Record<string, unknown>) => ({
  metadata: {
    name: 'ns',
    annotations: Object.fromEntries(
      Object.entries(annotations).map(([name, value]) => [
        `scheduler.alpha.kubernetes.io/${name}`,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    ),
  },
})
const gpu = { key: 'gpu', operator: 'Exists', effect: 'NoSchedule' } as const
const gpuOne = { key: 'gpu', operator: 'Equal', value: 'one', effect: 'NoSchedule' } as const
const everything = { operator: 'Exists' } as const
const brief = { key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 10 } as const
const pressure = { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' } as const
const conflict =
  'pod tolerations (possibly merged with namespace default tolerations) conflict with its namespace whitelist'

/** What a pod tolerates afterwards, or why it is refused. */
function outcome(
  annotations: Record<string, unknown>,
  tolerations: Toleration[],
  { operation = 'CREATE', requests = {} }: { operation?: 'CREATE' | 'UPDATE'; requests?: object } = {},
): readonly Toleration[] | string {
  const plugin = podTolerationRestriction({ objects: fixedObjects().put(namespaces, space(annotations) as never) })
  const object = {
    metadata: { name: 'p', namespace: 'ns' },
    spec: { containers: [{ name: 'c', resources: { requests } }], tolerations },
  }
  const request = write(operation, pods, { object: object as never })
  try {
    plugin.mutate?.(request)
    plugin.validate?.(request)
    return (request.object as Pod).spec.tolerations ?? []
  } catch (error) {
    return (error as Error).message
  }
}

const cases: [what: string, arguments: Parameters<typeof outcome>, result: readonly Toleration[] | string][] = [
  ['nothing is noted', [{}, [gpu]], [gpu]],
  ['the namespace gives', [{ defaultTolerations: [gpu] }, []], [gpu]],
  ['it gives nothing to what is there', [{ defaultTolerations: [gpu] }, [], { operation: 'UPDATE' }], []],
  ['what is alike stands once', [{ defaultTolerations: [gpu] }, [gpu]], [gpu]],
  ['what covers another stays', [{ defaultTolerations: [gpu] }, [gpuOne]], [gpu]],
  ['whichever comes first', [{ defaultTolerations: [gpuOne] }, [everything]], [everything]],
  ['requests bear memory pressure', [{}, [], { requests: { cpu: '1' } }], [pressure]],
  ['what is allowed', [{ tolerationsWhitelist: [gpu] }, [gpuOne]], [gpuOne]],
  ['what is not', [{ tolerationsWhitelist: [gpuOne] }, [gpu]], conflict],
  [
    'what is given is not allowed either',
    [{ tolerationsWhitelist: [gpuOne], defaultTolerations: [gpu] }, []],
    conflict,
  ],
  ['an empty list allows all', [{ tolerationsWhitelist: '' }, [gpu]], [gpu]],
  ['not for longer', [{ tolerationsWhitelist: [brief] }, [{ ...brief, tolerationSeconds: 11 }]], conflict],
  [
    'for as long',
    [{ tolerationsWhitelist: [brief] }, [{ ...brief, tolerationSeconds: 9 }]],
    [{ ...brief, tolerationSeconds: 9 }],
  ],
  [
    'what is noted is damaged',
    [{ tolerationsWhitelist: '{}' }, [gpu]],
    'annotation scheduler.alpha.kubernetes.io/tolerationsWhitelist of namespace "ns" holds no tolerations: it is no list',
  ],
]
for (const [what, asked, result] of cases)
  test(`tolerations: ${what}`, () => {
    assert.deepEqual(outcome(...asked), result)
  })
