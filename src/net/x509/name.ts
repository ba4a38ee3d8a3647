import { type Bytes, type DerValue, oid, readAll, readOid, sequence, set, utf8String } from './der.ts'

/** Who a certificate is for, or by. */
export interface Subject {
  readonly commonName: string
  /** In the order they are written. Upstream reads them as groups. */
  readonly organizations?: readonly string[]
}

/** A subject as read. */
export interface ReadSubject extends Subject {
  readonly organizations: readonly string[]
  /** The user's UID, where the certificate tells it. */
  readonly uid?: string
}

const attributes = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  /** Where Kubernetes keeps a user's UID. */
  uid: '1.3.6.1.4.1.57683.2',
}

/** The subject as a DER name: organizations first, as upstream writes them. */
export function subjectName(subject: Subject): Bytes {
  const part = (type: string, value: string) => set(sequence(oid(type), utf8String(value)))
  return sequence(
    ...(subject.organizations ?? []).map(value => part(attributes.organization, value)),
    part(attributes.commonName, subject.commonName),
  )
}

/** The values inside another. */
export const children = (value: DerValue | undefined): DerValue[] => (value ? readAll(value.content) : [])

const decoder = new TextDecoder()

/** Reads a DER name. */
export function nameOf(value: DerValue | undefined): ReadSubject {
  const organizations: string[] = []
  let commonName = ''
  let uid: string | undefined
  for (const relative of children(value)) {
    for (const attribute of children(relative)) {
      const [type, text] = children(attribute)
      const id = readOid(type?.content ?? new Uint8Array())
      const read = decoder.decode(text?.content)
      if (id === attributes.commonName) commonName = read
      else if (id === attributes.organization) organizations.push(read)
      else if (id === attributes.uid) uid = read
    }
  }
  return { commonName, organizations, ...(uid === undefined ? {} : { uid }) }
}
