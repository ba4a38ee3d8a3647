import type { FieldError, Type } from '../schema/types.ts'
import type { KubeObject } from './meta/objectMeta.ts'

/** Who asks; the identity that authentication found. */
export interface UserInfo {
  readonly name: string
  readonly uid?: string
  readonly groups: readonly string[]
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

/** What the hooks of a kind may know of the request. Time is milliseconds since the epoch. */
export interface ChangeContext {
  readonly now: number
  readonly user: UserInfo
  /** Milliseconds, as RFC 3339 text: what stamps are made of. */
  readonly timestamp: string
}

/**
 * What create, update and a subresource's update may change. `object` is the writer's, thawed: hooks edit it in place.
 * Generic handling of metadata (uid, creationTimestamp, generation, namespace) is done before; rules run after.
 */
export interface Changes<T> {
  /** Before a create: drop what writers may not set (status), fill in what only the server sets. */
  create?(object: T, context: ChangeContext): void
  /** Before an update: put back what updates may not touch. `old` is frozen. */
  update?(object: T, old: T, context: ChangeContext): void
  /** Rules over a change as a whole, after the rules of the new object: immutability. */
  updateRules?(object: T, old: T): readonly FieldError[]
  /**
   * Paths that a write never stores, whoever sends them: nobody becomes their manager. Absent: `status`, where the kind
   * has a view of it; in that view `spec`.
   */
  readonly resets?: readonly (readonly string[])[]
  /** The only paths that a write stores, in place of `resets`; `*` stands for any element of a list. */
  readonly sets?: readonly (readonly string[])[]
  /** Texts sent as `Warning` headers after a create or update. */
  warnings?(object: T, old: T | undefined): readonly string[]
}

/** A cell source of the printed table; upstream's column names. */
export interface Column<T> {
  readonly name: string
  readonly type: 'string' | 'integer' | 'boolean' | 'date' | 'number'
  readonly format?: string
  readonly description?: string
  /** 0 is always shown, 1 with `-o wide`. */
  readonly priority?: number
  cell(object: T, now: number): string | number | boolean | null
}

/** A subresource that is a view of the object: its own rules for what may change. */
export interface ViewSubresource<T> extends Changes<T> {
  readonly form: 'view'
  /** Absent means get, patch and update. */
  readonly verbs?: readonly ('get' | 'patch' | 'update')[]
  rules?(object: T, old: T | undefined): readonly FieldError[]
}

/** `scale`: paths of the three values inside the object. */
export interface ScaleSubresource<T> {
  readonly form: 'scale'
  /** Where the wanted count stands, for whoever manages it. Absent: `spec.replicas`. */
  readonly replicasPath?: readonly string[]
  replicas(object: T): number
  setReplicas(object: T, replicas: number): void
  statusReplicas(object: T): number
  /** The selector as text, for autoscalers. */
  selector(object: T): string
}

/** A subresource with a handler of its own in the API server: binding, eviction, token, log, exec, ... */
export interface ActionSubresource {
  readonly form: 'action'
  readonly verbs: readonly ('get' | 'create' | 'update' | 'patch' | 'delete')[]
  /** Kind of the body, as discovery tells it. */
  readonly group?: string
  readonly version?: string
  readonly kind: string
  readonly type?: Type<unknown>
}

export type Subresource<T> = ViewSubresource<T> | ScaleSubresource<T> | ActionSubresource

/** Another version of the same objects. Memory and store hold the storage version; `up` and `down` are pure. */
export interface ServedVersion<T> {
  readonly group: string
  readonly version: string
  readonly kind?: string
  readonly plural?: string
  readonly type: Type<unknown>
  /** From this version to the storage version, on a value in normal form with this version's defaults applied. */
  up(object: unknown): T
  down(object: T): unknown
  /** Cross-field defaults of this version. */
  defaults?(object: never): void
  /** Field selectors by their names in this version, where they differ: to the storage version's. No others are known then. */
  readonly fields?: Readonly<Record<string, string>>
  /** Sent as a `Warning` header with every answer. */
  readonly deprecation?: string
  /** Subresources that only this version has. */
  readonly subresources?: Readonly<Record<string, ActionSubresource>>
}

/** Reads the text a field selector compares. Written as a method, so that a resource of one kind is also one of any kind. */
export type SelectableField<T> = { read(object: T): string }['read']

/**
 * What sets a kind of custom resources apart. Each version that a definition serves is a resource of its own, which
 * works in its own version throughout; all of them share what is stored.
 */
export interface CustomKind {
  /** Changes whenever the kind does: what the definition says of it, and which of its names were accepted. */
  readonly madeOf: string
  /** The `apiVersion` that objects are stored under. */
  readonly storedAs: string
  /**
   * Objects of other versions of the kind, as those of `apiVersion`, in the same order. Absent: versions differ by name
   * alone. Rejects with a StatusError when whoever converts them does not.
   */
  convert?(objects: readonly KubeObject[], apiVersion: string): Promise<readonly KubeObject[]>
}

export interface ResourceDeclaration<T extends KubeObject> {
  /** Empty for the core group. */
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  /** Kind of a list; the kind with `List` behind it when absent. */
  readonly listKind?: string
  readonly singular?: string
  readonly short?: readonly string[]
  /** Categories: `all`. */
  readonly in?: readonly string[]
  readonly namespaced: boolean
  readonly type: Type<T>
  /** Absent means all: create, delete, deletecollection, get, list, patch, update, watch. */
  readonly verbs?: readonly string[]
  /** Defaults over several fields, after those of the fields. Edits in place. */
  defaults?(object: T): void
  /** Rules over several fields, after those of the fields. `old` on update. */
  rules?(object: T, old: T | undefined): readonly FieldError[]
  readonly changes?: Changes<T>
  /** How names are checked: returns what is wrong with one. `prefix`: it will be completed by generateName. */
  name?(name: string, prefix: boolean): readonly string[]
  readonly columns?: readonly Column<T>[]
  /** Field selectors, besides metadata.name and metadata.namespace: each also an index of the watch cache. */
  readonly select?: Readonly<Record<string, SelectableField<T>>>
  readonly subresources?: Readonly<Record<string, Subresource<T>>>
  /** Whether `metadata.generation` counts changes outside metadata and status. Default true for kinds with a status view. */
  readonly generation?: boolean
  /** Deletion: seconds of grace the object gets. Absent or 0: it goes at once (finalizers aside). `asked`: as in DeleteOptions. */
  grace?(object: T, asked: number | undefined): number
  /** What a deletion begins with, and what beside metadata.finalizers holds it up (Namespace: spec.finalizers). */
  readonly deletion?: {
    begin?(object: T): void
    held(object: T): boolean
  }
  /** Versions in which a deletion that says nothing of dependents sets them free (upstream's OrphanDependents): `batch/v1`. */
  readonly orphans?: readonly string[]
  /** Whether deleting one answers with the object as it last was, rather than with a Status. */
  readonly returnsDeleted?: true
  /** PUT of a name that is not there makes it. */
  readonly createOnUpdate?: boolean
  /** A PUT must name the version it replaces (upstream's AllowUnconditionalUpdate is false). */
  readonly conditionalUpdate?: true
  /** Objects are large and seldom looked into: the server keeps their bytes, and reads them when it must. */
  readonly seldomRead?: true
  /** Nothing is stored: a create is answered by a handler in the API server (reviews, Binding). */
  readonly virtual?: boolean
  /** Seconds an object lives after its last write (Event: 3600). */
  readonly ttlSeconds?: number
  /** Sent as a `Warning` header with every answer about the storage version. */
  readonly deprecation?: string
  readonly versions?: readonly ServedVersion<T>[]
  /** Declared by a custom resource definition. */
  readonly custom?: CustomKind
  /** Storage key segment after /registry, where upstream's is not the plural (`services/specs`, `minions`). */
  readonly storagePrefix?: string
}

export interface Resource<T extends KubeObject = KubeObject> extends ResourceDeclaration<T> {
  readonly singular: string
  /** `v1`, `apps/v1`. */
  readonly apiVersion: string
  /** `/api/v1`, `/apis/apps/v1`. */
  readonly root: string
  /** `pods`, `deployments.apps`: how messages name it. */
  readonly qualified: string
}

/** Declares a kind, once: verbs, table, selectors, discovery, names, client and authorization all follow from it. */
export function resource<T extends KubeObject>(declaration: ResourceDeclaration<T>): Resource<T> {
  const { group, version, kind, plural } = declaration
  return {
    ...declaration,
    singular: declaration.singular ?? kind.toLowerCase(),
    apiVersion: group ? `${group}/${version}` : version,
    root: group ? `/apis/${group}/${version}` : `/api/${version}`,
    qualified: group ? `${plural}.${group}` : plural,
  }
}
