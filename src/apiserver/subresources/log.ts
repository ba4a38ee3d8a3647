import { pods } from '../../api/index.ts'
import { badRequest, failure, internalError, invalid } from '../../api/meta/statusError.ts'
import { forbidden, invalid as invalidValue, notSupported } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import type { Answer } from '../contract.ts'
import { isTrue } from '../requestInfo.ts'
import type { Call } from '../verbs/scope.ts'
import { dialerOf, type SubresourceDeps } from './deps.ts'
import { chunksOf, dialed, send, textOf } from './http.ts'
import { kubeletOf } from './node.ts'
import { containerOf, podOf } from './podTarget.ts'

const flags = ['follow', 'previous', 'timestamps'] as const
const streams = ['All', 'Stdout', 'Stderr']

/** `pods/log`: what a container wrote, from its kubelet, as it comes. Upstream's LogREST. */
export async function log(deps: SubresourceDeps, call: Call): Promise<Answer> {
  const { reader } = deps.objects
  const { query, signal } = call.request
  const parameters = logParameters(query, call.info.name)
  const pod = podOf(reader, call)
  const container = containerOf(pod, query.get('container'))
  // Nothing was written before a node had the pod.
  if (!pod.spec.nodeName) return { form: 'text', status: 200, contentType: 'text/plain', body: '' }
  const address = kubeletOf(reader, pod.spec.nodeName)
  const { name = '', namespace = '' } = pod.metadata
  const socket = await dialed(dialerOf(deps).kubelet(address, signal), `node ${address.node}`)
  const target = `/containerLogs/${namespace}/${name}/${container}?${parameters}`
  const response = await dialed(
    send(socket, { method: 'GET', target, host: address.host }, signal),
    `node ${address.node}`,
  )
  const status = response.statusCode ?? 500
  if (status < 200 || status > 206) throw kubeletFailure(status, await textOf(response), name)
  return {
    form: 'stream',
    status: 200,
    contentType: response.headers['content-type'] ?? 'text/plain',
    chunks: chunksOf(response, signal),
  }
}

/** What a kubelet's refusal becomes: its words under the reason of its status. */
function kubeletFailure(status: number, text: string, name: string) {
  if (status === 500) return internalError(text)
  if (status === 400) return badRequest(text)
  const details = { name, kind: pods.plural }
  if (status === 404)
    return failure(
      404,
      'NotFound',
      `the server could not find the requested resource ( ${pods.plural}/log ${name})`,
      details,
    )
  return failure(
    status,
    status >= 500 ? 'InternalError' : '',
    `an error on the server (${JSON.stringify(text)}) has prevented the request from succeeding ( ${pods.plural}/log ${name})`,
    details,
  )
}

/** The query for the kubelet. Throws Invalid for values that make no sense. Rules of `ValidatePodLogOptions`. */
function logParameters(query: URLSearchParams, name: string): URLSearchParams {
  const parameters = new URLSearchParams()
  const errors: FieldError[] = []
  for (const flag of flags) if (isTrue(query.get(flag))) parameters.set(flag, 'true')
  const number = (name: string, least: number, words: string) => {
    const text = query.get(name)
    if (text === null) return
    if (!/^-?\d{1,18}$/.test(text)) {
      throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
    }
    if (Number(text) < least) errors.push(invalidValue(at(name), Number(text), words))
    parameters.set(name, text)
  }
  number('tailLines', 0, 'must be greater than or equal to 0')
  number('limitBytes', 1, 'must be greater than 0')
  const sinceTime = query.get('sinceTime')
  if (sinceTime !== null && query.get('sinceSeconds') !== null) {
    errors.push(forbidden(at(''), 'at most one of `sinceTime` or `sinceSeconds` may be specified'))
  } else number('sinceSeconds', 1, 'must be greater than 0')
  if (sinceTime !== null) parameters.set('sinceTime', sinceTime)
  const stream = query.get('stream') ?? 'All'
  if (!streams.includes(stream)) errors.push(notSupported(at('stream'), stream, streams))
  if (stream !== 'All') {
    if (parameters.has('tailLines')) {
      errors.push(forbidden(at(''), '`tailLines` and specific `stream` are mutually exclusive for now'))
    }
    parameters.set('stream', stream)
  }
  if (errors.length > 0) throw invalid({ group: '', kind: 'PodLogOptions' }, name, errors)
  return parameters
}
