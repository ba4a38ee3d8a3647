/** Encrypts with one key. What it makes and reads is what upstream's providers do, byte for byte. */
export interface Cipher {
  /** `place`: the key of the store that the value stands under; what was moved elsewhere is not opened (where the cipher can tell). */
  seal(value: Uint8Array, place: string): Uint8Array
  /** Throws when it is not what `seal` made. */
  open(sealed: Uint8Array, place: string): Uint8Array
}

/** Why a sealed value cannot be opened. */
export const tooShort = (): Error => new Error('the stored data was shorter than the required size')
