/** A patch that cannot be applied. The message is upstream's. */
export class PatchError extends Error {
  override name = 'PatchError'
  /** The status that upstream answers with: 400 malformed, 413 too large, 422 does not apply, 500 lacks a merge key. */
  readonly code: 400 | 413 | 422 | 500

  constructor(code: PatchError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
