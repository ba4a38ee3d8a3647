import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { duplexPair } from 'node:stream'
import { Pod } from '../../src/api/core/pod/pod.ts'
import { parseFieldSelector } from '../../src/api/meta/fieldSelector.ts'
import { parseLabelSelector } from '../../src/api/meta/selectors.ts'
import { StatusError } from '../../src/api/meta/statusError.ts'
import { compile, createEnvironment, dyn, dynamic, evaluate, perCallLimit } from '../../src/cel/index.ts'
import { createSpdyConnection } from '../../src/net/spdy/connection.ts'
import { encodeFrame } from '../../src/net/spdy/frames.ts'
import { createHeaderPacker } from '../../src/net/spdy/headers.ts'
import { decodeCbor, writeCbor } from '../../src/schema/codec/cbor.ts'
import { unwrap } from '../../src/schema/codec/envelope.ts'
import { DecodeError, decodeJson, encodeJson, fromJson } from '../../src/schema/codec/json.ts'
import { parseJson, textOf } from '../../src/schema/codec/parse.ts'
import { decodeProtobuf, encodeProtobuf } from '../../src/schema/codec/protobuf.ts'
import { parseYaml } from '../../src/schema/codec/yaml.ts'
import { applyJsonPatch } from '../../src/schema/merge/jsonPatch.ts'
import { applyMergePatch } from '../../src/schema/merge/mergePatch.ts'
import { PatchError } from '../../src/schema/merge/patchError.ts'
import { applyStrategicPatch } from '../../src/schema/merge/strategic.ts'
import { checkRules } from '../../src/schema/rules/walk.ts'
import type { Target } from './fuzz.ts'

const golden = join(import.meta.dirname, '../golden')
const files = (ending: string): Uint8Array[] =>
  readdirSync(golden)
    .filter(name => name.endsWith(ending))
    .map(name => readFileSync(join(golden, name)))
const texts = (...all: readonly string[]): Uint8Array[] => all.map(text => Buffer.from(text))
const is =
  (...classes: readonly (abstract new (...args: never[]) => Error)[]) =>
  (error: unknown) =>
    classes.some(each => error instanceof each)

const samplePod = (): Pod => decodeJson(Pod, readFileSync(join(golden, 'core.v1.Pod.json')))
/** The document that patches are tried on. */
const plainPod = (): unknown => JSON.parse(encodeJson(Pod, samplePod()))

const celEnvironment = createEnvironment({ variables: { self: dyn } })
const celSelf = { replicas: 3, max: 5, name: 'ab', list: [1, 'a', null], x: { y: true } }

/** All readers, by name. */
export const targets: readonly Target[] = [
  {
    name: 'json',
    corpus: () => [...files('.json'), ...texts('{"a":{"a":1,"a":2}}', '[1e5,-0,"\\u0000"]')],
    read(input) {
      const pod = fromJson(
        Pod,
        parseJson(textOf(input), () => {}),
        { unknown: () => {} },
      )
      checkRules(Pod, pod)
      encodeJson(Pod, pod)
    },
    refuses: is(DecodeError),
  },
  {
    name: 'yaml',
    corpus: () => texts('a: &x [1, 2]\nb: *x\n---\nc: |\n  text\n', 'kind: Pod\nspec:\n  containers:\n  - name: c\n'),
    read: input => parseYaml(textOf(input)),
    refuses: is(DecodeError),
  },
  {
    name: 'protobuf',
    corpus: () => files('.pb'),
    read(input) {
      const { raw } = unwrap(input)
      encodeProtobuf(Pod, decodeProtobuf(Pod, raw))
    },
    refuses: is(DecodeError),
  },
  {
    name: 'cbor',
    corpus: () => files('.json').map(bytes => writeCbor(JSON.parse(textOf(bytes)))),
    read: input => decodeCbor(Pod, input),
    refuses: is(DecodeError),
  },
  {
    name: 'json patch',
    corpus: () =>
      texts(
        '[{"op":"replace","path":"/metadata/name","value":"x"},{"op":"test","path":"/kind","value":"Pod"}]',
        '[{"op":"copy","from":"/spec","path":"/spec/containers/-"},{"op":"move","from":"/spec","path":"/status"}]',
        '[{"op":"add","path":"/spec/containers/0","value":{}},{"op":"remove","path":"/metadata/labels"}]',
      ),
    read: input => applyJsonPatch(plainPod(), parseJson(textOf(input))),
    refuses: is(DecodeError, PatchError),
  },
  {
    name: 'merge patch',
    corpus: () => [...texts('{"metadata":{"labels":null,"annotations":{"a":"b"}}}'), ...files('.Pod.json')],
    read: input => applyMergePatch(plainPod(), parseJson(textOf(input))),
    refuses: is(DecodeError, PatchError),
  },
  {
    name: 'strategic patch',
    corpus: () => [
      ...texts(
        '{"spec":{"containers":[{"name":"a","$patch":"delete"}],"$setElementOrder/containers":[{"name":"b"}]}}',
        '{"metadata":{"$deleteFromPrimitiveList/finalizers":["a"],"$retainKeys":["name"]},"$patch":"replace"}',
      ),
      ...files('.Pod.json'),
    ],
    read: input => applyStrategicPatch(Pod, samplePod(), parseJson(textOf(input))),
    refuses: is(DecodeError, PatchError),
  },
  {
    name: 'label selector',
    corpus: () => texts('a=b,c!=d,e in (f,g),h notin (i),!j,k,l>5,m<6', 'x.y/z==w, ()'),
    read: input => parseLabelSelector(textOf(input)),
    refuses: is(StatusError),
  },
  {
    name: 'field selector',
    corpus: () => texts('metadata.name=a,spec.nodeName!=b\\,c', 'a==\\\\'),
    read: input => parseFieldSelector(textOf(input)),
    refuses: is(StatusError),
  },
  {
    name: 'cel',
    corpus: () =>
      texts(
        "self.replicas <= self.max && self.name.matches('^a.*b$') || has(self.x)",
        "[1, 2u, 3.5].map(i, i * 2).exists(i, i == 4) ? {'a': b'x'} : dyn(self).list.filter(e, e != null)",
        "duration('1h') < timestamp('2020-01-01T00:00:00Z') - timestamp('2019-01-01T00:00:00Z') && quantity('1Gi').isGreaterThan(quantity('5'))",
        "cidr('10.0.0.0/8').containsIP(ip('10.1.2.3')) && url('https://a/b?c=d').getHost() == 'a' && self.?y.orValue('z').lowerAscii() == 'z'",
      ),
    read(input) {
      const compiled = compile(textOf(input), celEnvironment)
      if ('program' in compiled) evaluate(compiled.program, { self: dynamic(celSelf) }, { limit: perCallLimit })
    },
    // What is wrong with an expression is returned, not thrown.
    refuses: () => false,
  },
  {
    name: 'spdy',
    corpus() {
      const block = createHeaderPacker()({ streamtype: 'stdin' })
      const open = encodeFrame({ type: 'open', stream: 1, last: false, block })
      const data = encodeFrame({ type: 'data', stream: 1, last: true, data: Buffer.from('hello') })
      const ping = encodeFrame({ type: 'ping', id: 1 })
      const reset = encodeFrame({ type: 'reset', stream: 1, status: 5 })
      return [Buffer.concat([open, data]), Buffer.concat([open, ping, data, reset]), Buffer.concat([ping, open, open])]
    },
    async read(input) {
      const [client, side] = duplexPair()
      const connection = createSpdyConnection(side, { role: 'server', onStream: stream => void stream.resume() })
      client.on('error', () => {}).resume()
      client.end(input)
      await connection.closed
      client.destroy()
    },
    refuses: () => false,
  },
]
