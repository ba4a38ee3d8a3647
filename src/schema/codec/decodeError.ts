/** Input that is not a value of its type: malformed text or bytes, or a value of the wrong kind. The message is upstream's. */
export class DecodeError extends Error {
  override name = 'DecodeError'
  /** Where in the value, e.g. `spec.containers[0].ports`; empty when the input as a whole is wrong. */
  readonly path: string

  constructor(path: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.path = path
  }
}
