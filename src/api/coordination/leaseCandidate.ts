import { fields, list, microTime, object, one, root, string } from '../../schema/fields.ts'
import { invalid, required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, RootShape, Shape, Type } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { resource } from '../resource.ts'
import { oldestEmulationVersion, strategyRules } from './lease.ts'

const leaseCandidateSpec = fields({
  /** Lease the candidate wants to hold. Never changes. */
  leaseName: string(1, { always: true }),
  /** When the server last asked whether the candidate is still there. */
  pingTime: microTime(2, { pointer: true }),
  /** When the candidate last said so. */
  renewTime: microTime(3, { pointer: true }),
  /** Version of the candidate's program: `1.36.2`. */
  binaryVersion: string(4, { always: true }),
  /** Version that the program behaves as. */
  emulationVersion: string(5),
  /** How the holder is chosen. */
  strategy: string(6),
})
export interface LeaseCandidateSpec extends Shape<typeof leaseCandidateSpec> {}
export const LeaseCandidateSpec: Type<LeaseCandidateSpec> = object(
  'io.k8s.api.coordination.v1beta1.LeaseCandidateSpec',
  leaseCandidateSpec,
)

const leaseCandidate = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Who wants to hold what. */
  spec: one(2, LeaseCandidateSpec, { always: true }),
})
export interface LeaseCandidate extends RootShape<typeof leaseCandidate> {}
export const LeaseCandidate: Type<LeaseCandidate> = root(
  'io.k8s.api.coordination.v1beta1.LeaseCandidate',
  leaseCandidate,
)

const leaseCandidateList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, LeaseCandidate, { always: true }),
})
export interface LeaseCandidateList extends RootShape<typeof leaseCandidateList> {}
export const LeaseCandidateList: Type<LeaseCandidateList> = root(
  'io.k8s.api.coordination.v1beta1.LeaseCandidateList',
  leaseCandidateList,
)

/** `1.36.2`, with what may come before and after a release: `1.36.0-alpha.1+0a1b2c`. */
const versionPattern =
  /^(0|[1-9]\d{0,15})\.(0|[1-9]\d{0,15})\.(0|[1-9]\d{0,15})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/

interface Version {
  readonly release: readonly number[]
  /** Parts of what comes before a release; none for a release. */
  readonly before: readonly string[]
}

function parseVersion(text: string): Version | undefined {
  const [, major, minor, patch, before] = versionPattern.exec(text) ?? []
  if (major === undefined) return undefined
  return { release: [major, minor, patch].map(Number), before: before?.split('.') ?? [] }
}

const none: Version = { release: [0, 0, 0], before: [] }

const compare = <T>(a: T, b: T): number => (a === b ? 0 : a < b ? -1 : 1)

/** Orders versions as semver does: before a release comes what leads up to it. */
function compareVersions(a: Version, b: Version): number {
  for (const [i, number] of a.release.entries()) {
    const order = compare(number, b.release[i] ?? 0)
    if (order) return order
  }
  if (a.before.length === 0 || b.before.length === 0) return compare(b.before.length, a.before.length)
  for (const [i, part] of a.before.entries()) {
    const other = b.before[i]
    if (other === undefined) return 1
    const [left, right] = [part, other].map(one => (/^\d+$/.test(one) ? Number(one) : one))
    if (left === right) continue
    // Numbers come before words.
    if (typeof left !== typeof right) return typeof left === 'number' ? -1 : 1
    return compare(left, right)
  }
  return compare(a.before.length, b.before.length)
}

const path = at('spec')
const noVersion = 'must be a valid semantic version'

/** Of upstream's `ValidateLeaseCandidateSpec`. */
function rules({ spec }: LeaseCandidate): readonly FieldError[] {
  const { leaseName, binaryVersion, emulationVersion = '', strategy } = spec
  const errors: FieldError[] = leaseName ? [] : [required(path.child('leaseName'))]
  const [binary, emulated] = [parseVersion(binaryVersion), parseVersion(emulationVersion)]
  if (emulationVersion && !emulated) errors.push(invalid(path.child('emulationVersion'), emulationVersion, noVersion))
  if (!binaryVersion) errors.push(required(path.child('binaryVersion')))
  else if (!binary) errors.push(invalid(path.child('binaryVersion'), binaryVersion, noVersion))
  if (binaryVersion && emulationVersion && compareVersions(binary ?? none, emulated ?? none) < 0)
    errors.push(
      invalid(path.child('binaryVersion'), binaryVersion, 'must be greater than or equal to `emulationVersion`'),
    )
  if (!strategy) return [...errors, required(path.child('strategy'))]
  if (strategy === oldestEmulationVersion && compareVersions(emulated ?? none, none) === 0)
    errors.push(
      required(path.child('emulationVersion'), "must be specified when `strategy` is 'OldestEmulationVersion'"),
    )
  return [...errors, ...strategyRules(strategy, path.child('strategy'))]
}

/** Who wants to hold a lease, where the server chooses the holder. */
export const leaseCandidates = resource<LeaseCandidate>({
  group: 'coordination.k8s.io',
  version: 'v1beta1',
  kind: 'LeaseCandidate',
  plural: 'leasecandidates',
  namespaced: true,
  type: LeaseCandidate,
  createOnUpdate: true,
  conditionalUpdate: true,
  rules,
  changes: {
    updateRules: ({ spec }, { spec: old }) =>
      spec.leaseName === old.leaseName ? [] : [invalid(path.child('leaseName'), spec.leaseName, 'field is immutable')],
  },
  columns: [
    nameColumn,
    { name: 'LeaseName', type: 'string', description: 'Lease it wants.', cell: ({ spec }) => spec.leaseName },
    { name: 'BinaryVersion', type: 'string', description: 'Its version.', cell: ({ spec }) => spec.binaryVersion },
    {
      name: 'EmulationVersion',
      type: 'string',
      description: 'Version it behaves as.',
      cell: ({ spec }) => spec.emulationVersion ?? '',
    },
    ageColumn,
  ],
})
