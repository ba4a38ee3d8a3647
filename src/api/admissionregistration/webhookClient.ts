import { bytes, fields, int32, object, one, string } from '../../schema/fields.ts'
import type { Shape, Type } from '../../schema/types.ts'

const serviceReferenceFields = fields({
  /** Namespace of the service. */
  namespace: string(1, { always: true }),
  /** Name of the service. */
  name: string(2, { always: true }),
  /** Path that is asked. */
  path: string(3, { pointer: true }),
  /** Port of the service. */
  port: int32(4, { pointer: true }),
})
export interface ServiceReference extends Shape<typeof serviceReferenceFields> {}
export const ServiceReference: Type<ServiceReference> = object(
  'io.k8s.api.admissionregistration.v1.ServiceReference',
  serviceReferenceFields,
)

const webhookClientConfigFields = fields({
  /** Where the webhook is, as an HTTPS address; instead of a service. */
  url: string(3, { pointer: true }),
  /** Service the webhook is behind. */
  service: one(1, ServiceReference, { pointer: true }),
  /** Authorities its certificate is verified against, as PEM; the machine's own when absent. */
  caBundle: bytes(2),
})
export interface WebhookClientConfig extends Shape<typeof webhookClientConfigFields> {}
export const WebhookClientConfig: Type<WebhookClientConfig> = object(
  'io.k8s.api.admissionregistration.v1.WebhookClientConfig',
  webhookClientConfigFields,
)
