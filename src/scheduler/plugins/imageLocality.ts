import type { SchedulerPlugin } from '../plugin.ts'

const mebibyte = 1024 * 1024
const least = 23 * mebibyte
const mostPerContainer = 1000 * mebibyte

/** `nginx` as container runtimes name it: `docker.io/library/nginx:latest`. */
function normalised(image: string): string {
  const withTag = /[:@][^/]*$/.test(image) ? image : `${image}:latest`
  const [first = '', ...rest] = withTag.split('/')
  if (rest.length === 0) return `docker.io/library/${withTag}`
  return first.includes('.') || first.includes(':') || first === 'localhost' ? withTag : `docker.io/${withTag}`
}

/** Prefers nodes that have the pod's images, weighed by their size and by how many nodes have them. */
export const imageLocality: SchedulerPlugin = {
  name: 'ImageLocality',
  wakes: [],
  weight: 1,
  scaled: true,
  prepare(pod, snapshot) {
    const containers = [...(pod.pod.spec.initContainers ?? []), ...pod.pod.spec.containers]
    return containers.map(container => {
      const name = normalised(container.image ?? '')
      const having = snapshot.nodes.filter(node => node.images.has(name)).length
      return { name, spread: snapshot.nodes.length === 0 ? 0 : having / snapshot.nodes.length }
    })
  },
  score(_pod, node, prepared) {
    const images = prepared as readonly { name: string; spread: number }[]
    const sum = images.reduce((total, { name, spread }) => total + (node.images.get(name) ?? 0) * spread, 0)
    const most = mostPerContainer * images.length
    return Math.floor(((Math.min(Math.max(sum, least), most) - least) * 100) / (most - least))
  },
}
