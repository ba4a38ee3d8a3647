import { fields, list, object, one, root } from '../../schema/fields.ts'
import { forbidden } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path, RootShape, Shape, Type } from '../../schema/types.ts'
import { nameColumn } from '../meta/columns.ts'
import { labelRules } from '../meta/labelSelector.ts'
import { annotationRules } from '../meta/metadataRules.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { formatLabels } from '../meta/selectors.ts'
import { resource } from '../resource.ts'
import { podSpecDefaults } from './pod/defaults.ts'
import { podAnnotationRules, profileMatchRules } from './pod/rules/annotations.ts'
import { podSpecRules } from './pod/rules/spec.ts'
import { PodSpec } from './pod/spec.ts'
import { podSpecWarnings } from './pod/warnings.ts'

const podTemplateSpec = fields({
  /** Labels and annotations of the pods. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is wanted of the pods. */
  spec: one(2, PodSpec, { always: true }),
})
export interface PodTemplateSpec extends Shape<typeof podTemplateSpec> {}
export const PodTemplateSpec: Type<PodTemplateSpec> = object('io.k8s.api.core.v1.PodTemplateSpec', podTemplateSpec)

const podTemplate = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What pods are made from. */
  template: one(2, PodTemplateSpec, { always: true }),
})
export interface PodTemplate extends RootShape<typeof podTemplate> {}
export const PodTemplate: Type<PodTemplate> = root('io.k8s.api.core.v1.PodTemplate', podTemplate)

const podTemplateList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, PodTemplate, { always: true }),
})
export interface PodTemplateList extends RootShape<typeof podTemplateList> {}
export const PodTemplateList: Type<PodTemplateList> = root('io.k8s.api.core.v1.PodTemplateList', podTemplateList)

/** Rules of a template. Of upstream's ValidatePodTemplateSpec. */
export const podTemplateRules = ({ metadata, spec }: PodTemplateSpec, path: Path): FieldError[] => [
  ...labelRules(metadata.labels ?? {}, path.child('labels')),
  ...annotationRules(metadata.annotations ?? {}, path.child('annotations')),
  ...podAnnotationRules(metadata, spec, path.child('annotations')),
  ...podSpecRules(spec, path.child('spec')),
  ...profileMatchRules(metadata, spec, path.child('spec')),
  ...(spec.ephemeralContainers?.length
    ? [forbidden(path.child('spec', 'ephemeralContainers'), 'ephemeral containers not allowed in pod template')]
    : []),
]

/** A template that stands by itself. */
export const podTemplates = resource<PodTemplate>({
  group: '',
  version: 'v1',
  kind: 'PodTemplate',
  plural: 'podtemplates',
  returnsDeleted: true,
  namespaced: true,
  type: PodTemplate,
  defaults: ({ template }) => podSpecDefaults(template.spec),
  rules: ({ template }) => podTemplateRules(template, at('template')),
  generation: true,
  changes: { warnings: ({ template }) => podSpecWarnings(template.spec, template.metadata, at('template')) },
  columns: [
    nameColumn,
    {
      name: 'Containers',
      type: 'string',
      description: 'Names of the containers.',
      cell: ({ template }) => template.spec.containers.map(({ name }) => name).join(','),
    },
    {
      name: 'Images',
      type: 'string',
      description: 'Images of the containers.',
      cell: ({ template }) => template.spec.containers.map(({ image = '' }) => image).join(','),
    },
    {
      name: 'Pod Labels',
      type: 'string',
      description: 'Labels of the pods.',
      cell: ({ template }) => formatLabels(template.metadata.labels),
    },
  ],
})
