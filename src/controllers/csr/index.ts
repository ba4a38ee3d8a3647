import {
  type CertificateSigningRequest,
  certificateSigningRequests,
} from '../../api/certificates/certificateSigningRequest.ts'
import { is } from '../../api/meta/statusError.ts'
import type { Clock } from '../../base/clock.ts'
import { keyOf } from '../../client/cache.ts'
import { type Controller, watching } from '../../client/controller.ts'
import { formatTime, parseTime } from '../../schema/scalars/time.ts'
import type { CertificateSigner, ControllerContext, ControllerModule } from '../controller.ts'
import { type Asked, clientSigner, isApproved, isNodeRequest, servingSigner } from './plan.ts'

const year = 365 * 24 * 3600
/** How long requests are kept, by what became of them. Milliseconds. */
const kept = { issued: 3_600_000, denied: 3_600_000, pending: 24 * 3_600_000 }
const has = (request: CertificateSigningRequest, type: string) =>
  (request.status.conditions ?? []).some(condition => condition.type === type)

function create(context: ControllerContext): Controller[] {
  const { signer } = context.options
  return [...(signer ? [approver(context, signer, clientSigner), signing(context, signer)] : []), cleaner(context)]
}

/** Wires one step to the requests: each is looked at when it comes and when it changes. */
function onRequests(
  { informers, log }: ControllerContext,
  name: string,
  signer: CertificateSigner,
  carry: (request: CertificateSigningRequest, asked: Asked) => Promise<unknown>,
  refuse: (request: CertificateSigningRequest, message: string) => Promise<unknown>,
): Controller {
  const informer = informers.of(certificateSigningRequests)
  return {
    name,
    workers: 5,
    watches: [watching(informer, ({ type, object }) => (type === 'removed' ? [] : [keyOf(object)]))],
    async reconcile(key) {
      const request = informer.cache.get(key)
      if (!request || request.status.certificate || has(request, 'Denied') || has(request, 'Failed')) return undefined
      const { signerName } = request.spec
      if (signerName !== clientSigner && signerName !== servingSigner) return undefined
      let asked: Asked
      try {
        asked = signer.read(atob(request.spec.request))
      } catch (error) {
        log.info('a certificate request cannot be read', { name: key, error })
        await refuse(request, (error as Error).message)
        return undefined
      }
      await carry(request, asked)
      return undefined
    },
  }
}

const condition = (clock: Clock, type: string, reason: string, message: string) => {
  const now = formatTime(clock.now())
  return { type, status: 'True' as const, reason, message, lastUpdateTime: now, lastTransitionTime: now }
}

const nothing = () => Promise.resolve()

/** Approves requests for one signer that nodes may make without a person. */
function approver(context: ControllerContext, signer: CertificateSigner, signerName: string): Controller {
  const { client, clock } = context
  const made = () =>
    condition(clock, 'Approved', 'AutoApproved', 'Auto approving kubelet certificate after SubjectAccessReview.')
  return onRequests(
    context,
    'csrapproving',
    signer,
    async (request, asked) => {
      if (request.spec.signerName !== signerName || has(request, 'Approved') || !isApproved(request, asked)) return
      const conditions = [...(request.status.conditions ?? []), made()]
      await client
        .of(certificateSigningRequests)
        .update({ ...request, status: { ...request.status, conditions } }, { subresource: 'approval' })
    },
    nothing,
  )
}

/** Signs what was approved. */
function signing(context: ControllerContext, signer: CertificateSigner): Controller {
  const { client, clock } = context
  const fail = async (request: CertificateSigningRequest, message: string) => {
    if (!has(request, 'Approved')) return
    const conditions = [
      ...(request.status.conditions ?? []),
      condition(clock, 'Failed', 'SignerValidationFailure', message),
    ]
    await client.of(certificateSigningRequests).updateStatus({ ...request, status: { ...request.status, conditions } })
  }
  return onRequests(
    context,
    'csrsigning',
    signer,
    async (request, asked) => {
      if (!has(request, 'Approved')) return
      if (!isNodeRequest(request, asked)) return fail(request, 'the request is not for the identity of a node')
      const seconds = Math.min(request.spec.expirationSeconds ?? year, year)
      const certificate = btoa(await signer.sign(atob(request.spec.request), request.spec.usages ?? [], seconds))
      await client
        .of(certificateSigningRequests)
        .updateStatus({ ...request, status: { ...request.status, certificate } })
    },
    fail,
  )
}

/** Removes requests that are over and done with. */
function cleaner({ client, informers, clock }: ControllerContext): Controller {
  const informer = informers.of(certificateSigningRequests)
  return {
    name: 'csrcleaner',
    workers: 1,
    watches: [watching(informer, ({ type, object }) => (type === 'removed' ? [] : [keyOf(object)]))],
    async reconcile(key) {
      const request = informer.cache.get(key)
      if (!request) return undefined
      const keep = request.status.certificate
        ? kept.issued
        : has(request, 'Denied') || has(request, 'Failed')
          ? kept.denied
          : kept.pending
      const left = parseTime(request.metadata.creationTimestamp ?? '') + keep - clock.now()
      if (left > 0) return { again: left }
      try {
        await client.of(certificateSigningRequests).delete(key, { preconditions: { uid: request.metadata.uid ?? '' } })
      } catch (error) {
        if (!is(error, 'NotFound')) throw error
      }
      return undefined
    },
  }
}

/** Certificates of nodes: approved, signed, and cleaned up after. */
export const csr: ControllerModule = { name: 'certificate-controller', account: 'certificate-controller', create }

/**
 * Serving certificates of nodes, each approved for the node itself: upstream leaves these to a person, Caravel's nodes
 * would wait. Under an account of its own, so that the certificate controller keeps upstream's rights.
 */
export const kubeletServing: ControllerModule = {
  name: 'kubelet-serving-approver',
  account: 'kubelet-serving-approver',
  create: context => (context.options.signer ? approver(context, context.options.signer, servingSigner) : []),
}
