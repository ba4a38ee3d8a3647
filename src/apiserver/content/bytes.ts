/** UTF-8. */
export const utf8 = (text: string): Uint8Array => Buffer.from(text)

/** All of the parts in one. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  // Every byte is written below.
  const whole = Buffer.allocUnsafe(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** What stands before a nested protobuf message: its tag, which is below 128, and its length. */
export function lengthPrefix(tag: number, length: number): Uint8Array {
  const bytes = [tag]
  let rest = length
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128)
  bytes.push(rest)
  return Uint8Array.from(bytes)
}

/** Four bytes, most significant first: the length before each protobuf frame of a watch. */
export const frameLength = (length: number): Uint8Array =>
  Uint8Array.of(length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255)
