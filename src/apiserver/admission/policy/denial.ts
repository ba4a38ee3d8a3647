import { type Reason, StatusError } from '../../../api/meta/statusError.ts'
import type { AdmissionRequest } from '../../contract.ts'
import { refusal } from '../refusal.ts'

const codes: Readonly<Record<string, number>> = { Forbidden: 403, Unauthorized: 401, RequestEntityTooLarge: 413 }

/** Why a validating policy lets a write not through: its reason decides the code, Invalid when it has none. */
export function denial(
  request: AdmissionRequest,
  policy: string,
  binding: string | undefined,
  { message, reason = 'Invalid' }: { readonly message: string; readonly reason?: string },
): StatusError {
  const by = binding === undefined ? `'${policy}'` : `'${policy}' with binding '${binding}'`
  const told = `ValidatingAdmissionPolicy ${by} denied request: ${message}`
  const { body } = refusal(request, told)
  const details = { ...body.details, causes: [{ message: told }] }
  return new StatusError({ ...body, reason: reason as Reason, code: codes[reason] ?? 422, details })
}

/** Why mutating policies let a write not through. */
export function mutationDenial(
  request: AdmissionRequest,
  failures: readonly { readonly message: string; readonly reason?: string }[],
): StatusError {
  const { body } = refusal(request, 'admission request denied by policy')
  const [first] = failures as readonly [{ message: string; reason?: string }]
  const causes = failures.map(({ message }) => ({ message }))
  return new StatusError({
    ...body,
    message: first.message,
    ...(first.reason ? { reason: first.reason as Reason } : {}),
    details: { ...body.details, causes },
  })
}
