import type { Resource } from '../../../api/resource.ts'
import { type Catalog, servedOf } from '../../catalog.ts'
import type { AdmissionRequest } from '../../contract.ts'
import type { Served } from '../../verbs/scope.ts'

/** One way to ask for the objects of a kind: a resource in a version of a group. */
export interface Way {
  readonly group: string
  readonly version: string
  /** Plural. */
  readonly resource: string
  readonly served: Served
}

const wayOf = (served: Served): Way => {
  const { group, version } = served.version ?? served.resource
  return { group, version, resource: served.version?.plural ?? served.resource.plural, served }
}

/** The way in which a request came. */
export const wayOfRequest = ({ served }: Pick<AdmissionRequest, 'served'>): Way => wayOf(served)

/** All other ways to the objects that a request is about. Upstream's equivalent resources. */
export function otherWays({ served }: Pick<AdmissionRequest, 'served'>, catalog: Pick<Catalog, 'resources'>): Way[] {
  const { resource, apiVersion } = served
  return siblings(resource, catalog)
    .flatMap(each => [...servedOf(each)].map(([, way]) => way))
    .filter(way => way.apiVersion !== apiVersion)
    .map(wayOf)
}

/** Versions of a custom kind are resources of their own. */
const siblings = (resource: Resource, { resources }: Pick<Catalog, 'resources'>): readonly Resource[] =>
  resource.custom ? resources.filter(each => each.custom && each.qualified === resource.qualified) : [resource]
