import {
  type CertificateSigningRequest,
  certificateSigningRequests,
} from '../../api/certificates/certificateSigningRequest.ts'
import { is } from '../../api/meta/statusError.ts'
import { keyOf } from '../../client/cache.ts'
import { type Controller, watching } from '../../client/controller.ts'
import { formatTime, parseTime } from '../../schema/scalars/time.ts'
import type { CertificateSigner, ControllerContext, ControllerModule } from '../controller.ts'
import { clientSigner, isApproved, isNodeRequest, servingSigner } from './plan.ts'

const year = 365 * 24 * 3600
/** How long requests are kept, by what became of them. Milliseconds. */
const kept = { issued: 3_600_000, denied: 3_600_000, pending: 24 * 3_600_000 }
const has = (request: CertificateSigningRequest, type: string) =>
  (request.status.conditions ?? []).some(condition => condition.type === type)

function create(context: ControllerContext): Controller[] {
  const { signer } = context.options
  return [...(signer ? [approveAndSign(context, signer)] : []), cleaner(context)]
}

/** Approves what nodes may ask for, and signs what was approved. */
function approveAndSign({ client, informers, clock, log }: ControllerContext, signer: CertificateSigner): Controller {
  const informer = informers.of(certificateSigningRequests)
  const condition = (type: string, reason: string, message: string) => {
    const now = formatTime(clock.now())
    return { type, status: 'True' as const, reason, message, lastUpdateTime: now, lastTransitionTime: now }
  }
  const read = (request: CertificateSigningRequest) => signer.read(atob(request.spec.request))

  const approve = (request: CertificateSigningRequest) => {
    const made = condition('Approved', 'AutoApproved', 'Auto approving kubelet certificate after SubjectAccessReview.')
    return client
      .of(certificateSigningRequests)
      .update(
        { ...request, status: { ...request.status, conditions: [...(request.status.conditions ?? []), made] } },
        { subresource: 'approval' },
      )
  }
  const fail = (request: CertificateSigningRequest, message: string) =>
    client.of(certificateSigningRequests).updateStatus({
      ...request,
      status: {
        ...request.status,
        conditions: [...(request.status.conditions ?? []), condition('Failed', 'SignerValidationFailure', message)],
      },
    })

  return {
    name: 'csrsigning',
    workers: 5,
    watches: [watching(informer, ({ type, object }) => (type === 'removed' ? [] : [keyOf(object)]))],
    async reconcile(key) {
      let request = informer.cache.get(key)
      if (!request || request.status.certificate || has(request, 'Denied') || has(request, 'Failed')) return undefined
      const { signerName } = request.spec
      if (signerName !== clientSigner && signerName !== servingSigner) return undefined
      let asked: ReturnType<typeof read>
      try {
        asked = read(request)
      } catch (error) {
        log.info('a certificate request cannot be read', { name: key, error })
        if (has(request, 'Approved')) await fail(request, (error as Error).message)
        return undefined
      }
      if (!has(request, 'Approved')) {
        if (!isApproved(request, asked)) return undefined
        request = await approve(request)
      }
      if (!isNodeRequest(request, asked)) {
        await fail(request, 'the request is not for the identity of a node')
        return undefined
      }
      const seconds = Math.min(request.spec.expirationSeconds ?? year, year)
      const certificate = btoa(await signer.sign(atob(request.spec.request), request.spec.usages ?? [], seconds))
      await client
        .of(certificateSigningRequests)
        .updateStatus({ ...request, status: { ...request.status, certificate } })
      return undefined
    },
  }
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
