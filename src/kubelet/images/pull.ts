import type { Secret } from '../../api/core/secret.ts'
import { createKeyedBackoff } from '../../base/backoff.ts'
import type { Clock } from '../../base/clock.ts'
import type { EventRecorder, Reference } from '../../client/events.ts'
import { errorText } from '../cri/grpc.ts'
import type { AuthConfig, ImageStore } from '../cri/images.ts'
import type { Container, Pod } from '../pod.ts'
import { StartError } from '../sync/startError.ts'
import { credentialsFor } from './credentials.ts'
import { parseImageName, withDefaultTag } from './name.ts'

export interface ImagesDeps {
  readonly store: ImageStore
  readonly clock: Clock
  readonly events: EventRecorder
  /** Images that came with the node and no registry knows: pull policy Always is content with them. */
  readonly preloaded: (image: string) => boolean
}

/** What the runtime knows of an image that containers start from. */
export interface ReadyImage {
  readonly ref: string
  readonly uid?: number
  readonly username?: string
}

export interface Images {
  /** The container's image, fetched when its pull policy wants that. Throws StartError. */
  ensure(
    pod: Pod,
    container: Container,
    about: Reference,
    pullSecrets: () => Promise<readonly Secret[]>,
    signal: AbortSignal,
  ): Promise<ReadyImage>
}

/** Fetches images one after the other, and holds failed ones back: 10 s, doubling up to 5 minutes (`pkg/kubelet/images`). */
export function createImages({ store, clock, events, preloaded }: ImagesDeps): Images {
  const backoff = createKeyedBackoff<string>(clock, { baseMilliseconds: 10_000, capMilliseconds: 300_000 })
  const lastFailure = new Map<string, string>()
  let turn: Promise<unknown> = Promise.resolve()

  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const mine = turn.then(act, act)
    turn = mine.catch(() => {})
    return mine
  }

  async function look(image: string, about: Reference): Promise<ReadyImage | undefined> {
    try {
      const found = await store.status(image)
      if (!found) return undefined
      return {
        ref: found.id,
        // An image that names no user runs as root.
        ...(found.username ? { username: found.username } : { uid: found.uid?.value ?? 0 }),
      }
    } catch (error) {
      const message = `Failed to inspect image ${JSON.stringify(image)}: ${errorText(error)}`
      events.record(about, 'Warning', 'InspectFailed', message)
      throw new StartError('ImageInspectError', message, { cause: error })
    }
  }

  async function pull(image: string, secrets: readonly Secret[], signal: AbortSignal): Promise<void> {
    const credentials = credentialsFor(secrets, parseImageName(image).repository)
    let failure: unknown
    for (const auth of credentials.length > 0 ? credentials : [undefined]) {
      try {
        await store.pull(image, auth as AuthConfig | undefined, { signal })
        return
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }

  async function fetch(
    pod: Pod,
    requested: string,
    image: string,
    about: Reference,
    pullSecrets: () => Promise<readonly Secret[]>,
    signal: AbortSignal,
  ): Promise<void> {
    const key = `${pod.metadata.uid}_${requested}`
    backoff.sweep()
    for (const known of lastFailure.keys()) if (backoff.until(known) === 0) lastFailure.delete(known)
    const until = backoff.until(key)
    if (clock.now() < until) {
      const message = `Back-off pulling image ${JSON.stringify(requested)}`
      events.record(about, 'Normal', 'BackOff', message)
      const before = lastFailure.get(key)
      throw new StartError('ImagePullBackOff', before ? `${message}: ${before}` : message, { retryAt: until })
    }
    events.record(about, 'Normal', 'Pulling', `Pulling image ${JSON.stringify(requested)}`)
    const asked = clock.now()
    let began = asked
    try {
      const secrets = await pullSecrets()
      await inTurn(async () => {
        signal.throwIfAborted()
        began = clock.now()
        await pull(image, secrets, signal)
      })
    } catch (error) {
      signal.throwIfAborted()
      const text = errorText(error)
      events.record(about, 'Warning', 'Failed', `Failed to pull image ${JSON.stringify(requested)}: ${text}`)
      backoff.next(key)
      const told = pullFailure(requested, error instanceof Error ? error.message : text, text)
      lastFailure.set(key, `${told.reason}: ${told.message}`)
      throw told
    }
    lastFailure.delete(key)
    const now = clock.now()
    const size = (await store.status(image))?.size ?? 0
    events.record(
      about,
      'Normal',
      'Pulled',
      `Successfully pulled image ${JSON.stringify(requested)} in ${goDuration(now - began)} (${goDuration(now - asked)} including waiting). Image size: ${size} bytes.`,
    )
  }

  return {
    async ensure(pod, container, about, pullSecrets, signal) {
      const requested = container.image ?? ''
      const image = named(requested, about)
      const policy = container.imagePullPolicy || 'IfNotPresent'
      const here = policy === 'Always' && !preloaded(image) ? undefined : await look(image, about)
      if (here) {
        const message = `Container image ${JSON.stringify(requested)} already present on machine and can be accessed by the pod`
        events.record(about, 'Normal', 'Pulled', message)
        return here
      }
      if (policy === 'Never') {
        const message = `Container image ${JSON.stringify(requested)} is not present with pull policy of Never`
        events.record(about, 'Warning', 'ErrImageNeverPull', message)
        throw new StartError('ErrImageNeverPull', message)
      }
      await fetch(pod, requested, image, about, pullSecrets, signal)
      const fetched = await look(image, about)
      if (!fetched)
        throw new StartError('ErrImagePull', `image ${JSON.stringify(requested)} vanished after it was pulled`)
      return fetched
    },
  }

  function named(requested: string, about: Reference): string {
    try {
      return withDefaultTag(requested)
    } catch (error) {
      const message = `Failed to apply default image tag ${JSON.stringify(requested)}: ${errorText(error)}`
      events.record(about, 'Warning', 'InspectFailed', message)
      throw new StartError('InvalidImageName', message, { cause: error })
    }
  }
}

/** Runtimes may say in the message's first word what kind of failure it was. */
function pullFailure(image: string, message: string, text: string): StartError {
  for (const [reason, why] of [
    ['RegistryUnavailable', 'the registry is unavailable'],
    ['SignatureValidationFailed', 'the signature validation failed'],
  ] as const) {
    if (message.startsWith(reason)) {
      return new StartError(reason, `image pull failed for ${image} because ${why}${message.slice(reason.length)}`)
    }
  }
  return new StartError('ErrImagePull', text)
}

/** A duration to the millisecond as Go prints it: `875ms`, `2.041s`, `1m3.5s`. */
export function goDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s'
  if (milliseconds < 1000) return `${milliseconds}ms`
  const minutes = Math.floor(milliseconds / 60_000)
  const seconds = (milliseconds % 60_000) / 1000
  return `${minutes > 0 ? `${minutes}m` : ''}${Number(seconds.toFixed(3))}s`
}
