import { method } from '../../../schema/codec/rpc.ts'
import { fields, int32, map, object, one, string } from '../../../schema/fields.ts'
import { binary } from '../../../schema/scalars/binary.ts'
import type { Shape, Type } from '../../../schema/types.ts'

// The protocol of key services (`k8s.io/kms/apis/v2`), and what stands in a value sealed with their help.

const empty = fields({})
export interface StatusRequest extends Shape<typeof empty> {}
export const StatusRequest: Type<StatusRequest> = object('v2.StatusRequest', empty)

const statusResponse = fields({
  version: string(1, { always: true }),
  healthz: string(2, { always: true }),
  keyId: string(3, { always: true }),
})
export interface StatusResponse extends Shape<typeof statusResponse> {}
export const StatusResponse: Type<StatusResponse> = object('v2.StatusResponse', statusResponse)

const decryptRequest = fields({
  ciphertext: one(1, binary, { always: true }),
  uid: string(2, { always: true }),
  keyId: string(3, { always: true }),
  annotations: map(4, binary, { always: true }),
})
export interface DecryptRequest extends Shape<typeof decryptRequest> {}
export const DecryptRequest: Type<DecryptRequest> = object('v2.DecryptRequest', decryptRequest)

const decryptResponse = fields({ plaintext: one(1, binary, { always: true }) })
export interface DecryptResponse extends Shape<typeof decryptResponse> {}
export const DecryptResponse: Type<DecryptResponse> = object('v2.DecryptResponse', decryptResponse)

const encryptRequest = fields({ plaintext: one(1, binary, { always: true }), uid: string(2, { always: true }) })
export interface EncryptRequest extends Shape<typeof encryptRequest> {}
export const EncryptRequest: Type<EncryptRequest> = object('v2.EncryptRequest', encryptRequest)

const encryptResponse = fields({
  ciphertext: one(1, binary, { always: true }),
  keyId: string(2, { always: true }),
  annotations: map(3, binary, { always: true }),
})
export interface EncryptResponse extends Shape<typeof encryptResponse> {}
export const EncryptResponse: Type<EncryptResponse> = object('v2.EncryptResponse', encryptResponse)

/** The calls of a key service. */
export const methods = {
  status: method('v2.KeyManagementService', 'Status', StatusRequest, StatusResponse),
  encrypt: method('v2.KeyManagementService', 'Encrypt', EncryptRequest, EncryptResponse),
  decrypt: method('v2.KeyManagementService', 'Decrypt', DecryptRequest, DecryptResponse),
}

/** `EncryptedDEKSourceType`: the service's secret is a key of AES-GCM, or a seed from which each value's key is made. */
export const sourceType = { key: 0, seed: 1 } as const

const encryptedObject = fields({
  encryptedData: one(1, binary, { always: true }),
  keyId: string(2, { always: true }),
  encryptedDekSource: one(3, binary, { always: true }),
  annotations: map(4, binary, { always: true }),
  encryptedDekSourceType: int32(5, { always: true }),
})
export interface EncryptedObject extends Shape<typeof encryptedObject> {}
export const EncryptedObject: Type<EncryptedObject> = object('v2.EncryptedObject', encryptedObject)
