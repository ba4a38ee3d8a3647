import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { Server, ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js'
import { decodeProtobuf, encodeProtobuf } from '../../../schema/codec/protobuf.ts'
import type { Type } from '../../../schema/types.ts'
import {
  DecryptRequest,
  DecryptResponse,
  EncryptRequest,
  EncryptResponse,
  StatusRequest,
  StatusResponse,
} from './messages.ts'

/** A key service on a unix socket, with keys in memory: what a plugin of a cloud or a vault does. */
export interface KeyPlugin {
  /** The key that is sealed with now; changing it is a rotation. */
  keyId: string
  healthz: string
  /** Calls so far, by method. */
  readonly calls: Readonly<Record<'status' | 'encrypt' | 'decrypt', number>>
  stop(): Promise<void>
}

const master = Buffer.alloc(32, 42)

export async function startKeyPlugin(socket: string): Promise<KeyPlugin> {
  const calls = { status: 0, encrypt: 0, decrypt: 0 }
  const server = new Server()
  const definition: Record<string, ServiceDefinition[string]> = {}
  const implementation: UntypedServiceImplementation = {}
  const add = <In, Out>(name: string, input: Type<In>, output: Type<Out>, answer: (request: In) => Out) => {
    definition[name] = {
      path: `/v2.KeyManagementService/${name}`,
      requestStream: false,
      responseStream: false,
      requestSerialize: value => value as Buffer,
      requestDeserialize: bytes => decodeProtobuf(input, bytes),
      responseSerialize: value => Buffer.from(encodeProtobuf(output, value as Out, { proto3: true })),
      responseDeserialize: bytes => bytes,
    }
    implementation[name] = (
      call: { request: In },
      done: (error: { code: number; details: string } | null, value?: Out) => void,
    ) => {
      try {
        done(null, answer(call.request))
      } catch (error) {
        done({ code: 13, details: (error as Error).message })
      }
    }
  }
  const plugin: KeyPlugin = {
    keyId: 'key-1',
    healthz: 'ok',
    calls,
    stop: () =>
      new Promise(resolve => {
        server.tryShutdown(() => resolve())
        server.forceShutdown()
      }),
  }
  add('Status', StatusRequest, StatusResponse, () => {
    calls.status++
    return { version: 'v2', healthz: plugin.healthz, keyId: plugin.keyId }
  })
  add('Encrypt', EncryptRequest, EncryptResponse, ({ plaintext }) => {
    calls.encrypt++
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', master, nonce).setAAD(Buffer.from(plugin.keyId))
    const ciphertext = Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
    return { ciphertext, keyId: plugin.keyId, annotations: { 'plugin.example.com': Buffer.from('v1') } }
  })
  add('Decrypt', DecryptRequest, DecryptResponse, ({ ciphertext, keyId, annotations }) => {
    calls.decrypt++
    if (Buffer.from(annotations['plugin.example.com'] ?? []).toString() !== 'v1')
      throw new Error('annotations are lost')
    const cipher = createDecipheriv('aes-256-gcm', master, ciphertext.subarray(0, 12)).setAAD(Buffer.from(keyId))
    cipher.setAuthTag(ciphertext.subarray(-16))
    return { plaintext: Buffer.concat([cipher.update(ciphertext.subarray(12, -16)), cipher.final()]) }
  })
  server.addService(definition, implementation)
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix://${socket}`, ServerCredentials.createInsecure(), error =>
      error ? reject(error) : resolve(),
    )
  })
  return plugin
}
