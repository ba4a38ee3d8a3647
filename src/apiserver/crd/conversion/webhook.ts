import { randomUUID } from 'node:crypto'
import type { CustomResourceDefinition } from '../../../api/apiextensions/customResourceDefinition.ts'
import type { KubeObject } from '../../../api/meta/objectMeta.ts'
import { failure } from '../../../api/meta/statusError.ts'
import type { CustomKind } from '../../../api/resource.ts'
import type { WebhookCaller } from '../../webhook/caller.ts'
import { type Asked, objectsIn, reviewOf } from './review.ts'

/** How long a webhook may take, as upstream's: milliseconds. */
const patience = 30_000
const reviewVersions = ['v1', 'v1beta1']

/** Converts between the versions of a kind by asking the webhook of its definition; undefined: they differ by name alone. */
export function webhookConverter(definition: CustomResourceDefinition, caller: WebhookCaller): CustomKind['convert'] {
  const { conversion } = definition.spec
  const client = conversion?.webhook?.clientConfig
  if (conversion?.strategy !== 'Webhook' || !client) return undefined
  const reviewVersion = conversion.webhook?.conversionReviewVersions.find(each => reviewVersions.includes(each))
  return async (objects, apiVersion) => {
    const wanting = objects.filter(object => object.apiVersion !== apiVersion)
    if (wanting.length === 0) return objects
    const converted = await ask(caller, client, reviewVersion, wanting, apiVersion)
    let next = 0
    return objects.map(object => (object.apiVersion === apiVersion ? object : (converted[next++] as KubeObject)))
  }
}

type Client = Parameters<WebhookCaller['call']>[0]

async function ask(
  caller: WebhookCaller,
  client: Client,
  reviewVersion: string | undefined,
  objects: readonly KubeObject[],
  apiVersion: string,
): Promise<readonly KubeObject[]> {
  const [first] = objects
  const what = `conversion webhook for ${first?.apiVersion}, Kind=${first?.kind}`
  if (reviewVersion === undefined) throw failure(500, 'InternalError', 'no supported conversion review versions', {})
  const asked: Asked = { reviewVersion, uid: randomUUID(), desiredAPIVersion: apiVersion, objects }
  let answer: unknown
  try {
    const query = `timeout=${patience / 1000}s`
    answer = await caller.call(client, reviewOf(asked), { milliseconds: patience, query })
  } catch (error) {
    throw failed(`${what} failed: ${(error as Error).message}`, error)
  }
  try {
    return objectsIn(answer, asked)
  } catch (error) {
    throw failed(`${what} ${(error as Error).message}`, error)
  }
}

const failed = (message: string, cause: unknown) => failure(500, 'InternalError', message, {}, { cause })
