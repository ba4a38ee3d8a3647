import { StatusError } from '../../api/meta/statusError.ts'
import type { AdmissionRequest, WriteEnd } from '../contract.ts'
import type { VerbDeps } from './scope.ts'

/** Makes one attempt to write with what the object needs to itself, and settles that afterwards. */
export async function reserved<T>(
  { reservation }: Pick<VerbDeps, 'reservation'>,
  request: AdmissionRequest,
  write: () => Promise<T>,
  endOf: (result: T) => WriteEnd,
): Promise<T> {
  const settle = await reservation?.begin(request)
  if (!settle) return write()
  // Only a refusal is known to have written nothing.
  let end: WriteEnd = 'unknown'
  try {
    const result = await write()
    end = endOf(result)
    return result
  } catch (error) {
    if (error instanceof StatusError) end = 'failed'
    throw error
  } finally {
    await settle(end)
  }
}
