import type { Cipher } from './ciphers/cipher.ts'

/** What was found in a sealed value. `form` names how it was sealed: with which provider and which key. */
export interface Opened {
  readonly value: Uint8Array
  readonly form: string
}

/** One way of sealing values: a cipher with its keys, a key service, or none. */
export interface Provider {
  /** What its values begin with: `k8s:enc:aesgcm:v1:`. */
  readonly prefix: string
  /** How it seals now. */
  form(): string
  /** Throws when it cannot just now. */
  seal(value: Uint8Array, place: string): Uint8Array
  /** The value begins with the prefix. Throws or rejects when it cannot be opened; never tells what is in it. */
  open(sealed: Uint8Array, place: string): Opened | Promise<Opened>
}

/** What all sealed values begin with. */
const sealedBegin = Buffer.from('k8s:enc:')

export const beginsWith = (value: Uint8Array, start: Uint8Array): boolean =>
  value.length >= start.length && Buffer.compare(value.subarray(0, start.length), start) === 0

/** Values stand as they are. */
export const identity: Provider = {
  prefix: '',
  form: () => '',
  seal: value => value,
  open(sealed) {
    if (beginsWith(sealed, sealedBegin)) throw new Error('identity transformer tried to read encrypted data')
    return { value: sealed, form: '' }
  },
}

/** A cipher with its keys: the first seals, any opens. Key names stand in the value, behind the prefix. */
export function keyed(prefix: string, keys: readonly { readonly name: string; readonly cipher: Cipher }[]): Provider {
  const known = keys.map(({ name, cipher }) => ({
    cipher,
    form: `${prefix}${name}:`,
    start: Buffer.from(`${prefix}${name}:`),
  }))
  const [first] = known
  if (!first) throw new Error(`the provider of ${prefix} has no keys`)
  return {
    prefix,
    form: () => first.form,
    seal: (value, place) => Buffer.concat([first.start, first.cipher.seal(value, place)]),
    open(sealed, place) {
      let failure = new Error('no matching key was found for the provided transformer')
      for (const { cipher, form, start } of known) {
        if (!beginsWith(sealed, start)) continue
        try {
          return { value: cipher.open(sealed.subarray(start.length), place), form }
        } catch (error) {
          // Two keys may have one name.
          failure = error as Error
        }
      }
      throw failure
    },
  }
}
