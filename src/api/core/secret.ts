import { bool, fields, list, map, one, root, string, stringMap } from '../../schema/fields.ts'
import { invalid, required, tooLong } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import { bytes as bytesType } from '../../schema/scalars/basic.ts'
import type { FieldError, RootShape, Type } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { serviceAccountNameAnnotation } from '../meta/labels.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { resource } from '../resource.ts'
import { bytesOfBase64, dataBytes, immutableRules, keyRules, mostDataBytes } from './keyedData.ts'

const secret = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Data can no longer be changed. */
  immutable: bool(5, { pointer: true }),
  /** Bytes by key. */
  data: map(2, bytesType),
  /** Written only: text that is put into `data`, over what stands there. */
  stringData: stringMap(4),
  /** Tells programs what the keys are; some types need certain keys. */
  type: string(3, { default: 'Opaque' }),
})
export interface Secret extends RootShape<typeof secret> {}
export const Secret: Type<Secret> = root('io.k8s.api.core.v1.Secret', secret)

const secretList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, Secret, { always: true }),
})
export interface SecretList extends RootShape<typeof secretList> {}
export const SecretList: Type<SecretList> = root('io.k8s.api.core.v1.SecretList', secretList)

/** Keys that a type of Secret needs; all of them, or with `any` one of them. */
const needed: Readonly<
  Record<
    string,
    { readonly keys: readonly string[]; readonly any?: true; readonly filled?: true; readonly json?: true }
  >
> = {
  'kubernetes.io/dockercfg': { keys: ['.dockercfg'], json: true },
  'kubernetes.io/dockerconfigjson': { keys: ['.dockerconfigjson'], json: true },
  'kubernetes.io/basic-auth': { keys: ['username', 'password'], any: true },
  'kubernetes.io/ssh-auth': { keys: ['ssh-privatekey'], filled: true },
  'kubernetes.io/tls': { keys: ['tls.crt', 'tls.key'] },
}

function secretRules({ metadata, data = {}, type = '' }: Secret): readonly FieldError[] {
  const path = at('data')
  const errors = keyRules(data, 'data')
  if (dataBytes(data, bytesOfBase64) > mostDataBytes) errors.push(tooLong(path, mostDataBytes))
  if (type === 'kubernetes.io/service-account-token' && !metadata.annotations?.[serviceAccountNameAnnotation])
    errors.push(required(at('metadata', 'annotations').key(serviceAccountNameAnnotation)))
  const wanted = needed[type]
  if (!wanted) return errors
  const missing = wanted.keys.filter(key => (wanted.filled ? !data[key] : data[key] === undefined))
  if (!wanted.any || missing.length === wanted.keys.length) errors.push(...missing.map(key => required(path.key(key))))
  const [key = ''] = wanted.keys
  // The detail says nothing about the content: it is a secret.
  if (wanted.json && missing.length === 0 && !isJsonObject(data[key] ?? ''))
    errors.push(invalid(path.key(key), '<secret contents redacted>', 'must be a JSON object'))
  return errors
}

function isJsonObject(base64: string): boolean {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(Uint8Array.fromBase64(base64)))
    return typeof json === 'object' && !Array.isArray(json)
  } catch {
    return false
  }
}

/** Puts `stringData` into `data`, where readers find it. */
function mergeStrings(secret: Secret): void {
  const { stringData } = secret
  if (!stringData) return
  const encoded = Object.entries(stringData).map(([key, value]) => [key, new TextEncoder().encode(value).toBase64()])
  secret.data = { ...secret.data, ...Object.fromEntries(encoded) }
  delete secret.stringData
}

/** Data that few should see, as bytes by key. */
export const secrets = resource<Secret>({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
  type: Secret,
  defaults: mergeStrings,
  rules: secretRules,
  changes: {
    update(secret, old) {
      if (!secret.type) secret.type = old.type
    },
    updateRules: (object, old) => [
      ...(object.type === old.type ? [] : [invalid(at('type'), object.type, 'field is immutable')]),
      ...immutableRules(object, old, ['data']),
    ],
  },
  columns: [
    nameColumn,
    { name: 'Type', type: 'string', description: 'What the keys are.', cell: ({ type }) => type ?? '' },
    {
      name: 'Data',
      type: 'string',
      description: 'How many keys there are.',
      cell: ({ data = {} }) => Object.keys(data).length,
    },
    ageColumn,
  ],
  select: { type: ({ type }) => type ?? '' },
})
