import { fields, list, object, one, root, string } from '../../schema/fields.ts'
import { rawExtension } from '../../schema/scalars/raw.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { Status } from '../meta/status.ts'

const prefix = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1'

const request = fields({
  /** Tells this request from others; the answer carries it too. */
  uid: string(1, { always: true }),
  /** The version to convert to: `example.com/v1`. */
  desiredAPIVersion: string(2, { always: true }),
  /** The objects, which may be of several versions. */
  objects: list(3, rawExtension, { always: true, listType: 'atomic' }),
})
export interface ConversionRequest extends Shape<typeof request> {}
export const ConversionRequest: Type<ConversionRequest> = object(`${prefix}.ConversionRequest`, request)

const response = fields({
  /** That of the request. */
  uid: string(1, { always: true }),
  /** The objects in the version that was asked for, in the order of the request. */
  convertedObjects: list(2, rawExtension, { always: true, listType: 'atomic' }),
  /** Whether it worked, and why not. */
  result: one(3, Status, { always: true, required: true }),
})
export interface ConversionResponse extends Shape<typeof response> {}
export const ConversionResponse: Type<ConversionResponse> = object(`${prefix}.ConversionResponse`, response)

const review = fields({
  /** What is asked of the webhook. */
  request: one(1, ConversionRequest, { pointer: true }),
  /** What the webhook answers. */
  response: one(2, ConversionResponse, { pointer: true }),
})
export interface ConversionReview extends RootShape<typeof review> {}
/** Asks a webhook to convert objects. The versions v1 and v1beta1 are alike. */
export const ConversionReview: Type<ConversionReview> = root(`${prefix}.ConversionReview`, review)
