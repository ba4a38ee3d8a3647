import { forbidden, invalid, required, tooLong } from '../../schema/rules/errors.ts'
import { dnsLabel, mostAnnotationBytes, qualifiedName, totalSize } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { labelRules } from './labelSelector.ts'
import { subdomainName } from './names.ts'
import type { ManagedFieldsEntry, ObjectMeta, OwnerReference } from './objectMeta.ts'

/** The parts of a resource that rules of metadata need. */
export interface Naming {
  readonly namespaced: boolean
  name?(name: string, prefix: boolean): readonly string[]
}

const mostManagerLength = 128
const mostSubresourceLength = 256

/** Rules of the metadata of a new object, name generated already. Of upstream's ValidateObjectMeta. */
export function metadataRules(meta: ObjectMeta, of: Naming, path: Path = at('metadata')): FieldError[] {
  const errors: FieldError[] = []
  const wrong = of.name ?? subdomainName
  if (meta.generateName)
    for (const detail of wrong(meta.generateName, true))
      errors.push(invalid(path.child('generateName'), meta.generateName, detail))
  if (!meta.name) errors.push(required(path.child('name'), 'name or generateName is required'))
  else for (const detail of wrong(meta.name, false)) errors.push(invalid(path.child('name'), meta.name, detail))
  if (of.namespaced) {
    if (!meta.namespace) errors.push(required(path.child('namespace')))
    else
      for (const detail of dnsLabel(meta.namespace))
        errors.push(invalid(path.child('namespace'), meta.namespace, detail))
  } else if (meta.namespace) errors.push(forbidden(path.child('namespace'), 'not allowed on this type'))
  if ((meta.generation ?? 0) < 0)
    errors.push(invalid(path.child('generation'), meta.generation, 'must be greater than or equal to 0'))
  return [...errors, ...contentRules(meta, path), ...finalizerRules(meta.finalizers ?? [], path.child('finalizers'))]
}

/** What an update may do to metadata. Of upstream's ValidateObjectMetaUpdate. */
export function metadataUpdateRules(meta: ObjectMeta, old: ObjectMeta, path: Path = at('metadata')): FieldError[] {
  const errors: FieldError[] = []
  if (old.deletionTimestamp !== undefined) {
    const added = (meta.finalizers ?? []).filter(finalizer => !old.finalizers?.includes(finalizer))
    if (added.length) {
      const told = `[]string{${[...new Set(added)]
        .sort()
        .map(one => JSON.stringify(one))
        .join(', ')}}`
      errors.push(
        forbidden(
          path.child('finalizers'),
          `no new finalizers can be added if the object is being deleted, found new finalizers ${told}`,
        ),
      )
    }
  }
  if (!meta.resourceVersion)
    errors.push(invalid(path.child('resourceVersion'), meta.resourceVersion ?? '', 'must be specified for an update'))
  if ((meta.generation ?? 0) < (old.generation ?? 0))
    errors.push(invalid(path.child('generation'), meta.generation ?? 0, 'must not be decremented'))
  for (const name of [
    'name',
    'namespace',
    'uid',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
  ] as const)
    if (meta[name] !== old[name]) errors.push(invalid(path.child(name), meta[name], 'field is immutable'))
  return [...errors, ...contentRules(meta, path)]
}

const contentRules = (meta: ObjectMeta, path: Path): FieldError[] => [
  ...labelRules(meta.labels ?? {}, path.child('labels')),
  ...annotationRules(meta.annotations ?? {}, path.child('annotations')),
  ...ownerRules(meta.ownerReferences ?? [], path.child('ownerReferences')),
  ...managedFieldsRules(meta.managedFields ?? [], path.child('managedFields')),
]

/** Keys are qualified names in any case; all of it together is bounded. */
export function annotationRules(annotations: Readonly<Record<string, string>>, path: Path): FieldError[] {
  const errors = Object.keys(annotations).flatMap(key =>
    qualifiedName(key.toLowerCase()).map(detail => invalid(path, key, detail)),
  )
  if (totalSize(annotations) > mostAnnotationBytes) errors.push(tooLong(path, mostAnnotationBytes))
  return errors
}

function ownerRules(owners: readonly OwnerReference[], path: Path): FieldError[] {
  const errors: FieldError[] = []
  let first = ''
  for (const owner of owners) {
    const slash = owner.apiVersion.lastIndexOf('/')
    if (owner.apiVersion.slice(slash + 1) === '')
      errors.push(invalid(path.child('apiVersion'), owner.apiVersion, 'version must not be empty'))
    for (const name of ['kind', 'name', 'uid'] as const)
      if (!owner[name]) errors.push(invalid(path.child(name), owner[name], 'must not be empty'))
    if (owner.apiVersion === 'v1' && owner.kind === 'Event')
      errors.push(invalid(path, owner, '/v1, Kind=Event is disallowed from being an owner'))
    if (!owner.controller) continue
    const told = `${owner.kind}/${owner.name}`
    if (first)
      errors.push(
        invalid(
          path,
          owners,
          `Only one reference can have Controller set to true. Found "true" in references for ${first} and ${told}`,
        ),
      )
    else first = told
  }
  return errors
}

/** Finalizers are qualified names, and only one of the two that say what becomes of dependents. */
/** Groups whose kinds upstream keeps apart from its others: any qualified name will do. */
const apart = new Set(['apiextensions.k8s.io', 'apiregistration.k8s.io'])

/** Rules of the finalizers of an object, beyond what holds for any. */
export const ownFinalizerRules = (
  { finalizers = [] }: ObjectMeta,
  { custom, group }: { readonly custom?: unknown; readonly group: string },
): FieldError[] => (custom || apart.has(group) ? [] : kubeFinalizerRules(finalizers, at('metadata', 'finalizers')))

const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])

/** Kinds that are built in take no finalizers of strangers that do not say whose they are. Upstream's `validateKubeFinalizerName`. */
const kubeFinalizerRules = (finalizers: readonly string[], path: Path): FieldError[] =>
  finalizers.flatMap((finalizer, index) =>
    finalizer.includes('/') || standardFinalizers.has(finalizer)
      ? []
      : [invalid(path.index(index), finalizer, 'name is neither a standard finalizer name nor is it fully qualified')],
  )

export function finalizerRules(finalizers: readonly string[], path: Path): FieldError[] {
  const errors = finalizers.flatMap(finalizer =>
    qualifiedName(finalizer).map(detail => invalid(path, finalizer, detail)),
  )
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion'))
    errors.push(invalid(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'))
  return errors
}

/** A name that cannot be wrong: nearly all of them. */
const plainName = /^[ -~]{0,128}$/

/** The name a writer gives itself: short and printable. */
export function fieldManagerRules(manager: string, path: Path): FieldError[] {
  if (plainName.test(manager)) return []
  const errors: FieldError[] = []
  if (new TextEncoder().encode(manager).length > mostManagerLength) errors.push(tooLong(path, mostManagerLength))
  let position = 0
  for (const c of manager) {
    if (/[^\P{C}]|[^\P{Z} ]/u.test(c)) {
      const code = c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
      errors.push(invalid(path, manager, `invalid character U+${code} (at position ${position})`))
    }
    position += new TextEncoder().encode(c).length
  }
  return errors
}

function managedFieldsRules(entries: readonly ManagedFieldsEntry[], path: Path): FieldError[] {
  return entries.flatMap((entry, i) => {
    const here = path.index(i)
    const errors: FieldError[] = []
    if (!entry.operation) errors.push(invalid(here.child('operation'), '', 'must be `Apply` or `Update`'))
    if (entry.fieldsType && entry.fieldsType !== 'FieldsV1')
      errors.push(invalid(here.child('fieldsType'), entry.fieldsType, 'must be `FieldsV1`'))
    errors.push(...fieldManagerRules(entry.manager ?? '', here.child('manager')))
    if ((entry.subresource?.length ?? 0) > mostSubresourceLength)
      errors.push(tooLong(here.child('subresource'), mostSubresourceLength))
    return errors
  })
}
