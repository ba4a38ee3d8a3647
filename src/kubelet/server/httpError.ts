/** A refusal: its code and words are the answer. */
export class HttpError extends Error {
  override name = 'HttpError'
  readonly code: number

  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
