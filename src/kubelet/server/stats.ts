import { formatTime } from '../../schema/scalars/time.ts'
import type { Runtime } from '../cri/runtime.ts'
import { label } from '../sync/labels.ts'

/** What the containers use, by pod: the part of upstream's `/stats/summary` that the runtime can answer for. */
export async function statsSummary(runtime: Runtime, nodeName: string) {
  const pods = new Map<string, { podRef: object; containers: object[] }>()
  for (const { attributes, cpu, memory, writableLayer } of await runtime.containerStats()) {
    const labels = attributes?.labels ?? {}
    const uid = labels[label.podUid]
    if (uid === undefined) continue
    const podRef = { name: labels[label.podName], namespace: labels[label.podNamespace], uid }
    const pod = pods.get(uid) ?? { podRef, containers: [] }
    pods.set(uid, pod)
    const time = (nanoseconds: number | undefined) => formatTime(Math.floor((nanoseconds ?? 0) / 1e6))
    pod.containers.push({
      name: attributes?.metadata?.name,
      cpu: { time: time(cpu?.timestamp), usageCoreNanoSeconds: cpu?.usageCoreNanoSeconds?.value ?? 0 },
      memory: { time: time(memory?.timestamp), workingSetBytes: memory?.workingSetBytes?.value ?? 0 },
      rootfs: { usedBytes: writableLayer?.usedBytes?.value ?? 0, inodesUsed: writableLayer?.inodesUsed?.value ?? 0 },
    })
  }
  return { node: { nodeName }, pods: [...pods.values()] }
}
