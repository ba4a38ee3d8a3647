/** Why a container waits, as users see it in `state.waiting.reason`. */
export type WaitingReason =
  | 'ErrImagePull'
  | 'ImagePullBackOff'
  | 'ErrImageNeverPull'
  | 'InvalidImageName'
  | 'ImageInspectError'
  | 'RegistryUnavailable'
  | 'SignatureValidationFailed'
  | 'CreateContainerConfigError'
  | 'CreateContainerError'
  | 'RunContainerError'
  | 'PostStartHookError'
  | 'CrashLoopBackOff'

/** A container that could not be started; the message is for the user. `retryAt`: when to try again, else by back-off. */
export class StartError extends Error {
  override name = 'StartError'
  readonly reason: WaitingReason
  readonly retryAt?: number

  constructor(reason: WaitingReason, message: string, options: ErrorOptions & { retryAt?: number } = {}) {
    super(message, options)
    this.reason = reason
    if (options.retryAt !== undefined) this.retryAt = options.retryAt
  }
}
