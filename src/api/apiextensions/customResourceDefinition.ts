import { isKnownFormat } from '../../schema/derive/fromCrd/formats.ts'
import { at } from '../../schema/rules/path.ts'
import { resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { withCondition } from './conditions.ts'
import { betaVersion } from './customResourceDefinitionBeta.ts'
import { CustomResourceDefinition } from './customResourceDefinitionType.ts'
import { definitionRules, namesRules, unknownFormats } from './definitionRules.ts'

export * from './customResourceDefinitionType.ts'

/** Keeps a definition until its objects are gone. */
export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io'

/** Objects are stored in the storage version from here on, and perhaps still in those before. */
function noteStorage({ spec, status }: CustomResourceDefinition): CustomResourceDefinition['status'] {
  const stored = spec.versions.find(version => version.storage)?.name
  if (stored === undefined || status.storedVersions.includes(stored)) return status
  return { ...status, storedVersions: [...status.storedVersions, stored] }
}

const noNames = { plural: '', kind: '' }

/** Kinds that are added while the server runs. */
export const customResourceDefinitions = resource<CustomResourceDefinition>({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  short: ['crd', 'crds'],
  in: ['api-extensions'],
  namespaced: false,
  type: CustomResourceDefinition,
  versions: [betaVersion],
  conditionalUpdate: true,
  seldomRead: true,
  defaults({ spec, status }) {
    const { names } = spec
    if (!names.singular) names.singular = names.kind.toLowerCase()
    if (!names.listKind && names.kind) names.listKind = `${names.kind}List`
    spec.conversion ??= { strategy: 'None' }
    if (status.storedVersions.length > 0) return
    const stored = spec.versions.find(version => version.storage)?.name
    if (stored !== undefined) status.storedVersions = [stored]
  },
  rules: definitionRules,
  changes: statusApart<CustomResourceDefinition>(
    () => ({ conditions: [], acceptedNames: noNames, storedVersions: [] }),
    {
      create(object) {
        object.status = noteStorage(object)
      },
      update(object) {
        object.status = noteStorage(object)
      },
      warnings(object, old) {
        const before = old ? unknownFormats(old, isKnownFormat) : []
        return unknownFormats(object, isKnownFormat)
          .filter(format => !before.includes(format))
          .map(format => `unrecognized format ${JSON.stringify(format)}`)
      },
    },
  ),
  // Deletion always begins with the mark: whoever removes the objects then takes the finalizer off.
  deletion: {
    begin(object) {
      const { finalizers = [], deletionTimestamp = '' } = object.metadata
      if (!finalizers.includes(cleanupFinalizer))
        object.metadata = { ...object.metadata, finalizers: [...finalizers, cleanupFinalizer] }
      const message = 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon'
      const condition = { type: 'Terminating', status: 'True', reason: 'InstanceDeletionPending', message } as const
      const conditions = withCondition(object.status.conditions, condition, deletionTimestamp)
      object.status = { ...object.status, conditions }
    },
    held: ({ metadata }) => metadata.deletionTimestamp === undefined,
  },
  subresources: {
    status: statusView<CustomResourceDefinition>({
      // Metadata is not kept: it is by a status update that the last finalizer goes. It is none that managers own, though.
      resets: [['spec'], ['metadata']],
      rules: ({ status }) => namesRules(status.acceptedNames, at('status', 'acceptedNames')),
    }),
  },
})
