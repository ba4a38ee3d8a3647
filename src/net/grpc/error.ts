/** A failed call: `code` is gRPC's name of the status, `message` the server's own words. */
export class RpcError extends Error {
  override name = 'RpcError'
  readonly code: string
  /** Method that failed, without its service. */
  readonly call: string

  constructor(code: string, message: string, call: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.call = call
  }

  /** As Go prints a gRPC error; what users see in messages. */
  get text(): string {
    return `rpc error: code = ${goCodes[this.code] ?? this.code} desc = ${this.message}`
  }
}

/** The words users know from events and statuses; plain errors give their message. */
export const errorText = (error: unknown): string =>
  error instanceof RpcError ? error.text : error instanceof Error ? error.message : String(error)

export const isCode = (error: unknown, code: string): boolean => error instanceof RpcError && error.code === code

const goCodes: Record<string, string> = {
  CANCELLED: 'Canceled',
  UNKNOWN: 'Unknown',
  INVALID_ARGUMENT: 'InvalidArgument',
  DEADLINE_EXCEEDED: 'DeadlineExceeded',
  NOT_FOUND: 'NotFound',
  ALREADY_EXISTS: 'AlreadyExists',
  PERMISSION_DENIED: 'PermissionDenied',
  RESOURCE_EXHAUSTED: 'ResourceExhausted',
  FAILED_PRECONDITION: 'FailedPrecondition',
  ABORTED: 'Aborted',
  OUT_OF_RANGE: 'OutOfRange',
  UNIMPLEMENTED: 'Unimplemented',
  INTERNAL: 'Internal',
  UNAVAILABLE: 'Unavailable',
  DATA_LOSS: 'DataLoss',
  UNAUTHENTICATED: 'Unauthenticated',
}
