import { fromJson } from '../../../schema/codec/json.ts'
import { applyDefaults } from '../../../schema/derive/defaults.ts'
import { describeError } from '../../../schema/rules/errors.ts'
import { checkRules } from '../../../schema/rules/walk.ts'
import type { FieldError } from '../../../schema/types.ts'
import { podDefaults } from './defaults.ts'
import { Pod } from './pod.ts'
import { podRules } from './rules/pod.ts'

type Json = Record<string, unknown>

/** A pod as a writer sends it: decoded, without any defaults. */
export const rawPod = (spec: Json = {}, status: Json = {}, metadata: Json = {}): Pod =>
  fromJson(Pod, {
    metadata: { name: 'web', namespace: 'default', ...metadata },
    spec: { containers: [{ name: 'main', image: 'nginx' }], ...spec },
    status,
  })

/** The same with defaults, as rules and storage see it. */
export function podOf(spec: Json = {}, status: Json = {}, metadata: Json = {}): Pod {
  const pod = rawPod(spec, status, metadata)
  applyDefaults(Pod, pod)
  podDefaults(pod)
  return pod
}

/** What is wrong with a pod, declared rules included, as sentences. */
export const problems = (pod: Pod, old?: Pod): string[] => told([...checkRules(Pod, pod, old), ...podRules(pod, old)])

export const told = (errors: readonly FieldError[]): string[] => errors.map(describeError)
