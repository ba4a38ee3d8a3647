import { failure, type Reason, type StatusBody, StatusError } from '../api/meta/statusError.ts'
import { deepFreeze } from './eventLines.ts'

/** What an answer of these bytes comes to: an object, frozen, where they are JSON; else a text. Throws the StatusError of a failure. */
export function readAnswer(status: number, contentType: string | undefined, body: Uint8Array): unknown {
  if (status >= 400) throw failureIn(status, contentType, body)
  const text = new TextDecoder().decode(body)
  return isJson(contentType) ? deepFreeze(JSON.parse(text)) : text
}

const isJson = (contentType: string | undefined) => contentType?.startsWith('application/json') ?? false

const reasons: Readonly<Record<number, Reason>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'RequestEntityTooLarge',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
}

/** The failure that an answer tells of. */
export function failureIn(status: number, contentType: string | undefined, body: Uint8Array): StatusError {
  const text = new TextDecoder().decode(body)
  if (isJson(contentType)) {
    const parsed = JSON.parse(text) as Partial<StatusBody>
    if (parsed.kind === 'Status') return new StatusError(parsed as StatusBody)
  }
  // Something between the server and us answered, or a path that speaks plain text.
  return failure(status, reasons[status] ?? '', text.trim() || `the server answered with status ${status}`)
}
