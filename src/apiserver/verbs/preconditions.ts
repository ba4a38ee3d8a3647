import { conflict } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import type { Stored } from '../contract.ts'

/** What must hold of the stored object; empty and absent hold always. */
export interface Preconditions {
  readonly uid?: string
  readonly resourceVersion?: string
}

/** Throws Conflict when a write's preconditions do not hold, in the words of upstream's storage. */
export function checkPreconditions(resource: Resource, { key, object, revision }: Stored, wanted: Preconditions): void {
  const { name = '', uid = '' } = object.metadata
  const refuse = (what: string, asked: string, found: string) => {
    const why = `Precondition failed: ${what} in precondition: ${asked}, ${what} in object meta: ${found}`
    const storage = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`
    throw conflict(resource, name, storage)
  }
  if (wanted.uid && wanted.uid !== uid) refuse('UID', wanted.uid, uid)
  if (wanted.resourceVersion && wanted.resourceVersion !== String(revision))
    refuse('ResourceVersion', wanted.resourceVersion, String(revision))
}

/** The same for a deletion, whose words are others (`rest.BeforeDelete`). */
export function checkDeletion(resource: Resource, { object, revision }: Stored, wanted: Preconditions): void {
  const { name = '', uid = '' } = object.metadata
  const { group, kind } = resource
  const refuse = (what: string, asked: string, found: string, guess: string) => {
    const why = `the ${what} in the precondition (${asked}) does not match the ${what} in record (${found}). The object might have been ${guess}`
    throw conflict({ group, plural: kind }, name, why)
  }
  if (wanted.uid !== undefined && wanted.uid !== uid) refuse('UID', wanted.uid, uid, 'deleted and then recreated')
  if (wanted.resourceVersion !== undefined && wanted.resourceVersion !== String(revision))
    refuse('ResourceVersion', wanted.resourceVersion, String(revision), 'modified')
}
